#include "io/results/spikes.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

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

}  // namespace rall::io
