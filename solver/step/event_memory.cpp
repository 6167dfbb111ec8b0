#include "solver/step/event_memory.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include "base/diagnostics.hpp"

namespace rall::solver {

namespace {

int count(std::vector<std::size_t> const& begin, std::size_t g) { return static_cast<int>(begin[g + 1] - begin[g]); }

/// Twice the room, in memory of the host. False where there is none; nothing is thrown out of a kernel.
template <class T>
bool enlarge(std::vector<T>& larger, T*& first, int& capacity) {
    if (capacity > std::numeric_limits<int>::max() / 2) return false;
    try {
        std::vector<T> next(static_cast<std::size_t>(std::max(2 * capacity, most_sent)));
        std::copy_n(first, capacity, next.begin());
        larger = std::move(next);
    } catch (std::bad_alloc const&) {
        return false;
    }
    first = larger.data();
    capacity = static_cast<int>(larger.size());
    return true;
}

}  // namespace

EventMemory::EventMemory(std::vector<Senders> const& groups, int epoch_steps)
    : spikes_begin_(1, 0),
      self_events_begin_(1, 0),
      spikes_("rall::spikes", 0),
      self_events_("rall::self_events", 0),
      more_spikes_(groups.size()),
      more_self_events_(groups.size()) {
    constexpr std::size_t steps_between_spikes = 16, events_per_sender = 8, most_spikes_each = 1024;
    for (auto const& senders : groups) {
        auto const sources = static_cast<std::size_t>(senders.detectors + senders.event_sources);
        auto const spikes_each =
            std::min(static_cast<std::size_t>(epoch_steps) / steps_between_spikes + 2, most_spikes_each);
        spikes_begin_.push_back(spikes_begin_.back() + (sources > 0 ? sources * spikes_each + most_sent : 0));
        auto const self = static_cast<std::size_t>(senders.self_senders);
        self_events_begin_.push_back(self_events_begin_.back() + (self > 0 ? self * events_per_sender + most_sent : 0));
    }
    spikes_ = DeviceMemory("rall::spikes", spikes_begin_.back() * sizeof(SpikeOut));
    self_events_ = DeviceMemory("rall::self_events", self_events_begin_.back() * sizeof(SelfEvent));
}

void EventMemory::hand_out(Counters* counters) {
    bool const on_host = self_events_.device() == self_events_.host();
    for (std::size_t g = 0; g < more_spikes_.size(); ++g) {
        auto& c = counters[g];
        c.group = static_cast<int>(g);
        c.memory = this;
        if (on_host) {
            c.more_spikes = [](Counters& of) {
                auto& all = *static_cast<EventMemory*>(of.memory);
                return enlarge(all.more_spikes_[static_cast<std::size_t>(of.group)], of.spikes, of.spike_capacity);
            };
            c.more_self_events = [](Counters& of) {
                auto& all = *static_cast<EventMemory*>(of.memory);
                return enlarge(all.more_self_events_[static_cast<std::size_t>(of.group)], of.self_events,
                               of.self_event_capacity);
            };
        }
        if (more_spikes_[g].empty()) {
            c.spikes = spikes_.device_as<SpikeOut>() + spikes_begin_[g];
            c.spike_capacity = count(spikes_begin_, g);
        }
        c.self_events = self_events_.device_as<SelfEvent>() + self_events_begin_[g];
        c.self_event_capacity = count(self_events_begin_, g);
    }
}

void EventMemory::take_spikes(Counters* counters, std::vector<SpikeOut>& into) {
    spikes_.to_host();
    for (std::size_t g = 0; g < more_spikes_.size(); ++g) {
        auto const* const first =
            more_spikes_[g].empty() ? spikes_.host_as<SpikeOut>() + spikes_begin_[g] : more_spikes_[g].data();
        into.insert(into.end(), first, first + counters[g].n_spikes);
        counters[g].n_spikes = 0;
    }
}

void EventMemory::grow(Counters* counters) {
    std::vector<std::size_t> begin(1, 0);
    bool grows = false;
    for (std::size_t g = 0; g < more_self_events_.size(); ++g) {
        auto const capacity = static_cast<std::size_t>(counters[g].self_event_capacity);
        auto const needed = static_cast<std::size_t>(counters[g].n_self_events) + most_sent;
        bool const is_short = capacity > 0 && needed > capacity;
        if (is_short && capacity > std::numeric_limits<int>::max() / 2)
            throw MachineError("there is not enough memory for " + std::to_string(needed) + " events of one group");
        grows |= is_short;
        begin.push_back(begin.back() + (is_short ? 2 * capacity : capacity));
    }
    if (!grows) return;
    self_events_.to_host();
    DeviceMemory larger("rall::self_events", begin.back() * sizeof(SelfEvent));
    for (std::size_t g = 0; g < more_self_events_.size(); ++g) {
        auto& more = more_self_events_[g];
        std::copy_n(more.empty() ? self_events_.host_as<SelfEvent>() + self_events_begin_[g] : more.data(),
                    counters[g].n_self_events, larger.host_as<SelfEvent>() + begin[g]);
        more = {};
    }
    larger.to_device();
    self_events_ = std::move(larger);
    self_events_begin_ = std::move(begin);
    hand_out(counters);
}

std::vector<std::vector<SelfEvent>> EventMemory::self_events(Counters const* counters) {
    self_events_.to_host();
    std::vector<std::vector<SelfEvent>> all(more_self_events_.size());
    for (std::size_t g = 0; g < all.size(); ++g) {
        auto const& more = more_self_events_[g];
        auto const* const first = more.empty() ? self_events_.host_as<SelfEvent>() + self_events_begin_[g] : more.data();
        all[g].assign(first, first + counters[g].n_self_events);
    }
    return all;
}

void EventMemory::set_self_events(Counters* counters, std::vector<std::vector<SelfEvent>> const& events) {
    std::vector<std::size_t> begin(1, 0);
    for (std::size_t g = 0; g < events.size(); ++g) {
        auto const capacity = static_cast<std::size_t>(count(self_events_begin_, g));
        auto const needed = events[g].empty() ? 0 : 2 * (events[g].size() + most_sent);
        begin.push_back(begin.back() + std::max(capacity, needed));
    }
    DeviceMemory memory("rall::self_events", begin.back() * sizeof(SelfEvent));
    for (std::size_t g = 0; g < events.size(); ++g) {
        std::copy(events[g].begin(), events[g].end(), memory.host_as<SelfEvent>() + begin[g]);
        counters[g].n_self_events = static_cast<int>(events[g].size());
        more_self_events_[g] = {};
    }
    memory.to_device();
    self_events_ = std::move(memory);
    self_events_begin_ = std::move(begin);
    hand_out(counters);
}

std::size_t EventMemory::bytes() const {
    auto bytes = spikes_.size() + self_events_.size();
    for (auto const& more : more_spikes_) bytes += more.size() * sizeof(SpikeOut);
    for (auto const& more : more_self_events_) bytes += more.size() * sizeof(SelfEvent);
    return bytes;
}

}  // namespace rall::solver
