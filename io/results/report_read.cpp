#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "io/results/hdf5_read.hpp"
#include "io/results/report_file.hpp"

namespace rall::io {
namespace {

template <class T>
std::vector<T> narrowed(h5::Input const& file, std::string const& path) {
    auto const given = file.ids(path);
    for (auto const value : given)
        if (value > std::numeric_limits<T>::max())
            throw file.unreadable(
                fmt::format("'{}' holds {}; expected at most {}", path, value, std::numeric_limits<T>::max()));
    return {given.begin(), given.end()};
}

ReportMapping read_mapping(h5::Input const& file, std::string const& group, std::uint64_t elements) {
    ReportMapping mapping;
    mapping.node_ids = file.ids(group + "/node_ids");
    mapping.index_pointers = file.ids(group + "/index_pointers");
    mapping.element_ids = narrowed<std::uint32_t>(file, group + "/element_ids");
    // Some writers leave the positions out.
    if (file.exists(group + "/element_pos")) {
        auto const positions = file.numbers(group + "/element_pos");
        mapping.element_pos.assign(positions.begin(), positions.end());
    }
    auto const expect = [&](char const* name, std::size_t found, std::uint64_t expected, std::string const& why) {
        if (found != expected)
            throw file.unreadable(
                fmt::format("'{}/{}' has {} values; expected {}, {}", group, name, found, expected, why));
    };
    expect("element_ids", mapping.element_ids.size(), elements, "one per column of data");
    if (!mapping.element_pos.empty())
        expect("element_pos", mapping.element_pos.size(), elements, "one per column of data");
    auto const& pointers = mapping.index_pointers;
    expect("index_pointers", pointers.size(), mapping.node_ids.size() + 1, "one more than there are node_ids");
    if (!std::is_sorted(pointers.begin(), pointers.end()) || pointers.front() != 0 || pointers.back() != elements)
        throw file.unreadable(
            fmt::format("'{}/index_pointers' does not ascend from 0 to {}, the number of columns", group, elements));
    return mapping;
}

}  // namespace

std::vector<ReportInfo> read_report(std::filesystem::path const& path) {
    h5::Input const file(path);
    std::vector<ReportInfo> reports;
    file.populations("/report", "SONATA report", [&](auto const& population, auto const& group) {
        ReportInfo info;
        info.population = population;
        auto const size = file.shape(group + "/data");
        if (size.size() != 2) throw file.unreadable("'" + group + "/data' is no table");
        info.samples = size[0];
        info.elements = size[1];
        info.units = file.text_attribute(group + "/data", "units");
        auto const time = file.numbers(group + "/mapping/time");
        if (time.size() != 3) throw file.unreadable("'" + group + "/mapping/time' is not [start, stop, dt]");
        info.start = time[0], info.stop = time[1], info.dt = time[2];
        if (!std::isfinite(info.start) || !std::isfinite(info.stop) || !(info.dt > 0) || !std::isfinite(info.dt))
            throw file.unreadable(fmt::format("'{}/mapping/time' is [{}, {}, {}]; expected [start, stop, dt] in ms",
                                              group, info.start, info.stop, info.dt));
        info.mapping = read_mapping(file, group + "/mapping", info.elements);
        reports.push_back(std::move(info));
    });
    return reports;
}

void read_report_rows(std::filesystem::path const& path, std::string const& population, std::uint64_t samples,
                      std::function<void(double const* values, std::int64_t rows)> const& take) {
    constexpr std::uint64_t values_at_once = 1 << 21, values_of_one_reader = 1 << 26;  // a reader may not take much more than a file holds
    auto const data = "/report/" + population + "/data";
    for (std::uint64_t first = 0; first < samples;) {
        h5::Input const file(path);
        auto const size = file.shape(data);
        if (size.size() != 2 || size[0] < samples)
            throw file.unreadable(fmt::format("'{}' has {} rows; expected {}", data, size.empty() ? 0 : size[0], samples));
        auto const width = std::max<std::uint64_t>(1, size[1]), at_once = std::max<std::uint64_t>(1, values_at_once / width);
        for (auto const end = std::min(samples, first + std::max(at_once, values_of_one_reader / width)); first < end;) {
            auto const n = std::min(at_once, end - first);
            auto const values = file.rows(data, first, n);
            take(values.data(), static_cast<std::int64_t>(n));
            first += n;
        }
    }
}

std::vector<std::vector<double>> read_report_columns(std::filesystem::path const& path, std::string const& population,
                                                     std::uint64_t count) {
    h5::Input const file(path);
    auto const table = file.columns("/report/" + population + "/data", 0, count);
    std::vector<std::vector<double>> columns(count);
    for (std::size_t i = 0; i < table.size(); ++i) columns[i % count].push_back(table[i]);
    return columns;
}

}  // namespace rall::io
