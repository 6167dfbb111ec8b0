// The device, emulated: a team of threads of the host that run the device's branch of every loop and wait for one another at its barriers. For
// tests, on machines without a GPU: kernels compiled with RALL_EMULATED_DEVICE take it for their team (solver/step/team.hpp), and
// tests/emulated/ runs it.
#pragma once

namespace rall::solver {

/// One thread of a team, as Kokkos' team members are.
class EmulatedTeam {
public:
    /// Returns when all threads of the team have come to it.
    using Barrier = void (*)(void* team, int rank);

    EmulatedTeam(int league_rank, int rank, int size, Barrier barrier, void* team)
        : league_rank_(league_rank), rank_(rank), size_(size), barrier_(barrier), team_(team) {}

    int league_rank() const { return league_rank_; }
    int team_rank() const { return rank_; }
    int team_size() const { return size_; }
    void team_barrier() const { barrier_(team_, rank_); }

private:
    int league_rank_, rank_, size_;
    Barrier barrier_;
    void* team_;
};

/// work(functor, team) by every thread of every team; returns when all have ended.
__attribute__((visibility("default"))) void launch_emulated(int n_teams, void (*work)(void const* functor, EmulatedTeam const&),
                                                            void const* functor);

}  // namespace rall::solver
