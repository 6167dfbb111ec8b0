#include "io/hoc/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/text.hpp"
#include "io/hoc/program.hpp"

namespace rall::io::hoc {
namespace {

constexpr int deepest = 1500;       ///< so that the stack suffices
constexpr double most_steps = 1e7;  ///< a large cell takes a hundredth of it

/// Numbers of the arguments that a procedure asks for: $1, and $s2.
void arguments_of(Tree const& tree, std::set<int>& numbers, std::set<int>& texts) {
    if (tree.kind == Kind::link && tree.text.starts_with("$")) {
        bool const is_text = tree.text[1] == 's';
        if (is_text || std::isdigit(static_cast<unsigned char>(tree.text[1]))) (is_text ? texts : numbers).insert(std::stoi(tree.text.substr(is_text ? 2 : 1)));
    }
    for (auto const& child : tree.children) arguments_of(child, numbers, texts);
}

}  // namespace

Machine::Machine(Program const& program, Vocabulary const& vocabulary, morphology::Morphology const& reconstruction, Diagnostics& found)
    : program_(&program), found_(&found), vocabulary_(&vocabulary), reconstruction_(&reconstruction), sections_(vocabulary, reconstruction) {
    top_ = &objects_.emplace_back();
    morphology_name_ = std::filesystem::path(reconstruction.file).filename().string();
    for (auto& c : morphology_name_)
        if (std::isspace(static_cast<unsigned char>(c))) c = '_';
}

void Machine::run(std::vector<double> const& attributes) {
    for (auto const& file : program_->files) {
        Frame frame{top_};
        run_all(file.children, frame);
    }
    auto const& cell = *program_->tree;
    if (attributes.size() != program_->needed.size())
        fail(cell.where, "hoc-template", fmt::format("{} needs the attribute {} of each cell", cell.text, enumerate(program_->needed)),
             "nodes of circuits can have it, as dynamics_params");
    std::set<int> numbers, texts;
    auto const* init = find_procedure(cell, "init");
    if (init) arguments_of(*init, numbers, texts);
    // As BluePyOpt (directory, file) and the Blue Brain Project (gid, directory, file) call it, or with the path of the file; then attributes.
    int const first = numbers.contains(1), named = first + static_cast<int>(texts.size()), last = named + static_cast<int>(attributes.size());
    bool fits = texts.size() <= 2;
    for (int const i : texts) fits = fits && i > first && i <= named;
    for (int const i : numbers) fits = fits && ((i == 1 && first) || (i > named && i <= last));
    if (!fits)
        fail(init->where, "hoc-template", fmt::format("it is not known with which arguments {} is to be made", cell.text),
             "expected (directory, file), (gid, directory, file), (gid, path) of the morphology, or 0 or 1 for synapses; then what NAME_NeededAttributes = \"...\" lists");
    std::vector<Ref> arguments(static_cast<std::size_t>(last));
    auto const give = [&](int number, Value value) { arguments[static_cast<std::size_t>(number - 1)].value = std::move(value); };
    // Nothing but random numbers may depend on a gid. Without a morphology it is no gid but says whether there are synapses, in packages of single cells.
    if (first) give(1, Value::of(texts.empty() ? 0 : std::nan("")));
    if (texts.size() == 2) give(named - 1, Value::of("morphologies"));
    if (!texts.empty()) give(named, Value::of((texts.size() == 1 ? "morphologies/" : "") + morphology_name_));
    for (std::size_t k = 0; k < attributes.size(); ++k) give(named + 1 + static_cast<int>(k), Value::of(attributes[k]));
    create_object(cell.text, std::move(arguments), cell.where);
    std::vector<int> order;
    if (sections_.shape(order).sections.empty()) fail(cell.where, "hoc-template", fmt::format("{} makes no sections", cell.text));
}

std::optional<double> Machine::celsius() const {
    auto const found = top_->variables.find("celsius");
    return found == top_->variables.end() ? std::nullopt : std::optional(found->second.value);
}

std::optional<double> Machine::v_init() const {
    auto const found = top_->variables.find("v_init");
    return found == top_->variables.end() ? std::nullopt : std::optional(found->second.value);
}

void Machine::check_unread(std::set<std::string> const& read) {
    for (auto const& [name, where] : unused_) {
        if (read.contains(name)) continue;
        // BBP's templates give `ettx` whether or not a mechanism uses this ion.
        bool const ion = name.find('_') == name.npos && name.size() > 2 && (name.front() == 'e' || name.back() == 'i' || name.back() == 'o');
        auto const message = fmt::format("'{}' is no variable of the mechanisms that are known here, and nothing reads it", name);
        auto const advice = did_you_mean(name, vocabulary_->range_names());
        if (!ion) fail(where, "hoc-unread", message, advice);
        complain(*found_, Severity::warning, "hoc-unread", node_at(where, {}), message + ": as in NEURON it has no effect", advice);
    }
}

void Machine::spend(double steps, Place const& where) {
    steps_ += steps + sections_.work();
    if (steps_ > most_steps) fail(where, "hoc-endless", fmt::format("the template takes more than {:g} steps: it may never end", most_steps));
}

void Machine::define(Tree const& tree, Object* self, Class* of) {
    if (of) of->procedures[tree.text] = &tree.children[0];
    else if (self == top_) top_procedures_[tree.text] = &tree.children[0];
    else fail(tree.where, "hoc-unsupported", "a procedure is defined while another one runs");
}

Machine::Flow Machine::run_all(std::vector<Tree> const& statements, Frame& frame) {
    for (auto const& statement : statements)
        if (auto const flow = run(statement, frame); flow != Flow::next) return flow;
    return Flow::next;
}

Machine::Deeper::Deeper(Machine& machine, Place const& where) : machine(machine) {
    if (++machine.nested_ > deepest) fail(where, "hoc-depth", "statements, calls and brackets stand too deep in one another");
}

Machine::Flow Machine::run(Tree const& statement, Frame& frame) {
    Deeper const deeper(*this, statement.where);
    spend(1, statement.where);
    auto const& parts = statement.children;
    auto const loop = [&](Flow flow, bool& end) {
        end = flow == Flow::leave || flow == Flow::back;
        return flow == Flow::back ? flow : Flow::next;
    };
    switch (statement.kind) {
        case Kind::block:
            return run_all(parts, frame);
        case Kind::evaluate:
            evaluate(parts[0], frame);
            return Flow::next;
        case Kind::when:
            if (number(parts[0], frame) != 0) return run(parts[1], frame);
            return parts.size() > 2 ? run(parts[2], frame) : Flow::next;
        case Kind::loop_while:
            for (bool end = false; number(parts[0], frame) != 0;) {
                auto const flow = loop(run(parts[1], frame), end);
                if (end) return flow;
                spend(1, statement.where);
            }
            return Flow::next;
        case Kind::loop_c:
            run(parts[0], frame);
            for (bool end = false; number(parts[1], frame) != 0; run(parts[2], frame)) {
                auto const flow = loop(run(parts[3], frame), end);
                if (end) return flow;
            }
            return Flow::next;
        case Kind::loop_range: {
            double const first = number(parts[0], frame), last = number(parts[1], frame);
            Tree const name{Kind::path, statement.where, {}, 0, {{Kind::link, statement.where, statement.text}}};
            auto counter = resolve(name, frame);
            if (!counter.free.empty()) counter.number = &frame.self->variables[counter.free].value;
            if (!counter.number) fail(statement.where, "hoc-type", fmt::format("'{}' cannot count", statement.text));
            for (*counter.number = first; *counter.number <= last + 1e-11; *counter.number += 1) {
                bool end = false;
                auto const flow = loop(run(parts[2], frame), end);
                if (end) return flow;
            }
            return Flow::next;
        }
        case Kind::loop_segments:
            return loop_segments(statement, frame);
        case Kind::loop_list: {
            auto* const list = object(parts[0], frame);
            if (!list || !std::holds_alternative<SectionList>(list->built_in)) fail(parts[0].where, "hoc-type", "forsec goes over a SectionList");
            spend(static_cast<double>(std::get<SectionList>(list->built_in).sections.size()) / 10, statement.where);
            return loop_over(std::get<SectionList>(list->built_in).sections, parts[1], frame);
        }
        case Kind::loop_all: {
            std::vector<int> all;
            spend(sections_.size() / 10.0, statement.where);
            for (int i = 0; i < sections_.size(); ++i)
                if (sections_[i].alive) all.push_back(i);
            return loop_over(all, parts[0], frame);
        }
        case Kind::in_section: {
            stack_.push_back(section(parts[0], frame));
            auto const flow = run(parts[1], frame);
            stack_.pop_back();
            return flow;
        }
        case Kind::insert:
            sections_.insert(current(statement.where), statement.text, statement.where);
            return Flow::next;
        case Kind::create:
            create(statement, frame);
            return Flow::next;
        case Kind::connect:
            connect(statement, frame);
            return Flow::next;
        case Kind::access: {
            int const found = section(parts[0], frame);
            (stack_.empty() ? default_section_ : stack_.back()) = found;
            return Flow::next;
        }
        case Kind::give_back:
            result_ = parts.empty() ? Value{} : evaluate(parts[0], frame);
            return Flow::back;
        case Kind::leave:
            return Flow::leave;
        case Kind::again:
            return Flow::again;
        case Kind::print:
            print(statement, frame);
            return Flow::next;
        case Kind::local:
        case Kind::localobj:
        case Kind::strdef:
        case Kind::objref:
            declare(statement, frame);
            return Flow::next;
        case Kind::make_public:
        case Kind::make_external:
            if (!frame.self->of) fail(statement.where, "hoc-syntax", "this belongs into a template");
            return Flow::next;
        case Kind::procedure:
            define(statement, frame.self, nullptr);
            return Flow::next;
        case Kind::class_: {
            if (frame.self != top_) fail(statement.where, "hoc-unsupported", "a template is defined while a procedure runs");
            if (classes_.contains(statement.text)) fail(statement.where, "hoc-template", fmt::format("there already is a template {}", statement.text));
            auto& class_ = classes_[statement.text];
            class_.name = statement.text;
            class_.tree = &parts[0];
            for (auto const& part : parts[0].children) {
                if (part.kind == Kind::procedure) define(part, nullptr, &class_);
                for (auto const& name : part.children)
                    if (part.kind == Kind::make_public) class_.published.insert(name.text);
                    else if (part.kind == Kind::make_external) class_.external.insert(name.text);
            }
            return Flow::next;
        }
        default:
            fail(statement.where, "hoc-syntax", "expected a statement");
    }
}

Machine::Flow Machine::loop_over(std::vector<int> const& list, Tree const& body, Frame& frame) {
    for (auto const copy = list; int const i : copy) {
        if (!sections_[i].alive) continue;
        stack_.push_back(i);
        auto const flow = run(body, frame);
        stack_.pop_back();
        if (flow == Flow::leave) break;
        if (flow == Flow::back) return flow;
    }
    return Flow::next;
}

Machine::Flow Machine::loop_segments(Tree const& loop, Frame& frame) {
    auto const& parts = loop.children;
    bool const ends = parts.size() < 2 || number(parts[0], frame) != 0;
    int const n = sections_[current(loop.where)].nseg;
    Tree const name{Kind::path, loop.where, {}, 0, {{Kind::link, loop.where, loop.text}}};
    auto counter = resolve(name, frame);
    if (!counter.free.empty()) counter.number = &frame.self->variables[counter.free].value;
    if (!counter.number) fail(loop.where, "hoc-type", fmt::format("'{}' cannot be the place on a section", loop.text));
    for (int k = ends ? -1 : 0; k < (ends ? n + 1 : n); ++k) {
        *counter.number = k < 0 ? 0 : k == n ? 1 : (k + 0.5) / n;
        auto const flow = run(parts.back(), frame);
        if (flow == Flow::leave) break;
        if (flow == Flow::back) return flow;
    }
    return Flow::next;
}

void Machine::declare(Tree const& statement, Frame& frame) {
    for (auto const& name : statement.children) {
        bool const local = statement.kind == Kind::local || statement.kind == Kind::localobj;
        auto& variable = (local ? frame.locals : frame.self->variables)[name.text];
        if (statement.kind == Kind::strdef) {
            if (variable.kind != Variable::text) variable = {Variable::text};
            continue;  // as in NEURON, what it was stays
        }
        variable = {statement.kind == Kind::local ? Variable::number : Variable::object};
        if (statement.kind == Kind::local) continue;
        double const n = name.children.empty() ? 1 : number(name.children[0].children[0], frame);
        if (!(n >= 1 && n <= 1e5)) fail(name.where, "hoc-value", fmt::format("{} objects; expected 1 to 100000", n));
        variable.array = !name.children.empty();
        variable.objects.assign(static_cast<std::size_t>(n), nullptr);
        if (name.text == "this" && statement.kind == Kind::objref) variable.objects = {frame.self};
    }
}

void Machine::create(Tree const& statement, Frame& frame) {
    if (frame.self == top_) fail(statement.where, "hoc-unsupported", "sections are created outside of a template");
    auto const owner = fmt::format("{}[{}]", frame.self->type, frame.self->number);
    for (auto const& name : statement.children) {
        double const n = name.children.empty() ? 1 : number(name.children[0].children[0], frame);
        if (!(n >= 1 && n <= 1e5)) fail(name.where, "hoc-value", fmt::format("{:.6g} sections are created; expected 1 to 100000", n));
        auto& variable = frame.self->variables[name.text];
        for (int const old : variable.members)
            if (sections_[old].alive) sections_.remove(old);
        variable = {Variable::sections, !name.children.empty()};
        for (int i = 0; i < static_cast<int>(n); ++i)
            variable.members.push_back(sections_.create(variable.array ? fmt::format("{}[{}]", name.text, i) : name.text, owner, name.where));
    }
}

void Machine::connect(Tree const& statement, Frame& frame) {
    auto const child = resolve(statement.children[0], frame);
    if (child.value.kind != Value::section || !child.x) fail(statement.children[0].where, "hoc-type", "connect needs a section and its end, as in axon[0](0)");
    if (*child.x != 0) fail(statement.children[0].where, "hoc-unsupported", "a section is connected by its 0 end only");
    auto const& other = statement.children[1];
    if (other.kind == Kind::path)
        if (auto const parent = resolve(other, frame); parent.value.kind == Value::section) {
            if (!parent.x) fail(other.where, "hoc-type", "connect needs a place on the parent, as in soma(0.5)");
            sections_.connect(child.value.section_index, parent.value.section_index, *parent.x, statement.where);
            return;
        }
    sections_.connect(child.value.section_index, current(statement.where), number(other, frame), statement.where);
}

void Machine::print(Tree const& statement, Frame& frame) {
    std::string line;
    for (auto const& part : statement.children) {
        auto const value = evaluate(part, frame);
        if (value.kind == Value::number) line += fmt::format("{:.8g} ", value.value);
        else if (value.kind == Value::text) line += value.string;
        else fail(part.where, "hoc-type", "only numbers and texts can be printed");
    }
    if (told_.insert(line.substr(0, 200)).second && told_.size() < 20)
        complain(*found_, Severity::note, "hoc-print", node_at(statement.where, {}), fmt::format("the template says: {}", line));
}

}  // namespace rall::io::hoc
