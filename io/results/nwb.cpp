#include "io/results/nwb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "io/results/hdf5_read.hpp"

namespace rall::io {
namespace {

constexpr double nA_of_A = 1e9, ms_of_s = 1e3;

void require_finite(h5::Input const& file, std::string const& data, std::vector<double> const& values) {
    auto const bad = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
    if (bad != values.end()) throw file.unreadable(fmt::format("'{}', row {}: {} is no value", data, bad - values.begin(), *bad));
}

}  // namespace

Sweep read_nwb_sweep(std::filesystem::path const& path, std::string const& name) {
    h5::Input const file(path);
    if (!file.exists("/epochs")) throw file.unreadable("this is no NWB 1.0 file with stimuli: it has no group '/epochs'");
    auto const group = fmt::format("/epochs/{}/stimulus/timeseries", name);
    if (name.find('/') != std::string::npos || !file.exists("/epochs/" + name))
        throw InputError("nwb-sweep", {path.string()}, fmt::format("this file has no sweep '{}'", name), did_you_mean(name, file.members("/epochs")));
    double const hz = file.number_attribute(group + "/starting_time", "rate").value_or(0);
    if (!(hz > 0) || !std::isfinite(hz))
        throw InputError("nwb-rate", {path.string()}, fmt::format("'{}/starting_time' needs the attribute 'rate', in Hz", group));
    Sweep sweep{ms_of_s / hz, file.numbers(group + "/data")};
    require_finite(file, group + "/data", sweep.amps);
    for (auto& amp : sweep.amps) amp *= nA_of_A;
    return sweep;
}

std::map<std::uint64_t, std::vector<double>> read_nwb_spikes(std::filesystem::path const& path, std::optional<std::string> const& trial) {
    h5::Input const file(path);
    if (!file.exists("/processing")) throw file.unreadable("this is no NWB 1.0 file with spikes: it has no group '/processing'");
    auto const trials = file.members("/processing");
    if (trial && std::ranges::find(trials, *trial) == trials.end())
        throw InputError("nwb-trial", {path.string()}, fmt::format("this file has no trial '{}'", *trial), did_you_mean(*trial, trials));
    if (!trial && trials.size() != 1)
        throw InputError("nwb-trial", {path.string()}, fmt::format("this file has {} trials: say which", trials.size()),
                         "\"trial\": one of " + enumerate(trials));
    auto const group = fmt::format("/processing/{}/spike_train", trial ? *trial : trials.front());
    std::map<std::uint64_t, std::vector<double>> trains;
    for (auto const& member : file.members(group)) {
        std::uint64_t id = 0;
        auto const [end, code] = std::from_chars(member.data(), member.data() + member.size(), id);
        if (code != std::errc() || end != member.data() + member.size())
            throw file.unreadable(fmt::format("'{}/{}': expected the number of a node", group, member));
        auto const data = fmt::format("{}/{}/data", group, member);
        auto& times = trains[id] = file.numbers(data);
        require_finite(file, data, times);
        std::ranges::sort(times);
    }
    return trains;
}

}  // namespace rall::io
