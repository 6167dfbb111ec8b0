// `rall list`: the built-in mechanisms, or one of them in detail.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/text.hpp"
#include "mechanisms/catalogue.hpp"

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

void print_details(nlohmann::json const& mechanism) {
    fmt::print("{} ({})\n{}\n", mechanism["name"].get<std::string>(), mechanism["kind"].get<std::string>(),
               mechanism["title"].get<std::string>());
    for (auto const& variable : mechanism["variables"])
        fmt::print("  {:12} {:18} {:>12} {}\n", variable["name"].get<std::string>(),
                   variable["role"].get<std::string>(), variable["role"] == "state" ? "" : variable["default"].dump(),
                   variable["units"].get<std::string>());
}

}  // namespace

Command add_list(CLI::App& app) {
    struct Options {
        std::string name;
        bool json = false;
    };
    auto const options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("list", "show the built-in mechanisms");
    verb->add_option("name", options->name, "show the variables of this one");
    verb->add_flag("--json", options->json, "for programs");
    return {verb, [options] {
                Catalogue const catalogue;
                std::vector<std::string> names;
                auto all = nlohmann::json::array();
                for (auto const& [name, info] : catalogue.mechanisms()) {
                    names.push_back(name);
                    if (options->name.empty() || options->name == name) all.push_back(describe(*info));
                }
                if (all.empty())
                    throw UsageError(fmt::format("no built-in mechanism is called '{}'; {}", options->name,
                                                 did_you_mean(options->name, names)));
                if (options->json) fmt::print("{}\n", all.dump(2));
                else if (!options->name.empty()) print_details(all.front());
                else
                    for (auto const& mechanism : all)
                        fmt::print("{:12} {:16} {}\n", mechanism["name"].get<std::string>(),
                                   mechanism["kind"].get<std::string>(), mechanism["title"].get<std::string>());
            }};
}

}  // namespace rall::app
