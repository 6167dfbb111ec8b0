#include "io/neuroml/component.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace rall::io::neuroml {
namespace {

/// Reads the chain of types from the most general one on.
class ComponentReader {
public:
    ComponentReader(Library const& library, Item const& item, Diagnostics& found) : library_(library), found_(found) {
        result_.item = item;
    }

    std::optional<Component> read(std::string const& type) {
        auto const errors = found_.count(Severity::error);
        if (!chain(type)) return std::nullopt;
        for (auto const& element : types_) {
            read_declarations(element);
            for (auto const& dynamics : Element(element, found_).children("Dynamics")) read_dynamics({dynamics});
        }
        read_attributes();
        if (found_.count(Severity::error) > errors) return std::nullopt;
        check_names();
        if (found_.count(Severity::error) > errors || !sort()) return std::nullopt;
        return std::move(result_);
    }

private:
    bool chain(std::string const& type) {
        auto name = type;
        for (Item from = result_.item; !name.empty();) {
            auto const element = library_.type(name);
            if (!element) {
                fail(found_, from, types_.empty() ? "type" : "extends", "neuroml-type",
                     fmt::format("there is no ComponentType '{}'", name), did_you_mean(name, library_.type_names()));
                return false;
            }
            if (types_.size() > 50) {
                fail(found_, element, "extends", "neuroml-type",
                     "ComponentTypes extend one another in a circle, or more than 50 deep");
                return false;
            }
            types_.insert(types_.begin(), element);
            from = element;
            name = element.attribute("extends");
        }
        return true;
    }

    void read_declarations(Item const& type) {
        for (auto const& child : type.children()) {
            auto const kind = child.name(), name = child.attribute("name");
            if (kind == "Parameter" || kind == "Property") parameters_[name] = child;
            else if (kind == "Constant") {
                if (auto const value = read_coherent(child, "value", dimension(child), found_))
                    result_.numbers[name] = *value;
            } else if (kind == "Fixed") {
                fixed_[child.attribute("parameter")] = child;
            } else if (kind == "Requirement") {
                result_.requirements[name] = child;
            } else if (kind != "Exposure" && kind != "Text" && kind != "Dynamics" && kind != "Child" &&
                       kind != "Children") {
                fail(found_, child, {}, "neuroml-lems", fmt::format("<{}> in a ComponentType is not understood", kind),
                     "known: Parameter, Constant, Fixed, Requirement, Exposure, Text, Dynamics");
            }
        }
    }

    std::string dimension(Item const& declaration) {
        auto const name = declaration.has("dimension") ? declaration.attribute("dimension") : std::string("none");
        if (find_dimension(name)) return name;
        fail(found_, declaration, "dimension", "neuroml-lems", fmt::format("NeuroML has no dimension '{}'", name));
        return "none";
    }

    void read_attributes() {
        for (auto const& [name, declaration] : parameters_) {
            auto const of = dimension(declaration);
            if (auto const fixed = fixed_.find(name); fixed != fixed_.end()) {
                if (auto const value = read_coherent(fixed->second, "value", of, found_))
                    result_.numbers[name] = *value;
            } else if (result_.item.has(name.c_str())) {
                if (auto const value = read_coherent(result_.item, name, of, found_)) result_.numbers[name] = *value;
            } else if (declaration.name() == "Property" && declaration.has("defaultValue")) {
                if (auto const value = read_coherent(declaration, "defaultValue", of, found_))
                    result_.numbers[name] = *value;
            } else {
                fail(found_, result_.item, {}, "neuroml-missing",
                     fmt::format("<{}> of type {} has no attribute '{}'", result_.item.name(),
                                 types_.back().attribute("name"), name));
            }
        }
        for (auto const& attribute : result_.item.node.attributes()) {
            std::string const key = attribute.name();
            if (parameters_.contains(key) || key == "id" || key == "type" || key == "ion" || key == "species" ||
                key == "segmentGroup" || key == "metaid" || key.starts_with("xmlns"))
                continue;
            std::vector<std::string> names;
            for (auto const& [name, declaration] : parameters_) names.push_back(name);
            fail(found_, result_.item, key, "neuroml-unknown",
                 fmt::format("{} has no parameter '{}'", types_.back().attribute("name"), key),
                 did_you_mean(key, names));
        }
        for (auto const& child : result_.item.children())
            fail(found_, child, {}, "neuroml-unknown",
                 fmt::format("<{}> in <{}> is not understood", child.name(), result_.item.name()));
    }

    Case read_case(Item const& item, char const* condition, char const* value) {
        Case result{item, {}, {}};
        if (condition && item.has(condition)) result.condition = read_expression(item, condition, found_);
        if (value) result.value = read_expression(item, value, found_);
        return result;
    }

    void derive(Derived derived) {
        std::erase_if(result_.derived,
                      [&](Derived const& other) { return other.name == derived.name; });  // of a type it extends
        result_.derived.push_back(std::move(derived));
    }

    void read_dynamics(Item const& dynamics) {
        for (auto const& child : dynamics.children()) {
            auto const kind = child.name(), name = child.attribute("name");
            if (kind == "DerivedVariable") {
                if (child.has("select"))
                    fail(found_, child, "select", "neuroml-lems", "'select' in a ComponentType is not understood",
                         "give a 'value'");
                else derive({name, child, {read_case(child, nullptr, "value")}});
            } else if (kind == "ConditionalDerivedVariable") {
                Derived derived{name, child, {}};
                for (auto const& option : child.children()) {
                    if (option.name() == "Case") derived.cases.push_back(read_case(option, "condition", "value"));
                    else
                        fail(found_, option, {}, "neuroml-lems",
                             fmt::format("<{}> is not understood; expected <Case>", option.name()));
                }
                if (derived.cases.empty()) fail(found_, child, {}, "neuroml-lems", "there is no <Case> here");
                derive(std::move(derived));
            } else if (kind == "StateVariable") {
                result_.states.insert(name);
            } else if (kind == "TimeDerivative") {
                result_.derivatives[child.attribute("variable")] = read_case(child, nullptr, "value");
            } else if (kind == "OnStart") {
                for (auto const& [state, value] : assignments(child)) result_.starts[state] = value;
            } else if (kind == "OnCondition") {
                auto test = read_case(child, "test", nullptr);
                if (!test.condition) fail(found_, child, {}, "neuroml-lems", "this OnCondition has no test");
                result_.conditions.emplace_back(test, assignments(child));
            } else {
                fail(found_, child, {}, "neuroml-lems", fmt::format("<{}> in Dynamics is not understood", kind),
                     "known: DerivedVariable, ConditionalDerivedVariable, StateVariable, TimeDerivative, OnStart, "
                     "OnCondition");
            }
        }
    }

    std::vector<std::pair<std::string, Case>> assignments(Item const& item) {
        std::vector<std::pair<std::string, Case>> result;
        for (auto const& child : item.children()) {
            if (child.name() == "StateAssignment")
                result.emplace_back(child.attribute("variable"), read_case(child, nullptr, "value"));
            else
                fail(found_, child, {}, "neuroml-lems",
                     fmt::format("<{}> is not understood; expected <StateAssignment>", child.name()));
        }
        return result;
    }

    void check(Case const& one, char const* condition, char const* value) {
        for (auto const& [key, term] : {std::pair{condition, one.condition}, std::pair{value, one.value}}) {
            if (!key || !term) continue;
            for (auto const& name : names_in(*term))
                if (!known_.contains(name))
                    fail(found_, one.item, key, "neuroml-expression",
                         fmt::format("'{}' is not declared in {}", name, types_.back().attribute("name")),
                         did_you_mean(name, {known_.begin(), known_.end()}));
        }
    }

    void check_names() {
        for (auto const& [name, value] : result_.numbers) known_.insert(name);
        for (auto const& [name, item] : result_.requirements) known_.insert(name);
        for (auto const& derived : result_.derived) known_.insert(derived.name);
        known_.insert(result_.states.begin(), result_.states.end());
        for (auto const& derived : result_.derived)
            for (auto const& one : derived.cases) check(one, "condition", "value");
        for (auto const* of : {&result_.derivatives, &result_.starts})
            for (auto const& [state, value] : *of) check(value, nullptr, "value"), check_state(state, value.item);
        for (auto const& [test, values] : result_.conditions) {
            check(test, "test", nullptr);
            for (auto const& [state, value] : values) check(value, nullptr, "value"), check_state(state, value.item);
        }
    }

    void check_state(std::string const& name, Item const& where) {
        if (!result_.states.contains(name))
            fail(found_, where, "variable", "neuroml-lems", fmt::format("'{}' is no StateVariable", name));
    }

    /// Each derived variable after those that it reads; LEMS lists them in any order.
    bool sort() {
        std::vector<Derived> sorted;
        std::set<std::string> waiting;
        for (auto const& derived : result_.derived) waiting.insert(derived.name);
        auto const ready = [&](Derived const& derived) {
            return std::ranges::all_of(derived.cases, [&](Case const& one) {
                for (auto const& term : {one.condition, one.value})
                    if (term)
                        for (auto const& name : names_in(*term))
                            if (waiting.contains(name)) return false;
                return true;
            });
        };
        while (!result_.derived.empty()) {
            auto const next = std::ranges::find_if(result_.derived, ready);
            if (next == result_.derived.end()) {
                fail(found_, result_.derived.front().item, "name", "neuroml-lems",
                     fmt::format("'{}' depends on itself", result_.derived.front().name));
                return false;
            }
            waiting.erase(next->name);
            sorted.push_back(std::move(*next));
            result_.derived.erase(next);
        }
        result_.derived = std::move(sorted);
        return true;
    }

    Library const& library_;
    Diagnostics& found_;
    Component result_;
    std::vector<Item> types_;
    std::map<std::string, Item> parameters_, fixed_;
    std::set<std::string> known_;
};

/// Derived variables that `name` needs, in order.
std::vector<Derived> needed_for(Component const& component, std::string const& name) {
    std::set<std::string> needed{name};
    std::vector<Derived> result;
    for (auto derived = component.derived.rbegin(); derived != component.derived.rend(); ++derived) {
        if (!needed.contains(derived->name)) continue;
        for (auto const& one : derived->cases)
            for (auto const& term : {one.condition, one.value})
                if (term) needed.merge(names_in(*term));
        result.insert(result.begin(), *derived);
    }
    return result;
}

}  // namespace

void Composer::line(nmodl::Origin origin, std::string text) {
    text_ += text + '\n';
    origins_.push_back(std::move(origin));
}

void Composer::append(Composer const& other) {
    text_ += other.text_;
    origins_.insert(origins_.end(), other.origins_.begin(), other.origins_.end());
}

TermPtr read_expression(Item const& item, char const* key, Diagnostics& found) {
    if (!item.has(key)) {
        fail(found, item, {}, "neuroml-missing", fmt::format("<{}> has no attribute '{}'", item.name(), key));
        return nullptr;
    }
    auto const text = item.attribute(key);
    try {
        auto term = parse_expression(text);
        write_expression(*term, Language::nmodl, [](std::string const& name) { return name; });
        return term;
    } catch (ExpressionFailure const& failure) {
        fail(found, item, key, "neuroml-expression",
             fmt::format("{}=\"{}\", at character {}: {}", key, text, failure.offset + 1, failure.message));
        return nullptr;
    }
}

std::optional<Component> read_component(Library const& library, Item const& item, std::string const& type,
                                        Diagnostics& found) {
    return ComponentReader(library, item, found).read(type);
}

void write_derived(Composer& out, std::vector<Derived> const& derived,
                   std::function<std::string(std::string const&)> const& rename) {
    auto const write = [&](TermPtr const& term) { return write_expression(*term, Language::nmodl, rename); };
    for (auto const& [name, item, cases] : derived) {
        auto const target = rename(name);
        std::string before = "    ";
        bool closed = false;
        for (auto const& one : cases) {
            if (closed) break;  // behind a case that always holds
            if (!one.condition && before == "    ") {
                out.line(one.item, fmt::format("    {} = {}", target, write(one.value)));
            } else {
                auto const head = one.condition ? fmt::format("if ({}) ", write(one.condition)) : std::string();
                out.line(one.item, fmt::format("{}{}{{ {} = {}", before, head, target, write(one.value)));
                before = "    } else ";
            }
            closed = !one.condition;
        }
        if (before != "    ") out.line(item, closed ? "    }" : fmt::format("    }} else {{ {} = 0 }}", target));
    }
}

void write_function(Composer& out, Component const& component, std::string const& name, std::string const& exposure,
                    Diagnostics& found) {
    auto const derived = needed_for(component, exposure);
    if (derived.empty()) {
        fail(found, component.item, {}, "neuroml-lems",
             fmt::format("<{}> computes no '{}'", component.item.name(), exposure));
        return;
    }
    std::vector<std::string> args, locals;
    for (auto const& [requirement, item] : component.requirements) args.push_back(requirement);
    // A name of LEMS may mean something in NMODL ("t"): locals get a mark of their own.
    auto const rename = [&](std::string const& lems) {
        if (lems == exposure) return name;
        if (auto const number = component.numbers.find(lems); number != component.numbers.end())
            return number_text(number->second);
        return component.requirements.contains(lems) ? lems : lems + "_";
    };
    for (auto const& one : derived)
        if (one.name != exposure) locals.push_back(rename(one.name));
    out.line(component.item, fmt::format("FUNCTION {}({}) {{", name, fmt::join(args, ", ")));
    if (!locals.empty()) out.line(component.item, fmt::format("    LOCAL {}", fmt::join(locals, ", ")));
    write_derived(out, derived, rename);
    out.line(component.item, "}");
}

}  // namespace rall::io::neuroml
