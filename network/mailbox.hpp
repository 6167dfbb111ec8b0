// Events on their way to one group, in a ring of buckets, one per epoch. An event is put into the bucket of its epoch as it comes, and
// a bucket is sorted once, when its epoch begins: nothing is sorted on the way of a spike.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "solver/step/group.hpp"

namespace rall::network {

class Mailbox {
public:
    /// `ring`: buckets that most events reach, about; those that are due later wait apart.
    explicit Mailbox(int ring = 2) : ring_(std::bit_ceil(static_cast<std::size_t>(ring))) {}

    /// The next bucket of one that is empty.
    void begin_at(std::int64_t number) { front_ = looked_at_far_ = number; }
    int ring() const { return static_cast<int>(ring_.size()); }

    /// Adds an event to a bucket, by its number since t = 0.
    void put(std::int64_t number, solver::Delivery const& event) {
        number = std::max(number, front_);
        if (number - front_ < static_cast<std::int64_t>(ring_.size())) bucket(number).push_back(event);
        else far_.push_back({number, event});
    }

    /// Moves the events of which `due` is true, and those before them, to the end of `out`, by (time, sent, order, rank, place of the target, weight). None of them is in a bucket
    /// after `last`; buckets before it are left behind.
    template <class Due>
    void take(std::int64_t last, Due const& due, std::vector<solver::Delivery>& out) {
        for (;; pass()) {
            sort_front();
            auto const first = sorted_.begin() + static_cast<std::ptrdiff_t>(taken_);
            auto const end = std::partition_point(first, sorted_.end(), due);
            if (out.empty() && first == sorted_.begin() && end == sorted_.end()) {
                out.swap(sorted_);
            } else {
                out.insert(out.end(), first, end);
                taken_ = static_cast<std::size_t>(end - sorted_.begin());
            }
            if (taken_ < sorted_.size() || front_ >= last) return;
        }
    }

    /// When the next event is due, ms; infinite without one.
    double next();

    std::size_t bytes() const;

private:
    std::vector<solver::Delivery>& bucket(std::int64_t number) {
        return ring_[static_cast<std::size_t>(number) & (ring_.size() - 1)];
    }
    void sort_front();
    void sort(std::vector<solver::Delivery>& events, std::vector<solver::Delivery>& out);
    void pass();

    struct Far {
        std::int64_t bucket;
        solver::Delivery event;
    };
    std::vector<std::vector<solver::Delivery>> ring_;
    std::vector<Far> far_;
    std::int64_t front_ = 0;              ///< number of the bucket from which events are taken
    std::int64_t looked_at_far_ = 0;      ///< front_ when events were last brought from there
    std::vector<solver::Delivery> sorted_;  ///< what came for that bucket so far
    std::size_t taken_ = 0;                 ///< of these
    std::vector<solver::Delivery> fresh_;   ///< room for what came since
    std::vector<std::uint32_t> end_;        ///< room for where slices end, while events are sorted
};

}  // namespace rall::network
