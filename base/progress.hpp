// How far long work is, for whoever wants to know: who works calls, and need not know who listens.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

namespace rall {

/// What is being done ("reading mechanisms"), how much of it is done, 0 when it begins, and how much there is. May be empty. Calls come one at a time, from any thread.
using OnProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

/// Work in `all` steps, of which any thread may make some. It is told at its begin and a few hundred times, so that steps cost nothing.
class Steps {
public:
    Steps(OnProgress const& on_progress, std::string_view what, std::uint64_t all)
        : on_progress_(on_progress), what_(what), all_(all), between_(std::max<std::uint64_t>(1, all / 200)) {
        if (on_progress_ && all_ > 0) on_progress_(what_, 0, all_);
    }
    Steps(Steps const&) = delete;
    Steps& operator=(Steps const&) = delete;

    void made(std::uint64_t steps = 1) {
        if (!on_progress_) return;
        auto const before = done_.fetch_add(steps, std::memory_order_relaxed);
        if (before / between_ == (before + steps) / between_) return;
        std::lock_guard const lock(guard_);
        on_progress_(what_, std::min(done_.load(), all_), all_);  // how many there are may be a guess
    }

private:
    OnProgress const& on_progress_;
    std::string_view what_;
    std::uint64_t all_, between_;
    std::atomic<std::uint64_t> done_{0};
    std::mutex guard_;
};

}  // namespace rall
