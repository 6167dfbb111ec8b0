// "module": "IClamp": steps of current, and BMTK's ways to give them: lists of several, tables in CSV files, sweeps in NWB files.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/config/input_keys.hpp"
#include "io/results/nwb.hpp"
#include "io/text/csv.hpp"
#include "io/text/types_table.hpp"

namespace rall::io {
namespace {

/// In a circuit lists are several steps, one after the other, as with BMTK.
bool add_steps(Input& input) {
    auto& object = input.object;
    auto const is_list = [&](char const* key) { return object.node().find(key) && object.node().find(key)->is_array(); };
    if (!input.build.circuit || (!is_list("amp") && !is_list("delay") && !is_list("duration"))) return false;
    for (auto const* key : {"amp", "delay", "duration"}) object.required(key);
    auto const amps = object.numbers("amp"), delays = object.numbers("delay"), durations = object.numbers("duration");
    if (amps.size() != delays.size() || amps.size() != durations.size()) {
        error(input.build.diagnostics, "input-levels", object.node(),
              fmt::format("{}: {} values of amp, {} of delay and {} of duration; expected equally many: each is a step", object.what(), amps.size(),
                          delays.size(), durations.size()));
        return true;
    }
    for (std::size_t k = 0; k < amps.size(); ++k) {
        input.set("amp", amps[k]);
        input.set("del", delays[k]);
        input.set("dur", durations[k]);
        input.place("IClamp", fmt::format(".{}", k));
    }
    return true;
}

/// A table as the mechanism PlayClamp wants it: every value holds until the next.
void play(Input& input, std::vector<double> amps) {
    input.set("linear", 0.0);
    input.vectors("amps", {std::move(amps)});
    input.place("PlayClamp");
}

std::optional<std::filesystem::path> file_of(Input& input) {
    auto const* node = input.object.required("file");
    return node && input.object.optional_text("file") ? input.build.paths.file(*node, input.build.diagnostics) : std::nullopt;
}

/// Columns of times (ms) and currents (nA). The current ends with the table: after its last interval if it is not 0 then.
void add_csv(Input& input) {
    auto& object = input.object;
    auto const separator = object.text("separator");
    auto const time_column = object.text("timestamps_column"), amp_column = object.text("amplitudes_column");
    input.set("del", input.values("delay"));
    auto const path = file_of(input);
    if (!path) return;
    std::istringstream text(read_file(*path));
    std::vector<std::string> names;
    std::vector<double> times, amps;
    std::size_t time = 0, amp = 0;
    int number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        for (std::size_t at = 0; separator.size() == 1 && separator != "," && separator != " " && (at = line.find(separator)) != line.npos;)
            line[at] = ' ';
        auto const fields = separator == "," ? split_csv(line) : split_blanks(line);
        if (fields.empty()) continue;
        Location const where{path->string(), number, 0};
        if (names.empty()) {
            names = fields;
            auto const column = [&](std::string const& name) {
                auto const found = std::ranges::find(names, name);
                if (found == names.end())
                    throw InputError("csv-column", where, fmt::format("there is no column '{}'", name), did_you_mean(name, names));
                return static_cast<std::size_t>(found - names.begin());
            };
            time = column(time_column), amp = column(amp_column);
            continue;
        }
        if (fields.size() != names.size())
            throw InputError("csv-columns", where, fmt::format("{} fields, but the first line names {} columns", fields.size(), names.size()));
        double t = 0, i = 0;
        if (!csv_number(fields[time], t) || t < 0 || (!times.empty() && t < times.back()))
            throw InputError("times-order", where, fmt::format("'{}' is no time in ms at or after the one before", fields[time]));
        if (!csv_number(fields[amp], i)) throw InputError("csv-number", where, fmt::format("'{}' is no current in nA", fields[amp]));
        times.push_back(t), amps.push_back(i);
    }
    if (times.size() < 2) throw InputError("table-empty", {path->string()}, "expected two rows of times and currents at least");
    if (amps.back() != 0) {
        auto const end = times.back() + (times[1] - times[0]);
        complain(input.build.diagnostics, Severity::note, "input-end", object.at("file"),
                 fmt::format("{}: the table ends with {} nA, which flow until {} ms", object.what(), amps.back(), end));
        input.set("dur", end);
    }
    input.vectors("times", {std::move(times)});
    play(input, std::move(amps));
}

void add_nwb(Input& input) {
    auto& object = input.object;
    auto const* node = object.required("sweep_id");
    auto const downsample = object.optional_number("downsample");
    auto const window = object.has("sweep_window") ? object.numbers("sweep_window") : std::vector<double>{};
    if (object.has("sweep_window") && (window.size() != 2 || !(window[0] < window[1])))
        error(input.build.diagnostics, "config-range", object.at("sweep_window"),
              object.what() + ".sweep_window: expected [begin, end] in ms");
    input.set("del", input.values("delay"));
    auto const path = file_of(input);
    if (!node || !path) return;
    auto name = node->is_string() ? input.build.paths.text(*node, input.build.diagnostics) : node->is_number() ? node->scalar.dump() : "";
    if (!name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) name = "Sweep_" + name;
    auto [sampled, values] = read_nwb_sweep(*path, name);
    double dt = sampled;
    auto amps = std::move(values);
    if (amps.empty()) throw InputError("nwb-sweep", {path->string()}, fmt::format("the sweep '{}' is empty", name));
    if (downsample && *downsample > dt) {
        auto const stride = rounded<std::size_t>(*downsample / dt);
        std::vector<double> some;
        for (std::size_t i = 0; i < amps.size(); i += stride) some.push_back(amps[i]);
        amps = std::move(some), dt = *downsample;
    }
    if (window.size() == 2) {
        auto const row = [&](double t) { return truncated<std::size_t>(std::min(t / dt, static_cast<double>(amps.size()))); };
        auto const first = static_cast<double>(row(window[0])) * dt < window[0] ? row(window[0]) + 1 : row(window[0]);
        auto const end = std::min(row(window[1]) + 1, amps.size());
        if (first >= end) throw InputError("nwb-sweep", {path->string()}, fmt::format("the sweep '{}' has nothing in its sweep_window", name));
        amps = {amps.begin() + static_cast<std::ptrdiff_t>(first), amps.begin() + static_cast<std::ptrdiff_t>(end)};
    }
    // It ends with its last sample, whatever that is.
    input.set("dur", static_cast<double>(amps.size()) * dt);
    input.set("interval", dt);
    play(input, std::move(amps));
}

}  // namespace

void add_iclamp(Input& input) {
    auto const type = input.object.optional_text("input_type").value_or("current_clamp");
    try {
        if (type == "csv" || type == "file") return add_csv(input);
        if (type == "nwb" || type == "allen") return add_nwb(input);
    } catch (InputError const& failure) {
        return adopt(input.build.diagnostics, failure, input.object.at("file"));
    }
    if (add_steps(input)) return;
    input.window();
    input.set("amp", input.values("amp"));
    input.place("IClamp");
}

}  // namespace rall::io
