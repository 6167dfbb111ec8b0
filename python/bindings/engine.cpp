#include "python/bindings/engine.hpp"

#include <unistd.h>

#include <optional>
#include <string>

#include "base/runtime.hpp"

namespace rall::python {
namespace {

// Kokkos is never ended: simulations may outlive everything else when an interpreter ends.
Runtime* runtime = nullptr;
pid_t started_by = 0;

}  // namespace

std::recursive_mutex& engine() {
    static auto* const mutex = new std::recursive_mutex;
    return *mutex;
}

void check_engine() {
    if (runtime && started_by != ::getpid() && concurrency() > 1)
        throw UsageError("this process was forked from one that has run simulations with " + std::to_string(concurrency()) +
                         " threads, which a fork does not take along\n    start processes by spawn: multiprocessing.get_context(\"spawn\"); or use threads=1 before the fork");
}

void start_engine(int threads) {
    if (threads < 0 || threads > most_threads)
        throw UsageError("threads=" + std::to_string(threads) + "; expected 1 to " + std::to_string(most_threads) + ", or 0 for all cores");
    check_engine();
    std::lock_guard const lock(engine());
    if (!runtime) {
        runtime = new Runtime(threads);
        started_by = ::getpid();
    } else if (threads > 0 && threads != concurrency()) {
        throw UsageError("threads=" + std::to_string(threads) + ": this process computes with " + std::to_string(concurrency()) +
                         " threads since its first simulation\n    results do not depend on the number of threads; another one needs another process");
    }
}

}  // namespace rall::python
