// Which rank has which cells: so that all have the same to do.
#pragma once

#include <cstdint>
#include <vector>

#include "base/diagnostics.hpp"
#include "model/model.hpp"
#include "solver/lowering/coupling.hpp"
#include "solver/lowering/portion.hpp"

namespace rall::network {

/// What is simulated together, cells that must share a group and groups of artificial cells, stays on one rank.
struct Shares {
    std::vector<int> of_cell;        ///< rank per cell
    std::vector<int> of_artificial;  ///< rank per group of artificial cells (solver::artificial_per_group)
    std::vector<double> cost;        ///< per rank: what a step takes, about, in numbers that are moved

    solver::Portion portion(int rank) const;
};

/// The largest first, each to the rank that has least so far (Graham's LPT rule, doi 10.1137/0117039): the same on every rank. Cells that see one another
/// at every step go together where they are no more than a rank's share of the work. More of them go to as few ranks as can have them, in the order in which they are listed,
/// since those that see one another are mostly near in it. The cost is what the model's cells and mechanisms keep, per compartment and instance.
/// Notes when cells that must share a group leave ranks with less to do.
/// `edges_onto_cell`: synapses that each cell will have beside those of the model; empty: none.
Shares share_out(model::Model const& model, solver::Describe const& describe, int ranks, Diagnostics& diagnostics,
                 std::vector<std::uint32_t> const& edges_onto_cell = {});

/// Gives groups of artificial cells that the model has got since it was shared to ranks, in the same way; those that were given stay where they are.
void share_rest(Shares& shares, model::Model const& model, solver::Describe const& describe);

/// Which instances a rank has, by Model::number_of.
std::vector<char> instances_of(model::Model const& model, solver::Portion const& portion);
/// Drops the connections to what others have.
void keep_own(model::Model const& model, solver::Portion const& portion, std::vector<model::Connection>& connections);

}  // namespace rall::network
