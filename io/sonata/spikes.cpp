// "inputs" of type "spikes": trains of virtual nodes, from HDF5 or CSV files.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "base/text.hpp"
#include "io/config/plausible.hpp"
#include "io/results/nwb.hpp"
#include "io/results/spikes.hpp"
#include "io/sonata/network.hpp"
#include "io/text/csv.hpp"
#include "io/text/types_table.hpp"

namespace rall::io::sonata {
namespace {

/// Spikes as BMTK writes them: a line of names (timestamps, node_ids, population), fields separated by blanks, rows in any order.
Trains read_csv_spikes(std::filesystem::path const& path, std::string const& population) {
    Trains trains;
    std::istringstream text(read_file(path));
    std::vector<std::string> names;
    std::size_t time = 0, id = 0, of = 0;
    int number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        auto const fields = line.find(',') != line.npos ? split_csv(line) : split_blanks(line);
        if (fields.empty()) continue;
        Location const where{path.string(), number, 0};
        if (names.empty()) {
            names = fields;
            auto const column = [&](std::vector<std::string> const& called) {
                for (auto const& name : called)
                    if (auto const found = std::ranges::find(names, name); found != names.end())
                        return static_cast<std::size_t>(found - names.begin());
                throw InputError("csv-column", where, fmt::format("there is no column '{}'", called[0]), did_you_mean(called[0], names));
            };
            time = column({"timestamps", "spike-times"}), id = column({"node_ids", "gid", "gids"});
            auto const found = std::ranges::find(names, "population");
            of = static_cast<std::size_t>(found - names.begin());
            continue;
        }
        double at = 0, node = 0;
        if (fields.size() != names.size()) throw InputError("csv-columns", where, fmt::format("{} fields, but the first line names {} columns", fields.size(), names.size()));
        if (of < fields.size() && fields[of] != population) continue;
        // BMTK's older form has all times of a node in one field.
        if (!csv_number(fields[id], node) || node < 0 || node != std::floor(node))
            throw InputError("csv-number", where, fmt::format("'{}' is no node id", fields[id]));
        auto& train = trains[static_cast<std::uint64_t>(node)];
        for (auto const& part : split_csv(fields[time]))
            if (csv_number(part, at)) train.push_back(at);
            else throw InputError("csv-number", where, fmt::format("'{}' is no time in ms", part));
    }
    for (auto& [node, times] : trains) std::ranges::sort(times);
    return trains;
}

}  // namespace

Trains trains_of(std::filesystem::path const& path, std::string const& population) {
    auto const tables = read_spikes(path);
    SpikeTable const* found = nullptr;
    std::vector<std::string> names;
    for (auto const& table : tables) {
        names.push_back(table.population);
        if (table.population == population || table.population.empty()) found = &table;
    }
    if (!found)
        throw InputError("population-unknown", {path.string()}, fmt::format("this file has no spikes of the population '{}'", population),
                         did_you_mean(population, names));
    Trains trains;
    for (std::size_t i = 0; i < found->times.size(); ++i) trains[found->node_ids[i]].push_back(found->times[i]);
    for (auto& [id, times] : trains) std::ranges::sort(times);
    return trains;
}

bool Network::add_spikes(Build& build, Object& object) {
    auto const* type = object.node().find("input_type");
    auto const named = object.optional_text("module").value_or("");
    if (named == "replay" || named == "syn_activity") object.become(keys_of("input." + named));
    if (named == "replay") add_replay(build, object);
    else if (named == "syn_activity") add_activity(build, object);
    else if (named != "ecephys_probe" && type && type->is_string() && type->text() == "spikes") feed(build, object);
    else return false;
    return true;
}

/// "synapse_replay": spikes of a file stand for those of its nodes, simulated or not, at the synapses that they make on the nodes of "node_set".
void Network::add_synapse_replay(Build& build, Object& object) {
    auto& diagnostics = build.diagnostics;
    auto const* file = object.required("spike_file");
    auto const* targets = object.find("node_set");
    auto const* sources = object.find("source");
    if (!targets) object.assumed("node_set", "all nodes");
    double const start = object.optional_number("delay").value_or(0);
    double const stop = start + object.optional_number("duration").value_or(std::numeric_limits<double>::infinity());
    if (!file || !object.optional_text("spike_file")) return;
    auto const path = build.paths.file(*file, diagnostics);
    if (!path) return;
    auto const none = [&] {
        std::vector<std::vector<char>> all;
        for (auto const& population : build.populations) all.emplace_back(population.size());
        return all;
    };
    auto const choose_from = [&](Node const* names) {
        auto chosen = none();
        if (!names)
            for (auto& list : chosen) list.assign(list.size(), 1);
        else
            for (auto const& [population, row] : resolve_nodes(build, *names)) chosen[static_cast<std::size_t>(population)][static_cast<std::size_t>(row)] = 1;
        return chosen;
    };
    Replay replay;
    replay.targets = choose_from(targets);
    auto const from = choose_from(sources);
    try {
        auto const tables = read_spikes(*path);
        std::vector<std::string> others;
        std::size_t replayed = 0;
        SpikeTimes when;
        for (auto const& table : tables)
            if (!table.population.empty() && !find(table.population)) others.push_back(table.population);
        for (std::size_t k = 0; k < build.populations.size(); ++k) {
            auto const& population = build.populations[k];
            auto& trains = replay.trains.emplace_back();
            if (std::ranges::find(from[k], 1) == from[k].end()) continue;
            for (auto const& table : tables) {
                if (table.population != population.nodes.name && !(table.population.empty() && (sources || build.populations.size() == 1))) continue;
                if (std::ranges::find(fed_, population.nodes.name) == fed_.end()) fed_.push_back(population.nodes.name);
                for (std::size_t i = 0; i < table.times.size(); ++i) {
                    auto const row = population.row(table.node_ids[i]);
                    if (row < 0)
                        throw InputError("input-spikes", {path->string()},
                                         fmt::format("the population '{}' has no node {}, of which this file has spikes", population.nodes.name, table.node_ids[i]));
                    if (!from[k][static_cast<std::size_t>(row)] || table.times[i] < start || !(table.times[i] < stop)) continue;
                    trains[static_cast<std::size_t>(row)].push_back(table.times[i]);
                    ++replayed;
                }
            }
            for (auto& [row, times] : trains) {
                std::ranges::sort(times);
                when.add(times);
            }
        }
        warn_of_times(build, object.what(), *file, when);
        if (!others.empty())
            complain(diagnostics, Severity::note, "input-spikes", *file, fmt::format("{}: the circuit has no nodes {}, whose spikes are left out", object.what(), enumerate(others)));
        if (replayed == 0)
            complain(diagnostics, Severity::warning, "input-spikes", *file, fmt::format("{}: the file has no spikes of these nodes that are replayed", object.what()));
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, *file);
        return;
    }
    replays_.push_back(std::move(replay));
}

/// Spikes of virtual nodes.
void Network::feed(Build& build, Object& object) {
    auto& diagnostics = build.diagnostics;
    auto const module = object.choice("module", {"h5", "sonata", "csv", "synapse_replay", "nwb"});
    object.become(keys_of("input." + module));
    object.required_text("input_type");
    if (module == "synapse_replay") return add_synapse_replay(build, object);
    auto const trial = module == "nwb" ? object.optional_text("trial") : std::nullopt;
    auto const* file = object.required("input_file");
    auto const* set = object.required("node_set");
    if (!file || !set || !object.optional_text("input_file")) return;
    auto const path = build.paths.file(*file, diagnostics);
    if (!path) return;
    std::map<int, std::vector<int>> rows;
    for (auto const& [population, row] : resolve_nodes(build, *set)) rows[population].push_back(row);
    for (auto const& [index, chosen] : rows) {
        auto const& population = build.populations[static_cast<std::size_t>(index)];
        if (std::ranges::find(fed_, population.nodes.name) == fed_.end()) fed_.push_back(population.nodes.name);
        try {
            auto trains = module == "csv"   ? read_csv_spikes(*path, population.nodes.name)
                          : module == "nwb" ? read_nwb_spikes(*path, trial)
                                            : trains_of(*path, population.nodes.name);
            std::size_t spikes = 0, before = 0;
            SpikeTimes when;
            for (int const row : chosen) {
                auto const gid = population.nodes.first_gid + static_cast<std::uint64_t>(row);
                auto const found = trains.find(population.nodes.id(gid));
                if (found == trains.end()) continue;
                auto& origin = build.model.sources[static_cast<std::size_t>(population.source[static_cast<std::size_t>(row)])].origin;
                auto* train = std::get_if<model::SpikeTrain>(&origin);
                if (!train)
                    throw InputError("input-spikes", set->where(),
                                     fmt::format("node {} of '{}' is simulated: it makes spikes of its own", found->first, population.nodes.name),
                                     "spikes are given to virtual nodes");
                for (double const time : found->second) {
                    ++spikes;
                    if (time < 0) ++before;
                    else train->times.push_back(time);
                }
                std::ranges::sort(train->times);
                when.add(train->times);
                trains.erase(found);
            }
            warn_of_times(build, object.what(), *file, when);
            if (before > 0)
                complain(diagnostics, Severity::warning, "input-spikes", *file,
                         fmt::format("{}: {} spikes before t = 0 are left out", object.what(), before));
            auto const stranger = std::ranges::find_if(trains, [&](auto const& train) { return population.row(train.first) < 0; });
            if (stranger != trains.end())
                diagnostics.warning("input-spikes", {path->string()},
                                    fmt::format("the population '{}' has no node {}, of which this file has spikes", population.nodes.name,
                                                stranger->first),
                                    "spikes of nodes that it does not have are left out");
            if (spikes == 0)
                complain(diagnostics, Severity::warning, "input-spikes", *file,
                         fmt::format("{}: the file has no spikes of these nodes of '{}'", object.what(), population.nodes.name));
        } catch (InputError const& failure) {
            adopt(diagnostics, failure, *file);
        }
    }
}

}  // namespace rall::io::sonata
