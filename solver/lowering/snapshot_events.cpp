// Of a snapshot: events of instances to themselves, and what connections keep between events.
#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <span>
#include <tuple>

#include "solver/lowering/changing_lists.hpp"
#include "solver/lowering/lowered_memory.hpp"
#include "solver/step/events.hpp"
#include "solver/step/mechanism_table.hpp"

namespace rall::solver {
namespace {

/// An event of an instance to itself as a checkpoint has it.
struct Own {
    std::uint64_t set;     ///< of cells that must share a group: its least gid
    std::int64_t order;    ///< of sending, in the set
    std::uint64_t mechanism, place;
    std::uint64_t spike_order, source, connection;  ///< of the source's connections to this instance; both no_connection without, or made_again
    std::uint64_t movable, chained;
    double time, flag, sent;
    double weight;  ///< of a connection that is made_again
};

}  // namespace

/// In the order in which they were sent among cells that must share a group, one such set after the other: between sets the order means nothing.
void Lowered::save_self_events(model::Snapshot& snapshot) {
    auto const* const counters = memory_->counters.host_as<Counters>();
    auto const* const groups = memory_->groups.host_as<Group>();
    HostBlock const host(memory_->block);
    std::vector<Own> all;
    auto const names = model_.mechanism_names();
    auto const events = memory_->events.self_events(counters);
    for (int g = 0; g < n_groups(); ++g)
        for (auto const& event : events[g]) {
            auto const& of = places().mechanisms[event.mechanism];
            int const place = of.place[g][event.instance], node = host(host(groups[g].mechanisms)[event.mechanism].node)[event.instance];
            bool const in_cell = node < groups[g].tree.n_nodes;
            Own own{in_cell ? set_of_cell_[cell_of_node_[g][node]] : of.gid[place], event.order, 0, static_cast<std::uint64_t>(place),
                    event.spike_order, no_connection, no_connection, event.movable, event.chained, event.time, event.flag, event.sent, event.weight};
            own.mechanism = static_cast<std::uint64_t>(std::ranges::lower_bound(names, library_.mechanisms[event.mechanism]->name) - names.begin());
            if (auto const c = event.connection; c == made_again) {
                own.source = own.connection = made_again;
            } else if (c != no_connection) {
                own.source = connections_->rank_of(c);
                own.connection = c - connections_->first_to(own.source, connections_->place(c));
            }
            all.push_back(own);
        }
    all = ranks_.gather_lists_to_all(all);
    std::ranges::sort(all, {}, [](Own const& own) { return std::tuple(own.set, own.order); });
    auto const put = [&](char const* name, std::uint64_t Own::*value) {
        auto& list = snapshot.counts[std::string("events/") + name];
        for (auto const& own : all) list.push_back(own.*value);
    };
    auto const put_number = [&](char const* name, double Own::*value) {
        auto& list = snapshot.numbers[std::string("events/") + name];
        for (auto const& own : all) list.push_back(own.*value);
    };
    put("mechanism", &Own::mechanism);
    put("instance", &Own::place);
    put("order_of_spike", &Own::spike_order);
    put("source", &Own::source);
    put("connection", &Own::connection);
    put("can_be_moved", &Own::movable);
    put("chained", &Own::chained);
    put_number("time", &Own::time);
    put_number("flag", &Own::flag);
    put_number("sent", &Own::sent);
    if (std::ranges::find(all, std::uint64_t{made_again}, &Own::connection) != all.end()) put_number("weight", &Own::weight);
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
    auto const &instance = counts("instance"), &spike_order = counts("order_of_spike"), &source = counts("source"),
               &connection = counts("connection"), &movable = counts("can_be_moved"), &chained = counts("chained");
    auto mechanism = counts("mechanism");  // by its place among the model's names; from here on by its number in the library
    MechanismTable const table(library_);
    auto const names = model_.mechanism_names();
    for (auto& k : mechanism) {
        if (k >= names.size()) model::snapshot_misfit("there is no mechanism " + std::to_string(k));
        k = static_cast<std::uint64_t>(table.find(names[k]));
    }
    auto const &flag = numbers_of("flag"), &sent = numbers_of("sent");
    bool const any_made_again = std::ranges::find(connection, std::uint64_t{made_again}) != connection.end();
    auto const weight = any_made_again ? numbers_of("weight") : std::vector<double>{};

    std::map<std::uint64_t, std::vector<std::pair<int, int>>> whose;  // mechanism -> per place: group and instance
    for (auto const k : mechanism) {
        auto const& of = places().mechanisms[k];
        auto& list = whose[k];
        if (!list.empty()) continue;
        list.assign(of.n, {-1, -1});
        for (std::size_t g = 0; g < of.place.size(); ++g)
            for (std::size_t i = 0; i < of.place[g].size(); ++i)
                if (of.place[g][i] >= 0) list[of.place[g][i]] = {static_cast<int>(g), static_cast<int>(i)};
    }
    std::vector<std::vector<SelfEvent>> events(n_groups());
    auto const connection_here = [&](std::uint64_t rank, std::uint64_t k, Target const& target) {
        if (rank == no_connection || rank == made_again) return static_cast<std::uint32_t>(rank);
        if (rank >= connections_->n_ranks()) model::snapshot_misfit("there is no source " + std::to_string(rank));
        auto const place = connections_->targets().place(target);
        auto const first = connections_->first_to(rank, place);
        if (k >= connections_->first_to(rank, place + 1) - first) model::snapshot_misfit("there is no connection " + std::to_string(k));
        return first + static_cast<std::uint32_t>(k);
    };
    for (std::size_t e = 0; e < n; ++e) {
        auto const& list = whose[mechanism[e]];
        if (instance[e] >= list.size()) model::snapshot_misfit("there is no instance " + std::to_string(instance[e]));
        auto const [group, here] = list[instance[e]];
        if (group < 0) continue;  // another rank has it
        events[group].push_back({times[e], flag[e], sent[e], static_cast<std::int64_t>(events[group].size()),
                                 static_cast<std::uint32_t>(spike_order[e]),
                                 connection_here(source[e], connection[e], {group, static_cast<int>(mechanism[e]), here}),
                                 weight.empty() ? 0 : weight[e], here,
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

/// A source's connections in an order that depends neither on groups nor on who has which part of a model: by what they lead to, a mechanism of the
/// model's and a place among its instances, then by delay and weight.
std::vector<Lowered::Led> Lowered::by_target(std::size_t rank) {
    if (number_of_mechanism_.empty()) {
        auto const names = model_.mechanism_names();
        for (int k = 0; k < library_.n_mechanisms; ++k)
            number_of_mechanism_.push_back(static_cast<std::uint64_t>(std::ranges::lower_bound(names, library_.mechanisms[k]->name) - names.begin()));
    }
    std::vector<Led> all;
    for (auto k = connections_->first_of_rank(rank); k < connections_->first_of_rank(rank + 1); ++k) {
        auto const target = connections_->targets().at(connections_->place(k));
        auto const place = static_cast<std::uint64_t>(places().mechanisms[target.mechanism].place[target.group][target.instance]);
        all.push_back({number_of_mechanism_[target.mechanism] << 32 | place, static_cast<std::uint32_t>(k)});
    }
    std::ranges::stable_sort(all, {}, &Led::target);
    return all;
}

/// Of each connection of a source of which some arguments have changed, the target beside them.
void Lowered::save_args(model::Snapshot& snapshot) {
    auto& sources = snapshot.counts["connections/source"];
    auto &counts = snapshot.counts["connections/count"], &targets = snapshot.counts["connections/target"];
    auto& values = snapshot.numbers["connections/arguments"];
    auto changed = ranks_.gather_lists_to_all(connections_->changed());
    std::ranges::sort(changed);
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
    auto const* const args = connections_->take_args();
    auto const n = static_cast<std::size_t>(connections_->n_args());
    struct Of {
        std::uint64_t source, target;
    };
    std::vector<Of> whose;
    for (auto const rank : changed)
        for (auto const& [target, k] : by_target(rank)) {
            whose.push_back({rank, target});
            values.insert(values.end(), args + k * n, args + (k + 1) * n);
        }
    if (!ranks_.is_alone()) {  // in one order
        std::vector<double> all;
        auto const take = [&](auto& list, auto const& bytes) {
            auto const before = list.size();
            list.resize(before + bytes.size() / sizeof list[0]);
            if (!bytes.empty()) std::memcpy(static_cast<void*>(list.data() + before), bytes.data(), bytes.size());
        };
        ranks_.gather_to_first(std::as_bytes(std::span(whose)), [&](int, std::vector<std::byte>&& bytes) { take(whose, bytes); });
        ranks_.gather_to_first(std::as_bytes(std::span(values)), [&](int, std::vector<std::byte>&& bytes) { take(values, bytes); });
        std::vector<std::size_t> order(whose.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return std::pair(whose[i].source, whose[i].target); });
        std::vector<Of> sorted;
        for (auto const i : order) {
            sorted.push_back(whose[i]);
            all.insert(all.end(), values.begin() + static_cast<std::ptrdiff_t>(i * n), values.begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
        }
        whose = std::move(sorted);
        values = std::move(all);
    }
    for (auto const& [source, target] : whose) {
        if (sources.empty() || sources.back() != source) sources.push_back(source), counts.push_back(0);
        ++counts.back();
        targets.push_back(target);
    }
}

void Lowered::restore_args(model::Snapshot const& snapshot) {
    auto const& values = snapshot.numbers_of("connections/arguments");
    auto const &sources = snapshot.counts_of("connections/source"), &counts = snapshot.counts_of("connections/count"),
               &targets = snapshot.counts_of("connections/target");
    auto const n = static_cast<std::size_t>(connections_->n_args());
    if (counts.size() != sources.size() || values.size() != n * targets.size()) model::snapshot_misfit("connections/arguments are not as many as their targets");
    auto* const args = connections_->take_args();
    std::size_t next = 0;
    for (std::size_t s = 0; s < sources.size(); ++s) {
        if (sources[s] >= connections_->n_ranks()) model::snapshot_misfit("there is no source " + std::to_string(sources[s]));
        if (counts[s] > targets.size() - next) model::snapshot_misfit("connections/target are too few");
        auto const own = by_target(sources[s]);
        auto next_own = own.begin();
        for (auto const end = next + counts[s]; next < end; ++next) {
            if (next_own == own.end() || next_own->target != targets[next]) continue;  // another rank's
            std::copy_n(values.data() + next * n, n, args + next_own++->connection * n);
        }
        if (next_own != own.end()) model::snapshot_misfit("connections of source " + std::to_string(sources[s]) + " differ");
    }
    connections_->give_args();
}

}  // namespace rall::solver
