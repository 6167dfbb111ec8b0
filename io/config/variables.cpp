// Variables that reports and POINTERs name: of compartments (v, an ion's, a mechanism's) and of point processes.
#include <fmt/format.h>

#include <set>
#include <span>

#include "base/text.hpp"
#include "io/config/build.hpp"

namespace rall::io {
namespace {

/// "cai", "cao", "ica", "eca" for an ion the model uses.
std::optional<Variable> ion_variable(std::string const& name, std::set<std::string> const& ions) {
    for (auto const& ion : ions) {
        if (name == ion + "i" || name == ion + "o") return Variable{"", name, "mM", ion};
        if (name == "i" + ion) return Variable{"", name, "mA/cm2", ion};
        if (name == "e" + ion) return Variable{"", name, "mV", ion};
    }
    return std::nullopt;
}

/// The variable of a mechanism that "g" means, or "a[2]" if it is an array; null if it has none or not so many elements.
VariableInfo const* find_element(MechanismInfo const& info, std::string const& text) {
    auto const [name, index] = split_index(text);
    auto const* variable = find_variable(info, name);
    return variable && is_visible(*variable) && index < variable->size ? variable : nullptr;
}

}  // namespace

std::optional<Variable> resolve_variable(Build& build, std::string const& name, Node const& where) {
    if (name == "v") return Variable{"", "v", "mV", ""};
    if (name == "i_membrane") return Variable{"", "i_membrane", "nA", ""};
    std::set<std::string> ions;
    for (auto const& mechanism : build.painted)
        for (auto const* info = build.mechanisms.at(mechanism); auto const& ion : std::span(info->ions, info->n_ions))
            ions.insert(ion.name);
    if (auto const found = ion_variable(name, ions)) return found;
    auto const dot = name.find('.');
    for (auto const& [mechanism, info] : build.mechanisms) {
        auto const suffix = "_" + mechanism;
        std::string variable;
        if (dot != std::string::npos && name.substr(0, dot) == mechanism) variable = name.substr(dot + 1);
        else if (name.size() > suffix.size() && name.ends_with(suffix))
            variable = name.substr(0, name.size() - suffix.size());
        auto const* found = variable.empty() ? nullptr : find_element(*info, variable);
        if (found && build.painted.contains(mechanism)) return Variable{mechanism, variable, found->units, ""};
    }
    std::set<std::string> choices{"v", "i_membrane"};
    for (auto const& mechanism : build.painted)
        for (auto const* info = build.mechanisms.at(mechanism);
             auto const& known : std::span(info->variables, info->n_variables))
            if (known.ion < 0) choices.insert(mechanism + "." + known.name);
    for (auto const& ion : ions)
        for (auto const& text : {ion + "i", ion + "o", "i" + ion, "e" + ion}) choices.insert(text);
    error(build.diagnostics, "variable-unknown", where, fmt::format("the model has no variable '{}'", name),
          did_you_mean(name, {choices.begin(), choices.end()}));
    return std::nullopt;
}

std::optional<Variable> resolve_variable(Build& build, model::PointSet const& set, std::string const& name,
                                         Node const& where) {
    auto const info = build.mechanisms.find(set.mechanism);
    if (info == build.mechanisms.end()) return std::nullopt;
    if (auto const* variable = find_element(*info->second, name))
        return Variable{set.mechanism, name, variable->units, ""};
    std::vector<std::string> names;
    for (int i = 0; i < info->second->n_variables; ++i)
        if (auto const& known = info->second->variables[i]; is_visible(known)) names.emplace_back(known.name);
    error(build.diagnostics, "variable-unknown", where, fmt::format("{} has no variable '{}'", set.mechanism, name),
          did_you_mean(name, names));
    return std::nullopt;
}

std::vector<char> has_variable(Build const& build, model::CellType const& type, Variable const& variable) {
    auto const anywhere = variable.mechanism.empty() && variable.ion.empty();
    std::vector<char> has(type.cable->compartments.size(), anywhere);
    for (auto const& paint : type.mechanisms) {
        auto const* info = build.mechanisms.at(paint.mechanism);
        bool owns = paint.mechanism == variable.mechanism;
        for (int i = 0; i < info->n_ions; ++i) owns |= variable.ion == info->ions[i].name;
        if (owns)
            for (int const i : paint.compartments) has[i] = 1;
    }
    return has;
}

}  // namespace rall::io
