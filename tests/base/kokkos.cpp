#include "base/kokkos.hpp"

#include <doctest/doctest.h>

#include <vector>

// The shape of every kernel launch of ours: one team per group, a loop of the team inside it (docs/design.md, section 4).
TEST_CASE("a team policy reaches every element of every group exactly once") {
    int const groups = 37, size = 24;
    Kokkos::View<int*> counts("counts", groups * size);
    int* const data = counts.data();
    Kokkos::parallel_for(
        "count", Kokkos::TeamPolicy<>(groups, Kokkos::AUTO),
        KOKKOS_LAMBDA(Kokkos::TeamPolicy<>::member_type const& team) {
            int const first = team.league_rank() * size;
            Kokkos::parallel_for(Kokkos::TeamThreadRange(team, size), [=](int i) { data[first + i] += first + i; });
        });
    Kokkos::fence();
    auto const host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), counts);
    for (int i = 0; i < groups * size; ++i) CHECK(host(i) == i);
}
