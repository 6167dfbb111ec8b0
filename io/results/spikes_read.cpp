#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "io/results/hdf5_read.hpp"
#include "io/results/spikes.hpp"

namespace rall::io {
namespace {

SpikeTable read_table(h5::Input const& file, std::string const& group, std::string const& ids) {
    SpikeTable table;
    table.times = file.numbers(group + "/timestamps");
    table.node_ids = file.ids(group + "/" + ids);
    if (table.times.size() != table.node_ids.size())
        throw file.unreadable(fmt::format("'{}' has {} timestamps and {} {}; expected equally many", group,
                                          table.times.size(), table.node_ids.size(), ids));
    auto const bad =
        std::find_if_not(table.times.begin(), table.times.end(), [](double t) { return std::isfinite(t); });
    if (bad != table.times.end()) throw file.unreadable(fmt::format("'{}/timestamps' holds {}", group, *bad));
    table.sorting = file.text_attribute(group, "sorting");
    if (table.sorting.empty()) table.sorting = "none";
    return table;
}

}  // namespace

std::vector<SpikeTable> read_spikes(std::filesystem::path const& path) {
    h5::Input const file(path);
    if (!file.exists("/spikes")) throw file.unreadable("this is no SONATA spike file: it has no group '/spikes'");
    std::vector<SpikeTable> tables;
    if (file.exists("/spikes/timestamps")) {
        tables.push_back(read_table(file, "/spikes", file.exists("/spikes/gids") ? "gids" : "node_ids"));
    } else {
        for (auto const& population : file.members("/spikes")) {
            tables.push_back(read_table(file, "/spikes/" + population, "node_ids"));
            tables.back().population = population;
        }
    }
    return tables;
}

std::map<std::uint64_t, std::vector<double>> read_spike_trains(std::filesystem::path const& path,
                                                               std::optional<std::string> const& population) {
    auto const tables = read_spikes(path);
    std::vector<std::string> names;
    for (auto const& table : tables) names.push_back(table.population);
    auto const found = population ? std::find(names.begin(), names.end(), *population) : names.begin();
    if (population && found == names.end())
        throw InputError("population-unknown", {path.string()},
                         fmt::format("this file has no population '{}'", *population),
                         did_you_mean(*population, names));
    if (!population && names.size() != 1)
        throw InputError("population-unknown", {path.string()},
                         fmt::format("this file has {} populations: say which", names.size()),
                         "\"population\": one of " + enumerate(names));
    std::map<std::uint64_t, std::vector<double>> trains;
    auto const& table = tables[static_cast<std::size_t>(found - names.begin())];
    for (std::size_t i = 0; i < table.times.size(); ++i) trains[table.node_ids[i]].push_back(table.times[i]);
    for (auto& [id, times] : trains) std::sort(times.begin(), times.end());
    return trains;
}

}  // namespace rall::io
