#include "network/mailbox.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "base/whole.hpp"

namespace rall::network {
namespace {

/// By time, then by when it was sent and in which order, as NEURON's queue has them; then by who sent it, and to whom. Of connections between the
/// same two the number, or the weight, tells. An object, not a function, so that sorting has it inline.
constexpr auto earlier = [](solver::Delivery const& a, solver::Delivery const& b) {
    if (a.time != b.time) return a.time < b.time;
    if (a.sent != b.sent) return a.sent < b.sent;
    if (a.order != b.order) return a.order < b.order;
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.mechanism != b.mechanism) return a.mechanism < b.mechanism;
    if (a.instance != b.instance) return a.instance < b.instance;
    if (a.is_made_again != b.is_made_again) return b.is_made_again;
    return std::bit_cast<std::uint64_t>(a.weight) < std::bit_cast<std::uint64_t>(b.weight);  // or the connection's number: they share their place
};

}  // namespace

/// Moves `events` to `out`, sorted: into slices of time, more than there are events, which needs no comparisons, and then inside of slices where it
/// must be.
void Mailbox::sort(std::vector<solver::Delivery>& events, std::vector<solver::Delivery>& out) {
    constexpr std::size_t few = 16;
    if (events.size() <= few) {
        out.assign(events.begin(), events.end());
        events.clear();
        return std::sort(out.begin(), out.end(), earlier);
    }
    double first = events[0].time, last = first;
    for (auto const& event : events) first = std::min(first, event.time), last = std::max(last, event.time);
    auto const slices = 2 * events.size();
    double const per_time = last > first ? static_cast<double>(slices - 1) / (last - first) : 0;
    auto const slice = [=](solver::Delivery const& event) {
        return std::min(truncated<std::size_t>((event.time - first) * per_time), slices - 1);
    };
    end_.assign(slices + 1, 0);
    for (auto const& event : events) ++end_[slice(event) + 1];
    std::partial_sum(end_.begin(), end_.end(), end_.begin());
    out.resize(events.size());
    for (auto const& event : events) out[end_[slice(event)]++] = event;
    events.clear();
    for (std::size_t k = 1; k < out.size(); ++k) {
        if (!earlier(out[k], out[k - 1])) continue;
        auto const here = slice(out[k]);
        std::sort(out.begin() + (here > 0 ? end_[here - 1] : 0), out.begin() + end_[here], earlier);
        k = end_[here];
    }
}

/// What came since the bucket was last looked at comes into its place.
void Mailbox::sort_front() {
    if (bucket(front_).empty()) return;
    if (taken_ == sorted_.size()) {
        sort(bucket(front_), sorted_);
    } else {
        sort(bucket(front_), fresh_);
        sorted_.erase(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(taken_));
        auto const waiting = static_cast<std::ptrdiff_t>(sorted_.size());
        sorted_.insert(sorted_.end(), fresh_.begin(), fresh_.end());
        std::inplace_merge(sorted_.begin(), sorted_.begin() + waiting, sorted_.end(), earlier);
    }
    taken_ = 0;
}

/// Goes on to the next bucket.
void Mailbox::pass() {
    ++front_;
    sorted_.clear();
    taken_ = 0;
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
    sort_front();
    if (taken_ < sorted_.size()) return sorted_[taken_].time;
    double first = std::numeric_limits<double>::infinity();
    for (std::int64_t k = 1; k < static_cast<std::int64_t>(ring_.size()); ++k)
        for (auto const& event : bucket(front_ + k)) first = std::min(first, event.time);
    for (auto const& far : far_) first = std::min(first, far.event.time);
    return first;
}

std::size_t Mailbox::bytes() const {
    std::size_t bytes = ring_.size() * sizeof ring_[0] + far_.capacity() * sizeof(Far) + end_.capacity() * sizeof end_[0] +
                        (sorted_.capacity() + fresh_.capacity()) * sizeof(solver::Delivery);
    for (auto const& events : ring_) bytes += events.capacity() * sizeof(solver::Delivery);
    return bytes;
}

}  // namespace rall::network
