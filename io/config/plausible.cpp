#include "io/config/plausible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace rall::io {
namespace {

/// Bounds of what nobody means. A neuron takes pA to a few nA; what is as thick as the axon of a squid may take more.
constexpr double most_current = 20 /* nA */, giant = 100 /* um */, least_current = 1e-6 /* nA: 1 fA */, most_volts = 0.2 /* V, as mV next to nothing */,
                 most_celsius = 60, least_kelvin = 200, least_Ra = 5 /* ohm cm; that of a squid is 35 */, most_farads = 0.05 /* F/m2 */,
                 most_conductance = 20 /* S/cm2; nodes of Ranvier have a few */, most_dt = 0.1 /* ms */;

void suspect(Diagnostics& found, Node const& node, std::string const& what, std::string const& likely) {
    complain(found, Severity::warning, "implausible", node, what, likely);
}

bool is_volts(double value) { return value != 0 && std::abs(value) <= most_volts; }

/// A potential (mV) that looks like one in V.
void look_at_potential(Diagnostics& found, Node const& node, std::string const& what, double value) {
    if (is_volts(value)) suspect(found, node, fmt::format("{} is {} mV", what, value), fmt::format("if this is in V, write {:.6g}", 1000 * value));
}

/// Is a parameter in mV the reversal potential of a mechanism?
bool is_reversal(MechanismInfo const& info, std::string const& name) {
    if (name == "e" || name == "erev" || name == "el" || name == "eleak") return true;
    return std::any_of(info.ions, info.ions + info.n_ions, [&](IonInfo const& ion) { return name == std::string("e") + ion.name; });
}

void look_at_mechanism(Build& build, MechanismSetting const& setting) {
    auto const known = build.mechanisms.find(setting.name);
    if (known == build.mechanisms.end()) return;
    for (auto const& [name, node] : setting.parameters) {
        auto const* variable = find_variable(*known->second, name);
        if (!variable || !node->is_number()) continue;
        std::string_view const units = variable->units;
        auto const value = node->number();
        auto const what = fmt::format("{} of {}", name, setting.name);
        if ((units == "S/cm2" || units == "mho/cm2") && value >= most_conductance)
            suspect(build.diagnostics, *node, fmt::format("{} is {} S/cm2", what, value), fmt::format("if this is in mS/cm2, write {:.6g}", value / 1000));
        if (units == "mV" && is_reversal(*known->second, name)) look_at_potential(build.diagnostics, *node, what, value);
    }
}

void look_at_biophysics(Build& build, Biophysics const& biophysics) {
    for (auto const& region : biophysics.regions) {
        auto const* cm = region.cm ? region.cm->where() : nullptr;
        if (cm && cm->is_number() && cm->number() > 0 && cm->number() <= most_farads)
            suspect(build.diagnostics, *cm, fmt::format("cm is {} uF/cm2", cm->number()), fmt::format("if this is in F/m2, write {:.6g}", 100 * cm->number()));
        if (region.Ra && *region.Ra < least_Ra) {
            auto const* node = region.where->find("Ra");
            suspect(build.diagnostics, node ? *node : *region.where, fmt::format("Ra is {} ohm cm", *region.Ra),
                    fmt::format("if this is in ohm m, write {:.6g}", 100 * *region.Ra));
        }
        for (auto const& mechanism : region.mechanisms) look_at_mechanism(build, mechanism);
        for (auto const& ion : region.ions)
            if (auto const* node = ion.value.where(); ion.field == IonField::reversal && node && node->is_number())
                look_at_potential(build.diagnostics, *node, fmt::format("the reversal potential of {}", ion.ion), node->number());
    }
}

/// Has a cell a mechanism with states, which a coarse step follows badly?
bool is_active(Build const& build) {
    return std::ranges::any_of(build.model.types, [&](model::CellType const& type) {
        return std::ranges::any_of(type.mechanisms, [&](auto const& painted) {
            auto const known = build.mechanisms.find(painted.mechanism);
            if (known == build.mechanisms.end()) return false;
            auto const& info = *known->second;
            return info.has_current && std::any_of(info.variables, info.variables + info.n_variables, [](VariableInfo const& x) { return x.role == Role::state; });
        });
    });
}

bool is_giant(Build const& build, model::PointSet const& set) {
    for (std::size_t i = 0; i < set.cell.size(); ++i)
        if (build.cable(set.cell[i]).compartments[static_cast<std::size_t>(set.compartment[i])].diam >= giant) return true;
    return false;
}

double largest(model::Values const& values) {
    double most = 0;
    for (std::size_t i = 0; i < values.size(); ++i) most = std::max(most, std::abs(values[i]));
    return most;
}

double least(model::Values const& values) {
    double result = values[0];
    for (std::size_t i = 0; i < values.size(); ++i) result = std::min(result, values[i]);
    return result;
}

/// The first of these keys that is given, else the whole entry.
Node const& node_of(Object const& object, std::initializer_list<char const*> keys) {
    for (auto const* key : keys)
        if (auto const* node = object.node().find(key)) return *node;
    return object.node();
}

}  // namespace

void warn_of_units(Build& build, Node const& root, std::vector<CellPlan> const& plans) {
    auto& found = build.diagnostics;
    auto const* conditions = root.find("conditions");
    auto const given = [&](char const* key) {
        auto const* node = conditions ? conditions->find(key) : nullptr;
        return node && node->is_number() ? node : nullptr;
    };
    if (auto const* celsius = given("celsius"); celsius && celsius->number() > most_celsius)
        suspect(found, *celsius, fmt::format("celsius is {} degC", celsius->number()),
                celsius->number() >= least_kelvin ? fmt::format("if this is in kelvin, write {:.6g}", celsius->number() - 273.15)
                                                  : "no neuron works at this temperature");
    if (auto const* v_init = given("v_init")) look_at_potential(found, *v_init, "v_init", v_init->number());
    auto const* run = root.find("run");
    auto const* dt = run ? run->find("dt") : nullptr;
    if (dt && build.model.method != model::Method::cvode && build.model.dt > most_dt && is_active(build))
        suspect(found, *dt, fmt::format("dt is {} ms, and cells have channels whose gates may need less than 0.1 ms", build.model.dt),
                "spikes come late or not at all; 0.025 is usual");
    for (auto const& plan : plans) look_at_biophysics(build, plan.biophysics);
}

void warn_of_units(Input& input, model::PointSet const& set) {
    auto& found = input.build.diagnostics;
    auto const what = input.object.what();
    auto const values = [&](char const* name) -> model::Values const* {
        auto const one = set.parameters.find(name);
        return one == set.parameters.end() || set.cell.empty() ? nullptr : &one->second;
    };
    bool const is_voltage = set.mechanism == "SEClamp";
    double most = 0;
    for (auto const* name : {"amp", "amp1", "amp2", "amp3", "amp_end", "offset"})
        if (auto const* of = values(name)) most = std::max(most, largest(*of));
    if (auto const amps = set.vectors.find("amps"); amps != set.vectors.end())
        for (auto const& list : amps->second)
            for (double const amp : list) most = std::max(most, std::abs(amp));
    auto const& amp = node_of(input.object, {"amp_start", "amp", "amps", "voltage", "amp_end", "percent_start"});
    if (is_voltage) {
        if (is_volts(most)) suspect(found, amp, fmt::format("{}: potentials are at most {} mV", what, most), fmt::format("if this is in V, write {:.6g}", 1000 * most));
    } else if (most >= most_current && !is_giant(input.build, set)) {
        suspect(found, amp, fmt::format("{}: the current is up to {} nA", what, most), fmt::format("if this is in pA, write {:.6g}", most / 1000));
    } else if (most > 0 && most < least_current) {
        suspect(found, amp, fmt::format("{}: the current is at most {} nA", what, most), fmt::format("if this is in A, write {:.6g}", 1e9 * most));
    }
    auto const tstop = input.build.model.tstop;
    if (auto const* del = values("del"); del && least(*del) >= tstop)
        complain(found, Severity::warning, "input-late", node_of(input.object, {"delay"}),
                 fmt::format("{} begins at {} ms, but the run ends at {} ms: it changes nothing", what, least(*del), tstop));
    auto const* dur = values("dur");
    bool const is_step = set.mechanism == "IClamp" || set.mechanism == "RampClamp";
    if (set.cell.empty() || (is_step && most == 0) || (dur && largest(*dur) == 0))
        complain(found, Severity::note, "input-no-effect", input.object.node(),
                 fmt::format("{} changes nothing: {}", what, set.cell.empty() ? "it is in no cell" : dur && largest(*dur) == 0 ? "its duration is 0 ms" : "its current is 0 nA"));
}

}  // namespace rall::io
