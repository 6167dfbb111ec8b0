#include "io/config/mechanisms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace rall::io {
namespace {

char const* kind_name(MechanismKind kind) {
    switch (kind) {
        case MechanismKind::density:
            return "a density mechanism (SUFFIX): paint it in a region of the biophysics";
        case MechanismKind::point:
            return "a POINT_PROCESS: place it under 'synapses'";
        case MechanismKind::artificial:
            return "an ARTIFICIAL_CELL: use it under 'generators'";
    }
    return "";
}

}  // namespace

MechanismInfo const* find_mechanism(Mechanisms const& mechanisms, std::string const& name, MechanismKind kind,
                                    Node const& where, Diagnostics& diagnostics) {
    auto const found = mechanisms.find(name);
    if (found == mechanisms.end()) {
        std::vector<std::string> names;
        for (auto const& [other, info] : mechanisms)
            if (info->kind == kind) names.push_back(other);
        auto const hint = did_you_mean(name, names);
        error(diagnostics, "mechanism-unknown", where, fmt::format("no mechanism is called '{}'", name),
              hint + "; a mechanism of your own: name the directory of its .mod file in mechanism_dirs");
        return nullptr;
    }
    if (found->second->kind != kind) {
        error(diagnostics, "mechanism-kind", where, fmt::format("{} is {}", name, kind_name(found->second->kind)));
        return nullptr;
    }
    return found->second;
}

VariableInfo const* find_variable(MechanismInfo const& info, std::string_view name) {
    auto const* end = info.variables + info.n_variables;
    auto const* found = std::find_if(info.variables, end, [&](VariableInfo const& v) { return v.name == name; });
    return found == end ? nullptr : found;
}

std::vector<Given> given_parameters(Node const* object, std::string const& what, Diagnostics& diagnostics) {
    std::vector<Given> given;
    if (object && !object->is_object())
        error(diagnostics, "config-type", *object,
              fmt::format("{} is of type {}; expected an object of parameters and values, {{}} for none", what,
                          object->scalar.type_name()));
    else if (object)
        for (auto const& member : object->children) given.push_back({member.key, &member});
    return given;
}

VariableInfo const* find_parameter(MechanismInfo const& info, Given const& given, Diagnostics& diagnostics) {
    auto const& [name, value] = given;
    auto const* variable = find_variable(info, name);
    if (variable && is_settable(*variable)) return variable;
    if (variable && variable->role == Role::global) {
        complain(diagnostics, Severity::error, "parameter-global", *value,
                 fmt::format("{} of {} is GLOBAL: it has one value in the whole model", name, info.name),
                 fmt::format("write it in the config: \"conditions\": {{\"mechanisms\": {{\"{}\": {{\"{}\": ...}}}}}}",
                             info.name, name),
                 true);
        return nullptr;
    }
    std::vector<std::string> names;
    for (int i = 0; i < info.n_variables; ++i)
        if (is_settable(info.variables[i])) names.emplace_back(info.variables[i].name);
    auto const suffix = std::string("_") + info.name;
    complain(diagnostics, Severity::error, "parameter-unknown", *value,
             variable ? fmt::format("{} of {} is computed by the mechanism, not a parameter", name, info.name)
                      : fmt::format("{} has no parameter '{}'", info.name, name),
             name.ends_with(suffix) ? fmt::format("leave out '{}'", suffix) : did_you_mean(name, names), true);
    return nullptr;
}

std::map<std::string, Expression> read_parameters(MechanismInfo const& info, std::vector<Given> const& given,
                                                  std::string const& what, Diagnostics& diagnostics) {
    std::map<std::string, Expression> parameters;
    for (auto const& parameter : given)
        if (find_parameter(info, parameter, diagnostics))
            parameters.insert_or_assign(parameter.name,
                                        Expression(*parameter.value, what + "." + parameter.name, diagnostics));
    return parameters;
}

void note_defaults(MechanismInfo const& info, std::function<bool(std::string const&)> const& is_given,
                   Node const& where, std::string const& what, Diagnostics& diagnostics) {
    std::string text;
    for (int i = 0; i < info.n_variables; ++i) {
        auto const& variable = info.variables[i];
        if (is_parameter(variable) && !is_given(variable.name))
            text += fmt::format("{}{} = {}{}{}", text.empty() ? "" : ", ", variable.name, variable.value,
                                *variable.units ? " " : "", variable.units);
    }
    if (!text.empty())
        complain(diagnostics, Severity::note, "parameter-defaults", where,
                 fmt::format("{}: not given, so {}", what, text));
}

model::Values compact(std::vector<double> values) {
    if (!values.empty() && std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); }))
        return values.front();
    return model::Values(std::move(values));
}

}  // namespace rall::io
