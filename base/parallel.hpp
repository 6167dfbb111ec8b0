// Work of the host that falls into independent parts, on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace rall {

/// Runs work(i) for i in [0, n) on at most `threads` threads, this one among them: fewer where the system gives no more. The first
/// exception comes back, when all have ended.
template <class Work>
void in_parallel(int n, int threads, Work const& work) {
    std::atomic<int> next{0};
    std::exception_ptr failure;
    std::mutex guard;
    auto const run = [&] {
        for (int i; (i = next++) < n;) try {
                work(i);
            } catch (...) {
                std::lock_guard lock(guard);
                if (!failure) failure = std::current_exception();
                next = n;
            }
    };
    {
        std::vector<std::jthread> others;
        try {
            for (int k = 1; k < std::min(threads, n); ++k) others.emplace_back(run);
        } catch (std::system_error const&) {
        } catch (std::bad_alloc const&) {
        }
        run();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace rall
