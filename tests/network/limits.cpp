#include <doctest/doctest.h>

#include "network/exchange.hpp"
#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// One artificial cell that sends `n` events and spikes at once, and counts what it hears of them.
model::Model burst(double n, double delay) {
    model::Model model;
    model.tstop = 3;
    model.points.push_back({"burst", "burst", {-1}, {-1}, {0}, {{"n", n}, {"delay", delay}}});
    model.sources.push_back({0, model::PointRef{0, 0}});
    model.probes.push_back({"heard", "heard", "burst", {{-1, -1, {0, 0}}}, 1, 0, 3});
    return model;
}

}  // namespace

TEST_CASE("one event may send many events and spikes, and INITIAL too") {
    for (auto const method : testing::methods())
        for (double const n : {0.0, 63.0, 64.0}) {
            auto model = burst(n, 0.5);
            model.method = method;
            auto const result = testing::run(model);
            CHECK(result.spikes.size() == static_cast<std::size_t>(n));
            CHECK(result.rows[0][2][0] == 2 * n);  // those of INITIAL and those of the event
        }
}

TEST_CASE("on a host one event may send more than there is room for, on a device that is told") {
    if (!on_host()) {
        CHECK_THROWS_WITH_AS(testing::run(burst(1000, 0.5)), doctest::Contains("more than 64 events or spikes are sent by one event"), InputError);
        return;
    }
    for (auto const method : testing::methods())
        for (double const n : {65.0, 100'000.0, 1'000'000.0}) {
            auto model = burst(n, 0.5);
            model.method = method;
            auto const result = testing::run(model);
            CHECK(result.spikes.size() == static_cast<std::size_t>(n));
            CHECK(result.rows[0][2][0] == 2 * n);
        }
    CHECK(testing::run(burst(1'000'000, 0)).spikes.size() == 1'000'000);  // due at once, but they end
}

TEST_CASE("self-events that cause one another at one time end the run, and the message says who") {
    for (auto const method : testing::methods()) {
        auto model = burst(1, 0.5);
        model.method = method;
        model.points[0].parameters["again"] = 1.0;
        CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("burst 'burst' number 0 sends itself events that are due at once, "
                                                                    "1000000 one after the other, at t = 1.5"),
                             InputError);
    }
}

TEST_CASE("an event that no run reaches is under way for good") {
    for (double const time : {1e15, 1e18, 1e300, std::numeric_limits<double>::infinity()}) {
        CHECK(network::delivery_step(time, 1e-3) == std::numeric_limits<std::int64_t>::max());
        CHECK(network::step_of(time, 1e-3) == std::numeric_limits<std::int64_t>::max());
    }
    for (auto const method : testing::methods())
        for (double const delay : {1e9, 1e18, 1e300}) {
            model::Model model;
            model.method = method;
            model.tstop = 3;
            model.types.push_back(testing::cell_type(testing::random_cable(1, 1), {"leak"}));
            model.cells.push_back({0, 0, ""});
            model.points.push_back({"syn", "synapse", {0}, {0}, {}, {}});
            model.sources.push_back({5, model::SpikeTrain{{1}}, false});
            model.connect(0, {0, 0}, 0.5, delay);
            model.probes.push_back({"g", "g", "synapse", {{-1, -1, {0, 0}}}, 1, 0, 3});
            if (method == model::Method::cvode) continue;  // `synapse` has no equations
            CHECK(testing::run(model).rows[0].back()[0] == 0);
        }
}

TEST_CASE("steps that cannot be counted are refused, short ones are taken") {
    model::Model model;
    model.types.push_back(testing::cell_type(testing::random_cable(1, 1), {"leak"}));
    model.cells.push_back({0, 0, ""});
    for (auto const& [tstop, dt] : {std::pair{1e300, 0.025}, {1.0, 1e-300}, {1.0, 0.0}, {std::nan(""), 0.025}, {1.0, std::nan("")}}) {
        model.tstop = tstop;
        model.dt = dt;
        CHECK_THROWS_AS(testing::run(model), InputError);
    }
    model.dt = 1e-12;  // longer epochs than an int holds
    model.tstop = 1e-10;
    CHECK_NOTHROW(testing::run(model));
}

TEST_CASE("a report's times may lie beyond all steps") {
    model::Probe probe{"v", "v", "", {}, 1e18, 0, 10};
    auto sampling = model::sampling_of(probe, 0.025);
    CHECK(sampling.start == 0);
    CHECK(sampling.count == 1);
    CHECK(sampling.stop() > 0);
    probe = {"v", "v", "", {}, 1e-18, 1e300, 1e300};
    sampling = model::sampling_of(probe, 0.025);
    CHECK(sampling.period == 1);
    CHECK(sampling.stop() >= sampling.start);
}

TEST_CASE("epochs are as short as samples need room, and samples are the same") {
    model::Model model;
    model.tstop = 5;
    model.types.push_back(testing::cell_type(testing::random_cable(1, 1), {"leak"}));
    model.cells.push_back({0, 0, ""});
    model.probes.push_back({"v", "v", "", std::vector<model::Site>(100'000, {0, 0}), 0.025, 0, 5});
    Diagnostics diagnostics;
    std::int64_t largest = 0, rows = 0;
    double last = 0;
    network::Simulation simulation(model, model.connections, *test_library(),
                                   {0,
                                    [&](network::Samples const& s) {
                                        largest = std::max(largest, s.rows * s.sites);
                                        rows += s.rows;
                                        last = s.values[s.rows * s.sites - 1];
                                    }},
                                   diagnostics);
    CHECK(simulation.epoch() < 5);
    simulation.initialize();
    while (simulation.advance()) {
    }
    CHECK(largest * 8 <= 64 << 20);
    CHECK(rows == 200);
    model.probes[0].sites.resize(1);
    CHECK(testing::run(model).rows[0].back()[0] == last);
}
