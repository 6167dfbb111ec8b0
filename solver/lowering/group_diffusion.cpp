// States that diffuse along the cells of a group: the trees of their instances, and room to solve for them.
#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

void Parts::lay_diffusion() {
    auto const before = out.arena.size();
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        auto const& m = mechanisms[k];
        if (info.n_diffusions == 0 || m.size() == 0) continue;
        std::vector<CellTree const*> trees;
        std::vector<int> slot_of;
        for (std::size_t s = 0; s < slots.size(); ++s)
            if (auto const* painted = painted_of[k][s]) {
                trees.push_back(&painted->diffusion);
                slot_of.push_back(static_cast<int>(s));
            }
        std::vector<int> instance_at(n_nodes, -1);
        for (int i = 0; i < m.size(); ++i)
            if (!m.who[i].filler) instance_at[m.who[i].node] = i;

        auto const levels = order_by_level(trees);
        std::vector<int> instance;
        std::vector<double> length, per_distance;
        for (auto const& node : levels.nodes) {
            auto const& slot = slots[slot_of[node.cell]];
            auto const& tree = *trees[node.cell];
            int const compartment = tree.compartment[node.local];
            auto const& cable = *blueprint.model.types[blueprint.model.cells[slot.cell].type].cable;
            auto const& section = cable.sections[cable.compartments[compartment].section];
            instance.push_back(instance_at[slot.position[slot.plan->tree.node[compartment]]]);
            length.push_back(section.L / section.nseg);
            per_distance.push_back(tree.axial[node.local]);
        }
        auto const n = levels.nodes.size(), all = n * static_cast<std::size_t>(info.n_diffusions);
        auto const room = [&](std::size_t count) { return out.arena.reserve<double>(count); };
        out.layout.mechanisms[k].diffusion = {put_tree(levels),
                                              out.arena.put(instance),
                                              out.arena.put(length),
                                              out.arena.put(per_distance),
                                              room(all),
                                              room(all),
                                              room(n),
                                              room(n),
                                              room(n),
                                              out.arena.reserve<DiffusionArrays>(1)};
    }
    out.mechanism_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

}  // namespace rall::solver
