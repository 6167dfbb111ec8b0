#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "io/results/spikes.hpp"

namespace rall::io {
namespace {

constexpr std::uint64_t at_once = 1 << 21;  // spikes

}  // namespace

SpikeReader::SpikeReader(std::filesystem::path const& path) : file_(path) {
    auto const add = [&](std::string const& name, std::string const& group, std::string const& ids) {
        times_.push_back(group + "/timestamps");
        node_ids_.push_back(group + "/" + ids);
        auto const size = [&](std::string const& list) {
            auto const shape = file_.shape(list);
            if (shape.size() > 1)
                throw file_.unreadable(fmt::format("'{}' is a table; expected a list of numbers", list));
            return shape.empty() ? 1 : shape[0];
        };
        auto const count = size(times_.back()), n_ids = size(node_ids_.back());
        if (count != n_ids)
            throw file_.unreadable(
                fmt::format("'{}' has {} timestamps and {} {}; expected equally many", group, count, n_ids, ids));
        auto const sorting = file_.text_attribute(group, "sorting");
        populations_.push_back({name, sorting.empty() ? "none" : sorting, count});
    };
    if (file_.exists("/spikes/timestamps")) add("", "/spikes", file_.exists("/spikes/gids") ? "gids" : "node_ids");
    else
        file_.populations("/spikes", "SONATA spike file",
                          [&](auto const& population, auto const& group) { add(population, group, "node_ids"); });
}

void SpikeReader::read(
    std::size_t population,
    std::function<void(std::span<double const> times, std::span<std::uint64_t const> node_ids)> const& take) const {
    for (std::uint64_t first = 0; first < populations_[population].count; first += at_once) {
        auto const n = std::min(at_once, populations_[population].count - first);
        auto const times = file_.numbers(times_[population], first, n);
        auto const node_ids = file_.ids(node_ids_[population], first, n);
        if (times.size() != n || node_ids.size() != n)
            throw file_.unreadable(fmt::format("'{}' ends before its last value", times_[population]));
        auto const bad = std::find_if_not(times.begin(), times.end(), [](double t) { return std::isfinite(t); });
        if (bad != times.end()) throw file_.unreadable(fmt::format("'{}' holds {}", times_[population], *bad));
        take(times, node_ids);
    }
}

std::vector<SpikeTable> read_spikes(std::filesystem::path const& path) {
    SpikeReader const reader(path);
    std::vector<SpikeTable> tables;
    for (std::size_t k = 0; k < reader.populations().size(); ++k) {
        auto const& population = reader.populations()[k];
        tables.push_back({population.name, {}, {}, population.sorting});
        auto& table = tables.back();
        reader.read(k, [&](auto times, auto node_ids) {
            table.times.insert(table.times.end(), times.begin(), times.end());
            table.node_ids.insert(table.node_ids.end(), node_ids.begin(), node_ids.end());
        });
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
