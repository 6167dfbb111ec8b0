// The board (Mirrors) between two launches, for code that knows no Kokkos.
#pragma once

#include "solver/step/group.hpp"

namespace rall::solver {

/// Groups in device memory put on the board what holds at the begin of a step, or take it from there.
void show_all(Group const* groups, int n, std::int64_t step);
void see_all(Group const* groups, int n, std::int64_t step);

}  // namespace rall::solver
