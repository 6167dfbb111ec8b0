#include <doctest/doctest.h>

#include <algorithm>

#include "network/exchange.hpp"
#include "tests/network/random_network.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

TEST_CASE("spikes and samples do not depend on how cells are packed into groups") {
    for (unsigned seed : {1u, 2u}) {
        auto const model = testing::random_network(seed, 23, 11);
        auto const whole = testing::run(model, std::size_t{1} << 30);
        CHECK(whole.size.groups == 2);  // the cells, and the artificial cells
        CHECK(whole.spikes.size() > 100);
        for (std::size_t bytes : {1, 20000, 60000}) {
            auto const other = testing::run(model, bytes);
            CHECK(other.size.groups > whole.size.groups);
            CHECK(testing::same(whole, other));
        }
    }
}

TEST_CASE("spikes and samples do not depend on the order in which connections are listed") {
    auto model = testing::random_network(5, 12, 5);
    auto const reference = testing::run(model);
    REQUIRE(reference.spikes.size() > 20);
    std::mt19937 engine(1);
    for (int k = 0; k < 3; ++k) {
        std::ranges::shuffle(model.connections, engine);
        CHECK(testing::same(reference, testing::run(model)));
    }
}

TEST_CASE("an artificial cell spikes by its own events") {
    model::Model model;
    model.tstop = 30;
    model.points.push_back({"tick", "ticker", {-1}, {-1}, {7}, {{"interval", 10.0}, {"start", 5.0}}});
    model.sources.push_back({7, model::PointRef{0, 0}});
    auto const spikes = testing::run(model).spikes;
    REQUIRE(spikes.size() == 3);
    CHECK(spikes[0].time == 5);
    CHECK(spikes[1].time == 15);
    CHECK(spikes[2].time == 25);
    CHECK(spikes[0].gid == 7);
}

TEST_CASE("a group that runs out of room for its events is given more and goes on") {
    model::Model model;
    model.tstop = 4;
    constexpr int n = 20;
    model.points.push_back({"swarm", "swarm", std::vector<int>(n, -1), std::vector<int>(n, -1), {}, {}});
    for (int k = 0; k < n; ++k) {
        model.points[0].gid.push_back(static_cast<std::uint64_t>(k));
        model.sources.push_back({static_cast<std::uint64_t>(k), model::PointRef{0, k}});
    }
    auto const spikes = testing::run(model).spikes;
    CHECK(spikes.size() == n * (1 + 10 + 100 + 1000));
    std::vector<double> expected{1}, generation{1};
    for (int round = 0; round < 3; ++round) {
        std::vector<double> next;
        for (double t : generation)
            for (int k = 0; k < 10; ++k) next.push_back(t + (0.5 + 0.01 * k));
        expected.insert(expected.end(), next.begin(), next.end());
        generation = next;
    }
    std::ranges::sort(expected);
    for (std::uint64_t gid = 0; gid < n; ++gid) {
        std::vector<double> times;
        for (auto const& spike : spikes)
            if (spike.gid == gid) times.push_back(spike.time);
        CHECK(times == expected);
    }
}

TEST_CASE("an event is delivered in the first step whose middle it does not pass") {
    CHECK(network::delivery_step(0, 0.025) == 0);
    CHECK(network::delivery_step(0.0125, 0.025) == 0);
    CHECK(network::delivery_step(0.0126, 0.025) == 1);
    CHECK(network::delivery_step(1, 0.025) == 40);
    for (int k = 0; k < 4000; ++k) {
        double const time = k * 0.00317;
        auto const step = network::delivery_step(time, 0.025);
        CHECK(time <= static_cast<double>(step) * 0.025 + 0.0125);
        if (step > 0) CHECK(time > static_cast<double>(step - 1) * 0.025 + 0.0125);
    }
}

TEST_CASE("a spike train reaches its synapse after the delay, and is recorded only when asked") {
    model::Model model;
    model.tstop = 20;
    auto const cable = testing::random_cable(1, 1, 1);
    model.types.push_back(testing::cell_type(cable, {"leak"}));
    model.cells.push_back({0, 0, ""});
    model.points.push_back({"syn", "synapse", {0}, {0}, {}, {{"tau", 1e9}}});
    model.sources.push_back({5, model::SpikeTrain{{3, 8.01}}, true});
    model.sources.push_back({6, model::SpikeTrain{{4}}, false});
    model.connect(0, {0, 0}, 0.5, 2);
    model.connect(1, {0, 0}, 0.25, 2);
    model.probes.push_back({"g", "g", "synapse", {{-1, -1, {0, 0}}}, 1, 0, 20});
    model.probes.push_back({"heard", "heard", "synapse", {{-1, -1, {0, 0}}}, 1, 0, 20});
    auto const result = testing::run(model);
    std::vector<double> g;
    for (auto const& row : result.rows[0]) g.push_back(row[0]);
    CHECK(g[5] == 0);
    CHECK(g[6] == doctest::Approx(0.5));
    CHECK(g[7] == doctest::Approx(0.75));
    CHECK(g[10] == doctest::Approx(0.75));
    CHECK(g[11] == doctest::Approx(1.25));
    REQUIRE(result.spikes.size() == 2);
    CHECK(result.spikes[1].time == 8.01);
    // Each connection counts its own events, from where NET_RECEIVE's INITIAL set it; the time is the event's own.
    double heard = 0.5 * 101 + 5;
    CHECK(result.rows[1][6][0] == heard);
    heard = 0.5 * heard + 0.25 * 101 + 6;
    CHECK(result.rows[1][7][0] == heard);
    heard = 0.5 * heard + 0.5 * 102 + 10.01;
    CHECK(result.rows[1][11][0] == doctest::Approx(heard).epsilon(1e-14));
}

TEST_CASE("an epoch is the shortest delay in whole steps") {
    model::Model model;
    CHECK(network::epoch_steps(model, model.connections, 400) == 400);
    model.points.push_back({"tick", "ticker", {-1}, {-1}, {1}, {}});
    model.sources = {{0, model::SpikeTrain{}}, {1, model::PointRef{0, 0}}};
    model.connect(1, {0, 0}, 0, 0.01);  // dealt with ahead of the epoch
    CHECK(network::epoch_steps(model, model.connections, 400) == 400);
    model.connect(0, {0, 0}, 0, 1.0);
    CHECK(network::epoch_steps(model, model.connections, 400) == 40);
    model.connect(0, {0, 0}, 0, 0.06);
    CHECK(network::epoch_steps(model, model.connections, 400) == 2);
    model.connect(0, {0, 0}, 0, 0);
    CHECK(network::epoch_steps(model, model.connections, 400) == 1);
}
