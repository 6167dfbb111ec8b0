// What stimuli say: how much flows, and when.
#include "io/config/plausible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace rall::io {
namespace {

constexpr double giant = 100;        // um: what is as thick as the axon of a squid may take more current
constexpr double least_interval = 1e-3;  // ms between two samples

bool is_giant(Build const& build, model::PointSet const& set) {
    for (std::size_t i = 0; i < set.cell.size(); ++i)
        if (build.cable(set.cell[i]).compartments[static_cast<std::size_t>(set.compartment[i])].diam >= giant) return true;
    return false;
}

/// The value that is farthest from 0.
double largest(std::vector<double> const& values) {
    double most = 0;
    for (double const value : values)
        if (std::abs(value) > std::abs(most)) most = value;
    return most;
}
double largest(model::Values const& values) {
    double most = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::abs(values[i]) > std::abs(most)) most = values[i];
    return most;
}

double least(model::Values const& values) {
    double result = values[0];
    for (std::size_t i = 0; i < values.size(); ++i) result = std::min(result, values[i]);
    return result;
}

/// The first of these keys that is given, else the whole entry.
Node const& node_of(Object const& object, std::vector<char const*> const& keys) {
    for (auto const* key : keys)
        if (auto const* node = object.node().find(key)) return *node;
    return object.node();
}

/// Keys of entries that may have given a parameter.
Node const& node_of_parameter(Object const& object, std::string const& parameter) {
    if (parameter == "amp") return node_of(object, {"amp_start", "amp", "amps", "file"});
    if (parameter == "std") return node_of(object, {"sigma", "sd", "variance"});
    if (parameter == "amp_mean") return node_of(object, {"amp_mean", "mean"});
    if (parameter == "e") return node_of(object, {"reversal"});
    if (parameter.starts_with("amp") && parameter != "amp_end") return node_of(object, {"voltage_levels", "amps", "voltage"});
    return node_of(object, {parameter.c_str()});
}

/// The largest value of a unit, and the key that gives it.
struct Largest {
    double value = 0;
    Node const* node = nullptr;
    bool any = false;
    void take(double other, Node const& at) {
        any = true;
        if (node && std::abs(other) <= std::abs(value)) return;
        value = other, node = &at;
    }
};

/// Of cells whose threshold or holding current is in doubt, that is said where they give it.
bool is_relative(Object const& object) {
    auto const* module = object.node().find("module");
    auto const name = module && module->is_string() ? module->text() : "";
    return name.starts_with("relative_") || name == "subthreshold" || name == "hyperpolarizing";
}

/// What to write for a current (nA) in the place of what gives it, which may be another number: shots have the mean of their sum, noise may have a variance.
std::string other_unit(Node const& node, double current, bool large) {
    double const given = node.is_number() ? node.number() : current, to_nA = large ? 1e-3 : 1e9;
    bool const squared = node.key == "variance" || node.key == "amp_var";
    return fmt::format("if this is in {}{}, write {:.6g}", large ? "pA" : "A", squared ? "2" : "", given * (squared ? to_nA * to_nA : to_nA));
}

/// Samples so close that their times must be in s.
void look_at_interval(Input& input, model::PointSet const& set) {
    double interval = 1;
    if (auto const given = set.parameters.find("interval"); given != set.parameters.end() && set.mechanism == "PlayClamp") interval = least(given->second);
    if (auto const times = set.vectors.find("times"); times != set.vectors.end())
        for (auto const& list : times->second)
            if (list.size() > 2) interval = std::min(interval, (list.back() - list.front()) / static_cast<double>(list.size() - 1));
    if (interval > 0 && interval < least_interval)
        suspect(input.build.diagnostics, node_of(input.object, {"times", "dt", "file"}), fmt::format("{}: values are {:.3g} ms apart", input.object.what(), interval),
                "if times are in s, multiply them by 1000");
}

/// When a stimulus begins, ms.
std::optional<double> begin_of(model::PointSet const& set) {
    auto const del = set.parameters.find("del");
    std::optional<double> first;
    if (auto const times = set.vectors.find("times"); times != set.vectors.end())
        for (auto const& list : times->second)
            if (!list.empty()) first = std::min(first.value_or(list.front()), list.front());
    if (del == set.parameters.end()) return first;
    return least(del->second) + first.value_or(0);
}

}  // namespace

void warn_if_late(Build& build, std::string const& what, Node const& where, double begin) {
    if (begin >= build.model.tstop)
        complain(build.diagnostics, Severity::warning, "input-late", where,
                 fmt::format("{} begins at {} ms, but the run ends at {} ms: it changes nothing", what, begin, build.model.tstop));
}

void SpikeTimes::add(std::vector<double> const& train) {
    if (train.empty()) return;
    first_ = std::min(first_, train.front());
    if (train.size() > 2) closest_ = std::min(closest_, (train.back() - train.front()) / static_cast<double>(train.size() - 1));
}

void warn_of_times(Build& build, std::string const& what, Node const& where, SpikeTimes const& times) {
    constexpr double fastest = 0.1;  // ms: no neuron fires at 10 kHz
    // A spike between the end and the last step is still delivered.
    if (std::isfinite(times.first()) && times.first() > build.model.tstop + build.model.dt) warn_if_late(build, what, where, times.first());
    if (times.closest() > 0 && times.closest() <= fastest)
        suspect(build.diagnostics, where, fmt::format("{}: spikes of one train are {:.3g} ms apart", what, times.closest()), "if times are in s, multiply them by 1000");
}

void warn_of_units(Input& input, model::PointSet const& set) {
    auto& found = input.build.diagnostics;
    auto const what = input.object.what();
    auto const known = input.build.mechanisms.find(set.mechanism);
    if (known == input.build.mechanisms.end()) return;  // a stimulus of ours that the reader was given no description of
    auto const& info = *known->second;
    Largest current, potential;
    for (auto const& [name, values] : set.parameters) {
        auto const* variable = find_variable(info, name);
        if (!variable || set.cell.empty()) continue;
        std::string_view const units = variable->units;
        auto const& node = node_of_parameter(input.object, name);
        if (units == "nA") current.take(largest(values), node);
        if (units == "mV") potential.take(largest(values), node);
        if (auto const likely = units == "uS" ? plausible::conductance(largest(values)) : ""; !likely.empty())
            suspect(found, node, fmt::format("{}: the conductance is up to {} uS", what, largest(values)), likely);
    }
    if (auto const amps = set.vectors.find("amps"); amps != set.vectors.end())
        for (auto const& list : amps->second) current.take(largest(list), node_of_parameter(input.object, "amp"));
    if (potential.any)
        if (auto const likely = plausible::potential(potential.value); !likely.empty())
            suspect(found, *potential.node, fmt::format("{}: potentials are at most {} mV", what, std::abs(potential.value)), likely);
    bool const large = std::abs(current.value) >= 1;
    if (!plausible::current(current.value).empty() && !is_relative(input.object) && !(large && is_giant(input.build, set)))
        suspect(found, *current.node, fmt::format("{}: the current is {} {:.6g} nA", what, large ? "up to" : "at most", std::abs(current.value)),
                other_unit(*current.node, current.value, large));
    look_at_interval(input, set);
    if (auto const begin = begin_of(set)) warn_if_late(input.build, what, node_of(input.object, {"delay", "times", "file"}), *begin);
    auto const dur = set.parameters.find("dur");
    bool const empty = dur != set.parameters.end() && largest(dur->second) == 0;
    if (set.cell.empty() || empty || (current.any && current.value == 0))
        complain(found, Severity::note, "input-no-effect", input.object.node(),
                 fmt::format("{} changes nothing: {}", what, set.cell.empty() ? "it is in no cell" : empty ? "its duration is 0 ms" : "its current is 0 nA"));
}

}  // namespace rall::io
