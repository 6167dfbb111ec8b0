// Kokkos for the length of a program, seen from code that does not include Kokkos.
#pragma once

#include <functional>
#include <string>

namespace rall {

inline constexpr int most_threads = 512;  ///< of the host; Kokkos has room for no more

/// Initialises Kokkos, and finalises it at the end of the object's life. One at a time, in main(). Throws MachineError where the system
/// does not start so many threads, UsageError where the environment's wishes (KOKKOS_NUM_THREADS, OMP_STACKSIZE, ...) are no wishes.
class Runtime {
public:
    /// `threads`: host threads to use; 0: KOKKOS_NUM_THREADS, else OMP_NUM_THREADS, else all cores, of which `processes` of this machine take
    /// the same share. Never more than `most` if that is given: threads without work would only wait, and disturb those that have some.
    explicit Runtime(int threads = 0, int most = 0, int processes = 1);
    ~Runtime();
    Runtime(Runtime const&) = delete;
    Runtime& operator=(Runtime const&) = delete;
};

/// Lets this thread launch kernels although another one initialised Kokkos. One at a time may.
void compute_on_this_thread();

/// Kokkos' default execution space: "Serial", "OpenMP", "Cuda".
std::string backend();
/// Do kernels run on the host, in its memory?
bool on_host();
/// Host threads, or what the device runs at once. Kokkos must be initialised.
int concurrency();
/// Threads for work of the host itself: as many as it runs, beside a device all cores.
int host_threads();
/// f(0), ..., f(n - 1) on Kokkos' threads of the host, in any order; the first exception comes back. For work that comes again and again, as
/// in every epoch (base/parallel.hpp: for work that is long and comes once).
void on_host_threads(int n, std::function<void(int)> const& f);
/// Version of Kokkos that this was built with, "3.4.1".
std::string kokkos_version();

}  // namespace rall
