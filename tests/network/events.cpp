#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "network/exchange.hpp"
#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// Cells of different shapes with noise, tickers that drive them and random connections between all.
model::Model random_network(unsigned seed, int n_cells, int n_tickers) {
    std::mt19937 engine(seed);
    auto const uniform = [&](double a, double b) { return std::uniform_real_distribution<>(a, b)(engine); };
    auto const below = [&](int n) { return std::uniform_int_distribution<>(0, n - 1)(engine); };
    model::Model model;
    model.tstop = 60;
    model.seed = seed;
    for (int t = 0; t < 3; ++t)
        model.types.push_back(
            testing::cell_type(testing::random_cable(seed + t, 5 + 10 * t), {"hh", "calcium", "accumulate"}));
    model::PointSet synapses{"syn", "synapse", {}, {}, {}, {}}, noise{"noise", "noise", {}, {}, {}, {{"sd", 0.05}}};
    model::PointSet tickers{"tick", "ticker", {}, {}, {}, {}};
    std::vector<double> tau, interval, start;
    for (int c = 0; c < n_cells; ++c) {
        int const type = below(3);
        int const n = static_cast<int>(model.types[type].cable->compartments.size());
        model.cells.push_back({static_cast<std::uint64_t>(c), type, ""});
        for (int k = 0; k < 4; ++k) {
            synapses.cell.push_back(c);
            synapses.compartment.push_back(k < 2 ? 0 : below(n));  // two share a compartment
            tau.push_back(uniform(1, 5));
        }
        noise.cell.push_back(c);
        noise.compartment.push_back(below(n));
        model.sources.push_back({static_cast<std::uint64_t>(c), model::ThresholdSource{c, 0, -10}});
    }
    for (int k = 0; k < n_tickers; ++k) {
        tickers.cell.push_back(-1);
        tickers.compartment.push_back(-1);
        tickers.gid.push_back(static_cast<std::uint64_t>(n_cells + k));
        interval.push_back(k % 2 ? 5 : uniform(3, 9));  // half of them spike at the same times
        start.push_back(k % 2 ? 2 : uniform(0, 9));
        model.sources.push_back({static_cast<std::uint64_t>(n_cells + k), model::PointRef{2, k}});
    }
    synapses.parameters["tau"] = tau;
    tickers.parameters["interval"] = interval;
    tickers.parameters["start"] = start;
    model.points = {synapses, noise, tickers};
    for (int k = 0; k < 12 * n_cells; ++k) {
        int const source = below(static_cast<int>(model.sources.size()));
        model::PointRef const target{0, below(4 * n_cells)};
        double const weight = uniform(0, 0.02);
        model.connect(source, target, weight, k % 3 ? 1 + 0.5 * below(6) : uniform(1, 4));
    }
    model.probes.push_back({"v", "v", "", {}, 0.1, 0, 60});
    model.probes.push_back({"heard", "heard", "synapse", {}, 1, 5, 60});
    model.probes.push_back({"cai", "cai", "", {}, 0.5, 0, 60});
    for (int c = 0; c < n_cells; ++c) {
        model.probes[0].sites.push_back({c, 0});
        model.probes[2].sites.push_back({c, 0});
    }
    for (int k = 0; k < 4 * n_cells; ++k) model.probes[1].sites.push_back({-1, -1, {0, k}});
    return model;
}

}  // namespace

TEST_CASE("spikes and samples do not depend on how cells are packed into groups") {
    for (unsigned seed : {1u, 2u}) {
        auto const model = random_network(seed, 23, 11);
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
    auto model = random_network(5, 12, 5);
    auto const reference = testing::run(model);
    REQUIRE(reference.spikes.size() > 20);
    std::mt19937 engine(1);
    for (int k = 0; k < 3; ++k) {
        std::ranges::shuffle(model.connections, engine);
        CHECK(testing::same(reference, testing::run(model)));
    }
}

TEST_CASE("cells coupled through POINTERs share a group, and results do not depend on how the others are packed") {
    auto model = random_network(3, 23, 5);
    model::PointSet gaps{"gap", "gap", {}, {}, {}, {}};
    model::PointerBinding v{"gap", "v_other", {}, "v", "", {}}, s{"gap", "s_other", {}, "s", "gap", {}};
    int const set = static_cast<int>(model.points.size());
    std::vector<std::array<int, 2>> const pairs{{2, 17}, {17, 2}, {17, 9}, {5, 6}, {6, 5}, {20, 20}};
    for (auto const& [cell, other] : pairs) {
        int const i = static_cast<int>(gaps.cell.size());
        gaps.cell.push_back(cell);
        gaps.compartment.push_back(i % 3);
        model::Site const here{-1, -1, {set, i}};
        v.instances.push_back(here);
        v.targets.push_back({other, 1});
        s.instances.push_back(here);
        s.targets.push_back({-1, -1, {set, i / 2 * 2}});  // 17 sees 2, 5 sees 17, 20 sees 6
    }
    model.points.push_back(gaps);
    model.pointers = {v, s};
    model.probes.push_back({"s", "s", "gap", {}, 0.1, 0, 60});
    for (int i = 0; i < static_cast<int>(pairs.size()); ++i) model.probes.back().sites.push_back({-1, -1, {set, i}});
    auto const whole = testing::run(model, std::size_t{1} << 30);
    auto const each = testing::run(model, 1);
    CHECK(each.size.groups == 1 + 23 - 5);  // 2, 17, 9, 5, 6 and 20 are one, the artificial cells another
    CHECK(testing::same(whole, each));
    CHECK(testing::same(whole, testing::run(model, 60000)));
    model.pointers.pop_back();
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("POINTER s_other of gap is bound to nothing"),
                         InputError);
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
