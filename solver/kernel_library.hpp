// Included once by the source of a kernel library, after the generated mechanisms: instantiates the step for exactly them.
//
//     #include "hh.hpp"
//     #include "pas.hpp"
//     RALL_KERNEL_LIBRARY("key", rall::mechanism::hh_n, rall::mechanism::pas_n)
#pragma once

#include "mechanisms/library.hpp"
#include "solver/cvode/variable_step.hpp"
#include "solver/step/initialize.hpp"

namespace rall::solver {

/// Threads per group on a GPU: enough to cover the widest levels of a few cells, few enough for two blocks per multiprocessor.
inline constexpr int device_team_size = 256;

template <class Functor>
void launch(char const* label, int n_groups, Functor const& functor) {
    if (n_groups == 0) return;
    bool const host =
        Kokkos::SpaceAccessibility<Kokkos::HostSpace, Kokkos::DefaultExecutionSpace::memory_space>::accessible;
    Kokkos::parallel_for(label, Policy(n_groups, host ? 1 : device_team_size), functor);
    Kokkos::fence();
}

/// A GPU gives a thread 1 KiB of stack unless told otherwise; functions that call themselves go 500 deep.
template <class... M>
void deepen_stack() {
#ifdef KOKKOS_ENABLE_CUDA
    if constexpr ((M::info.recursive || ...)) cudaDeviceSetLimit(cudaLimitStackSize, 64 * 1024);
#endif
}

template <class... M>
KernelLibrary const* kernel_library(char const* key) {
    static MechanismInfo const* const mechanisms[] = {&M::info...};
    static int const common_bytes[] = {static_cast<int>(sizeof(typename M::Common))...};
    static KernelLibrary const library{kernel_abi,
                                       Kokkos::DefaultExecutionSpace::name(),
                                       key,
                                       mechanisms,
                                       static_cast<int>(sizeof...(M)),
                                       common_bytes,
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
