#include "network/mailbox.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace rall::network {
namespace {

/// By time, then by when it was sent, as NEURON's queue has them. An object, not a function, so that sorting has it inline.
constexpr auto earlier = [](solver::Delivery const& a, solver::Delivery const& b) {
    if (a.time != b.time) return a.time < b.time;
    return a.sent != b.sent ? a.sent < b.sent : a.connection < b.connection;
};

}  // namespace

/// By step first, which needs no comparisons; few events share a step.
void Mailbox::sort(std::vector<solver::Delivery>::iterator first, std::vector<solver::Delivery>::iterator last) {
    constexpr std::size_t few = 16;
    auto const n = static_cast<std::size_t>(last - first);
    if (n <= few || n < begin_.size() / 4) return std::sort(first, last, earlier);
    std::ranges::fill(begin_, 0);
    for (auto event = first; event != last; ++event) ++begin_[event->step + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    by_step_.resize(n);
    for (auto event = first; event != last; ++event) by_step_[begin_[event->step]++] = *event;
    for (std::size_t step = 0, begin = 0; step + 1 < begin_.size(); begin = begin_[step++])
        std::sort(by_step_.begin() + static_cast<std::ptrdiff_t>(begin), by_step_.begin() + begin_[step], earlier);
    std::ranges::copy(by_step_, first);
}

/// What came since the bucket was last looked at comes into its place.
std::vector<solver::Delivery> const& Mailbox::sorted_front() {
    auto& events = bucket(front_);
    if (sorted_ < events.size()) {
        auto const first = events.begin() + static_cast<std::ptrdiff_t>(taken_);
        auto const fresh = events.begin() + static_cast<std::ptrdiff_t>(sorted_);
        sort(fresh, events.end());
        if (fresh != first) std::inplace_merge(first, fresh, events.end(), earlier);
        sorted_ = events.size();
    }
    return events;
}

/// Goes on to the next bucket.
void Mailbox::pass() {
    bucket(front_).clear();
    ++front_;
    taken_ = sorted_ = 0;
    auto const size = static_cast<std::int64_t>(ring_.size());
    if (far_.empty() || front_ - looked_at_far_ < std::max<std::int64_t>(1, size / 2)) return;
    looked_at_far_ = front_;
    std::erase_if(far_, [&](Far const& far) {
        bool const reached = far.bucket - front_ < size;
        if (reached) bucket(far.bucket).push_back(far.event);
        return reached;
    });
}

double Mailbox::next() {
    auto const& front = sorted_front();
    if (taken_ < front.size()) return front[taken_].time;
    double first = std::numeric_limits<double>::infinity();
    for (std::int64_t k = 1; k < static_cast<std::int64_t>(ring_.size()); ++k)
        for (auto const& event : bucket(front_ + k)) first = std::min(first, event.time);
    for (auto const& far : far_) first = std::min(first, far.event.time);
    return first;
}

std::size_t Mailbox::bytes() const {
    std::size_t bytes = ring_.size() * sizeof ring_[0] + far_.capacity() * sizeof(Far) + begin_.size() * sizeof begin_[0] +
                        by_step_.capacity() * sizeof by_step_[0];
    for (auto const& events : ring_) bytes += events.capacity() * sizeof(solver::Delivery);
    return bytes;
}

}  // namespace rall::network
