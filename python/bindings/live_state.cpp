#include "python/bindings/live_state.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "solver/lowering/tree.hpp"

namespace rall::python {
namespace {

constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

/// What NEURON keeps of an instance between two steps.
bool is_kept(VariableInfo const& x) { return x.role == Role::state || x.role == Role::carried || x.role == Role::changed_parameter; }

/// An instance's own copy of what the ion has.
bool is_copy(VariableInfo const& x) {
    return (x.role == Role::ion_read || x.role == Role::ion_write) && x.ion >= 0 && x.field != IonField::current;
}

std::vector<double>& of_ion(LiveIon& ion, IonField field) {
    return field == IonField::reversal ? ion.reversal : field == IonField::inner ? ion.inner : ion.outer;
}

/// A list as it is before it is shortened.
std::vector<double>& lengthened(std::vector<double>& list, std::size_t n) {
    if (list.size() == 1 && n != 1) list.assign(n, list.front());
    return list;
}

constexpr std::pair<IonField, char const*> fields[] = {{IonField::reversal, "reversal"}, {IonField::inner, "inner"}, {IonField::outer, "outer"}};

}  // namespace

LiveState::LiveState(Live& live, Carried const& carried, std::map<std::string, MechanismInfo const*> const& mechanisms)
    : node_(carried.cell.size(), nowhere), live_(live), carried_(carried), mechanisms_(mechanisms) {
    std::vector<std::size_t> first;
    std::vector<solver::CellTree> trees;
    for (auto const& cell : carried.model.cells) {  // in the order of their gids
        auto const& type = carried.model.types[cell.type];
        trees.push_back(solver::build_tree(*type.cable, type.Ra));
        first.push_back(n_nodes_);
        n_nodes_ += static_cast<std::size_t>(trees.back().size());
    }
    for (std::size_t site = 0; site < node_.size(); ++site)
        if (int const cell = carried.cell[site]; cell >= 0)
            node_[site] = first[cell] + static_cast<std::size_t>(trees[cell].node[carried.compartment[site]]);
    std::vector<std::uint64_t> gids;
    for (auto const& source : carried.model.sources) gids.push_back(source.gid);
    std::ranges::sort(gids);
    for (auto const& source : carried.model.sources)
        source_rank_.push_back(static_cast<std::uint64_t>(std::ranges::lower_bound(gids, source.gid) - gids.begin()));
    for (auto const& set : carried.model.points) n_args_ = std::max(n_args_, static_cast<std::size_t>(mechanisms.at(set.mechanism)->n_net_args));
    for (auto const& mechanism : live.mechanisms) {
        std::vector<std::size_t> order(mechanism.size());
        std::iota(order.begin(), order.end(), 0);
        auto const& sites = mechanism.sites;
        if (mechanism.is_density) std::ranges::stable_sort(order, {}, [&](std::size_t i) { return node_[sites[i]]; });
        else std::ranges::stable_sort(order, {}, [&](std::size_t i) { return sites[i] < 0 ? -1 : carried.cell[sites[i]]; });
        auto& rank = rank_.emplace_back(order.size());
        for (std::size_t r = 0; r < order.size(); ++r) rank[order[r]] = r;
    }
}

/// f(list's name, its length, places in the list, where `live` has the numbers of these): all that both know. With the copies that mechanisms
/// have of what an ion has, or without.
template <class F>
void LiveState::each_list(model::Snapshot const& snapshot, bool with_copies, F const& f) const {
    auto& live = live_;
    auto const give = [&](std::string const& name, std::size_t n, std::vector<std::size_t> const& places, std::vector<double*> const& values) {
        if (snapshot.numbers.contains(name)) f(name, n, places, values);
    };
    std::vector<std::size_t> places;
    std::vector<double*> values;
    auto const begin = [&] { places.clear(), values.clear(); };
    begin();
    for (std::size_t site = 0; site < node_.size(); ++site)
        if (node_[site] != nowhere) places.push_back(node_[site]), values.push_back(&live.trees.v[site]);
    give("cells/v", n_nodes_, places, values);

    std::map<std::string, LiveIon*> ions;
    for (auto& ion : live.ions) {
        ions[ion.name] = &ion;
        auto const prefix = "ions/" + ion.name + "/";
        auto const found = snapshot.counts.find(prefix + "node");
        if (found == snapshot.counts.end()) continue;
        auto const& nodes = found->second;
        for (auto const& [field, name] : fields) {
            begin();
            for (std::size_t i = 0; i < ion.sites.size(); ++i) {
                auto const at = std::ranges::lower_bound(nodes, node_[ion.sites[i]]);
                if (at == nodes.end() || *at != node_[ion.sites[i]]) continue;
                places.push_back(static_cast<std::size_t>(at - nodes.begin()));
                values.push_back(&of_ion(ion, field)[i]);
            }
            give(prefix + name, nodes.size(), places, values);
        }
    }
    for (std::size_t m = 0; m < live.mechanisms.size(); ++m) {
        auto& mechanism = live.mechanisms[m];
        auto const& info = *mechanisms_.at(mechanism.name);
        auto const& rank = rank_[m];
        for (int k = 0; k < info.n_variables; ++k) {
            auto const& x = info.variables[k];
            auto const name = "mechanisms/" + mechanism.name + "/" + x.name;
            begin();
            if (is_kept(x)) {
                auto const found = mechanism.variables.find(x.name);
                if (found == mechanism.variables.end() || found->second.second != x.size) continue;
                for (std::size_t i = 0; i < mechanism.size(); ++i)
                    for (int j = 0; j < x.size; ++j) {
                        places.push_back(rank[i] * static_cast<std::size_t>(x.size) + static_cast<std::size_t>(j));
                        values.push_back(&mechanism.values[i * static_cast<std::size_t>(mechanism.width) + static_cast<std::size_t>(found->second.first + j)]);
                    }
            } else if (x.role == Role::random) {
                auto const found = mechanism.streams.find(x.name);
                if (found == mechanism.streams.end()) continue;
                for (std::size_t i = 0; i < mechanism.size(); ++i) {  // of ids and draws the latter
                    places.push_back(rank[i] * static_cast<std::size_t>(x.size) + static_cast<std::size_t>(x.size) - 1);
                    values.push_back(&found->second.draws[i]);
                }
            } else if (with_copies && is_copy(x)) {
                auto const found = ions.find(info.ions[x.ion].name);
                if (found == ions.end()) continue;
                auto& ion = *found->second;
                for (std::size_t i = 0; i < mechanism.size(); ++i) {
                    auto const at = std::ranges::lower_bound(ion.sites, mechanism.sites[i]);
                    if (at == ion.sites.end() || *at != mechanism.sites[i]) continue;
                    places.push_back(rank[i]);
                    values.push_back(&of_ion(ion, x.field)[static_cast<std::size_t>(at - ion.sites.begin())]);
                }
            } else {
                auto const found = mechanism.variables.find(x.name);
                if (x.size != 1 || found == mechanism.variables.end()) continue;
                auto const looked = "looked_at/" + mechanism.name + "/" + x.name;  // kept only where somebody does
                auto const owners = snapshot.counts.find(looked + "/instance");
                if (owners == snapshot.counts.end()) continue;
                for (std::size_t i = 0; i < mechanism.size(); ++i) {
                    auto const at = std::ranges::lower_bound(owners->second, rank[i]);
                    if (at == owners->second.end() || *at != rank[i]) continue;
                    places.push_back(static_cast<std::size_t>(at - owners->second.begin()));
                    values.push_back(&mechanism.values[i * static_cast<std::size_t>(mechanism.width) + static_cast<std::size_t>(found->second.first)]);
                }
                give(looked + "/value", owners->second.size(), places, values);
                continue;
            }
            give(name, mechanism.size() * static_cast<std::size_t>(x.size), places, values);
        }
    }
}

void LiveState::put(model::Snapshot& snapshot) const {
    each_list(snapshot, true, [&](std::string const& name, std::size_t n, std::vector<std::size_t> const& places, std::vector<double*> const& values) {
        auto& list = lengthened(snapshot.numbers.at(name), n);
        if (list.size() != n) model::snapshot_misfit(name + " has " + std::to_string(list.size()) + " values; expected " + std::to_string(n));
        for (std::size_t i = 0; i < places.size(); ++i) list[places[i]] = *values[i];
    });
}

/// Connections of some sources in the order in which solver/lowering/snapshot_events.cpp lists their arguments.
std::vector<LiveState::Listed> LiveState::listed(std::vector<char> const& wanted) const {
    auto const names = carried_.model.mechanism_names();
    std::vector<Listed> all;
    for (std::size_t k = 0; k < live_.connections.size(); ++k) {
        auto const& connection = live_.connections[k];
        if (!wanted[connection.source]) continue;
        auto const number = std::ranges::lower_bound(names, live_.mechanisms[connection.target.mechanism].name) - names.begin();
        all.push_back({source_rank_[connection.source],
                       static_cast<std::uint64_t>(number) << 32 | rank_[connection.target.mechanism][connection.target.index], connection.weight,
                       connection.delay, k});
    }
    std::sort(all.begin(), all.end(), [](Listed const& a, Listed const& b) {
        return std::tie(a.source, a.target, a.weight, a.delay, a.connection) < std::tie(b.source, b.target, b.weight, b.delay, b.connection);
    });
    return all;
}

void LiveState::put_self_events(model::Snapshot& snapshot) const {
    using Key = std::pair<std::uint64_t, std::uint64_t>;  // mechanism and place
    using Timed = std::pair<double, double>;              // flag and time
    auto const names = carried_.model.mechanism_names();
    std::map<Key, std::vector<Timed>> theirs;
    for (auto const& event : live_.self_events) {
        auto const number = std::ranges::lower_bound(names, live_.mechanisms[event.target.mechanism].name) - names.begin();
        theirs[{static_cast<std::uint64_t>(number), rank_[event.target.mechanism][event.target.index]}].push_back({event.flag, event.time});
    }
    auto const &mechanism = snapshot.counts_of("events/mechanism"), &instance = snapshot.counts_of("events/instance");
    auto const& flag = snapshot.numbers_of("events/flag");
    auto& time = snapshot.numbers.at("events/time");
    std::map<Key, std::vector<std::size_t>> ours;
    for (std::size_t e = 0; e < mechanism.size(); ++e) ours[{mechanism[e], instance[e]}].push_back(e);
    for (auto& [key, events] : ours) {
        auto const found = theirs.find(key);
        if (found == theirs.end() || found->second.size() != events.size()) continue;
        std::ranges::sort(found->second);
        std::ranges::sort(events, {}, [&](std::size_t e) { return Timed(flag[e], time[e]); });
        bool same = true;
        for (std::size_t i = 0; i < events.size(); ++i) same = same && flag[events[i]] == found->second[i].first;
        for (std::size_t i = 0; same && i < events.size(); ++i) time[events[i]] = found->second[i].second;
    }
}

void LiveState::put_arguments(model::Snapshot& snapshot) const {
    std::vector<char> wanted(source_rank_.size(), 0);
    for (auto const& connection : live_.connections)
        if (!connection.others.empty()) wanted[connection.source] = 1;
    auto &sources = snapshot.counts["connections/source"], &counts = snapshot.counts["connections/count"], &targets = snapshot.counts["connections/target"];
    auto& values = snapshot.numbers["connections/arguments"];
    sources.clear(), counts.clear(), targets.clear(), values.clear();
    for (auto const& one : listed(wanted)) {
        if (sources.empty() || sources.back() != one.source) sources.push_back(one.source), counts.push_back(0);
        ++counts.back();
        targets.push_back(one.target);
        auto const& others = live_.connections[one.connection].others;
        values.push_back(one.weight);
        for (std::size_t j = 1; j < n_args_; ++j) values.push_back(j <= others.size() ? others[j - 1] : 0);
    }
}

void LiveState::take_arguments(model::Snapshot const& snapshot) const {
    auto const& sources = snapshot.counts_of("connections/source");
    auto const& values = snapshot.numbers_of("connections/arguments");
    std::vector<char> wanted(source_rank_.size(), 0);
    for (std::size_t source = 0; source < wanted.size(); ++source) wanted[source] = std::ranges::binary_search(sources, source_rank_[source]);
    auto const all = listed(wanted);
    if (values.size() != all.size() * n_args_) model::snapshot_misfit("connections/arguments are not those of the model's connections");
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto& connection = live_.connections[all[i].connection];
        auto const* const own = &values[i * n_args_];
        connection.weight = own[0];
        connection.others.assign(own + 1, own + n_args_);
    }
}

void LiveState::take(model::Snapshot const& snapshot) const {
    each_list(snapshot, false, [&](std::string const& name, std::size_t n, std::vector<std::size_t> const& places, std::vector<double*> const& values) {
        auto const list = snapshot.list(name, n);
        for (std::size_t i = 0; i < places.size(); ++i) *values[i] = list[places[i]];
    });
}

}  // namespace rall::python
