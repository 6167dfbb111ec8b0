// "inputs" that decide which spikes edges carry: those of an earlier run ("replay"), or given times for synapses of chosen cells
// ("syn_activity"). What they mean is what BMTK does.
#include <fmt/format.h>

#include <algorithm>

#include "io/config/plausible.hpp"
#include "io/results/spikes.hpp"
#include "io/sonata/network.hpp"

namespace rall::io::sonata {
namespace {

/// The nodes that a key names, all without it: by population whether each is one.
std::map<std::string, std::vector<char>> chosen(Build& build, Object& object, char const* key) {
    std::map<std::string, std::vector<char>> result;
    auto const* set = object.find(key);
    for (auto const& population : build.populations) result[population.nodes.name].assign(population.size(), set == nullptr);
    if (set)
        for (auto const& [population, row] : resolve_nodes(build, *set))
            result[build.populations[static_cast<std::size_t>(population)].nodes.name][static_cast<std::size_t>(row)] = 1;
    return result;
}

}  // namespace

void Network::add_replay(Build& build, Object& object) {
    auto& diagnostics = build.diagnostics;
    auto replay = std::make_unique<Carried>();
    replay->label = object.node().key;
    object.required_text("input_type");
    auto const* file = object.required("spikes_file");
    auto const* edges = object.required("edges");
    auto const sources = chosen(build, object, "source_node_set");
    replay->targets = chosen(build, object, "target_node_set");
    if (!file || !edges || !object.optional_text("spikes_file")) return;
    Object entry(*edges, object.what() + ".edges", diagnostics, keys_of("replayed_edges"));
    replay->edges.where = edges;
    auto const read = [&](char const* key) {
        auto const* node = entry.required(key);
        return node && entry.optional_text(key) ? build.paths.file(*node, diagnostics) : std::nullopt;
    };
    auto const edges_file = read("edges_file");
    replay->edges.types = read("edge_types_file");
    entry.finish();
    auto const path = build.paths.file(*file, diagnostics);
    if (!path || !edges_file) return;
    replay->edges.edges = *edges_file;
    std::size_t spikes = 0;
    SpikeTimes when;
    try {
        for (auto const& table : read_spikes(*path))
            for (auto const& population : build.populations) {
                if (table.population != population.nodes.name && !table.population.empty()) continue;
                auto const& is_source = sources.at(population.nodes.name);
                auto trains = trains_of(*path, table.population);
                auto& source = replay->sources[population.nodes.name];
                source.assign(population.size(), -1);
                for (std::size_t i = 0; i < source.size(); ++i) {
                    if (!is_source[i]) continue;
                    auto& times = trains[population.nodes.id(population.nodes.first_gid + i)];
                    std::erase_if(times, [](double time) { return time < 0; });
                    spikes += times.size();
                    when.add(times);
                    source[i] = add_trains(build, {std::move(times)}, false);
                }
            }
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, *file);
    }
    warn_of_times(build, object.what(), *file, when);
    if (spikes == 0)
        complain(diagnostics, Severity::warning, "input-spikes", *file, fmt::format("{}: the file has no spikes of these nodes", object.what()));
    fed_.push_back(replay->label);
    carried_.push_back(std::move(replay));
}

void Network::add_activity(Build& build, Object& object) {
    auto& diagnostics = build.diagnostics;
    object.required_text("input_type");
    if (activity_)
        return error(diagnostics, "input-twice", object.node(), "there already is an input of module 'syn_activity': it concerns all edges between simulated nodes");
    auto const* times = object.required("timestamps");
    auto const given = !times ? std::vector<double>{}
                       : times->is_number() ? std::vector{object.number("timestamps")}
                                            : object.numbers("timestamps");
    object.required("precell_filter");
    auto sorted = given;
    std::ranges::sort(sorted);
    SpikeTimes when;
    when.add(sorted);
    if (times) warn_of_times(build, object.what(), *times, when);
    int const train = add_trains(build, {std::move(sorted)}, false);
    activity_ = std::make_unique<Carried>();
    activity_->draws_all = true;
    activity_->targets = chosen(build, object, "postcell_filter");
    for (auto const& [population, is_source] : chosen(build, object, "precell_filter"))
        for (char const one : is_source) activity_->sources[population].push_back(one ? train : -1);
}

}  // namespace rall::io::sonata
