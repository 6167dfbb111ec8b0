// Where threads that do the same work step by step wait for one another.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace rall {

/// A barrier for `n` threads that all run, to be met at over and over, many thousand times a second: who comes early looks for the others before
/// it goes to sleep. They agree there whether to go on.
class Meeting {
public:
    explicit Meeting(int n) : n_(n) {}

    /// Returns when all have come: true if each of them came with true. What they wrote before is seen by all then.
    bool agree(bool yes) {
        return agree(yes, [] {});
    }
    /// ... and when the last who came has done what they agreed to.
    template <class Do>
    bool agree(bool yes, Do const& together) {
        if (!yes) all_.store(false, std::memory_order_relaxed);
        unsigned const round = round_.load(std::memory_order_relaxed);
        if (came_.fetch_add(1, std::memory_order_acq_rel) + 1 == n_) {
            result_ = all_.exchange(true, std::memory_order_relaxed);
            came_.store(0, std::memory_order_relaxed);
            if (result_) together();
            {
                std::lock_guard const lock(guard_);
                round_.store(round + 1, std::memory_order_release);
            }
            next_.notify_all();
        } else {
            await(round);
        }
        return result_;  // who would change it waits for us
    }

private:
    void await(unsigned round) {
        constexpr int looks = 4000;  // some 100 us
        auto const over = [&] { return round_.load(std::memory_order_acquire) != round; };
        for (int k = 0; k < looks; ++k) {
            if (over()) return;
#if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
#endif
        }
        std::unique_lock lock(guard_);
        next_.wait(lock, over);
    }

    int n_;
    bool result_ = true;
    std::atomic<bool> all_{true};
    alignas(64) std::atomic<int> came_{0};
    alignas(64) std::atomic<unsigned> round_{0};
    std::mutex guard_;
    std::condition_variable next_;
};

}  // namespace rall
