#include "io/sonata/inspector.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "io/sonata/statistics.hpp"

namespace rall::io::sonata {
namespace {

using nlohmann::json;

/// What tells kinds of nodes apart, the first that does.
constexpr char const* labels[] = {"pop_name", "mtype", "model_name", "cell_type", "ei", "etype", "layer", "model_type"};

/// How often each text comes.
json counts_of(NodePopulationFile const& nodes, std::string const& name) {
    auto const found = nodes.attributes.find(name);
    if (found == nodes.attributes.end() || found->second.texts.empty()) return {};
    std::vector<std::uint64_t> counts(found->second.names.size());
    for (int const text : found->second.texts)
        if (text >= 0) ++counts[static_cast<std::size_t>(text)];
    auto result = json::object();
    for (std::size_t k = 0; k < counts.size(); ++k)
        if (counts[k] > 0) result[found->second.names[k]] = counts[k];
    return result;
}

/// The numbers under a name, where any node has one.
std::vector<double> const* numbers_of(NodePopulationFile const& nodes, char const* name) {
    auto const found = nodes.attributes.find(name);
    return found == nodes.attributes.end() || found->second.numbers.empty() ? nullptr : &found->second.numbers;
}

/// Which kind each node of a population is, and the names of kinds.
struct Kinds {
    std::vector<std::string> names;
    std::vector<std::uint16_t> of_row;
};

Kinds kinds_of(NodePopulationFile const& nodes) {
    Kinds kinds{{nodes.name}, std::vector<std::uint16_t>(nodes.size())};
    for (auto const* label : labels) {
        auto const counts = counts_of(nodes, label);
        if (counts.size() < 2 || counts.size() > most_kinds) continue;
        auto const& [numbers, names, texts] = nodes.attributes.at(label);
        std::map<int, std::uint16_t> number;
        kinds.names.clear();
        for (auto const& [name, n] : counts.items()) {
            number[static_cast<int>(std::ranges::find(names, name) - names.begin())] = static_cast<std::uint16_t>(kinds.names.size());
            kinds.names.push_back(fmt::format("{}: {}", nodes.name, name));
        }
        if (std::ranges::find(texts, -1) != texts.end()) {
            number[-1] = static_cast<std::uint16_t>(kinds.names.size());
            kinds.names.push_back(fmt::format("{}: others", nodes.name));
        }
        for (std::size_t i = 0; i < nodes.size(); ++i) kinds.of_row[i] = number[texts[i]];
        return kinds;
    }
    return kinds;
}

std::vector<std::array<float, 3>> places_of(NodePopulationFile const& nodes, std::vector<std::uint16_t> const& kind, std::uint16_t wanted) {
    std::vector<std::array<float, 3>> places;
    std::array<std::vector<double> const*, 3> const axes{numbers_of(nodes, "x"), numbers_of(nodes, "y"), numbers_of(nodes, "z")};
    if (std::ranges::count(axes, nullptr) == 3) return places;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (kind[i] != wanted) continue;
        auto& place = places.emplace_back();
        for (std::size_t k = 0; k < 3; ++k)
            if (axes[k] && !std::isnan((*axes[k])[i])) place[k] = static_cast<float>((*axes[k])[i]);
    }
    return places;
}

/// Edges from one kind to another.
struct Pair {
    std::uint64_t count = 0;
    Spread weight, delay;
};
/// What edges of a type share.
struct OfType {
    std::uint64_t count = 0;
    std::string name;  ///< its model_template
    double weight = std::nan(""), delay = std::nan("");
};

void read_type(OfType& type, TypesTable const* types, std::uint64_t id, Diagnostics& diagnostics) {
    int const row = types ? types->row(id) : -1;
    if (row < 0) {
        if (types) diagnostics.error("edge-type", {types->file()}, fmt::format("edges have the type {}, which this file does not have", id));
        return;
    }
    type.name = types->text(row, "model_template").value_or("");
    type.weight = types->number(row, "syn_weight").value_or(std::nan(""));
    type.delay = types->number(row, "delay").value_or(std::nan(""));
}

}  // namespace

json describe(NodePopulationFile const& nodes, std::string const& type) {
    json result{{"population", nodes.name}, {"file", nodes.file.string()}, {"nodes", nodes.size()}};
    if (auto counts = counts_of(nodes, "model_type"); !counts.is_null()) result["model_types"] = std::move(counts);
    else if (!type.empty()) result["model_types"] = {{type, nodes.size()}};
    for (auto const& [key, attribute] : {std::pair{"templates", "model_template"}, std::pair{"morphologies", "morphology"}})
        if (auto counts = counts_of(nodes, attribute); !counts.empty()) result[key] = std::move(counts);
    std::set<std::uint64_t> const types(nodes.type.begin(), nodes.type.end());
    result["types"] = types.size();
    result["attributes"] = json::array();
    for (auto const& [name, attribute] : nodes.attributes) result["attributes"].push_back(name);
    auto box = json::object();
    for (auto const* axis : {"x", "y", "z"})
        if (auto const* values = numbers_of(nodes, axis)) {
            Spread spread;
            for (double const value : *values) spread.take(value);
            auto const found = spread.to_json();
            if (spread.count() > 0) box[axis] = {found["min"], found["max"]};
        }
    if (!box.empty()) result["box"] = std::move(box);
    return result;
}

void Inspector::add_nodes(std::vector<NodePopulationFile const*> const& populations, std::vector<bool> const& is_virtual) {
    std::vector<Kinds> kinds;
    std::size_t n = 0;
    for (auto const* nodes : populations) {
        kinds.push_back(kinds_of(*nodes));
        n += kinds.back().names.size();
    }
    for (std::size_t p = 0; p < populations.size(); ++p) {
        auto const& nodes = *populations[p];
        auto& [names, of_row] = kinds[p];
        if (n > most_kinds) names = {nodes.name}, of_row.assign(nodes.size(), 0);
        Known known{{{nodes.name, 0, nodes.size(), nodes.ids.front()}}, inspection.kinds.size(), {}};
        if (nodes.ids.back() - nodes.ids.front() != nodes.size() - 1) known.nodes.nodes.ids = nodes.ids;
        for (std::size_t k = 0; k < names.size(); ++k) {
            auto const number = static_cast<std::uint16_t>(k);
            inspection.kinds.push_back({names[k], static_cast<std::uint64_t>(std::ranges::count(of_row, number)), !is_virtual[p],
                                        places_of(nodes, of_row, number)});
        }
        known.kind = std::move(of_row);
        known_.emplace(nodes.name, std::move(known));
    }
}

Inspector::Edges Inspector::add_edges(EdgePopulation const& edges, TypesTable const* types, std::uint64_t& done, std::uint64_t all) {
    auto const known = [&](std::string const& name) {
        auto const found = known_.find(name);
        return found == known_.end() ? nullptr : &found->second;
    };
    auto const *source = known(edges.source()), *target = known(edges.target());
    Degrees out = source ? Degrees(source->kind.size()) : Degrees(), in = target ? Degrees(target->kind.size()) : Degrees();
    std::size_t const n = inspection.kinds.size();
    std::vector<Pair> pairs(source && target ? n * n : 0);
    std::map<std::uint64_t, OfType> of_type;
    Spread weight, delay;
    auto const weights = edges.has("syn_weight") ? "syn_weight" : "conductance";
    std::uint64_t lost = 0, lost_row = 0, lost_id = 0;
    bool source_lost = false;
    edges.for_each_slab({weights, "delay"}, [&](EdgeSlab const& slab) {
        auto const *own_weights = slab.find(weights), *own_delays = slab.find("delay");
        OfType* type = nullptr;
        std::uint64_t last = 0;
        for (std::size_t i = 0; i < slab.size(); ++i) {
            if (!type || slab.type[i] != last) {
                auto const [slot, fresh] = of_type.try_emplace(last = slab.type[i]);
                type = &slot->second;
                if (fresh) read_type(*type, types, last, diagnostics_);
            }
            ++type->count;
            double w = own_weights ? (*own_weights)[i] : type->weight, d = own_delays ? (*own_delays)[i] : type->delay;
            if (std::isnan(w)) w = type->weight;
            if (std::isnan(d)) d = type->delay;
            weight.take(w), delay.take(d);
            auto const from = source ? source->nodes.row(slab.source[i]) : static_cast<std::int64_t>(slab.source[i]);
            auto const to = target ? target->nodes.row(slab.target[i]) : static_cast<std::int64_t>(slab.target[i]);
            if ((source && from < 0) || (target && to < 0)) {
                if (lost++ == 0) lost_row = slab.first + i, source_lost = source && from < 0, lost_id = source_lost ? slab.source[i] : slab.target[i];
                continue;
            }
            out.take(static_cast<std::uint64_t>(from)), in.take(static_cast<std::uint64_t>(to));
            if (pairs.empty()) continue;
            auto& pair = pairs[(source->first_kind + source->kind[static_cast<std::size_t>(from)]) * n + target->first_kind +
                               target->kind[static_cast<std::size_t>(to)]];
            ++pair.count;
            pair.weight.take(w), pair.delay.take(d);
        }
        done += slab.size();
        if (on_progress_) on_progress_("reading edges", done, all);
    });
    if (lost > 0) {
        auto const failure = edges.wrong("edge-node", source_lost ? "source_node_id" : "target_node_id", lost_row,
                                         fmt::format("the population '{}' has no node {} ({} such edges)",
                                                     source_lost ? edges.source() : edges.target(), lost_id, lost));
        diagnostics_.append(failure.diagnostics());
    }
    for (std::size_t k = 0; k < pairs.size(); ++k)
        if (auto const& pair = pairs[k]; pair.count > 0)
            inspection.pathways.push_back({k / n, k % n, edges.name(), pair.count, pair.weight.mean(), pair.delay.mean()});
    json result{{"population", edges.name()}, {"source", edges.source()}, {"target", edges.target()}, {"edges", edges.size()},
                {"types", of_type.size()},    {"columns", edges.columns()}, {"out_degree", out.to_json()}, {"in_degree", in.to_json()}};
    auto templates = json::object();
    for (auto const& [id, type] : of_type)
        if (!type.name.empty()) templates[type.name] = templates.value(type.name, std::uint64_t{0}) + type.count;
    if (!templates.empty()) result["templates"] = std::move(templates);
    if (weight.count() > 0) result["weight"] = weight.to_json();
    if (delay.count() > 0) result["delay"] = delay.to_json();
    std::vector<std::uint64_t> ids;
    for (auto const& [id, type] : of_type) ids.push_back(id);
    return {std::move(result), std::move(ids)};
}

Population const* Inspector::find(std::string const& name) const {
    auto const found = known_.find(name);
    return found == known_.end() ? nullptr : &found->second.nodes;
}

}  // namespace rall::io::sonata
