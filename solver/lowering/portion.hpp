// Which part of a model is lowered here, where several ranks share it.
#pragma once

#include <cstddef>
#include <vector>

namespace rall::solver {

/// So many artificial cells, as they are listed, make a group.
inline constexpr std::size_t artificial_per_group = 512;

struct Portion {
    int rank = 0;                    ///< this one
    std::vector<int> of_cell;        ///< rank per cell; empty: all are here
    std::vector<int> of_artificial;  ///< rank per group of artificial cells; empty: all are here

    bool is_all() const { return of_cell.empty() && of_artificial.empty(); }
    int owner(int cell) const { return of_cell.empty() ? rank : of_cell[static_cast<std::size_t>(cell)]; }
    bool has(int cell) const { return owner(cell) == rank; }
    /// Of artificial cells as they are listed.
    bool has_artificial(std::size_t number) const { return of_artificial.empty() || of_artificial[number / artificial_per_group] == rank; }
};

}  // namespace rall::solver
