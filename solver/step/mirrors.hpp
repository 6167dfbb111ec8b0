// Values that groups see of one another at every step: from the groups to the board, and from there to all that look (Mirrors).
#pragma once

#include "solver/step/group.hpp"
#include "solver/step/team.hpp"

namespace rall::solver {

/// Puts on the board what holds at the begin of a step.
RALL_FUNCTION void show(Team const& team, Group const& g, Mirrors const& m, std::int64_t step) {
    if (m.n_shown == 0) return;
    double* const board = m.board + (step & 1) * m.board_size + m.first;
    double const* const block = g.block;
    int const* const element = m.shown;
    for_each_scalar(team, m.n_shown, [=](int k) { board[k] = block[element[k]]; });
}

RALL_FUNCTION void see(Team const& team, Mirrors const& m, std::int64_t step) {
    if (m.n_seen == 0) return;
    double const* const board = m.board + (step & 1) * m.board_size;
    double* const seen = m.seen;
    int const* const place = m.place;
    for_each_scalar(team, m.n_seen, [=](int k) { seen[k] = board[place[k]]; });
}

}  // namespace rall::solver
