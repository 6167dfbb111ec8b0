// What of a lowered model outlives an epoch, and what does not. All that the step reads and that is not made by lowering, or made anew in
// each step before anybody reads it, is in a snapshot:
//
//     v                                     yes
//     variables of mechanisms               by role, see outlives_an_epoch(); those that probes and POINTERs look at
//     VECTORs                               where the mechanism changes them; their places and sizes are lowering's
//     ions: reversal, inner, outer          where they move or are looked at (mechanisms' copies are variables of theirs)
//     ions: total current                   where it is read: a POINTER, or an event, sees that of the last step
//     membrane currents                     where they are looked at, for the same reason
//     d, rhs, point_g, point_rhs, diffusion, slopes, shifted, spare, Kept   no: made in each step before they are read
//     args                                  of sources of which some have changed since INITIAL
//     spare_args                            no: nobody's
//     above                                 yes
//     Counters::self_events, movable        yes; the order in which they were sent is kept among cells that must share a group
//     Counters::watched_step                follows from the step: conditions have been looked at in the one before
//     Counters::chain_time, chain_length, next_delivery, waits, solved, n_spikes, step, lost           no: of one time, or one launch
//     divergences                           no: where a cell has diverged there is nothing to go on from
//     Mirrors::seen and the board           shown and seen again from what is restored
//     Common                                made by initialize()
//     instances where branches join         as initialize() leaves them: their area is 0
//     instances that are merged             all, as if they were not (ChangingList::merged)
//     CVODE's history                       no: integrators start afresh, in the run that goes on too
//     samples                               handed out after each epoch
//     StepCounts                            no: they begin anew
//
// Of the network (network/simulation.cpp): spikes, of which events are made again.
#include <algorithm>
#include <set>

#include "base/parallel.hpp"
#include "base/runtime.hpp"
#include "solver/cvode/variable_run.hpp"
#include "solver/lowering/changing_lists.hpp"
#include "solver/lowering/lowered_memory.hpp"
#include "solver/step/board.hpp"

namespace rall::solver {

Places const& Lowered::places() {
    if (places_) return *places_;
    HostBlock const host(memory_->block);
    auto const* const groups = memory_->groups.host_as<Group>();
    Placed placed;
    for (int g = 0; g < n_groups(); ++g) {
        placed.groups.push_back({cell_of_node_[g], compartment_of_node_[g], remembered_[g].local, {}});
        for (int k = 0; k < library_.n_mechanisms; ++k) {
            auto const& m = host(groups[g].mechanisms)[k];
            auto const* const node = host(m.node);
            placed.groups.back().node_of.emplace_back(node, node + m.n);
        }
    }
    places_ = std::make_unique<Places>(find_places(model_, library_, placed, *connections_, ranks_));
    return *places_;
}

void Lowered::save(model::Snapshot& snapshot) {
    if (n_diverged_ > 0)
        throw InputError("checkpoint-diverged", {}, "cells have diverged: there is nothing to go on from");
    auto const& at = places();
    snapshot.counts["cells/gid"] = at.gids;
    snapshot.counts["cells/nodes"] = at.n_nodes;
    for (int k = 0; k < library_.n_mechanisms; ++k)
        if (!at.mechanisms[k].gid.empty()) snapshot.counts[std::string("points/") + library_.mechanisms[k]->name] = at.mechanisms[k].gid;
    {
        HostBlock const host(memory_->block);
        ChangingLists const lists(model_, library_, memory_->groups.host_as<Group>(), host, at, remembered_, ranks_);
        for (auto const& [name, owners] : lists.owners()) snapshot.counts[name] = owners;
        for (auto const& list : lists.all()) snapshot.numbers[list.name];
        auto const n = static_cast<int>(lists.all().size());
        auto const save_one = [&](int k) { lists.all()[k].save(snapshot.numbers.at(lists.all()[k].name)); };
        auto const shorten = [&](int k) { snapshot.shorten(lists.all()[k].name); };
        if (ranks_.is_alone()) {
            in_parallel(n, host_threads(), [&](int k) { save_one(k), shorten(k); });
        } else {
            for (int k = 0; k < n; ++k) {
                save_one(k);
                auto& values = snapshot.numbers.at(lists.all()[k].name);
                ranks_.merge_to_first(values);
                if (!ranks_.is_first()) values = {};
            }
            in_parallel(ranks_.is_first() ? n : 0, host_threads(), shorten);
        }
    }
    save_thresholds(snapshot);
    save_self_events(snapshot);
    save_args(snapshot);
    if (!variable_) return;
    auto& now = snapshot.numbers["cells/time"];
    std::vector<double> of_cell(model_.cells.size(), 0);
    for (int g = 0; g < n_groups(); ++g)
        for (int const cell : cell_of_node_[g]) of_cell[cell] = variable_->now(g);
    ranks_.merge_to_first(of_cell);
    std::vector<std::pair<std::uint64_t, double>> ordered;
    for (std::size_t c = 0; c < of_cell.size(); ++c) ordered.emplace_back(model_.cells[c].gid, of_cell[c]);
    std::ranges::sort(ordered);
    for (auto const& [gid, time] : ordered) now.push_back(time);
    snapshot.shorten("cells/time");
    variable_->restart();
}

void Lowered::restore(model::Snapshot const& snapshot) {
    auto const& at = places();
    auto const same = [&](std::string const& name, std::vector<std::uint64_t> const& here) {
        if (snapshot.counts_of(name) != here) model::snapshot_misfit(name + " differ");
    };
    same("cells/gid", at.gids);
    same("cells/nodes", at.n_nodes);
    for (int k = 0; k < library_.n_mechanisms; ++k)
        if (!at.mechanisms[k].gid.empty()) same(std::string("points/") + library_.mechanisms[k]->name, at.mechanisms[k].gid);
    {
        HostBlock host(memory_->block);
        ChangingLists const lists(model_, library_, memory_->groups.host_as<Group>(), host, at, remembered_, ranks_);
        for (auto const& [name, owners] : lists.owners()) same(name, owners);
        in_parallel(static_cast<int>(lists.all().size()), host_threads(), [&](int k) { lists.all()[k].restore(snapshot); });
        host.changed();
    }
    restore_thresholds(snapshot);
    restore_self_events(snapshot);
    restore_args(snapshot);
    auto* const counters = memory_->counters.host_as<Counters>();
    for (int g = 0; g < n_groups(); ++g) counters[g].watched_step = snapshot.step - 1;
    forget_passive();
    memory_->counters.to_device();
    spikes_.clear();
    show(snapshot.step);
    see_all(memory_->groups_together.device_as<Group>(), static_cast<int>(together_.size()), snapshot.step);
    if (!variable_) return;
    auto const now = snapshot.list("cells/time", at.gids.size());
    auto const begin = static_cast<double>(snapshot.step) * dt_;
    for (int g = 0; g < n_groups(); ++g) {
        if (cell_of_node_[g].empty()) {
            variable_->resume(g, begin, snapshot.step);
            continue;
        }
        auto const gid = model_.cells[cell_of_node_[g].front()].gid;
        variable_->resume(g, now[std::ranges::lower_bound(at.gids, gid) - at.gids.begin()], snapshot.step);
    }
}

/// Gids of the sources whose voltage is above their threshold.
void Lowered::save_thresholds(model::Snapshot& snapshot) {
    HostBlock const host(memory_->block);
    auto& above = snapshot.counts["sources/above"];
    for (int g = 0; g < n_groups(); ++g) {
        auto const& group = memory_->groups.host_as<Group>()[g];
        for (int k = 0; k < group.n_detectors; ++k)
            if (host(group.above)[k]) above.push_back(model_.sources[host(group.detectors)[k].source].gid);
    }
    above = ranks_.gather_lists_to_all(above);
    std::ranges::sort(above);
}

void Lowered::restore_thresholds(model::Snapshot const& snapshot) {
    HostBlock host(memory_->block);
    auto const& above = snapshot.counts_of("sources/above");
    for (int g = 0; g < n_groups(); ++g) {
        auto const& group = memory_->groups.host_as<Group>()[g];
        for (int k = 0; k < group.n_detectors; ++k)
            host(group.above)[k] = std::ranges::binary_search(above, model_.sources[host(group.detectors)[k].source].gid);
    }
    host.changed();
}

}  // namespace rall::solver
