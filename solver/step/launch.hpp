// One team per group.
#pragma once

#include "solver/step/team.hpp"

namespace rall::solver {

/// Threads per group on a GPU: enough to cover the widest levels of a few cells, few enough for two blocks per multiprocessor.
inline constexpr int device_team_size = 256;

#ifdef RALL_EMULATED_DEVICE
inline constexpr bool runs_on_host = false;
inline char const* backend_name() { return "emulated device"; }

template <class Functor>
void launch(char const*, int n_groups, Functor const& functor) {
    launch_emulated(
        n_groups, [](void const* f, Team const& team) { (*static_cast<Functor const*>(f))(team); }, &functor);
}
#else
inline constexpr bool runs_on_host =
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, Kokkos::DefaultExecutionSpace::memory_space>::accessible;
inline char const* backend_name() { return Kokkos::DefaultExecutionSpace::name(); }

template <class Functor>
void launch(char const* label, int n_groups, Functor const& functor) {
    if (n_groups == 0) return;
    Kokkos::parallel_for(label, Policy(n_groups, runs_on_host ? 1 : device_team_size), functor);
    Kokkos::fence();
}
#endif

}  // namespace rall::solver
