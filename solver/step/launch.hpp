// One team per group.
#pragma once

#include "solver/step/team.hpp"

namespace rall::solver {

/// Threads per group on a GPU: enough to cover the widest levels of a few cells, few enough for two blocks per multiprocessor.
inline constexpr int device_team_size = 256;

inline constexpr bool runs_on_host =
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, Kokkos::DefaultExecutionSpace::memory_space>::accessible;

template <class Functor>
void launch(char const* label, int n_groups, Functor const& functor) {
    if (n_groups == 0) return;
    Kokkos::parallel_for(label, Policy(n_groups, runs_on_host ? 1 : device_team_size), functor);
    Kokkos::fence();
}

}  // namespace rall::solver
