#include "base/runtime.hpp"

#include "base/kokkos.hpp"

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

Runtime::Runtime(int threads) { Kokkos::initialize(settings(threads)); }
Runtime::~Runtime() { Kokkos::finalize(); }

std::string backend() { return Kokkos::DefaultExecutionSpace::name(); }
int concurrency() { return Kokkos::DefaultExecutionSpace().concurrency(); }

std::string kokkos_version() {
    return std::to_string(KOKKOS_VERSION / 10000) + "." + std::to_string(KOKKOS_VERSION / 100 % 100) + "." +
           std::to_string(KOKKOS_VERSION % 100);
}

}  // namespace rall
