// SONATA spike files: /spikes/<population>/{timestamps, node_ids}, with the order in the attribute "sorting".
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rall::io {

enum class SpikeOrder { by_time, by_id };

struct SpikeTable {
    std::string population;
    std::vector<double> times;            ///< ms
    std::vector<std::uint64_t> node_ids;  ///< as many
    std::string sorting;                  ///< "by_time", "by_id", "none"
};

/// Writes a file anew; each population sorted by `order` (then by the other key). Throws MachineError.
void write_spikes(std::filesystem::path const& path, std::vector<SpikeTable> tables, SpikeOrder order);

/// All populations. Also understands the older layout, /spikes/{timestamps, gids}, as population "". Throws InputError.
std::vector<SpikeTable> read_spikes(std::filesystem::path const& path);

/// Ascending spike times per node id of one population; `population` may be missing where the file has only one.
std::map<std::uint64_t, std::vector<double>> read_spike_trains(std::filesystem::path const& path,
                                                               std::optional<std::string> const& population);

}  // namespace rall::io
