#include "solver/step/event_memory.hpp"

#include <algorithm>

namespace rall::solver {

namespace {

int count(std::vector<std::size_t> const& begin, std::size_t g) { return static_cast<int>(begin[g + 1] - begin[g]); }

}  // namespace

EventMemory::EventMemory(std::vector<Senders> const& groups, int epoch_steps)
    : spikes_begin_(1, 0), self_events_begin_(1, 0), spikes_("rall::spikes", 0), self_events_("rall::self_events", 0) {
    constexpr std::size_t steps_between_spikes = 16, events_per_sender = 8;
    for (auto const& senders : groups) {
        auto const sources = static_cast<std::size_t>(senders.detectors + senders.event_sources);
        auto const spikes_each = static_cast<std::size_t>(epoch_steps) / steps_between_spikes + 2;
        spikes_begin_.push_back(spikes_begin_.back() + (sources > 0 ? sources * spikes_each + most_sent : 0));
        auto const self = static_cast<std::size_t>(senders.self_senders);
        self_events_begin_.push_back(self_events_begin_.back() + (self > 0 ? self * events_per_sender + most_sent : 0));
    }
    spikes_ = DeviceMemory("rall::spikes", spikes_begin_.back() * sizeof(SpikeOut));
    self_events_ = DeviceMemory("rall::self_events", self_events_begin_.back() * sizeof(SelfEvent));
}

void EventMemory::hand_out(Group* groups) const {
    for (std::size_t g = 0; g + 1 < spikes_begin_.size(); ++g) {
        groups[g].spikes = spikes_.device_as<SpikeOut>() + spikes_begin_[g];
        groups[g].spike_capacity = count(spikes_begin_, g);
        groups[g].self_events = self_events_.device_as<SelfEvent>() + self_events_begin_[g];
        groups[g].self_event_capacity = count(self_events_begin_, g);
    }
}

void EventMemory::take_spikes(Counters* counters, std::vector<SpikeOut>& into) {
    spikes_.to_host();
    for (std::size_t g = 0; g + 1 < spikes_begin_.size(); ++g) {
        auto const* const first = spikes_.host_as<SpikeOut>() + spikes_begin_[g];
        into.insert(into.end(), first, first + counters[g].n_spikes);
        counters[g].n_spikes = 0;
    }
}

bool EventMemory::grow(Counters const* counters) {
    auto const before = self_events_begin_;
    for (std::size_t g = 0; g + 1 < before.size(); ++g) {
        int const capacity = count(before, g);
        bool const is_short = capacity > 0 && counters[g].n_self_events + most_sent > capacity;
        self_events_begin_[g + 1] =
            self_events_begin_[g] + static_cast<std::size_t>(is_short ? 2 * capacity : capacity);
    }
    if (self_events_begin_ == before) return false;
    self_events_.to_host();
    DeviceMemory larger("rall::self_events", self_events_begin_.back() * sizeof(SelfEvent));
    for (std::size_t g = 0; g + 1 < before.size(); ++g)
        std::copy_n(self_events_.host_as<SelfEvent>() + before[g], counters[g].n_self_events,
                    larger.host_as<SelfEvent>() + self_events_begin_[g]);
    larger.to_device();
    self_events_ = std::move(larger);
    return true;
}

}  // namespace rall::solver
