// Ions in a group: who reads and writes what where, as lists of copies and sums that the step walks through.
#include <algorithm>
#include <numeric>
#include <set>

#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

std::uint8_t Parts::ion_use(int ion, int slot, int compartment) const {
    auto const& s = slots[slot];
    return (s.own_ion_use.empty() ? s.plan->ion_use : s.own_ion_use)[compartment][ion];
}

double Parts::ion_value(int ion, IonField field, int slot, int compartment) const {
    auto const& values = slots[slot].plan->ions[ion];
    double const inner = values.inner[compartment], outer = values.outer[compartment];
    switch (field) {
        case IonField::inner:
            return inner;
        case IonField::outer:
            return outer;
        case IonField::reversal:
            return nernst_at_start(ion_use(ion, slot, compartment))
                       ? nernst(inner, outer, nernst_factor(blueprint.model.celsius, blueprint.ions[ion].valence))
                       : values.reversal[compartment];
        case IonField::current:
        case IonField::none:
            break;
    }
    return 0;
}

bool Parts::moving(int ion, IonField field) const {
    auto const bits = moves[ion];
    return field == IonField::reversal ? bits & uses_reversal
           : field == IonField::inner  ? bits & writes_inner
           : field == IonField::outer  ? bits & writes_outer
                                       : true;
}

void Parts::note_ion_use() {
    int const n_ions = blueprint.ions.size();
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        if (info.kind != MechanismKind::point || info.n_ions == 0) continue;
        std::vector<std::uint8_t> use(n_ions, 0);
        add_ion_use(info, blueprint.ions, k, use);
        bool const sets = std::ranges::any_of(use, [](auto bits) { return bits & (writes_inner | writes_outer); });
        std::set<std::pair<int, int>> taken;
        for (auto const& who : mechanisms[k].who) {
            if (sets && !taken.emplace(who.slot, who.compartment).second)
                mechanisms[k].ordered = mechanisms[k].in_turn = true;
            auto& slot = slots[who.slot];
            if (slot.own_ion_use.empty()) slot.own_ion_use = slot.plan->ion_use;
            for (int ion = 0; ion < n_ions; ++ion) slot.own_ion_use[who.compartment][ion] |= use[ion];
        }
    }
    for (int i = 0; i < n_nodes; ++i) {
        int const c = out.place_of_node[i];
        if (c < 0) continue;
        for (int ion = 0; ion < n_ions; ++ion) {
            auto const use = ion_use(ion, slot_of_node[i], c);
            if (use & reads_current) summed[ion] = 1;
            moves[ion] |= use & (writes_inner | writes_outer);
            if (nernst_each_step(use) || (use & writes_reversal)) moves[ion] |= uses_reversal;
        }
    }
}

/// Room for the slopes of the ion currents that Crank-Nicolson brings to t + dt/2, where somebody reads them.
void Parts::lay_slopes() {
    if (blueprint.model.method != model::Method::crank_nicolson ||
        std::ranges::count(summed, 0) == blueprint.ions.size())
        return;
    auto const before = out.arena.size();
    slope_elements.resize(mechanisms.size());
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        auto const n = static_cast<std::size_t>((mechanisms[k].size() + lanes - 1) / lanes * lanes);
        std::vector<int> kept;
        for (int variable = 0, element = 0; variable < info.n_variables; element += info.variables[variable++].size) {
            auto const& x = info.variables[variable];
            if (x.role == Role::ion_write && x.field == IonField::current && summed[blueprint.ions.of(k, x.ion)])
                slope_elements[k].push_back(element);
            else if (x.role == Role::carried || x.role == Role::random)
                for (int j = 0; j < x.size; ++j) kept.push_back(element + j);
        }
        if (n == 0 || slope_elements[k].empty()) continue;
        out.layout.mechanisms[k].slopes = {out.arena.put(slope_elements[k]), out.arena.put(kept),
                                           out.arena.reserve<double>(slope_elements[k].size() * n),
                                           out.arena.reserve<double>(kept.size() * n),
                                           out.arena.reserve<SlopeArrays>(1)};
    }
    out.layout.shifted = out.arena.reserve<double>(out.layout.v.n);
    if (out.layout.spare.n == 0) out.layout.spare = out.arena.reserve<double>(out.layout.v.n);
    out.mechanism_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

int Parts::slope_of(int mechanism, int element, int instance) const {
    if (slope_elements.empty()) return -1;
    auto const& all = slope_elements[mechanism];
    auto const which = static_cast<std::size_t>(std::ranges::find(all, element) - all.begin());
    auto const& slopes = out.layout.mechanisms[mechanism].slopes.value;
    return Arena::element(slopes, which * (slopes.n / all.size()) + static_cast<std::size_t>(instance));
}

namespace {

/// Where sums begin that differ from the one before by more than one place in all elements (Sums), and the end.
std::vector<int> runs_of(std::vector<int> const& target, std::vector<int> const& begin, std::vector<int> const& source, std::vector<double> const& scale) {
    std::vector<int> runs;
    int const n = static_cast<int>(target.size());
    for (int k = 0; k < n; ++k) {
        int const terms = begin[k + 1] - begin[k], before = k > 0 ? begin[k - 1] : 0;
        bool goes_on = k > 0 && target[k] == target[k - 1] + 1 && begin[k] - before == terms;
        for (int e = 0; goes_on && e < terms; ++e)
            goes_on = source[begin[k] + e] == source[before + e] + 1 && scale[begin[k] + e] == scale[before + e];
        if (!goes_on) runs.push_back(k);
    }
    runs.push_back(n);
    return runs;
}

}  // namespace

void Parts::lay_ions() {
    auto const before = out.arena.size();
    constexpr std::uint8_t writes = writes_inner | writes_outer | writes_reversal;
    std::vector<IonSite> sites;
    for (int ion = 0; ion < blueprint.ions.size(); ++ion) {
        bool const any = summed[ion] || moves[ion];
        if (!any && probed_ions.empty()) continue;
        for (int i = 0; i < n_nodes; ++i) {
            int const c = out.place_of_node[i];
            if (c < 0) continue;
            auto const probed = probed_ions.find({ion, i});
            auto const use = ion_use(ion, slot_of_node[i], c);
            if (probed == probed_ions.end() && !(use & (writes | reads_current))) continue;
            if (probed != probed_ions.end()) probed->second = static_cast<int>(sites.size());
            sites.push_back({ion, i, slot_of_node[i], c});
        }
    }
    auto const values = [&](IonField field) {
        std::vector<double> all;
        for (auto const& s : sites) all.push_back(ion_value(s.ion, field, s.slot, s.compartment));
        return out.arena.put(all);
    };
    site_reversal = values(IonField::reversal);
    site_inner = values(IonField::inner);
    site_outer = values(IonField::outer);
    site_current = out.arena.reserve<double>(sites.size());
    std::set<std::pair<int, int>> shown;  // totals that somebody looks at: (ion, node)
    each_look([&](Look const& look) {
        if (look.at == Look::At::ion && look.field == IonField::current) shown.emplace(look.ion, look.node);
    });
    for (std::size_t s = 0; s < sites.size(); ++s) {
        auto const& site = sites[s];
        bool const wanted = (ion_use(site.ion, site.slot, site.compartment) & reads_current) || shown.contains({site.ion, site.node});
        out.remembered.ions.push_back({site.ion, site.node, Arena::element(site_reversal, s), Arena::element(site_inner, s),
                                       Arena::element(site_outer, s), Arena::element(site_current, s), wanted});
    }

    // Instances that use ions, by node, in the order of mechanisms: the order of every sum.
    std::vector<std::vector<std::pair<int, int>>> users(sites.empty() ? 0 : n_nodes);
    if (!sites.empty())
        for (int k = 0; k < blueprint.mechanisms.size(); ++k)
            if (blueprint.mechanisms[k].n_ions > 0)
                for (int i = 0; i < mechanisms[k].size(); ++i)
                    if (auto const& who = mechanisms[k].who[i]; !who.filler && who.slot >= 0)
                        users[who.node].emplace_back(k, i);

    struct CopyList {
        std::vector<std::pair<int, int>> pairs;  // (destination, source)
        std::vector<int> instances;              // of pairs that a mechanism publishes
        void add(int to, int from) { pairs.emplace_back(to, from); }

        /// Brings the pairs of `n` instances into the order of these. Returns where those of each begin, and the end.
        std::vector<int> sort_by_instance(int n, std::vector<int> const& order) {
            std::vector<std::vector<std::pair<int, int>>> own(static_cast<std::size_t>(n));
            for (std::size_t p = 0; p < pairs.size(); ++p) own[instances[p]].push_back(pairs[p]);
            pairs.clear();
            std::vector<int> begin{0};
            for (int const i : order) {
                pairs.insert(pairs.end(), own[i].begin(), own[i].end());
                begin.push_back(static_cast<int>(pairs.size()));
            }
            return begin;
        }
    };
    CopyList reversal_copies, current_copies;
    std::vector<CopyList> publish(blueprint.mechanisms.size());
    bool const fixed_step = blueprint.model.method != model::Method::cvode;
    std::vector<int> nernst_reversal, nernst_inner, nernst_outer, sum_target, sum_begin, sum_source, sum_node,
        sum_slope;
    std::vector<double> nernst_factors, sum_scale;
    for (int s = 0; s < static_cast<int>(sites.size()); ++s) {
        auto const& site = sites[s];
        auto const use = ion_use(site.ion, site.slot, site.compartment);
        int const e = Arena::element(site_reversal, s), inner = Arena::element(site_inner, s);
        int const outer = Arena::element(site_outer, s), current = Arena::element(site_current, s);
        // f(mechanism, instance, variable, its element) for this ion's variables at this node
        auto const each = [&](auto const& f) {
            for (auto const& [k, i] : users[site.node]) {
                auto const& info = blueprint.mechanisms[k];
                for (int variable = 0, element = 0; variable < info.n_variables;
                     element += info.variables[variable++].size) {
                    auto const& x = info.variables[variable];
                    if (x.ion >= 0 && blueprint.ions.of(k, x.ion) == site.ion) f(k, i, x, element);
                }
            }
        };
        bool const seen = (use & uses_reversal) || probed_ions.contains({site.ion, site.node});
        bool const follows = nernst_each_step(use) && seen;
        if (follows) {
            nernst_reversal.push_back(e);
            nernst_inner.push_back(inner);
            nernst_outer.push_back(outer);
            nernst_factors.push_back(nernst_factor(blueprint.model.celsius, blueprint.ions[site.ion].valence));
        }
        if (summed[site.ion]) {
            sum_target.push_back(current);
            sum_begin.push_back(static_cast<int>(sum_source.size()));
            sum_node.push_back(site.node);
        }
        each([&](int k, int i, VariableInfo const& x, int of_mechanism) {
            int const element = element_of(k, of_mechanism, i);
            if (x.field == IonField::current) {
                if (!summed[site.ion]) return;
                if (x.role == Role::ion_write) {
                    bool const point = blueprint.mechanisms[k].kind == MechanismKind::point;
                    sum_source.push_back(element);
                    sum_slope.push_back(slope_of(k, of_mechanism, i));
                    sum_scale.push_back(point ? 100 / slots[site.slot].plan->area[site.compartment]
                                              : 1);  // nA -> mA/cm2
                } else {
                    current_copies.add(element, current);
                }
            } else if (x.role == Role::ion_write) {
                // Who else sets it starts from here, too. With variable steps each follows its own equation, as in NEURON.
                publish[k].add(x.field == IonField::reversal ? e : x.field == IonField::inner ? inner : outer, element);
                each([&](int other, int j, VariableInfo const& y, int of_other) {
                    int const to = element_of(other, of_other, j);
                    bool const takes = y.role == Role::ion_read || (y.role == Role::ion_write && fixed_step);
                    if (takes && y.field == x.field && to != element) publish[k].add(to, element);
                });
                publish[k].instances.resize(publish[k].pairs.size(), i);
            } else if (x.field == IonField::reversal && follows) {
                reversal_copies.add(element, e);
            }
        });
    }
    sum_begin.push_back(static_cast<int>(sum_source.size()));

    auto& l = out.layout;
    auto const put = [&](CopyList& list, bool sort = true) {
        if (sort) std::sort(list.pairs.begin(), list.pairs.end());
        std::vector<int> destination, source, run_begin;
        for (auto const& [to, from] : list.pairs) {
            if (destination.empty() || to != destination.back() + 1 || from != source.back() + 1)
                run_begin.push_back(static_cast<int>(destination.size()));
            destination.push_back(to);
            source.push_back(from);
        }
        run_begin.push_back(static_cast<int>(destination.size()));
        return BuiltGroup::CopySlices{out.arena.put(destination), out.arena.put(source), out.arena.put(run_begin)};
    };
    l.nernst_reversal = out.arena.put(nernst_reversal);
    l.nernst_inner = out.arena.put(nernst_inner);
    l.nernst_outer = out.arena.put(nernst_outer);
    l.nernst_factor = out.arena.put(nernst_factors);
    l.reversal_copies = put(reversal_copies);
    l.current_copies = put(current_copies);
    l.ion_currents = {out.arena.put(sum_target), out.arena.put(sum_begin), out.arena.put(sum_source),
                      out.arena.put(sum_scale), out.arena.put(runs_of(sum_target, sum_begin, sum_source, sum_scale))};
    if (!slope_elements.empty()) {
        l.ion_slopes = l.ion_currents;
        l.ion_slopes.source = out.arena.put(sum_slope);
        l.current_node = out.arena.put(sum_node);
    }
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        bool const one_by_one = mechanisms[k].in_turn || blueprint.mechanisms[k].sets_ions_in_receive;
        if (one_by_one) {
            int const n = mechanisms[k].size();
            auto order = order_of(k);
            if (!mechanisms[k].ordered) {
                order.resize(static_cast<std::size_t>(n));
                std::iota(order.begin(), order.end(), 0);
            }
            l.mechanisms[k].publish_begin = out.arena.put(publish[k].sort_by_instance(n, order));
        }
        l.mechanisms[k].publish = put(publish[k], !one_by_one);
    }
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

}  // namespace rall::solver
