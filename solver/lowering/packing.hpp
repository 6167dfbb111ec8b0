// Which cells go into which group, and what groups see of one another at every step.
#pragma once

#include <cstddef>
#include <vector>

#include "solver/lowering/coupling.hpp"
#include "solver/lowering/group_builder.hpp"
#include "solver/lowering/neighbours.hpp"
#include "solver/lowering/portion.hpp"

namespace rall::solver {

struct Packing {
    std::vector<GroupContent> groups;
    std::vector<int> together;  ///< groups that see one another at every step, ascending
    int board_size = 0;         ///< places for what they see (Mirrors)
    bool after_solve = false;   ///< some of it is seen as the solution of a step leaves it
    std::vector<Neighbour> neighbours;  ///< ranks with which some of it is traded, ascending
};

/// `group_bytes`: of a group, about; 0: chosen from the machine and the number of threads. Cells that see one another at every step share a
/// group if they fit, else only those that must. `portion` has all of those that must share a group, or none; `artificial` are its own already.
Packing pack(Blueprint const& blueprint, std::vector<Link> const& links, std::vector<model::PointRef> const& artificial,
             std::size_t group_bytes, Portion const& portion);

/// Groups of cells that a model can make at most, and so the threads that can have work: cells that must share a group, or take one
/// variable step all together, are always one. Groups of artificial cells count where there are no others: what they have to do is little.
int most_groups(model::Model const& model, Describe const& describe, Portion const& portion = {});

}  // namespace rall::solver
