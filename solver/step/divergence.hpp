// A run that has left what numbers can mean is found within a millisecond of its time: voltages out of the range they may have, states
// that are infinite or no number. When that is seen depends on the time alone.
#pragma once

#include "solver/step/group.hpp"

namespace rall::solver {

/// A group all of whose cells have diverged costs no more time.
RALL_FUNCTION bool all_diverged(Group const& g) { return g.n_cells > 0 && g.counters->n_diverged == g.n_cells; }

/// Neither infinite nor no number: only then the difference is 0.
RALL_FUNCTION bool is_finite(double x) { return x - x == 0; }

/// May a voltage be this?
RALL_FUNCTION bool is_within(Advance const& advance, double v) { return v >= advance.lowest && v <= advance.highest; }

RALL_FUNCTION void count_diverged(Group const& g) {
    g.counters->n_diverged = 0;
    for (int c = 0; c < g.n_cells; ++c) g.counters->n_diverged += g.divergences[c].step >= 0;
}

/// Is this what to tell of a cell: the first that is seen to be lost, or one nearer to the root that is seen with it?
RALL_FUNCTION bool comes_first(Group const& g, Divergence const& cell, std::int64_t step, int state, int node) {
    if (cell.step < 0) return true;
    return cell.step == step && cell.state == state && node >= 0 && cell.node >= 0 && g.tree.is_before(node, cell.node);
}

/// States, and concentrations that mechanisms set, of all cells or of one. Of a cell the first is told, whatever its group is like.
RALL_FUNCTION void find_states_lost(Group const& g, std::int64_t step, int only = -1) {
    for (int s = 0; s < g.n_states; ++s) {
        StateArray const& state = g.states[s];
        int lost = 0;
#pragma omp simd reduction(| : lost)
        for (int i = 0; i < state.n; ++i) lost |= !is_finite(state.value[i]);
        for (int i = 0; lost && i < state.n; ++i) {
            int const c = state.node ? g.cell_of_node[state.node[i]] : state.first_cell + i;
            if (only >= 0 && only != c) continue;  // another thread may be dealing with that cell
            Divergence& cell = g.divergences[c];
            int const node = state.node ? state.node[i] : -1;
            if (!is_finite(state.value[i]) && comes_first(g, cell, step, s, node)) cell = {step, node, s, i, 0, state.value[i]};
        }
    }
}

}  // namespace rall::solver
