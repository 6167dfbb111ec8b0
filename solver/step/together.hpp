// Groups that see one another at every step (Lockstep): all do a step before one does the next. On a host they do so inside one parallel
// region, in which each thread keeps its groups, so that these stay in its cache; on a device one launch is one step.
#pragma once

#include "base/meeting.hpp"
#include "solver/step/advance.hpp"
#include "solver/step/mirrors.hpp"

namespace rall::solver {

/// A group's part in a step. It may have been done before another group's lack of room ended the launch.
template <class... M>
struct Part {
    Step<M...> const& step;
    Team const& team;
    Group const& g;

    /// False when the group ran out of room.
    RALL_FUNCTION bool solve(std::int64_t number) const {
        if (g.counters->step > number || g.counters->solved) return true;
        see(team, g.at_begin, number);
        if (!step.solve_step(team, g, number)) {
            step.finish(team, g, number, true);
            return false;
        }
        show(team, g, g.after_solve, number + 1);
        once(team, [&] { g.counters->solved = 1; });
        return true;
    }

    RALL_FUNCTION void end(std::int64_t number) const {
        if (g.counters->step > number) return;
        see(team, g.after_solve, number + 1);
        step.end_step(team, g, number);
        show(team, g, g.at_begin, number + 1);
        step.finish(team, g, number + 1, false);
        once(team, [&] { g.counters->solved = 0; });
    }
};

/// On a host: a worker and its groups.
template <class... M>
struct Together {
    Step<M...> step;
    Lockstep lockstep;
    Meeting* meeting;

    void operator()(Team const& team) const {
        auto const each = [&](auto const& f) {
            int const worker = team.league_rank();
            for (int k = lockstep.first[worker]; k < lockstep.first[worker + 1]; ++k)
                f(Part<M...>{step, team, step.groups[k]});
        };
        auto const trade = [&](std::int64_t number, bool after_solve) {
            if (lockstep.trade) lockstep.trade(lockstep.neighbours, number + 1, after_solve);
        };
        auto const end = step.advance.first_step + step.advance.steps;
        for (auto number = lockstep.step; number < end; ++number) {
            bool ready = true;
            each([&](Part<M...> const& part) {
                if (!part.solve(number)) ready = false;
                else if (!lockstep.after_solve) part.end(number);
            });
            if (lockstep.after_solve) {
                if (!meeting->agree(ready, [&] { trade(number, true); })) return;
                each([&](Part<M...> const& part) { part.end(number); });
            }
            if (!meeting->agree(ready, [&] { trade(number, false); })) return;
        }
    }
};

/// On a device: a step, or what of it comes before or after what groups see of the solution. Once a group lacked room, the launches that
/// follow do nothing.
template <class... M>
struct Turn {
    Step<M...> step;
    std::int64_t number;
    bool solves, ends;
    std::int64_t* stopped_at;

    RALL_FUNCTION void operator()(Team const& team) const {
        auto const stopped = Kokkos::atomic_fetch_add(stopped_at, 0);  // other teams may be setting it to this step
        if (stopped < number || (!solves && stopped == number)) return;
        Part<M...> const part{step, team, step.groups[team.league_rank()]};
        if (solves && !part.solve(number)) {
            once(team, [&] { Kokkos::atomic_fetch_and(stopped_at, number); });  // it is the largest number, or this one
            return;
        }
        if (ends) part.end(number);
    }
};

}  // namespace rall::solver
