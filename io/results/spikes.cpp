#include "io/results/spikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/text.hpp"

namespace rall::io {
namespace {

constexpr std::pair<char const*, std::uint8_t> sortings[] = {{"none", 0}, {"by_id", 1}, {"by_time", 2}};

h5::Handle sorting_type() {
    h5::Handle type(H5Tenum_create(H5T_STD_U8LE), H5Tclose);
    for (auto const& [name, value] : sortings) H5Tenum_insert(type, name, &value);
    return type;
}

void sort(SpikeTable& table, SpikeOrder order) {
    std::vector<std::size_t> index(table.times.size());
    std::iota(index.begin(), index.end(), 0);
    auto const by_time = [&](std::size_t i) { return std::tuple(table.times[i], table.node_ids[i]); };
    auto const by_id = [&](std::size_t i) { return std::tuple(table.node_ids[i], table.times[i]); };
    std::stable_sort(index.begin(), index.end(), [&](std::size_t a, std::size_t b) {
        return order == SpikeOrder::by_time ? by_time(a) < by_time(b) : by_id(a) < by_id(b);
    });
    SpikeTable sorted{table.population, {}, {}, order == SpikeOrder::by_time ? "by_time" : "by_id"};
    for (auto const i : index) {
        sorted.times.push_back(table.times[i]);
        sorted.node_ids.push_back(table.node_ids[i]);
    }
    table = std::move(sorted);
}

h5::Handle create_population(hid_t file, std::string const& name, SpikeOrder order) {
    auto group = h5::create_group(file, "spikes/" + name);
    std::uint8_t const sorting = order == SpikeOrder::by_time ? 2 : 1;
    h5::write_attribute(group, "sorting", sorting_type(), {}, &sorting);
    return group;
}

SpikeTable read_table(hid_t file, std::string const& group, std::string const& ids) {
    SpikeTable table;
    table.times = h5::read<double>(file, group + "/timestamps");
    table.node_ids = h5::read<std::uint64_t>(file, group + "/" + ids);
    table.sorting = "none";
    if (table.times.size() != table.node_ids.size())
        throw h5::unreadable(file, fmt::format("'{}' has {} timestamps and {} {}; expected equally many", group,
                                               table.times.size(), table.node_ids.size(), ids));
    auto const bad =
        std::find_if_not(table.times.begin(), table.times.end(), [](double t) { return std::isfinite(t); });
    if (bad != table.times.end()) throw h5::unreadable(file, fmt::format("'{}/timestamps' holds {}", group, *bad));
    h5::Handle const object(H5Gopen2(file, group.c_str(), H5P_DEFAULT), H5Gclose);
    if (H5Aexists(object, "sorting") > 0) {
        table.sorting = h5::read_text_attribute(file, group, "sorting");
        h5::Handle const attribute(H5Aopen(object, "sorting", H5P_DEFAULT), H5Aclose);
        std::uint8_t value = 0;
        auto const type = sorting_type();
        if (table.sorting.empty() && H5Aread(attribute, type, &value) >= 0 && value < std::size(sortings))
            table.sorting = sortings[value].first;
    }
    return table;
}

}  // namespace

void write_spikes(std::filesystem::path const& path, std::vector<SpikeTable> tables, SpikeOrder order) {
    h5::NewFile file(path);
    h5::mark_sonata(file);
    for (auto& table : tables) {
        sort(table, order);
        auto const group = create_population(file, table.population, order);
        auto const times = h5::write(group, "timestamps", table.times);
        h5::write_attribute(times, "units", "ms");
        h5::write(group, "node_ids", table.node_ids);
    }
    file.finish();
}

SpikeStream::SpikeStream(std::filesystem::path const& path, std::vector<std::string> const& populations) : file_(path) {
    h5::mark_sonata(file_);
    for (auto const& name : populations) {
        auto const group = create_population(file_, name, SpikeOrder::by_time);
        auto times = h5::create_growing(group, "timestamps", H5T_IEEE_F64LE);
        h5::write_attribute(times, "units", "ms");
        populations_.push_back({std::move(times), h5::create_growing(group, "node_ids", H5T_STD_U64LE)});
    }
    file_.flush();
}

void SpikeStream::append(std::size_t population, std::vector<double> const& times,
                         std::vector<std::uint64_t> const& node_ids) {
    auto& p = populations_[population];
    h5::append(p.times, p.written, times.size(), H5T_NATIVE_DOUBLE, times.data());
    h5::append(p.node_ids, p.written, times.size(), H5T_NATIVE_UINT64, node_ids.data());
    p.written += times.size();
}

std::vector<SpikeTable> read_spikes(std::filesystem::path const& path) {
    auto const file = h5::open_file(path);
    if (!h5::exists(file, "/spikes"))
        throw InputError("hdf5-unreadable", {path.string()}, "this is no SONATA spike file: it has no group '/spikes'");
    std::vector<SpikeTable> tables;
    if (h5::exists(file, "/spikes/timestamps")) {
        tables.push_back(read_table(file, "/spikes", h5::exists(file, "/spikes/gids") ? "gids" : "node_ids"));
    } else {
        for (auto const& population : h5::members(file, "/spikes")) {
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
