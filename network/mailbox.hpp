// Events on their way to one group, in a ring of buckets, one per epoch. An event is put into the bucket of its epoch as it comes, and
// a bucket is sorted once, when its epoch begins: nothing is sorted on the way of a spike.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "solver/step/group.hpp"

namespace rall::network {

class Mailbox {
public:
    /// `ring`: buckets that most events reach, about; those that are due later wait apart. `epoch`: steps of each.
    explicit Mailbox(int ring = 2, int epoch = 1)
        : ring_(std::bit_ceil(static_cast<std::size_t>(ring))), begin_(static_cast<std::size_t>(epoch) + 1) {}

    /// Adds an event to a bucket, by its number since t = 0.
    void put(std::int64_t number, solver::Delivery event) {
        if (number < front_) number = front_, event.step = 0;
        if (number - front_ < static_cast<std::int64_t>(ring_.size())) bucket(number).push_back(event);
        else far_.push_back({number, event});
    }

    /// Moves the events of which `due` is true, and those before them, to the end of `out`, by (time, sent, connection). None of them is in a bucket
    /// after `last`; buckets before it are left behind.
    template <class Due>
    void take(std::int64_t last, Due const& due, std::vector<solver::Delivery>& out) {
        for (;;) {
            auto const& events = sorted_front();
            auto const first = taken_;
            while (taken_ < events.size() && due(events[taken_])) ++taken_;
            out.insert(out.end(), events.data() + first, events.data() + taken_);
            if (taken_ < events.size() || front_ >= last) return;
            pass();
        }
    }

    /// When the next event is due, ms; infinite without one.
    double next();

    std::size_t bytes() const;

private:
    std::vector<solver::Delivery>& bucket(std::int64_t number) {
        return ring_[static_cast<std::size_t>(number) & (ring_.size() - 1)];
    }
    std::vector<solver::Delivery> const& sorted_front();
    void sort(std::vector<solver::Delivery>::iterator first, std::vector<solver::Delivery>::iterator last);
    void pass();

    struct Far {
        std::int64_t bucket;
        solver::Delivery event;
    };
    std::vector<std::vector<solver::Delivery>> ring_;
    std::vector<Far> far_;
    std::int64_t front_ = 0;              ///< number of the bucket from which events are taken
    std::int64_t looked_at_far_ = 0;      ///< front_ when events were last brought from there
    std::size_t taken_ = 0, sorted_ = 0;  ///< events of that bucket
    std::vector<std::uint32_t> begin_;      ///< [epoch + 1]: where those of each step begin, while a bucket is sorted
    std::vector<solver::Delivery> by_step_;
};

}  // namespace rall::network
