// Included once by the source of a kernel library, after the generated mechanisms: instantiates the step for exactly them.
//
//     #include "hh.hpp"
//     #include "pas.hpp"
//     RALL_KERNEL_LIBRARY("key", rall::mechanism::hh_n, rall::mechanism::pas_n)
#pragma once

#include <limits>

#include "mechanisms/library.hpp"
#include "solver/cvode/variable_step.hpp"
#include "solver/step/initialize.hpp"
#include "solver/step/launch.hpp"
#include "solver/step/together.hpp"

namespace rall::solver {

/// A GPU gives a thread 1 KiB of stack unless told otherwise; functions that call themselves go 500 deep.
template <class... M>
void deepen_stack() {
#ifdef KOKKOS_ENABLE_CUDA
    if constexpr ((M::info.recursive || ...)) cudaDeviceSetLimit(cudaLimitStackSize, 64 * 1024);
#endif
}

/// Has a group lacked room?
inline bool has_stopped(Lockstep const& lockstep) {
    using Space = Kokkos::DefaultExecutionSpace::memory_space;
    std::int64_t stopped_at = 0;
    Kokkos::deep_copy(Kokkos::View<std::int64_t, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>(&stopped_at),
                      Kokkos::View<std::int64_t const, Space, Kokkos::MemoryUnmanaged>(lockstep.stopped_at));
    return stopped_at < std::numeric_limits<std::int64_t>::max();
}

/// Groups that see one another at every step, one launch after the other.
template <class... M>
void advance_by_turns(Lockstep const& lockstep, Advance const& advance) {
    Step<M...> const step{lockstep.groups, advance};
    for (auto number = lockstep.step; number < advance.first_step + advance.steps; ++number)
        for (bool const first : {true, false}) {
            if (!first && !lockstep.after_solve) continue;
            bool const ends = !first || !lockstep.after_solve;
            launch("rall::turn", lockstep.first[lockstep.n_workers],
                   Turn<M...>{step, number, first, ends, lockstep.stopped_at});
            if (!lockstep.trade) continue;
            if (has_stopped(lockstep)) return;
            lockstep.trade(lockstep.neighbours, number + 1, !ends);
        }
}

/// ... on a host, in one launch that has a team for each worker. All of these run at the same time, each on a thread of its own: there are
/// no more of them than threads, and a static schedule gives each thread one.
template <class... M>
void advance_together(Lockstep const& lockstep, Advance const& advance) {
    if constexpr (runs_on_host) {
        Meeting meeting(lockstep.n_workers);
        Kokkos::TeamPolicy<Kokkos::Schedule<Kokkos::Static>> policy(lockstep.n_workers, 1);
        policy.set_chunk_size(1);
        Kokkos::parallel_for("rall::together", policy, Together<M...>{{lockstep.groups, advance}, lockstep, &meeting});
        Kokkos::fence();
    } else {
        advance_by_turns<M...>(lockstep, advance);
    }
}

template <class... M>
KernelLibrary const* kernel_library(char const* key) {
    static MechanismInfo const* const mechanisms[] = {&M::info...};
    static int const common_bytes[] = {static_cast<int>(sizeof(typename M::Common))...};
    static int const curve_doubles[] = {curve_doubles_of<M>()...};
    static KernelLibrary const library{kernel_abi,
                                       backend_name(),
                                       key,
                                       mechanisms,
                                       static_cast<int>(sizeof...(M)),
                                       common_bytes,
                                       curve_doubles,
                                       [](Group const* groups, int n, Advance const& advance) {
                                           deepen_stack<M...>();
                                           launch("rall::initialize", n, Initialize<M...>{groups, advance});
                                       },
                                       [](Group const* groups, int n, Advance const& advance) {
                                           launch("rall::begin", n, Begin<M...>{groups, advance});
                                       },
                                       [](Group const* groups, int n, Advance const& advance) {
                                           launch("rall::advance", n, Step<M...>{groups, advance});
                                       },
                                       advance_together<M...>,
                                       [](Group const* groups, int n, Advance const& advance, double until) {
                                           launch("rall::deliver", n, Deliver<M...>{groups, advance, until});
                                       },
                                       variable_kernels<M...>()};
    return &library;
}

}  // namespace rall::solver

#define RALL_KERNEL_LIBRARY(key, ...)                             \
    extern "C" rall::KernelLibrary const* rall_kernel_library() { \
        return rall::solver::kernel_library<__VA_ARGS__>(key);    \
    }
