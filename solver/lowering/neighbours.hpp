// Ranks that see something of one another at every step: what they show goes from board to board (solver/step/mirrors.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/communicator.hpp"
#include "solver/step/memory.hpp"

namespace rall::solver {

/// Places on this rank's board.
struct Traded {
    std::vector<int> shown, seen;
};

/// Another rank, and what goes there and comes from there, in the order in which it lists the same.
struct Neighbour {
    int rank;
    Traded at_begin, after_solve;
};

class Neighbours {
public:
    /// `board_size`: of one of the two tables of the board, for even and for odd steps.
    Neighbours(std::vector<Neighbour> const& neighbours, DeviceMemory& board, int board_size);

    /// For a step: what is shown to others, and what is seen of them, once it has come.
    void trade(std::int64_t step, bool after_solve);
    /// How long that has taken so far, s.
    double seconds() const { return seconds_; }

private:
    struct Way {
        StandingExchange exchange;
        std::vector<int> shown, seen;
    };
    Way way(std::vector<Neighbour> const& neighbours, Traded Neighbour::*what) const;

    DeviceMemory& board_;
    int board_size_;
    Way at_begin_, after_solve_;
    double seconds_ = 0;
};

}  // namespace rall::solver
