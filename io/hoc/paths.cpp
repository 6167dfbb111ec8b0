// What names mean, and calls of procedures.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "io/hoc/machine.hpp"

namespace rall::io::hoc {
namespace {

constexpr int deepest_call = 60;

bool has_arguments(Tree const& link) { return !link.children.empty() && link.children.back().kind == Kind::arguments; }
std::size_t n_indices(Tree const& link) { return link.children.size() - has_arguments(link); }

/// Of the simulation, not of a cell.
bool belongs_to_run(std::string const& name) { return name == "dt" || name == "t" || name == "tstop" || name == "secondorder" || name == "stoprun"; }

}  // namespace

int Machine::current(Place const& where) const {
    int const found = stack_.empty() ? default_section_ : stack_.back();
    if (found < 0 || !sections_[found].alive)
        fail(where, "hoc-section", found < 0 ? "no section is meant here" : "the section that is meant here has been deleted", "name one, as in 'soma[0] insert pas' or 'forsec all { }'");
    return found;
}

int Machine::section(Tree const& path, Frame& frame) {
    auto const found = resolve(path, frame);
    if (found.value.kind != Value::section) fail(path.where, "hoc-section", fmt::format("'{}' is no section", path.children.back().text));
    return found.value.section_index;
}

Ref Machine::resolve(Tree const& path, Frame& frame) {
    auto found = head(path.children[0], frame);
    for (std::size_t i = 1; i < path.children.size(); ++i) found = member(found, path.children[i], frame);
    return found;
}

Ref Machine::of_variable(Variable& variable, Tree const& link, Frame& frame) {
    std::size_t index = 0;
    bool const is_array = variable.array || variable.kind == Variable::sections;
    if (n_indices(link) > 1 || (n_indices(link) == 1 && !variable.array)) fail(link.where, "hoc-type", fmt::format("'{}' is no array", link.text));
    if (is_array) {
        auto const size = variable.kind == Variable::sections ? variable.members.size() : variable.objects.size();
        double const i = n_indices(link) == 1 ? number(link.children[0].children[0], frame) + 1e-11 : 0;
        if (!(i >= 0 && i < static_cast<double>(size))) fail(link.where, "hoc-value", fmt::format("'{}' has {} elements; there is no number {:.6g}", link.text, size, i));
        index = static_cast<std::size_t>(i);
    }
    Ref found;
    switch (variable.kind) {
        case Variable::number:
            found.value = Value::of(variable.value);
            found.number = &variable.value;
            break;
        case Variable::text:
            spend(static_cast<double>(variable.string.size()) / 100, link.where);
            found.value = Value::of(variable.string);
            found.text = &variable.string;
            break;
        case Variable::object:
            found.object = &variable.objects[index];
            found.value = Value::of(variable.objects[index]);
            break;
        case Variable::sections:
            found.value = Value::of_section(variable.members[index]);
            if (!sections_[found.value.section_index].alive) fail(link.where, "hoc-section", fmt::format("{} has been deleted", sections_[found.value.section_index].name));
            if (has_arguments(link)) {
                auto const& given = link.children.back().children;
                if (given.size() != 1) fail(link.where, "hoc-type", "expected one place on the section, as in soma(0.5)");
                found.x = number(given[0], frame);
            }
            return found;
    }
    if (has_arguments(link)) fail(link.where, "hoc-type", fmt::format("'{}' is no procedure", link.text));
    return found;
}

std::optional<Ref> Machine::range(int section, Tree const& link, Frame& frame) {
    bool const property = link.text == "L" || link.text == "nseg" || link.text == "Ra";
    if (!property && !vocabulary_->range(link.text)) return {};
    if (n_indices(link) > 0) fail(link.where, "hoc-unsupported", fmt::format("elements of '{}' are not read here", link.text));
    Ref found;
    found.range = link.text;
    found.section = section;
    if (has_arguments(link)) {
        auto const& given = link.children.back().children;
        if (given.size() != 1 || property) fail(link.where, "hoc-type", property ? fmt::format("'{}' is one for the whole section", link.text) : "expected one place on the section, as in v(0.5)");
        if (given[0].kind == Kind::interval) found.interval = {number(given[0].children[0], frame), number(given[0].children[1], frame)};
        else found.x = number(given[0], frame);
    }
    return found;
}

std::optional<Ref> Machine::variable(Object* self, Tree const& link, Frame& frame) {
    if (auto const found = self->variables.find(link.text); found != self->variables.end()) return of_variable(found->second, link, frame);
    if (self->of)
        if (auto const found = self->of->procedures.find(link.text); found != self->of->procedures.end()) {
            if (!has_arguments(link)) fail(link.where, "hoc-type", fmt::format("'{}' is a procedure; expected ( )", link.text));
            Ref result;
            result.value = call(self, link.text, *found->second, arguments(link, frame), link.where);
            return result;
        }
    return {};
}

Ref Machine::head(Tree const& link, Frame& frame) {
    auto const& name = link.text;
    if (name[0] == '$') {
        bool const plain = name[1] != 's' && name[1] != 'o';
        auto const number = static_cast<std::size_t>(std::stoi(name.substr(plain ? 1 : 2)));
        if (number < 1 || number > frame.arguments.size())
            fail(link.where, "hoc-arguments", fmt::format("{} is read, but there are {} arguments", name, frame.arguments.size()));
        auto& given = frame.arguments[number - 1];
        auto const kind = plain ? Value::number : name[1] == 's' ? Value::text : Value::object;
        if (given.value.kind != kind) fail(link.where, "hoc-type", fmt::format("{} is read, but the argument is of another kind", name));
        if (!link.children.empty()) fail(link.where, "hoc-unsupported", "elements of an argument are not read here");
        auto found = given;
        if (found.text) found.value = Value::of(*found.text);
        spend(static_cast<double>(found.value.string.size()) / 100, link.where);
        if (plain) found.number = &given.value.value;  // a copy of this call
        return found;
    }
    if (auto const local = frame.locals.find(name); local != frame.locals.end()) return of_variable(local->second, link, frame);
    if (auto found = variable(frame.self, link, frame)) return *found;
    if (name == "this" && frame.self != top_ && link.children.empty()) return {Value::of(frame.self)};
    bool const condition = name == "celsius" || name == "v_init";
    bool const outside = frame.self == top_ || condition || (frame.self->of && frame.self->of->external.contains(name));
    if (outside && frame.self != top_)
        if (auto found = variable(top_, link, frame)) return *found;
    if (auto const found = top_procedures_.find(name); outside && found != top_procedures_.end()) {
        if (!has_arguments(link)) fail(link.where, "hoc-type", fmt::format("'{}' is a procedure; expected ( )", name));
        Ref result;
        result.value = call(top_, name, *found->second, arguments(link, frame), link.where);
        return result;
    }
    if (name == "L" || name == "nseg" || name == "Ra" || vocabulary_->range(name)) return *range(current(link.where), link, frame);
    if (has_arguments(link))
        if (auto found = function(link, frame)) return *found;
    if (link.children.empty()) {
        if (name == "PI") return {Value::of(3.14159265358979323846)};
        if (name == "E") return {Value::of(2.71828182845904523536)};
        if (belongs_to_run(name)) fail(link.where, "hoc-unsupported", fmt::format("'{}' belongs to a simulation, not to a cell", name));
        Ref found;
        found.free = name;
        return found;
    }
    if (auto const found = classes_.find(name); found != classes_.end() && n_indices(link) == 1 && !has_arguments(link)) {
        double const number = this->number(link.children[0].children[0], frame);
        for (auto& object : objects_)
            if (object.of == &found->second && object.number == number) return {Value::of(&object)};
        fail(link.where, "hoc-value", fmt::format("there is no {}[{:.6g}]", name, number));
    }
    if (has_arguments(link)) {
        std::vector<std::string> names;
        if (frame.self->of)
            for (auto const& [known, tree] : frame.self->of->procedures) names.push_back(known);
        fail(link.where, "hoc-unknown", fmt::format("'{}' is no procedure of the template and no function that is known here", name),
             near_matches(name, names).empty() ? "docs/sonata.md says what templates may call" : did_you_mean(name, names));
    }
    fail(link.where, "hoc-unknown", fmt::format("'{}' is not known", name));
}

Ref Machine::member(Ref const& of, Tree const& link, Frame& frame) {
    if (of.value.kind == Value::section) {
        if (of.x) fail(link.where, "hoc-unsupported", "write the place behind the variable, as in soma.v(0.5)");
        if (auto found = range(of.value.section_index, link, frame)) return *found;
        fail(link.where, "hoc-unknown", fmt::format("sections have no '{}' that is known here", link.text), did_you_mean(link.text, vocabulary_->range_names()));
    }
    if (of.value.kind != Value::object) fail(link.where, "hoc-type", fmt::format("'.{}' needs an object or a section before it", link.text));
    if (!of.value.instance) fail(link.where, "hoc-type", fmt::format("'.{}' is asked of an object that has not been made", link.text));
    auto& object = *of.value.instance;
    if (!object.of) return method(&object, link, frame);
    if (link.text == "this" && link.children.empty()) return of;
    if (auto found = variable(&object, link, frame); found && (&object == frame.self || object.of->published.contains(link.text))) return *found;
    std::vector<std::string> const names(object.of->published.begin(), object.of->published.end());
    fail(link.where, "hoc-unknown", fmt::format("{} has no public '{}'", object.type, link.text), did_you_mean(link.text, names));
}

std::vector<Ref> Machine::arguments(Tree const& link, Frame& frame) {
    std::vector<Ref> given;
    if (!has_arguments(link)) return given;
    for (auto const& tree : link.children.back().children) {
        if (tree.kind == Kind::path) {
            auto ref = resolve(tree, frame);
            if (!ref.range.empty() || !ref.free.empty()) ref = {read(ref, tree.where)};
            ref.number = nullptr;  // numbers are copied
            given.push_back(std::move(ref));
        } else if (tree.kind == Kind::address) {
            auto ref = resolve(tree.children[0], frame);
            if (!ref.free.empty()) ref.number = &frame.self->variables[ref.free].value;
            if (!ref.number || tree.children[0].children.size() > 1 || frame.locals.contains(tree.children[0].children[0].text))
                fail(tree.where, "hoc-unsupported", "only the address of a variable of the template itself can be taken here, not of a local one");
            given.push_back(std::move(ref));
        } else {
            given.push_back({evaluate(tree, frame)});
        }
    }
    return given;
}

Value Machine::call(Object* self, std::string const& name, Tree const& procedure, std::vector<Ref> arguments, Place const& where) {
    if (++depth_ > deepest_call) fail(where, "hoc-depth", fmt::format("{} calls itself too often", name));
    Frame frame{self, std::move(arguments), {}};
    result_ = {};
    run(procedure, frame);
    --depth_;
    auto result = std::exchange(result_, Value{});
    return result.kind == Value::nothing ? Value::of(0.0) : result;
}

Object* Machine::create_object(std::string const& type, std::vector<Ref> arguments, Place const& where) {
    spend(10, where);
    if (objects_.size() > 1'000'000) fail(where, "hoc-too-large", "more than a million objects are made");
    auto const found = classes_.find(type);
    if (found == classes_.end()) return create_built_in(type, arguments, where);
    auto& object = objects_.emplace_back();
    object.type = type;
    object.of = &found->second;
    object.number = found->second.made++;
    Frame frame{&object, {}, {}};
    for (auto const& statement : found->second.tree->children)
        if (statement.kind != Kind::procedure) run(statement, frame);
    if (auto const init = found->second.procedures.find("init"); init != found->second.procedures.end())
        call(&object, type + ".init", *init->second, std::move(arguments), where);
    return &object;
}

}  // namespace rall::io::hoc
