// "inputs": SONATA's stimuli as electrodes on cells, or as spike trains into synapses.
#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/text/series.hpp"

namespace rall::io {
namespace {

using Parameters = std::map<std::string, Series>;

/// One electrode per cell and place.
void add_electrodes(Build& build, Object& object, std::string const& mechanism, std::vector<Parameters> const& each) {
    auto const cells = resolve_cells(build, object.find("node_set"));
    auto const* location = object.find("location");
    if (!object.has("node_set")) object.assumed("node_set", "all cells");
    if (!location) object.assumed("location", default_location(build, cells));
    Places places(build, location);
    for (auto const& parameters : each) {
        model::PointSet set;
        set.label = object.node().key;
        set.mechanism = mechanism;
        for (int const cell : cells)
            for (int const compartment : places.in(cell)) {
                set.cell.push_back(cell);
                set.compartment.push_back(compartment);
            }
        bool fit = true;
        for (auto const& [name, value] : parameters) {
            fit = value.fits(set.cell.size(), object.what() + ": " + name, "electrodes", build.diagnostics);
            if (!fit) break;
            set.parameters.emplace(name, value.is_list() ? compact(value.values()) : model::Values(value[0]));
        }
        if (!fit) break;  // the same would be said of every pulse
        build.model.points.push_back(std::move(set));
    }
    for (int const cell : cells)
        if (auto const n = places.in(cell).size(); n > 1) {
            complain(build.diagnostics, Severity::note, "input-several-places", *location,
                     fmt::format("{}: {} places in {}, each with an electrode of its own", object.what(), n,
                                 build.model.cells[cell].name));
            break;  // one example suffices
        }
}

/// A number, or one for each electrode.
Series required_series(Build& build, Object& object, char const* key, Range range = any_number) {
    object.required(key);
    return read_series(object, key, range, build.diagnostics).value_or(1.0);
}

Series delay_of(Build& build, Object& object) {
    if (!object.has("delay")) object.assumed("delay", "0 ms");
    return read_series(object, "delay", not_negative, build.diagnostics).value_or(0.0);
}

Parameters pulse(Series delay, Series duration, Series amplitude) {
    return {{"del", std::move(delay)}, {"dur", std::move(duration)}, {"amp", std::move(amplitude)}};
}

void add_linear(Build& build, Object& object) {
    auto const amplitude = required_series(build, object, "amp_start");
    auto const end = read_series(object, "amp_end", any_number, build.diagnostics);
    if (end && end->values() != amplitude.values())
        error(build.diagnostics, "input-ramp", *object.find("amp_end"),
              "a current that changes while it flows is not supported yet: expected amp_end equal to amp_start");
    add_electrodes(
        build, object, "IClamp",
        {pulse(delay_of(build, object), required_series(build, object, "duration", not_negative), amplitude)});
}

void add_iclamp(Build& build, Object& object) {
    auto const amplitude = required_series(build, object, "amp");
    add_electrodes(
        build, object, "IClamp",
        {pulse(delay_of(build, object), required_series(build, object, "duration", not_negative), amplitude)});
}

void add_pulses(Build& build, Object& object) {
    auto const amplitude = required_series(build, object, "amp_start");
    auto const width = object.required_number("width", positive);
    auto const frequency = object.required_number("frequency", positive);
    auto const delay = object.number("delay", 0, not_negative, "ms");
    auto const duration = object.required_number("duration", not_negative);
    auto const interval = 1000 / frequency;  // Hz to ms
    if (width > interval)
        error(build.diagnostics, "config-range", *object.find("width"),
              fmt::format("pulses of {} ms overlap at {} Hz: expected at most {} ms", width, frequency, interval));
    constexpr double most = 1e5;
    if (duration / interval > most) {
        error(build.diagnostics, "config-range", *object.find("duration"), fmt::format("more than {} pulses", most));
        return;
    }
    std::vector<Parameters> pulses;
    for (double begin = 0; begin < duration; begin = static_cast<double>(pulses.size()) * interval)
        pulses.push_back(pulse(delay + begin, std::min(width, duration - begin), amplitude));
    add_electrodes(build, object, "IClamp", pulses);
}

void add_seclamp(Build& build, Object& object) {
    Parameters parameters;
    parameters.emplace("rs", object.number("series_resistance", 0.01, positive, "Mohm"));
    std::vector<double> levels, durations;
    if (object.has("amps")) {
        levels = object.numbers("amps");
        object.required("durations");
        durations = object.numbers("durations", not_negative);
        if (levels.size() != durations.size() || levels.size() > 3)
            error(build.diagnostics, "input-levels", *object.find("amps"),
                  fmt::format("{} amps and {} durations; expected equally many, at most three", levels.size(),
                              durations.size()));
    } else {
        levels = {object.required_number("voltage")};
        durations = {object.required_number("duration", not_negative)};
        if (object.optional_number("delay").value_or(0) != 0)
            error(build.diagnostics, "input-delay", *object.find("delay"),
                  "SEClamp holds from t = 0 on: expected a delay of 0");
    }
    for (std::size_t i = 0; i < std::min<std::size_t>({3, levels.size(), durations.size()}); ++i) {
        parameters.emplace(fmt::format("amp{}", i + 1), levels[i]);
        parameters.emplace(fmt::format("dur{}", i + 1), durations[i]);
    }
    add_electrodes(build, object, "SEClamp", {parameters});
}

void add_replay(Build& build, Object& object) {
    auto trains = read_trains(build, object);
    auto const target = resolve_target(build, object);
    auto const weight = object.required_number("weight");
    auto const delay = object.number("delay", 1, not_negative, "ms");
    int const count = static_cast<int>(trains.size());
    int const first = add_trains(build, std::move(trains), false);
    if (target.set < 0) return;
    auto const number = build.model.number_of({target.set, target.first});
    for (int i = 0; i < count; ++i)
        for (int instance = 0; instance < target.count; ++instance)
            build.model.connections.push_back(
                {static_cast<std::uint32_t>(first + i), number + static_cast<std::uint32_t>(instance), weight, delay});
}

struct Module {
    char const* name;
    char const* input_type;
    void (*add)(Build&, Object&);
};
constexpr Module modules[] = {{"linear", "current_clamp", add_linear},
                              {"IClamp", "current_clamp", add_iclamp},
                              {"pulse", "current_clamp", add_pulses},
                              {"seclamp", "voltage_clamp", add_seclamp},
                              {"synapse_replay", "spikes", add_replay}};

}  // namespace

void add_inputs(Build& build, Node const& inputs) {
    Object list(inputs, "inputs", build.diagnostics);
    for (auto const& node : inputs.children) {
        Object object(node, "inputs." + node.key, build.diagnostics);
        auto const* name = object.required("module");
        auto const text = object.optional_text("module");
        if (!name || !text) continue;
        std::vector<std::string> names;
        Module const* found = nullptr;
        for (auto const& module : modules) {
            names.emplace_back(module.name);
            if (*text == module.name) found = &module;
        }
        if (!found) {
            error(build.diagnostics, "input-module", *name,
                  fmt::format("the input module '{}' is not supported", *text),
                  did_you_mean(*text, names) + "; any other stimulus: place its mechanism under 'synapses'");
            continue;
        }
        object.required("input_type");
        object.choice("input_type", {found->input_type});
        found->add(build, object);
        object.finish();
    }
}

}  // namespace rall::io
