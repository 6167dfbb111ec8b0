#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// Passive cells of one shape; those of type 1 have a negative conductance, so that their voltage grows without bound.
model::Model cells(std::vector<int> const& types) {
    model::Model model;
    model.tstop = 20;
    auto const cable = testing::random_cable(5, 8);
    for (double const g : {1e-4, -2e-3}) {
        auto& type = model.types.emplace_back(testing::cell_type(cable, {"hh"}));
        type.mechanisms.push_back({"leak", testing::all_compartments(*cable), {{"g", g}, {"e", -70.0}}});
    }
    model.probes.push_back({"v", "v", "", {}, 0.025, 0, 20});
    for (int c = 0; c < static_cast<int>(types.size()); ++c) {
        model.cells.push_back({static_cast<std::uint64_t>(c), types[c], ""});
        model.probes[0].sites.push_back({c, 0});
    }
    return model;
}

struct Found {
    std::vector<std::pair<int, double>> diverged;
    std::vector<std::vector<double>> rows;
    double time = 0;
};

Found run(model::Model const& model, std::size_t group_bytes) {
    Found found;
    network::Options options;
    options.group_bytes = group_bytes;
    options.lowest_voltage = -250;
    options.highest_voltage = 250;
    options.on_diverged = [&](int cell, model::PointRef, double t) { found.diverged.emplace_back(cell, t); };
    options.on_samples = [&](network::Samples const& s) {
        for (int r = 0; r < s.rows; ++r) found.rows.emplace_back(s.values + r * s.sites, s.values + (r + 1) * s.sites);
    };
    Diagnostics diagnostics;
    network::Simulation simulation(model, model.connections, *test_library(), options, diagnostics);
    simulation.initialize();
    while (simulation.advance()) {
    }
    found.time = simulation.time();
    std::ranges::sort(found.diverged);
    std::vector<std::vector<double>> told;  // what a cell is after that means nothing
    for (auto const& [cell, t] : found.diverged) told.push_back({static_cast<double>(cell), t});
    testing::record(model, simulation.spikes(), {told});
    return found;
}

}  // namespace

TEST_CASE(
    "a cell that diverges is told once, with a time that does not depend on its neighbours, and disturbs nobody") {
    auto const alone = run(cells({1}), 0);
    REQUIRE(alone.diverged.size() == 1);
    double const when = alone.diverged[0].second;
    CHECK(when > 0);
    CHECK(when == std::round(when));  // a whole ms
    CHECK(alone.time == 20);
    auto const healthy = run(cells({0}), 0);
    CHECK(healthy.diverged.empty());
    for (std::size_t const group_bytes : {std::size_t{1}, std::size_t{1} << 20}) {
        auto const mixed = run(cells({0, 1, 0, 1, 1}), group_bytes);
        CHECK(mixed.diverged == std::vector<std::pair<int, double>>{{1, when}, {3, when}, {4, when}});
        REQUIRE(mixed.rows.size() == healthy.rows.size());
        bool same = true;
        for (std::size_t r = 0; r < mixed.rows.size(); ++r)
            same = same && mixed.rows[r][0] == healthy.rows[r][0] && mixed.rows[r][2] == healthy.rows[r][0];
        CHECK(same);
    }
}

TEST_CASE("of a cell whose voltage is out of range in many places the first is told") {
    auto model = cells({1});
    model.types[0].mechanisms[0].compartments = {0};
    network::Options options;
    options.highest_voltage = -80, options.lowest_voltage = -90;  // all of the cell is, from the first step
    auto const told = [&] {
        Diagnostics diagnostics;
        network::Simulation simulation(model, model.connections, *test_library(), options, diagnostics);
        simulation.initialize();
        try {
            while (simulation.advance()) {
            }
        } catch (InputError const& failure) {
            return std::string(failure.what());
        }
        return std::string();
    };
    auto const first = told();
    CHECK(first.find("the voltage of cell 0 at") != std::string::npos);
    for (int k = 0; k < 5; ++k) CHECK(told() == first);  // on a device, whichever thread looks first
    std::vector<double> text(first.begin(), first.end());
    testing::record(model, {}, {{text}});
}

TEST_CASE("without a listener a voltage that is no number ends the run with its place and time") {
    auto model = cells({0, 1});
    for (auto& type : model.types)
        type.mechanisms.erase(type.mechanisms.begin());  // hh, whose states would be lost before
    model.tstop = 400;                                   // beyond the largest number
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("the voltage of cell 1 at"), InputError);
}

TEST_CASE(
    "a state that is no number is told of its cell alone, before all others of the cell are none, with mechanism and "
    "place") {
    auto model = cells({0, 0, 0});
    double const none = std::nan("");
    model.points.push_back({"syn", "synapse", {0, 1, 2}, {0, 1, 0}, {}, {{"tau", std::vector<double>{2, none, 2}}}});
    auto const healthy = run(cells({0}), 0);
    for (std::size_t const group_bytes : {std::size_t{1}, std::size_t{1} << 20}) {
        auto const found = run(model, group_bytes);
        CHECK(found.diverged == std::vector<std::pair<int, double>>{{1, 2 * 0.025}});
        REQUIRE(found.rows.size() == healthy.rows.size());
        CHECK(found.rows.back()[0] == healthy.rows.back()[0]);
        CHECK(found.rows.back()[2] == healthy.rows.back()[0]);
    }
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("state g of synapse 'syn' number 1 in cell 1 at"),
                         InputError);
}
