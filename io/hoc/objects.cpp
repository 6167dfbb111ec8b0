// NEURON's own classes, as far as templates of cells need them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "io/hoc/machine.hpp"

namespace rall::io::hoc {
namespace {

constexpr std::size_t largest = 1'000'000;  ///< elements of a Vector, List or SectionList

Ref of(double x) { return {Value::of(x)}; }

/// The place where a regular expression that is one letter first matches; "\\." means a dot.
std::size_t find_letter(std::string const& text, std::string const& expression, Place const& where) {
    bool const escaped = expression.size() == 2 && expression[0] == '\\';
    if (!escaped && !(expression.size() == 1 && std::string_view(".[]*^$()+?<>").find(expression[0]) == std::string_view::npos))
        fail(where, "hoc-unsupported", fmt::format("the regular expression '{}' is not read here", to_utf8(expression)), "expected one letter, such as \"\\\\.\" for a dot");
    return text.find(expression.back());
}

}  // namespace

Object* Machine::create_built_in(std::string const& type, std::vector<Ref>& arguments, Place const& where) {
    decltype(Object::built_in) content;
    auto const need = [&](std::size_t least, std::size_t most) {
        if (arguments.size() < least || arguments.size() > most) fail(where, "hoc-arguments", fmt::format("new {} does not take {} arguments", type, arguments.size()));
    };
    if (type == "SectionList") {
        need(0, 0);
        content = SectionList{};
    } else if (type == "Vector") {
        need(0, 2);
        double const n = arguments.empty() ? 0 : number_of(arguments[0], where);
        if (!(n >= 0 && n <= static_cast<double>(largest))) fail(where, "hoc-too-large", fmt::format("a Vector of {:.6g} elements; expected at most {}", n, largest));
        content = Vector{std::vector<double>(static_cast<std::size_t>(n), arguments.size() > 1 ? number_of(arguments[1], where) : 0)};
        spend(n * 0.1, where);
    } else if (type == "List") {
        need(0, 0);
        content = List{};
    } else if (type == "String") {
        need(0, 1);
        content = String{arguments.empty() ? std::string() : text_of(arguments[0], where)};
    } else if (type == "StringFunctions") {
        need(0, 0);
        content = StringFunctions{};
    } else if (type == "Import3d_Neurolucida3" || type == "Import3d_SWC_read") {
        need(0, 0);
        bool const swc = type == "Import3d_SWC_read";
        if (swc != (reconstruction_->format == "SWC"))
            fail(where, "hoc-morphology", fmt::format("the template reads {}, but the morphology is {}", swc ? "SWC" : "Neurolucida ASC", reconstruction_->format));
        content = Reader{};
    } else if (type == "Import3d_GUI") {
        need(1, 2);
        auto const* reader = arguments[0].value.kind == Value::object ? arguments[0].value.instance : nullptr;
        if (!reader || !std::holds_alternative<Reader>(reader->built_in) || !std::get<Reader>(reader->built_in).has_read)
            fail(where, "hoc-type", "Import3d_GUI needs a reader that has read its file");
        content = Import{};
    } else {
        std::vector<std::string> names{"SectionList", "Vector", "List", "String", "StringFunctions", "Import3d_Neurolucida3", "Import3d_SWC_read", "Import3d_GUI"};
        for (auto const& [name, class_] : classes_) names.push_back(name);
        fail(where, "hoc-unknown", fmt::format("'{}' is no template that is known here", type), did_you_mean(type, names));
    }
    auto& object = objects_.emplace_back();
    object.type = type;
    object.number = made_[type]++;
    object.built_in = std::move(content);
    return &object;
}

Ref Machine::method(Object* object, Tree const& link, Frame& frame) {
    auto given = arguments(link, frame);
    auto const& name = link.text;
    if (auto* const list = std::get_if<SectionList>(&object->built_in)) return list_method(*list, link, given);
    if (auto* const vector = std::get_if<Vector>(&object->built_in)) return vector_method(object, *vector, link, given, frame);
    if (std::holds_alternative<StringFunctions>(object->built_in)) return text_method(link, given);
    if (auto* const text = std::get_if<String>(&object->built_in); text && name == "s" && link.children.empty()) {
        spend(static_cast<double>(text->text.size()) / 100, link.where);
        Ref found{Value::of(text->text)};
        found.text = &text->text;
        return found;
    }
    if (auto* const list = std::get_if<List>(&object->built_in)) {
        if (name == "count" && given.empty()) return of(static_cast<double>(list->items.size()));
        if (name == "append" && given.size() == 1 && given[0].value.kind == Value::object && list->items.size() < largest) {
            list->items.push_back(given[0].value.instance);
            return of(static_cast<double>(list->items.size()));
        }
        if (name == "remove_all" && given.empty()) return list->items.clear(), of(0);
        if ((name == "object" || name == "o") && given.size() == 1) {
            double const i = number_of(given[0], link.where);
            if (!(i >= 0 && i < static_cast<double>(list->items.size()))) fail(link.where, "hoc-value", fmt::format("the List has {} objects; there is no number {:.6g}", list->items.size(), i));
            return {Value::of(list->items[static_cast<std::size_t>(i)])};
        }
    }
    if (auto* const reader = std::get_if<Reader>(&object->built_in)) {
        if (name == "quiet" && link.children.empty()) {
            Ref found{Value::of(reader->quiet)};
            found.number = &reader->quiet;
            return found;
        }
        if (name == "input" && given.size() == 1) {
            auto const path = text_of(given[0], link.where), name = path.substr(path.rfind('/') + 1);
            if (!std::ranges::equal(name, morphology_name_, {}, [](unsigned char c) { return std::tolower(c); }, [](unsigned char c) { return std::tolower(c); }))
                fail(link.where, "hoc-morphology", fmt::format("the template reads '{}'; expected the morphology that the cell is given, {}", to_utf8(path), morphology_name_));
            reader->has_read = true;
            return of(1);
        }
    }
    if (std::holds_alternative<Import>(object->built_in) && name == "instantiate" && given.size() == 1 && given[0].value.kind == Value::object && given[0].value.instance) {
        instantiate(given[0].value.instance, link.where);
        return of(1);
    }
    fail(link.where, "hoc-unknown", fmt::format("'{}' of {} with {} arguments is not known here", name, object->type, given.size()), "docs/sonata.md says what templates may call");
}

Ref Machine::list_method(SectionList& list, Tree const& link, std::vector<Ref>& given) {
    if (link.text == "append" && (given.empty() || (given.size() == 1 && given[0].value.kind == Value::section))) {
        if (list.sections.size() >= largest) fail(link.where, "hoc-too-large", "a SectionList has more than a million sections");
        list.sections.push_back(given.empty() ? current(link.where) : given[0].value.section_index);
        return of(1);
    }
    fail(link.where, "hoc-unknown", fmt::format("'{}' of a SectionList is not known here", link.text), "expected append()");
}

Ref Machine::vector_method(Object* object, Vector& vector, Tree const& link, std::vector<Ref>& given, Frame& frame) {
    auto& values = vector.values;
    auto const& name = link.text;
    auto const& where = link.where;
    auto const element = [&](double i) -> double& {
        if (!(i >= 0 && i + 1e-11 < static_cast<double>(values.size()))) fail(where, "hoc-value", fmt::format("the Vector has {} elements; there is no number {:.6g}", values.size(), i));
        return values[static_cast<std::size_t>(i + 1e-11)];
    };
    auto const itself = [&] { return Ref{Value::of(object)}; };
    if (name == "x" && link.children.size() == 1 && (link.children[0].kind == Kind::index || given.size() == 1)) {
        auto& found = element(link.children[0].kind == Kind::index ? number(link.children[0].children[0], frame) : number_of(given[0], where));
        Ref result = of(found);
        result.number = &found;
        return result;
    }
    if (name == "size" && given.empty()) return of(static_cast<double>(values.size()));
    if (name == "resize" && given.size() == 1) {
        double const n = number_of(given[0], where);
        if (!(n >= 0 && n <= static_cast<double>(largest))) fail(where, "hoc-too-large", fmt::format("a Vector of {:.6g} elements; expected at most {}", n, largest));
        spend(n * 0.1, where);
        values.resize(static_cast<std::size_t>(n + 1e-11));
        return itself();
    }
    if (name == "append") {
        if (values.size() + given.size() > largest) fail(where, "hoc-too-large", "a Vector has more than a million elements");
        for (auto const& argument : given) values.push_back(number_of(argument, where));
        return itself();
    }
    if (name == "fill" && given.size() == 1) {
        spend(static_cast<double>(values.size()) * 0.1, where);
        std::ranges::fill(values, number_of(given[0], where));
        return itself();
    }
    if (name == "get" && given.size() == 1) return of(element(number_of(given[0], where)));
    if (name == "set" && given.size() == 2) {
        element(number_of(given[0], where)) = number_of(given[1], where);
        return itself();
    }
    if (!values.empty() && given.empty()) {
        spend(static_cast<double>(values.size()) * 0.1, where);
        if (name == "sum") return of(std::accumulate(values.begin(), values.end(), 0.0));
        if (name == "mean") return of(std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()));
        if (name == "min") return of(std::ranges::min(values));
        if (name == "max") return of(std::ranges::max(values));
    }
    fail(where, "hoc-unknown", fmt::format("'{}' of a Vector with {} arguments is not known here", name, given.size()), "docs/sonata.md says what templates may call");
}

Ref Machine::text_method(Tree const& link, std::vector<Ref>& given) {
    auto const& name = link.text;
    auto const& where = link.where;
    if (name == "len" && given.size() == 1) return of(static_cast<double>(text_of(given[0], where).size()));
    if (name == "substr" && given.size() == 2) {
        auto const at = text_of(given[0], where).find(text_of(given[1], where));
        return of(at == std::string::npos ? -1 : static_cast<double>(at));
    }
    if ((name == "left" || name == "right") && given.size() == 2 && given[0].text) {
        double const n = number_of(given[1], where);
        auto& text = *given[0].text;
        if (!(n >= 0 && n <= static_cast<double>(text.size()))) fail(where, "hoc-value", fmt::format("'{}' has no letter number {:.6g}", to_utf8(text), n));
        text = name == "left" ? text.substr(0, static_cast<std::size_t>(n)) : text.substr(static_cast<std::size_t>(n));
        return of(1);
    }
    if ((name == "head" || name == "tail") && given.size() == 3 && given[2].text) {
        auto const text = text_of(given[0], where);
        auto const at = find_letter(text, text_of(given[1], where), where);
        bool const found = at != std::string::npos;
        *given[2].text = !found ? std::string() : name == "head" ? text.substr(0, at) : text.substr(at + 1);
        return of(!found ? -1 : static_cast<double>(name == "head" ? at : at + 1));
    }
    fail(where, "hoc-unknown", fmt::format("'{}' of StringFunctions with {} arguments is not known here", name, given.size()), "expected len, substr, left, right, head or tail");
}

/// What Import3d_GUI's instantiate does with an object: sections by type, lists of them, and how they hang together.
void Machine::instantiate(Object* cell, Place const& where) {
    struct Kind_ {
        int type;
        char const* name;
        char const* list;
    };
    constexpr std::array kinds{Kind_{morphology::soma_type, "soma", "somatic"}, Kind_{morphology::axon_type, "axon", "axonal"},
                               Kind_{morphology::dend_type, "dend", "basal"}, Kind_{morphology::apic_type, "apic", "apical"}};
    auto const& traced = reconstruction_->sections;
    int least = morphology::apic_type, greatest = 0;
    for (auto const& section : traced) {
        if (!section.region.empty() || section.type < morphology::soma_type || section.type > morphology::apic_type)
            fail(where, "hoc-morphology", fmt::format("the morphology has the section {}; templates have lists for soma, axon, dend and apic only", section.name),
                 "give these points the type of one of them");
        least = std::min(least, section.type), greatest = std::max(greatest, section.type);
    }
    auto const list_of = [&](char const* name) -> SectionList& {
        auto const found = cell->variables.find(name);
        auto* const object = found == cell->variables.end() || found->second.objects.empty() ? nullptr : found->second.objects[0];
        if (!object || !std::holds_alternative<SectionList>(object->built_in))
            fail(where, "hoc-morphology", fmt::format("Import3d fills the SectionList '{}', which the template has not made", name));
        return std::get<SectionList>(object->built_in);
    };
    auto const owner = fmt::format("{}[{}]", cell->type, cell->number);
    auto const alive = [&](auto const& wanted) {
        std::vector<int> found;
        for (int i = 0; i < sections_.size(); ++i)
            if (sections_[i].alive && wanted(sections_[i])) found.push_back(i);
        return found;
    };
    std::vector<int> made(traced.size(), -1);
    for (auto const& [type, name, list] : kinds) {
        if (type < least || type > greatest) continue;
        std::vector<std::pair<int, std::size_t>> own;  // by their numbers
        for (std::size_t i = 0; i < traced.size(); ++i)
            if (traced[i].type == type) {
                auto const open = traced[i].name.find('[');
                own.emplace_back(open == std::string::npos ? 0 : std::stoi(traced[i].name.substr(open + 1)), i);
            }
        std::ranges::sort(own);
        if (!own.empty()) {
            auto& variable = cell->variables[name];
            for (int const old : variable.members)
                if (sections_[old].alive) sections_.remove(old);
            variable = {Variable::sections, true};
            for (auto const& [number, i] : own) {
                made[i] = sections_.create(fmt::format("{}[{}]", name, variable.members.size()), owner, where);
                sections_.trace(made[i], static_cast<int>(i));
                variable.members.push_back(made[i]);
            }
        }
        // By name, as a regular expression does: a template's own name counts too.
        for (int const i : alive([&name = name](SectionState const& section) { return section.full_name.find(name) != std::string::npos; })) list_of(list).sections.push_back(i);
    }
    for (int const i : alive([](SectionState const&) { return true; })) list_of("all").sections.push_back(i);
    for (std::size_t i = 0; i < traced.size(); ++i)
        if (traced[i].parent >= 0) sections_.connect(made[i], made[static_cast<std::size_t>(traced[i].parent)], traced[i].parent_x, where);
}

}  // namespace rall::io::hoc
