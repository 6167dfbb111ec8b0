#include "app/describe.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rall::app {
namespace {

char const* kind_text(MechanismKind kind) {
    switch (kind) {
        case MechanismKind::density:
            return "density";
        case MechanismKind::point:
            return "point process";
        case MechanismKind::artificial:
            return "artificial cell";
    }
    return "";
}

char const* role_text(Role role) {
    switch (role) {
        case Role::parameter:
        case Role::changed_parameter:
            return "parameter";
        case Role::global:
            return "global parameter";
        case Role::state:
            return "state";
        default:
            return nullptr;  // what a mechanism keeps for itself
    }
}

}  // namespace

nlohmann::json describe(MechanismInfo const& info) {
    nlohmann::json variables = nlohmann::json::array(), ions = nlohmann::json::array();
    for (int i = 0; i < info.n_variables; ++i) {
        auto const& variable = info.variables[i];
        if (auto const* role = role_text(variable.role))
            variables.push_back(
                {{"name", variable.name}, {"role", role}, {"units", variable.units}, {"default", variable.value}});
    }
    for (int i = 0; i < info.n_ions; ++i) ions.push_back(info.ions[i].name);
    return {{"name", info.name},
            {"title", info.title},
            {"kind", kind_text(info.kind)},
            {"ions", std::move(ions)},
            {"variables", std::move(variables)}};
}

std::string details(nlohmann::json const& mechanism) {
    auto text = fmt::format("{} ({})\n{}\n", mechanism["name"].get<std::string>(), mechanism["kind"].get<std::string>(),
                            mechanism["title"].get<std::string>());
    for (auto const& variable : mechanism["variables"])
        text += fmt::format(
            "  {:12} {:18} {:>12} {}\n", variable["name"].get<std::string>(), variable["role"].get<std::string>(),
            variable["role"] == "state" ? "" : variable["default"].dump(), variable["units"].get<std::string>());
    return text;
}

}  // namespace rall::app
