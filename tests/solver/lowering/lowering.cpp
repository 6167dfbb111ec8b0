#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// Best of three, s of this process: a busy machine does not count.
double seconds_to_lower(int cells, std::shared_ptr<morphology::Cable const> const& cable) {
    model::Model model;
    model.types.push_back(testing::cell_type(cable, {"hh", "calcium", "accumulate"}));
    for (int i = 0; i < cells; ++i) model.cells.push_back({static_cast<std::uint64_t>(i), 0, ""});
    double best = 1e9;
    for (int k = 0; k < 3; ++k) {
        Diagnostics diagnostics;
        auto const begin = std::clock();
        network::Simulation const simulation(model, model.connections, *test_library(), {}, diagnostics);
        best = std::min(best, double(std::clock() - begin) / CLOCKS_PER_SEC);
        CHECK(simulation.size().compartments == cells * static_cast<std::int64_t>(cable->compartments.size()));
    }
    return best;
}

}  // namespace

// Time means nothing in builds without optimisation or with sanitizers.
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)
TEST_CASE("a thousand cells of a thousand compartments are lowered in seconds, in time that grows linearly") {
    auto const cable = testing::random_cable(5, 62, 29);
    REQUIRE(cable->compartments.size() > 950);
    double const quarter = seconds_to_lower(250, cable), whole = seconds_to_lower(1000, cable);
    MESSAGE("1000 cells: " << whole << " s, 250 cells: " << quarter << " s");
    CHECK(whole < 5);
    CHECK(whole < 4 * 2 * quarter);  // quadratic would be 16 times
}
#endif
