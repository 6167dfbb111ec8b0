#include <doctest/doctest.h>

#include <algorithm>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// A passive cell with `n` synapses, and relays: artificial cells that spike when they hear one (and by themselves never).
model::Model relays(int n_synapses, int n_relays) {
    model::Model model;
    model.tstop = 5;
    model.types.push_back(testing::cell_type(testing::random_cable(1, 3), {"leak"}));
    model.cells.push_back({0, 0, ""});
    model.points.push_back(
        {"syn", "synapse", std::vector<int>(n_synapses, 0), std::vector<int>(n_synapses, 0), {}, {}});
    model.points.push_back(
        {"relay", "swarm", std::vector<int>(n_relays, -1), std::vector<int>(n_relays, -1), {}, {{"start", 1e9}}});
    for (int k = 0; k < n_relays; ++k) {
        auto const gid = static_cast<std::uint64_t>(10 + k);
        model.points[1].gid.push_back(gid);
        model.sources.push_back({gid, model::PointRef{1, k}});
    }
    model.sources.push_back({5, model::SpikeTrain{{1.004, 3}}, false});
    for (int k = 0; k < n_synapses; ++k) {
        model.probes.push_back({"g", "g", "synapse", {{-1, -1, {0, k}}}, 0.025, 0, 5});
        model.probes.push_back({"heard", "heard", "synapse", {{-1, -1, {0, k}}}, 0.025, 0, 5});
    }
    return model;
}

/// The first sample with a conductance.
int first_open(testing::Run const& run, int synapse) {
    auto const& rows = run.rows[2 * synapse];
    for (std::size_t k = 0; k < rows.size(); ++k)
        if (rows[k][0] > 0) return static_cast<int>(k);
    return -1;
}

}  // namespace

TEST_CASE("what goes through a chain of artificial cells arrives in the step in which it is due") {
    auto model = relays(3, 2);
    int const train = 2;
    model.connect(train, {1, 0}, 1, 0.001);
    model.connect(0, {1, 1}, 1, 0.002);
    model.connect(0, {0, 0}, 0.5, 0.0);     // due at 1.005 and 3.001 ms
    model.connect(1, {0, 1}, 0.5, 0.003);   // 1.010
    model.connect(1, {0, 2}, 0.5, 0.0061);  // 1.0131: after the middle of the step
    auto const result = testing::run(model);
    CHECK(first_open(result, 0) == 41);
    CHECK(first_open(result, 1) == 41);
    CHECK(first_open(result, 2) == 42);
    REQUIRE(result.spikes.size() == 4);
    CHECK(result.spikes[0].time == doctest::Approx(1.005));
    CHECK(result.spikes[1].time == doctest::Approx(1.007));
    CHECK(result.spikes[3].time == doctest::Approx(3.003));
    CHECK(result.rows[3][41][0] == doctest::Approx(0.5 * 101 + 1.010));  // NET_RECEIVE has seen the event's own time
}

TEST_CASE("spikes of the last half step happen, later ones do not") {
    auto model = relays(1, 3);
    std::get<model::SpikeTrain>(model.sources.back().origin).times = {4.993, 5, 5.001};
    model.connect(3, {1, 0}, 1, 0), model.connect(0, {1, 1}, 1, 0.006), model.connect(1, {1, 2}, 1, 0.002);
    auto const result = testing::run(model);
    std::vector<double> times;
    for (auto const& spike : result.spikes) times.push_back(spike.time);
    REQUIRE(times.size() == 3);
    CHECK(times[0] == 4.993);
    CHECK(times[1] == doctest::Approx(4.999));
    CHECK(times[2] == 5);
}

TEST_CASE("short delays, forth and back, do not depend on how cells are packed") {
    auto model = relays(6, 7);
    auto& relay = model.points[1];
    relay.parameters["start"] = std::vector<double>{0, 0.0031, 1.1, 1.1, 2.34567, 1e9, 1e9};
    model.types.push_back(testing::cell_type(testing::random_cable(2, 7), {"hh"}));
    for (int c = 1; c < 5; ++c) {
        model.cells.push_back({static_cast<std::uint64_t>(c), 1, ""});
        model.points[0].cell.push_back(c);
        model.points[0].compartment.push_back(0);
        model.sources.push_back({static_cast<std::uint64_t>(100 + c), model::ThresholdSource{c, 0, -80}});
        model.connect(7 + c, {0, 6 + c % 4}, 0.01, 0.004 * c);
    }
    for (int k = 0; k < 7; ++k) {
        model.connect(k, {0, k}, 0.01, 0.0017 * k);
        model.connect(k, {0, (k + 3) % 10}, 0.02, 0.004 * k);
        if (k < 6) model.connect(k, {1, k + 1}, 1, k % 2 ? 0.0 : 0.003);
    }
    auto const whole = testing::run(model, std::size_t{1} << 30);
    CHECK(whole.spikes.size() > 1000);
    CHECK(std::ranges::is_sorted(whole.spikes, {}, [](auto const& s) { return std::pair(s.time, s.gid); }));
    CHECK(testing::same(whole, testing::run(model, 1)));
}

TEST_CASE("artificial cells that excite one another without a delay end the run") {
    auto model = relays(1, 2);
    model.connect(2, {1, 0}, 1, 0), model.connect(0, {1, 1}, 1, 0), model.connect(1, {1, 0}, 1, 0);
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("cause one another without end"), InputError);
}

TEST_CASE("a cell that begins above its threshold spikes at 0, just at it it does not") {
    model::Model model;
    model.tstop = 1;
    model.v_init = -20;
    model.types.push_back(testing::cell_type(testing::random_cable(1, 2), {"leak"}));
    for (int c = 0; c < 2; ++c) {
        model.cells.push_back({static_cast<std::uint64_t>(c), 0, ""});
        model.sources.push_back({static_cast<std::uint64_t>(c), model::ThresholdSource{c, 0, c ? -20.0 : -30.0}});
        model.points.push_back({"syn", "synapse", {c}, {0}, {}, {}});
        model.connect(c, {c, 0}, 0.5, 0);
        model.probes.push_back({"g", "g", "synapse", {{-1, -1, {c, 0}}}, 0.025, 0, 1});
    }
    auto const result = testing::run(model);
    REQUIRE(result.spikes.size() == 1);
    CHECK(result.spikes[0].gid == 0);
    CHECK(result.spikes[0].time == 0);
    CHECK(result.rows[0][0][0] == 0);
    CHECK(result.rows[0][1][0] > 0);  // a delay of 0 ms: in the first step
    CHECK(result.rows[1].back()[0] == 0);
}
