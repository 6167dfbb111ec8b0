// SONATA spike files: /spikes/<population>/{timestamps, node_ids}, with the order in the attribute "sorting".
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/results/hdf5.hpp"
#include "io/results/hdf5_read.hpp"

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

/// A spike file while a simulation runs, so that what it found is on the disk whatever becomes of it. The final file is written anew.
class SpikeStream {
public:
    /// Throws MachineError, as all of it does.
    SpikeStream(std::filesystem::path const& path, std::vector<std::string> const& populations);
    /// Adds spikes, none earlier than those before; `population` is an index into the names.
    void append(std::size_t population, std::vector<double> const& times, std::vector<std::uint64_t> const& node_ids);
    void flush() { file_.flush(); }

private:
    struct Population {
        h5::Handle times, node_ids;
        std::uint64_t written = 0;
    };
    h5::NewFile file_;
    std::vector<Population> populations_;
};

/// A spike file that is read in pieces, so that one of any length needs little memory. Also understands the older layout,
/// /spikes/{timestamps, gids}, as population "".
class SpikeReader {
public:
    /// Throws InputError, as all of it does.
    explicit SpikeReader(std::filesystem::path const& path);

    struct Population {
        std::string name, sorting;  ///< as in SpikeTable
        std::uint64_t count = 0;    ///< spikes
    };
    std::vector<Population> const& populations() const { return populations_; }

    /// Spikes of a population in the order of the file, a few million at a time. `population` is an index into populations().
    void read(
        std::size_t population,
        std::function<void(std::span<double const> times, std::span<std::uint64_t const> node_ids)> const& take) const;

private:
    h5::Input file_;
    std::vector<Population> populations_;
    std::vector<std::string> times_, node_ids_;  ///< paths of data sets, by population
};

/// All populations at once, as SpikeReader finds them. Throws InputError.
std::vector<SpikeTable> read_spikes(std::filesystem::path const& path);

/// Ascending spike times per node id of one population; `population` may be missing where the file has only one.
std::map<std::uint64_t, std::vector<double>> read_spike_trains(std::filesystem::path const& path,
                                                               std::optional<std::string> const& population);

}  // namespace rall::io
