#include "solver/step/board.hpp"

#include "solver/step/launch.hpp"
#include "solver/step/mirrors.hpp"

namespace rall::solver {

namespace {

struct Show {
    Group const* groups;
    std::int64_t step;
    RALL_FUNCTION void operator()(Team const& team) const {
        Group const& g = groups[team.league_rank()];
        show(team, g, g.at_begin, step);
        show(team, g, g.after_solve, step);
    }
};

struct See {
    Group const* groups;
    std::int64_t step;
    RALL_FUNCTION void operator()(Team const& team) const {
        Group const& g = groups[team.league_rank()];
        see(team, g.at_begin, step);
        see(team, g.after_solve, step);
    }
};

}  // namespace

void show_all(Group const* groups, int n, std::int64_t step) { launch("rall::show", n, Show{groups, step}); }
void see_all(Group const* groups, int n, std::int64_t step) { launch("rall::see", n, See{groups, step}); }

}  // namespace rall::solver
