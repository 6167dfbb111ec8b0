// What `rall inspect` prints of circuits.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "io/sonata/inspect.hpp"

namespace rall::io::sonata {
namespace {

using nlohmann::json;

constexpr std::size_t most_shown = 8;  // names on one line

std::string text_of(json const& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// "hh 80, pas 20", what comes most first.
std::string counts_text(json const& counts) {
    std::vector<std::pair<std::string, std::uint64_t>> sorted;
    for (auto const& [name, n] : counts.items()) sorted.emplace_back(name, n);
    std::ranges::stable_sort(sorted, std::ranges::greater(), [](auto const& entry) { return entry.second; });
    std::string text;
    for (std::size_t i = 0; i < std::min(sorted.size(), most_shown); ++i)
        text += fmt::format("{}{} {}", i ? ", " : "", sorted[i].first, sorted[i].second);
    if (sorted.size() > most_shown) text += fmt::format(", {} others (--json shows all)", sorted.size() - most_shown);
    return text;
}

std::string list_text(json const& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i) text += (i ? ", " : "") + text_of(list[i]);
    return text;
}

std::string spread_text(json const& spread, char const* units) {
    if (spread["min"] == spread["max"]) return fmt::format("{:.4g}{}", spread["min"].get<double>(), units);
    return fmt::format("{:.4g} to {:.4g}{}, mean {:.4g}", spread["min"].get<double>(), spread["max"].get<double>(), units, spread["mean"].get<double>());
}

std::string degrees_text(json const& degrees) {
    return fmt::format("{}; quartiles {}; of {} nodes", spread_text(degrees, ""), list_text(degrees["quartiles"]), degrees["nodes"].get<std::size_t>());
}

std::string line(char const* name, std::string const& text) { return fmt::format("  {:14}{}\n", name, text); }

std::string nodes_text(json const& nodes) {
    auto text = fmt::format("\nnodes {}: {} ({})\n", text_of(nodes["population"]), nodes["nodes"].get<std::size_t>(), text_of(nodes["file"]));
    for (auto const& [key, name] : {std::pair{"model_types", "model types"}, std::pair{"templates", "templates"}, std::pair{"morphologies", "morphologies"}})
        if (nodes.contains(key)) text += line(name, counts_text(nodes[key]));
    if (nodes.contains("mechanisms")) text += line("mechanisms", list_text(nodes["mechanisms"]));
    text += line("types", text_of(nodes["types"]));
    if (nodes.contains("box")) {
        std::string box;
        for (auto const& [axis, ends] : nodes["box"].items())
            box += fmt::format("{}{} {:.5g} to {:.5g}", box.empty() ? "" : ", ", axis, ends[0].get<double>(), ends[1].get<double>());
        text += line("box", box + " um");
    }
    if (!nodes["attributes"].empty()) text += line("attributes", list_text(nodes["attributes"]));
    return text;
}

std::string edges_text(json const& edges) {
    auto text = fmt::format("\nedges {}: {} from {} to {} ({})\n", text_of(edges["population"]), edges["edges"].get<std::uint64_t>(),
                            text_of(edges["source"]), text_of(edges["target"]), text_of(edges["file"]));
    if (edges.contains("templates")) text += line("templates", counts_text(edges["templates"]));
    text += line("types", text_of(edges["types"]));
    for (auto const& [key, name] : {std::pair{"in_degree", "in-degree"}, std::pair{"out_degree", "out-degree"}})
        if (!edges[key].is_null()) text += line(name, degrees_text(edges[key]));
    if (edges.contains("delay")) text += line("delay", spread_text(edges["delay"], " ms"));
    if (edges.contains("weight")) text += line("weight", spread_text(edges["weight"], ""));
    if (!edges["columns"].empty()) text += line("columns", list_text(edges["columns"]));
    return text;
}

/// "fibres: spikes, h5, of fibres (50 nodes)".
std::string entry_text(json const& entry, char const* set) {
    std::string text;
    for (auto const& [key, value] : entry.items()) {
        if (key == "name" || key == "nodes" || key == set) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, text_of(value));
    }
    if (entry.contains("nodes"))
        text += fmt::format("; {}{} nodes", entry.contains(set) ? text_of(entry[set]) + ", " : "", entry["nodes"].get<std::size_t>());
    return text;
}

}  // namespace

std::string to_text(json const& data) {
    auto text = fmt::format("{}: {}\n", text_of(data["file"]), text_of(data["kind"]));
    if (data.contains("tstop")) text += line("duration", fmt::format("{} ms, dt {} ms", data["tstop"].get<double>(), data["dt"].get<double>()));
    for (auto const& nodes : data.value("nodes", json::array())) text += nodes_text(nodes);
    for (auto const& edges : data.value("edges", json::array())) text += edges_text(edges);
    if (auto const sets = data.value("node_sets", json::array()); !sets.empty()) {
        text += "\nnode sets\n";
        for (auto const& set : sets) {
            auto const what = set.contains("nodes")  ? fmt::format("{} nodes", set["nodes"].get<std::size_t>())
                              : set.contains("sets") ? "all of " + list_text(set["sets"])
                                                     : "by " + list_text(set["attributes"]);
            text += fmt::format("  {:28}{}\n", text_of(set["name"]), what);
        }
    }
    for (auto const& [key, set] : {std::pair{"inputs", "node_set"}, std::pair{"reports", "cells"}})
        if (auto const entries = data.value(key, json::array()); !entries.empty()) {
            text += fmt::format("\n{}\n", key);
            for (auto const& entry : entries) text += fmt::format("  {:28}{}\n", text_of(entry["name"]), entry_text(entry, set));
        }
    return text;
}

}  // namespace rall::io::sonata
