// What a model is at one time, as lists of numbers under names ("mechanisms/hh/m"): what a checkpoint holds. Nothing in it depends on how cells
// were packed, on threads, or on the order in which cells and connections are listed (solver/lowering/snapshot.hpp says what is in it).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rall::model {

struct Snapshot {
    std::int64_t step = 0;                                     ///< steps done since t = 0
    std::map<std::string, std::vector<double>> numbers;        ///< in their units
    std::map<std::string, std::vector<std::uint64_t>> counts;  ///< gids, places, flags

    /// A list of which all values have the same bits is kept as one of them.
    void shorten(std::string const& name);

    /// Of a list that was put here shortened or whole.
    struct List {
        std::vector<double> const& values;
        double operator[](std::size_t i) const { return values.size() == 1 ? values[0] : values[i]; }
    };
    /// A list of n. All three throw InputError ("checkpoint-other-model") where there is none of that length.
    List list(std::string const& name, std::size_t n) const;
    std::vector<double> const& numbers_of(std::string const& name) const;
    std::vector<std::uint64_t> const& counts_of(std::string const& name) const;

    std::size_t bytes() const;
};

/// Something in a snapshot does not fit the model. `what`: "hh.m has 3 values; expected 5".
[[noreturn]] void snapshot_misfit(std::string const& what);

}  // namespace rall::model
