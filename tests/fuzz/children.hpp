// Findings in processes that a target starts. Whoever reads a damaged file sees only that such a process has ended, which is what it is
// for; that a sanitizer ended it, or an exception that nobody caught, is a finding all the same. What HDF5 itself does wrong is none: it stays
// in that process.
#pragma once

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

extern "C" {
/// There where a sanitizer is linked.
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());
/// Asked by AddressSanitizer: what HDF5 copies out of bounds is its own.
__attribute__((visibility("default"))) char const* __asan_default_suppressions() {
    return "interceptor_via_lib:libhdf5";
}
}

namespace rall::fuzz {

/// Shared with all processes that are started from now on.
inline std::atomic<bool>& found_in_child() {
    static auto* const shared = [] {
        void* const page =
            ::mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) std::abort();
        return new (page) std::atomic<bool>(false);
    }();
    return *shared;
}

/// To be called before the first process starts.
inline void watch_children() {
    static bool const watched = [] {
        found_in_child() = false;
        return ::pthread_atfork(nullptr, nullptr, [] {
                   std::set_terminate([] {
                       found_in_child() = true;
                       ::_exit(1);
                   });
                   if (__sanitizer_set_death_callback)
                       __sanitizer_set_death_callback([] { found_in_child() = true; });
               }) == 0;
    }();
    if (!watched) std::abort();
}

/// Ends the target, which keeps its input, if something was found in a process.
inline void expect_nothing_in_children() {
    if (!found_in_child()) return;
    std::fputs("a finding in a process that this target started: see above\n", stderr);
    std::abort();
}

}  // namespace rall::fuzz
