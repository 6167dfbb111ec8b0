// "inputs" of module "play": a table of times and currents, held or joined by straight lines, as NEURON's Vector.play moves the amplitude of
// an IClamp.
#include <fmt/format.h>

#include <algorithm>

#include "io/config/input_keys.hpp"

namespace rall::io {
namespace {

using Tables = std::vector<Series>;

/// A list or column of numbers, or a list of these, one for each electrode; nothing after an error.
Tables read_tables(Input& input, char const* key, Range range) {
    auto& diagnostics = input.build.diagnostics;
    auto const* node = input.object.required(key);
    if (!node) return {};
    auto const what = input.object.what() + "." + key;
    auto const is_list = [](Node const& n) { return n.is_array() || is_csv(n); };
    Tables tables;
    if (!node->is_array() || node->children.empty() || !std::ranges::all_of(node->children, is_list)) {
        if (auto table = read_list(*node, what, range, diagnostics)) tables.push_back(std::move(*table));
        return tables;
    }
    for (std::size_t i = 0; i < node->children.size(); ++i) {
        auto table = read_list(node->children[i], fmt::format("{}[{}]", what, i), range, diagnostics);
        if (!table) return {};
        tables.push_back(std::move(*table));
    }
    if (tables.size() == 1 || tables.size() == input.size()) return tables;
    error(diagnostics, "count", *node,
          fmt::format("{} has {} lists for {} electrodes", what, tables.size(), input.size()),
          fmt::format("expected one list for all, or {}", input.size()));
    return {};
}

Series const& table_of(Tables const& tables, std::size_t i) { return tables[tables.size() == 1 ? 0 : i]; }

std::vector<std::vector<double>> numbers_of(Tables const& tables) {
    std::vector<std::vector<double>> all;
    for (auto const& table : tables) all.push_back(table.values());
    return all;
}

void add_play(Input& input) {
    auto& diagnostics = input.build.diagnostics;
    auto const amps = read_tables(input, "amps", any_number);
    bool const regular = input.has("dt");
    if (regular && input.object.find("times"))
        error(diagnostics, "config-conflict", input.object.at("dt"),
              "'times' and 'dt' both say when; expected one of them");
    Tables times;
    if (regular) input.set("interval", input.values("dt"));
    else times = read_tables(input, "times", not_negative);
    for (auto const& table : amps)
        if (table.values().empty())
            error(diagnostics, "table-empty", input.object.at("amps"),
                  input.object.what() + ".amps: a table of no values; expected one at least");
    for (auto const& table : times) {
        auto const& t = table.values();
        auto const back = std::ranges::adjacent_find(t, std::ranges::greater());
        if (back != t.end())
            diagnostics.error("times-order", table.at(static_cast<std::size_t>(back - t.begin()) + 1),
                              fmt::format("{}.times goes back from {} to {} ms", input.object.what(), back[0], back[1]),
                              "expected ascending times in ms; two equal ones are a jump");
    }
    for (std::size_t i = 0; !amps.empty() && !times.empty() && i < std::max(times.size(), amps.size()); ++i) {
        auto const n = table_of(times, i).values().size(), found = table_of(amps, i).values().size();
        if (n == found) continue;
        error(diagnostics, "count", input.object.at("amps"),
              fmt::format("{} has {} amps for {} times", input.object.what(), found, n),
              "expected as many as there are times");
        break;
    }
    input.set("linear", input.object.choice("interpolation") == "linear");
    input.set("del", input.values("delay"));
    if (input.has("duration")) input.set("dur", input.values("duration"));
    if (!amps.empty()) input.vectors("amps", numbers_of(amps));
    if (!times.empty()) input.vectors("times", numbers_of(times));
    input.place("PlayClamp");
}

}  // namespace

std::vector<InputModule> play_modules() { return {{"play", add_play}}; }

}  // namespace rall::io
