// Spikes on their way into a page, in pieces and in any number: a raster of some of them, and the rates of all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "io/page/html.hpp"

namespace rall::html {

inline constexpr std::uint64_t max_rows = 2'500;      ///< of a raster
inline constexpr std::uint64_t max_spikes = 300'000;  ///< of all rasters of a page
inline constexpr std::uint64_t few_rows = 100;        ///< nodes are left out down to so many, then spikes
inline constexpr int max_bins = 200;                  ///< of rates

/// Memory grows with the number of populations, bins, rows and drawn spikes, not with that of all spikes.
class SpikePicture {
public:
    /// Rates are taken from 0 to `until` (ms), in bins of 1, 2 or 5 times a power of ten, of 1 ms at least. At most `limit` spikes are
    /// drawn, or one of each row.
    SpikePicture(std::string file_population, std::vector<Population> populations, double until,
                 std::uint64_t limit = max_spikes);
    /// Adds spikes; those of one node come in the order of time. Returns a node that is in no population, if there is one.
    std::optional<std::uint64_t> add(std::span<double const> times, std::span<std::uint64_t const> nodes);
    Spikes finish() &&;

private:
    void draw_less();

    Spikes spikes_;
    std::uint64_t limit_ = 0, drawn_ = 0;
    double until_;
    std::vector<std::uint64_t> first_row_;             ///< by population
    std::vector<std::uint64_t> seen_;                  ///< spikes by row
    std::vector<std::vector<std::uint64_t>> in_bins_;  ///< by population
};

}  // namespace rall::html
