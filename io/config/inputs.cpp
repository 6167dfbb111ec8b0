// "inputs": SONATA's stimuli as electrodes on cells, or as spike trains into synapses. Names of modules and keys are those of SONATA and of
// the Blue Brain Project's extension of it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/config/input_keys.hpp"

namespace rall::io {
namespace {

bool same(model::Values const& a, model::Values const& b) {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// From one current to another, or one that stays.
void ramp(Input& input, model::Values const& from, model::Values const& to) {
    input.window();
    input.set("amp", from);
    if (same(from, to)) return input.place("IClamp");
    input.set("amp_end", to);
    input.place("RampClamp");
}

void add_linear(Input& input) {
    auto const from = input.values("amp_start");
    ramp(input, from, input.has("amp_end") ? input.values("amp_end") : from);
}

void add_relative_linear(Input& input) {
    auto const from = input.percent("percent_start", "threshold_current");
    ramp(input, from, input.has("percent_end") ? input.percent("percent_end", "threshold_current") : from);
}

void add_subthreshold(Input& input) {
    auto const amp = combine([](double threshold, double less) { return threshold * (100 - less) / 100; },
                             input.of_cells("threshold_current"), input.values("percent_less"));
    ramp(input, amp, amp);
}

void add_hyperpolarizing(Input& input) {
    auto const amp = input.of_cells("holding_current");
    ramp(input, amp, amp);
}

/// ms of a period, from "frequency" (Hz).
model::Values period(Input& input) {
    return combine([](double hz, double) { return 1000 / hz; }, input.values("frequency"), 0);
}

void add_pulses(Input& input) {
    input.set("amp", input.values("amp_start"));
    auto const width = input.values("width");
    auto const interval = period(input);
    for (std::size_t i = 0; i < std::max(width.size(), interval.size()); ++i)
        if (width[i] > interval[i]) {
            error(input.build.diagnostics, "config-range", input.object.at("width"),
                  fmt::format("pulses of {} ms overlap at {} Hz: expected at most {} ms", width[i], 1000 / interval[i],
                              interval[i]));
            break;
        }
    input.set("width", width);
    input.set("interval", interval);
    input.window();
    input.place("PulseClamp");
}

void add_sine(Input& input) {
    input.set("amp", input.values("amp_start"));
    input.set("freq", input.values("frequency"));
    input.set("phase", input.values("phase"));
    input.set("offset", input.values("offset"));
    input.window();
    input.place("SineClamp");
}

/// Blue Brain's form: from the first potential to level k when durations 0 .. k are over, as Vector.play sets it in NEURON. At most two levels follow.
void add_voltage_levels(Input& input) {
    auto& object = input.object;
    auto& diagnostics = input.build.diagnostics;
    object.required("voltage_levels"), object.required("duration_levels");
    auto const levels = object.numbers("voltage_levels"), durations = object.numbers("duration_levels");
    object.ignore("delay", "SEClamp holds from t = 0 on");
    double const end = object.number("duration"), first = object.number("voltage");
    if (levels.size() != durations.size() || levels.size() > 2) {
        error(diagnostics, "input-levels", object.at("voltage_levels"),
              fmt::format("{} levels and {} durations; expected equally many, at most two after 'voltage'", levels.size(), durations.size()),
              "more levels: a play input, or a voltage clamp for each");
        return;
    }
    std::vector<double> amps{first}, lasts;
    double at = 0;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        lasts.push_back(std::min(durations[k], end - at));
        at += lasts.back();
        amps.push_back(levels[k]);
    }
    lasts.push_back(end - at);
    for (std::size_t k = 0; k < amps.size(); ++k) {
        input.set(fmt::format("amp{}", k + 1), amps[k]);
        input.set(fmt::format("dur{}", k + 1), lasts[k]);
    }
    input.place("SEClamp");
}

void add_seclamp(Input& input) {
    auto& object = input.object;
    auto& diagnostics = input.build.diagnostics;
    input.set("rs", input.values("series_resistance"));
    if (object.has("voltage_levels") || object.has("duration_levels")) {
        add_voltage_levels(input);
        return;
    }
    if (object.has("amps")) {
        auto const levels = object.numbers("amps");
        object.required("durations");
        auto const durations = object.numbers("durations");
        if (levels.size() != durations.size() || levels.size() > 3)
            error(diagnostics, "input-levels", object.at("amps"),
                  fmt::format("{} amps and {} durations; expected equally many, at most three", levels.size(),
                              durations.size()));
        for (std::size_t i = 0; i < std::min<std::size_t>({3, levels.size(), durations.size()}); ++i) {
            input.set(fmt::format("amp{}", i + 1), levels[i]);
            input.set(fmt::format("dur{}", i + 1), durations[i]);
        }
    } else {
        input.set("amp1", input.values("voltage"));
        input.set("dur1", input.values("duration"));
        if (object.optional_number("delay").value_or(0) != 0)
            error(diagnostics, "input-delay", object.at("delay"),
                  "SEClamp holds from t = 0 on: expected a delay of 0");
    }
    input.place("SEClamp");
}

void add_replay(Build& build, Object& object) {
    auto trains = read_trains(build, object);
    auto const target = resolve_target(build, object);
    auto const weight = object.number("weight");
    auto const delay = object.number("delay", 1);
    int const count = static_cast<int>(trains.size());
    int const first = add_trains(build, std::move(trains), false);
    if (target.set < 0) return;
    auto const number = build.model.number_of({target.set, target.first});
    for (int i = 0; i < count; ++i)
        for (int instance = 0; instance < target.count; ++instance) {
            auto const to = number + static_cast<std::uint32_t>(instance);
            if (!build.chosen || build.chosen->instances[to]) build.model.connections.push_back({static_cast<std::uint32_t>(first + i), to, weight, delay});
        }
}

std::vector<InputModule> const& all_modules() {
    static auto const modules = [] {
        std::vector<InputModule> all{{"linear", add_linear},
                                     {"relative_linear", add_relative_linear},
                                     {"subthreshold", add_subthreshold},
                                     {"hyperpolarizing", add_hyperpolarizing},
                                     {"IClamp", add_iclamp},
                                     {"pulse", add_pulses},
                                     {"sinusoidal", add_sine},
                                     {"sine", add_sine},
                                     {"seclamp", add_seclamp},
                                     {"spatially_uniform_e_field", nullptr},
                                     {"synapse_replay", nullptr}};
        for (auto const& more : {play_modules(), noise_modules()}) all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return modules;
}

}  // namespace

void add_inputs(Build& build, Node const& inputs) {
    Object list(inputs, "inputs", build.diagnostics);
    for (auto const& node : inputs.children) {
        Object object(node, "inputs." + node.key, build.diagnostics, keys_of("input"));
        if (!object.flag("enabled")) continue;
        auto const* name = object.required("module");
        auto const text = object.optional_text("module");
        if (!name || !text) continue;
        if (build.circuit && !object.node().find("target") && build.circuit->add_spikes(build, object)) {
            object.finish();
            continue;
        }
        if (*text == "xstim" || *text == "comsol" || *text == "extracellular" || *text == "ecephys_probe") {
            error(build.diagnostics, "input-module", *name, fmt::format("the input module '{}' is not supported", *text),
                  *text == "ecephys_probe" ? "write the spikes as SONATA spikes (\"module\": \"h5\")" : "potentials from outside that act on cells are not simulated");
            continue;
        }
        auto const& modules = all_modules();
        auto const found = std::ranges::find(modules, *text, &InputModule::name);
        if (found == modules.end()) {
            std::vector<std::string> names;
            for (auto const& module : modules) names.emplace_back(module.name);
            // Every electrode is called a clamp: what is near in letters may be the other kind.
            bool const holds = *text == "VClamp" || *text == "vclamp" || *text == "SEClamp" || *text == "voltage_clamp";
            error(build.diagnostics, "input-module", *name,
                  fmt::format("the input module '{}' is not supported", *text),
                  (holds ? "a voltage clamp is \"module\": \"seclamp\"" : did_you_mean(*text, names)) +
                      "\n    any other stimulus: place its mechanism under 'synapses'");
            continue;
        }
        object.become(keys_of("input." + *text));
        object.choice("input_type");
        if (found->add) {
            Input input(build, object);
            found->add(input);
        } else if (*text == "spatially_uniform_e_field") {
            add_field(build, object);
        } else {
            add_replay(build, object);
        }
        object.finish();
    }
}

}  // namespace rall::io
