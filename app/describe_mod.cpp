#include "app/describe_mod.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "nmodl_lite/analysis/cost.hpp"
#include "nmodl_lite/syntax/printer.hpp"

namespace rall::app {
namespace {

using nlohmann::json;
using nmodl::Role;

std::string kind_text(nmodl::Kind kind) {
    switch (kind) {
        case nmodl::Kind::density:
            return "density mechanism";
        case nmodl::Kind::point:
            return "point process";
        case nmodl::Kind::artificial:
            return "artificial cell";
    }
    return {};
}

/// The variables that play certain roles; what a mechanism keeps for itself only where `hidden`.
json variables(nmodl::Mechanism const& m, std::initializer_list<Role> roles, bool with_value, bool hidden = true) {
    auto all = json::array();
    for (auto const& v : m.variables) {
        if (std::ranges::find(roles, v.role) == roles.end() || !(hidden || v.range)) continue;
        json one{{"name", v.name}, {"units", v.units}};
        if (v.is_array) one["size"] = v.size;
        if (with_value) one["default"] = v.value;
        if (v.limits) one["limits"] = {v.limits->first, v.limits->second};
        all.push_back(std::move(one));
    }
    return all;
}

json names(std::vector<nmodl::Name> const& all) {
    auto result = json::array();
    for (auto const& named : all) result.push_back(named.name);
    return result;
}

json blocks(nmodl::Program const& program) {
    auto all = json::array();
    for (auto const& block : program.blocks) all.push_back(nmodl::heading(block));
    return all;
}

json cost_table(nmodl::Mechanism const& m) {
    auto all = json::object();
    for (auto const& [function, cost] : nmodl::costs(m))
        all[to_string(function)] = {{"bytes_read", cost.bytes_read},
                                    {"bytes_written", cost.bytes_written},
                                    {"additions", cost.additions},
                                    {"multiplications", cost.multiplications},
                                    {"divisions", cost.divisions},
                                    {"exponentials", cost.exponentials},
                                    {"other_calls", cost.other_calls},
                                    {"comparisons", cost.comparisons},
                                    {"loops", cost.loops}};
    return all;
}

std::string joined(json const& words) { return enumerate(words.get<std::vector<std::string>>()); }

/// One line per variable: name, value, units, limits.
std::string table(std::string const& title, json const& variables) {
    if (variables.empty()) return {};
    auto text = title + "\n";
    for (auto const& v : variables) {
        auto name = v["name"].get<std::string>();
        if (v.contains("size")) name += fmt::format("[{}]", v["size"].get<int>());
        auto line = fmt::format("  {:14} {:>12} {:12}", name,
                                v.contains("default") ? nmodl::number_text(v["default"].get<double>()) : "",
                                v["units"].get<std::string>());
        if (v.contains("limits"))
            line += fmt::format(" {} to {}", nmodl::number_text(v["limits"][0].get<double>()),
                                nmodl::number_text(v["limits"][1].get<double>()));
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

std::string events_text(json const& events) {
    std::string text;
    if (events["receives"].get<bool>()) {
        text = "received";
        for (auto const& argument : events["arguments"]) {
            auto const units = argument["units"].get<std::string>();
            text += (text == "received" ? " with " : ", ") + argument["name"].get<std::string>() +
                    (units.empty() ? "" : " (" + units + ")");
        }
    }
    if (events["sends"].get<bool>()) text += text.empty() ? "sent" : "; sent";
    return text;
}

std::string cost_text(json const& cost) {
    auto text = fmt::format("cost of one instance and call\n  {:19}{:>11}{:>14}{:>6}{:>6}{:>6}{:>6}{:>13}{:>13}\n", "",
                            "bytes read", "bytes written", "+ -", "*", "/", "exp", "other calls", "comparisons");
    for (int i = 0; i <= static_cast<int>(nmodl::KernelFunction::next_discontinuity); ++i) {
        auto const* function = to_string(static_cast<nmodl::KernelFunction>(i));
        if (!cost.contains(function)) continue;
        auto const& c = cost[function];
        auto of = [&](char const* key) { return c[key].get<int>(); };
        text += fmt::format("  {:19}{:>11}{:>14}{:>6}{:>6}{:>6}{:>6}{:>13}{:>13}{}\n", function, of("bytes_read"),
                            of("bytes_written"), of("additions"), of("multiplications"), of("divisions"),
                            of("exponentials"), of("other_calls"), of("comparisons"),
                            c["loops"].get<bool>() ? "  and more turns of its loops" : "");
    }
    return text;
}

}  // namespace

json describe_mod(nmodl::Translated const& translated) {
    auto const& m = translated.mechanism;
    auto ions = json::array(), methods = json::array(), arguments = json::array(), pointers = json::array();
    for (auto const& ion : m.ions) {
        json one{{"name", ion.name}, {"read", ion.read}, {"write", ion.write}};
        if (ion.valence != 0) one["valence"] = ion.valence;
        ions.push_back(std::move(one));
    }
    for (auto const& method : m.methods)
        methods.push_back({{"block", method.block}, {"method", method.method}, {"states", method.states}});
    for (auto const& neuron : translated.program.neuron)
        for (auto const* list : {&neuron.pointer, &neuron.bbcore_pointer})
            for (auto const& name : names(*list)) pointers.push_back(name);
    for (auto const& block : translated.program.blocks)
        if (block.kind == nmodl::BlockKind::net_receive)
            for (auto const& arg : block.args) arguments.push_back({{"name", arg.name}, {"units", arg.units}});
    return {{"name", m.name},
            {"title", m.title},
            {"kind", kind_text(m.kind)},
            {"parameters", variables(m, {Role::parameter, Role::changed_parameter}, true)},
            {"global_parameters", variables(m, {Role::global}, true)},
            {"states", variables(m, {Role::state}, false)},
            {"assigned", variables(m, {Role::carried, Role::observable}, false, false)},
            {"ions", std::move(ions)},
            {"currents", m.currents},
            {"conductance", m.conductance},
            {"pointers", std::move(pointers)},
            {"methods", std::move(methods)},
            {"fixed_step_only", m.fixed_step_only},
            {"additive", m.not_additive.empty()},
            {"not_additive", m.not_additive},
            {"blocks", blocks(translated.program)},
            {"events", {{"receives", m.has_receive}, {"arguments", std::move(arguments)}, {"sends", m.sends_events}}},
            {"cost", cost_table(m)}};
}

std::string mod_text(json const& mechanism) {
    auto text = fmt::format("{} ({})\n", mechanism["name"].get<std::string>(), mechanism["kind"].get<std::string>());
    auto line = [&](char const* what, std::string const& value) {
        if (!value.empty()) text += fmt::format("{:12} {}\n", what, value);
    };
    line("title", mechanism["title"].get<std::string>());
    for (auto const& ion : mechanism["ions"]) {
        auto said = ion["name"].get<std::string>();
        if (ion.contains("valence")) said += fmt::format(", valence {}", ion["valence"].get<int>());
        for (auto const* deed : {"read", "write"})
            if (!ion[deed].empty()) said += fmt::format("; {}s {}", deed, joined(ion[deed]));
        line("ion", said);
    }
    if (!mechanism["currents"].empty())
        line("currents", fmt::format("{}; dI/dv by {}", joined(mechanism["currents"]),
                                     mechanism["conductance"].get<std::string>()));
    line("pointers", joined(mechanism["pointers"]));
    for (auto const& method : mechanism["methods"]) {
        auto const how = method["method"].get<std::string>();
        line("method", fmt::format("{}: {}{}{}", method["block"].get<std::string>(), how.empty() ? "called" : how,
                                   method["states"].empty() ? "" : " of ", joined(method["states"])));
    }
    line("fixed step", mechanism["fixed_step_only"].get<std::string>());
    line("events", events_text(mechanism["events"]));
    if (mechanism["events"]["receives"].get<bool>())
        line("merged", mechanism["additive"].get<bool>() ? "those with the same parameters in one compartment are one in a run with a fixed step"
                                                         : "never: " + mechanism["not_additive"].get<std::string>());
    for (auto const& block : mechanism["blocks"])
        line(&block == &mechanism["blocks"].front() ? "blocks" : "", block.get<std::string>());
    return text + table("parameters", mechanism["parameters"]) +
           table("global parameters", mechanism["global_parameters"]) + table("states", mechanism["states"]) +
           table("assigned", mechanism["assigned"]) + cost_text(mechanism["cost"]);
}

}  // namespace rall::app
