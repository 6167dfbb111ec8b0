// Of a snapshot: events of instances to themselves, and what connections keep between events.
#include <algorithm>
#include <map>
#include <tuple>

#include "solver/lowering/changing_lists.hpp"
#include "solver/lowering/lowered_memory.hpp"
#include "solver/step/events.hpp"
#include "solver/step/mechanism_table.hpp"

namespace rall::solver {
namespace {

/// Numbers of connections, as they are here and as every packing has them.
class Numbers {
public:
    explicit Numbers(Connections const& connections) : connections_(connections) {}
    std::uint64_t common(std::uint32_t connection) {
        if (connection == no_connection) return connection;
        auto const rank = connections_.rank_of(connection);
        auto const& order = of(rank);
        return connections_.first_of_rank(rank) + static_cast<std::size_t>(std::ranges::find(order, connection) - order.begin());
    }
    std::uint32_t here(std::uint64_t common) {
        if (common == no_connection) return no_connection;
        if (common >= connections_.size()) model::snapshot_misfit("there is no connection " + std::to_string(common));
        auto const rank = connections_.rank_of(static_cast<std::uint32_t>(common));
        return of(rank)[common - connections_.first_of_rank(rank)];
    }

private:
    std::vector<std::uint32_t> const& of(std::size_t rank) {
        auto const [known, fresh] = orders_.try_emplace(rank);
        if (fresh) known->second = connections_.by_target(rank);
        return known->second;
    }
    Connections const& connections_;
    std::map<std::size_t, std::vector<std::uint32_t>> orders_;
};

}  // namespace

/// In the order in which they were sent among cells that must share a group, one such set after the other: between sets the order means nothing.
void Lowered::save_self_events(model::Snapshot& snapshot) {
    auto const* const counters = memory_->counters.host_as<Counters>();
    auto const* const groups = memory_->groups.host_as<Group>();
    HostBlock const host(memory_->block);
    struct Own {
        std::uint64_t set;
        SelfEvent event;
        int place;
    };
    std::vector<Own> all;
    auto const events = memory_->events.self_events(counters);
    for (int g = 0; g < n_groups(); ++g)
        for (auto const& event : events[g]) {
            auto const& of = places().mechanisms[event.mechanism];
            int const place = of.place[g][event.instance], node = host(host(groups[g].mechanisms)[event.mechanism].node)[event.instance];
            bool const in_cell = node < groups[g].tree.n_nodes;
            all.push_back({in_cell ? set_of_cell_[cell_of_node_[g][node]] : of.gid[place], event, place});
        }
    std::ranges::sort(all, {}, [](Own const& own) { return std::tuple(own.set, own.event.order); });
    Numbers numbers(*connections_);
    auto const put = [&](char const* name, auto const& value) {
        auto& list = snapshot.counts[std::string("events/") + name];
        for (auto const& own : all) list.push_back(static_cast<std::uint64_t>(value(own)));
    };
    auto const put_number = [&](char const* name, double SelfEvent::*value) {
        auto& list = snapshot.numbers[std::string("events/") + name];
        for (auto const& own : all) list.push_back(own.event.*value);
    };
    auto const names = model_.mechanism_names();
    put("mechanism", [&](Own const& own) {
        return std::ranges::lower_bound(names, library_.mechanisms[own.event.mechanism]->name) - names.begin();
    });
    put("instance", [](Own const& own) { return own.place; });
    put("order_of_spike", [](Own const& own) { return own.event.spike_order; });
    put("connection", [&](Own const& own) { return numbers.common(own.event.connection); });
    put("can_be_moved", [](Own const& own) { return own.event.movable; });
    put("chained", [](Own const& own) { return own.event.chained; });
    put_number("time", &SelfEvent::time);
    put_number("flag", &SelfEvent::flag);
    put_number("sent", &SelfEvent::sent);
}

void Lowered::restore_self_events(model::Snapshot const& snapshot) {
    auto const& times = snapshot.numbers_of("events/time");
    auto const n = times.size();
    auto const counts = [&](char const* name) -> std::vector<std::uint64_t> const& {
        auto const& list = snapshot.counts_of(std::string("events/") + name);
        if (list.size() != n) model::snapshot_misfit(std::string("events/") + name + " are not as many as times");
        return list;
    };
    auto const numbers_of = [&](char const* name) -> std::vector<double> const& {
        auto const& list = snapshot.numbers_of(std::string("events/") + name);
        if (list.size() != n) model::snapshot_misfit(std::string("events/") + name + " are not as many as times");
        return list;
    };
    auto const &instance = counts("instance"), &spike_order = counts("order_of_spike"),
               &connection = counts("connection"), &movable = counts("can_be_moved"), &chained = counts("chained");
    auto mechanism = counts("mechanism");  // by its place among the model's names; from here on by its number in the library
    MechanismTable const table(library_);
    auto const names = model_.mechanism_names();
    for (auto& k : mechanism) {
        if (k >= names.size()) model::snapshot_misfit("there is no mechanism " + std::to_string(k));
        k = static_cast<std::uint64_t>(table.find(names[k]));
    }
    auto const &flag = numbers_of("flag"), &sent = numbers_of("sent");

    std::map<std::uint64_t, std::vector<std::pair<int, int>>> whose;  // mechanism -> per place: group and instance
    for (auto const k : mechanism) {
        auto const& of = places().mechanisms[k];
        auto& list = whose[k];
        if (!list.empty()) continue;
        list.resize(of.n);
        for (std::size_t g = 0; g < of.place.size(); ++g)
            for (std::size_t i = 0; i < of.place[g].size(); ++i)
                if (of.place[g][i] >= 0) list[of.place[g][i]] = {static_cast<int>(g), static_cast<int>(i)};
    }
    std::vector<std::vector<SelfEvent>> events(n_groups());
    Numbers numbers(*connections_);
    for (std::size_t e = 0; e < n; ++e) {
        auto const& list = whose[mechanism[e]];
        if (instance[e] >= list.size()) model::snapshot_misfit("there is no instance " + std::to_string(instance[e]));
        auto const [group, here] = list[instance[e]];
        events[group].push_back({times[e], flag[e], sent[e], static_cast<std::int64_t>(events[group].size()),
                                 static_cast<std::uint32_t>(spike_order[e]), numbers.here(connection[e]), here,
                                 static_cast<std::int16_t>(mechanism[e]), static_cast<std::uint8_t>(movable[e]),
                                 static_cast<std::uint8_t>(chained[e])});
    }

    HostBlock host(memory_->block);
    auto* const counters = memory_->counters.host_as<Counters>();
    auto const* const groups = memory_->groups.host_as<Group>();
    for (int g = 0; g < n_groups(); ++g) {
        auto const* const mechanisms = host(groups[g].mechanisms);
        for (int k = 0; k < library_.n_mechanisms; ++k)
            if (mechanisms[k].movable) std::fill_n(host(mechanisms[k].movable), mechanisms[k].n, -1);
        auto& own = events[g];
        counters[g].next_order = static_cast<std::int64_t>(own.size());
        std::ranges::sort(own, [](SelfEvent const& a, SelfEvent const& b) { return earlier(a, b); });  // which is a heap
        for (std::size_t i = 0; i < own.size(); ++i)
            if (own[i].movable) host(mechanisms[own[i].mechanism].movable)[own[i].instance] = static_cast<int>(i);
        counters[g].next_self_event = own.empty() ? 1e300 : own.front().time;
        counters[g].n_spikes = 0;
    }
    host.changed();
    memory_->events.set_self_events(counters, events);
}

void Lowered::save_args(model::Snapshot& snapshot) {
    auto& sources = snapshot.counts["connections/source"];
    auto& values = snapshot.numbers["connections/arguments"];
    auto const changed = connections_->changed();
    auto const* const args = connections_->take_args();
    auto const n = static_cast<std::size_t>(connections_->n_args());
    for (auto const rank : changed) {
        sources.push_back(rank);
        for (auto const k : connections_->by_target(rank)) values.insert(values.end(), args + k * n, args + (k + 1) * n);
    }
}

void Lowered::restore_args(model::Snapshot const& snapshot) {
    auto const& values = snapshot.numbers_of("connections/arguments");
    auto const n = static_cast<std::size_t>(connections_->n_args());
    auto* const args = connections_->take_args();
    std::size_t next = 0;
    for (auto const rank : snapshot.counts_of("connections/source")) {
        if (rank >= connections_->n_ranks()) model::snapshot_misfit("there is no source " + std::to_string(rank));
        for (auto const k : connections_->by_target(rank)) {
            if (next + n > values.size()) model::snapshot_misfit("connections/arguments are too few");
            std::copy_n(values.data() + next, n, args + k * n);
            next += n;
        }
    }
    connections_->give_args();
}

}  // namespace rall::solver
