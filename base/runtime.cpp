#include "base/runtime.hpp"

#include <algorithm>

#include "base/kokkos.hpp"

#ifdef KOKKOS_ENABLE_OPENMP
#include <omp.h>
#endif

namespace rall {

namespace {

#if KOKKOS_VERSION >= 30700
Kokkos::InitializationSettings settings(int threads) {
    Kokkos::InitializationSettings s;
    s.set_disable_warnings(true);  // advice on OMP_PROC_BIND is not for our users
    if (threads > 0) s.set_num_threads(threads);
    return s;
}
#else
Kokkos::InitArguments settings(int threads) {
    Kokkos::InitArguments s;
    s.disable_warnings = true;
    if (threads > 0) s.num_threads = threads;
    return s;
}
#endif

}  // namespace

Runtime::Runtime(int threads, int most) {
#ifdef KOKKOS_ENABLE_OPENMP
    if (threads == 0 && most > 0) threads = omp_get_max_threads();
#endif
    Kokkos::initialize(settings(most > 0 ? std::min(threads, most) : threads));
}
Runtime::~Runtime() { Kokkos::finalize(); }

std::string backend() { return Kokkos::DefaultExecutionSpace::name(); }
int concurrency() { return Kokkos::DefaultExecutionSpace().concurrency(); }

std::string kokkos_version() {
    return std::to_string(KOKKOS_VERSION / 10000) + "." + std::to_string(KOKKOS_VERSION / 100 % 100) + "." +
           std::to_string(KOKKOS_VERSION % 100);
}

}  // namespace rall
