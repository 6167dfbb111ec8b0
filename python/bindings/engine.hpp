// What all computing from Python goes through: Kokkos, which a process starts once, and one piece of work at a time, without the interpreter's lock.
#pragma once

#include <mutex>
#include <utility>

#include "base/runtime.hpp"
#include "python/bindings/bind.hpp"

namespace rall::python {

/// Starts Kokkos where it does not run yet, with so many threads (0: as the environment says, else all cores). Throws UsageError where it runs with another
/// number, or was started by the process that this one was forked from.
void start_engine(int threads);
/// Throws UsageError in a process that was forked from one in which Kokkos has threads.
void check_engine();

std::recursive_mutex& engine();

/// f() while other threads of Python run; computations of several threads come one after the other.
template <class F>
auto compute(F&& f) {
    check_engine();
    py::gil_scoped_release const free;
    std::lock_guard const lock(engine());
    compute_on_this_thread();
    return std::forward<F>(f)();
}

}  // namespace rall::python
