// Synapses that nobody can tell apart: instances of a mechanism that adds up (MechanismInfo::additive) which have all parameters in common and lie in one
// compartment are one instance, which hears the events of all. The first of them in the order of the cell stands for the others.
#pragma once

#include <cstdint>
#include <vector>

#include "base/communicator.hpp"
#include "base/diagnostics.hpp"
#include "solver/lowering/group_builder.hpp"
#include "solver/lowering/portion.hpp"

namespace rall::solver {

/// An instance for which another stands, by Model::number_of; that of the other is smaller.
struct Merged {
    std::uint32_t number, into;
};

/// Takes those out of `points_of_cell` (as Blueprint) for which others stand, and lists them cell by cell. What a probe or a POINTER looks at stays an instance of its
/// own. Which are merged follows from the cell alone. None with variable steps, whose size hangs on how many states there are, nor without Model::merge_synapses.
std::vector<Merged> merge_instances(model::Model const& model, MechanismTable const& mechanisms, std::vector<int> const& mechanism_of_set,
                                    Portion const& portion, std::vector<std::vector<PointRun>>& points_of_cell);

/// Notes how many instances have become how many, on all ranks, which tell at once.
void tell_merged(model::Model const& model, MechanismTable const& mechanisms, std::vector<int> const& mechanism_of_set, std::vector<Merged> const& merged,
                 Communicator const& ranks, Diagnostics& diagnostics);

}  // namespace rall::solver
