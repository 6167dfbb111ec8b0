// Passive mechanisms of a group, which are part of its matrix.
#include <algorithm>
#include <span>

#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

/// Stretches of nodes with density currents that are no passive mechanism's. Those that are near one another are one: a loop has its cost.
std::vector<int> Parts::active_nodes() const {
    std::vector<bool> active(static_cast<std::size_t>(n_nodes));
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        if (info.kind != MechanismKind::density || !info.has_current || info.passive) continue;
        for (auto const& who : mechanisms[k].who) active[static_cast<std::size_t>(who.node)] = true;
    }
    constexpr int near = 8 * lanes;
    std::vector<int> stretches;
    for (int i = 0; i < n_nodes; ++i) {
        if (!active[static_cast<std::size_t>(i)]) continue;
        if (stretches.empty() || i - stretches.back() >= near) stretches.insert(stretches.end(), {i, i + 1});
        else stretches.back() = i + 1;
    }
    return stretches;
}

/// The level from which on nothing changes pivots: below the deepest node with a density current that is not passive, a point process, or a membrane
/// current that is looked at (which wants the matrix as it is before elimination).
int Parts::constant_level(std::vector<int> const& active) {
    auto const place = [&](int node) { return place_by_level.empty() ? node : place_by_level[static_cast<std::size_t>(node)]; };
    int last = -1;
    for (std::size_t a = 0; a < active.size(); a += 2)
        for (int node = active[a]; node < active[a + 1]; ++node) last = std::max(last, place(node));
    for (int k = 0; k < blueprint.mechanisms.size(); ++k)
        if (auto const& info = blueprint.mechanisms[k]; info.kind == MechanismKind::point && info.has_current)
            for (auto const& who : mechanisms[k].who) last = std::max(last, place(who.node));
    for (auto const& [node, site] : membrane_sites) last = std::max(last, place(node));
    auto const begin = std::span(out.arena.at(out.layout.tree.level_begin), static_cast<std::size_t>(out.layout.tree.n_levels));
    return static_cast<int>(std::ranges::upper_bound(begin, last) - begin.begin());
}

/// What passive mechanisms add to the matrix. The variable step asks for all currents at any time.
void Parts::lay_passive() {
    auto const is_passive = [&](int k) { return blueprint.mechanisms[k].passive && mechanisms[k].size() > 0; };
    bool any = false, shows = false;
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        any |= is_passive(k);
        shows |= is_passive(k) && out.layout.mechanisms[k].shows;
    }
    auto const before = out.arena.size();
    auto& l = out.layout;
    if (!any || blueprint.model.method == model::Method::cvode) {
        l.active = out.arena.put(std::vector{0, n_nodes});
        l.constant_level = l.tree.n_levels;
    } else {
        for (auto* slice : {&l.passive_d, &l.passive_rhs}) *slice = put_nodes(std::vector<double>(n_nodes));
        for (auto const& [from, instances] : pointed)
            for (auto const& [instance, look] : instances) l.passive_changes |= look.at == Look::At::mechanism && is_passive(look.mechanism);
        auto const active = active_nodes();
        l.active = out.arena.put(active);
        l.constant_level = l.passive_changes ? l.tree.n_levels : constant_level(active);
        if (shows) l.spare = put_nodes(std::vector<double>(n_nodes));
    }
    out.node_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

}  // namespace rall::solver
