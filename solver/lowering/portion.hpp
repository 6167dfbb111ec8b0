// Which part of a model is lowered here, where several ranks share it.
#pragma once

#include <cstddef>
#include <vector>

namespace rall::solver {

/// So many artificial cells, as they are listed, make a group.
inline constexpr std::size_t artificial_per_group = 512;

struct Portion {
    std::vector<char> cells;       ///< per cell; empty: all of them
    std::vector<char> artificial;  ///< per group of artificial cells; empty: all of them

    bool has(int cell) const { return cells.empty() || cells[static_cast<std::size_t>(cell)]; }
    /// Of artificial cells as they are listed.
    bool has_artificial(std::size_t number) const { return artificial.empty() || artificial[number / artificial_per_group]; }
};

}  // namespace rall::solver
