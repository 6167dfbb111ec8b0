// How a team walks over things: a vector loop on a CPU core, the threads of a block on a GPU, or threads of the host that do what those of a GPU
// would (emulated_team.hpp). Everything parallel inside a group goes through these few functions.
#pragma once

#include "base/kokkos.hpp"
#include "mechanisms/info.hpp"
#include "solver/step/emulated_team.hpp"

#if defined(RALL_ON_DEVICE) && !defined(RALL_EMULATED_DEVICE)
#define RALL_KERNEL_LOOP RALL_FUNCTION
#define RALL_RARE_LOOP RALL_FUNCTION
#else
// A phase of the step, or one of a mechanism, as a function of its own on a CPU: readable in a profile, and the compiler, which stops
// inlining in a function as large as the step, makes vector loops of it.
#define RALL_KERNEL_LOOP [[gnu::noinline]] inline KOKKOS_FUNCTION
#define RALL_RARE_LOOP [[gnu::cold]] RALL_KERNEL_LOOP  // once per run or event: small rather than fast
#endif

namespace rall::solver {

using Policy = Kokkos::TeamPolicy<Kokkos::Schedule<Kokkos::Dynamic>>;
#ifdef RALL_EMULATED_DEVICE
using Team = EmulatedTeam;
#else
using Team = Policy::member_type;
#endif

/// f(i) for i in [0, n). Iterations touch different memory; on a CPU they are vectorised.
template <class F>
RALL_FUNCTION void for_each([[maybe_unused]] Team const& team, int n, F const& f) {
#ifdef RALL_ON_DEVICE
    for (int i = team.team_rank(); i < n; i += team.team_size()) f(i);
    team.team_barrier();
#else
#pragma omp simd
    for (int i = 0; i < n; ++i) f(i);
#endif
}

/// Do eight places follow one another?
RALL_FUNCTION bool are_neighbours(int const* place) {
    int apart = 0;
    for (int lane = 0; lane < lanes; ++lane) apart |= place[lane] - place[0] - lane;
    return apart == 0;
}

/// f(i, place[i]) for i in [0, n). On a CPU eight at a time: where their places are neighbours, which most are, loads and stores stay vectors.
template <class F>
RALL_FUNCTION void for_each_place(Team const& team, int n, int const* place, F const& f) {
#ifdef RALL_ON_DEVICE
    for_each(team, n, [=](int i) { f(i, place[i]); });
#else
    (void)team;
    for (int first = 0; first < n; first += lanes) {
        int const* const places = place + first;
        if (n - first >= lanes && are_neighbours(places)) {
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) f(first + lane, places[0] + lane);
        } else {
            int const many = n - first < lanes ? n - first : lanes;
            for (int lane = 0; lane < many; ++lane) f(first + lane, places[lane]);
        }
    }
#endif
}

/// As for_each, for bodies that hold loops or calls of their own and gain nothing from vector lanes.
template <class F>
RALL_FUNCTION void for_each_scalar([[maybe_unused]] Team const& team, int n, F const& f) {
#ifdef RALL_ON_DEVICE
    for (int i = team.team_rank(); i < n; i += team.team_size()) f(i);
    team.team_barrier();
#else
    for (int i = 0; i < n; ++i) f(i);
#endif
}

/// f() by one thread of the team, before the others go on.
template <class F>
RALL_FUNCTION void once([[maybe_unused]] Team const& team, F const& f) {
#ifdef RALL_ON_DEVICE
    if (team.team_rank() == 0) f();
    team.team_barrier();
#else
    f();
#endif
}

}  // namespace rall::solver
