// A simulation that is restored goes on as the one that was saved, whatever groups either has.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "base/whole.hpp"
#include "tests/network/random_network.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// What is known of a run when it is saved.
struct Saved {
    model::Snapshot snapshot;
    std::vector<std::size_t> rows;       // per probe
    std::vector<network::Spike> spikes;  // those that count as known
};

struct Simulated {
    testing::Run run;
    std::vector<Saved> saved;
};

/// From t = 0, or from `from`, of which `before` is what was known; saved before each step of `stops`.
Simulated simulate(model::Model const& model, std::vector<std::int64_t> const& stops, std::size_t group_bytes, Saved const* from = nullptr,
                   testing::Run const* before = nullptr, KernelLibrary const& library = *test_library()) {
    Simulated result;
    auto& run = result.run;
    run.rows.resize(model.probes.size());
    network::Simulation simulation(model, model.connections, library,
                                   {group_bytes,
                                    [&](network::Samples const& s) {
                                        auto& rows = run.rows[s.probe];
                                        CHECK(static_cast<std::int64_t>(rows.size()) == s.first);
                                        for (int r = 0; r < s.rows; ++r) rows.emplace_back(s.values + r * s.sites, s.values + (r + 1) * s.sites);
                                    }},
                                   run.diagnostics);
    if (from) {
        for (std::size_t p = 0; p < run.rows.size(); ++p)
            run.rows[p].assign(before->rows[p].begin(), before->rows[p].begin() + static_cast<std::ptrdiff_t>(from->rows[p]));
        simulation.restore(from->snapshot, from->spikes);
        CHECK(simulation.steps() == from->snapshot.step);
    } else {
        simulation.initialize();
    }
    for (bool more = true; more;) {
        if (std::ranges::find(stops, simulation.steps()) != stops.end()) {
            Saved saved{simulation.save(), {}, {}};
            for (auto const& rows : run.rows) saved.rows.push_back(rows.size());
            for (auto const& spike : simulation.spikes())
                if (spike.time < simulation.settled()) saved.spikes.push_back(spike);
            result.saved.push_back(std::move(saved));
        }
        auto next = std::numeric_limits<std::int64_t>::max();
        for (auto const stop : stops)
            if (stop > simulation.steps()) next = std::min(next, stop);
        more = simulation.advance(next);
    }
    run.spikes = simulation.spikes();
    testing::record(model, run.spikes, run.rows);
    return result;
}

/// Every snapshot of a run, restored into other groups, gives the run; and its numbers do not depend on the groups of who was saved.
void check_restarts(model::Model const& model, std::vector<std::int64_t> const& stops, bool saving_disturbs = false) {
    constexpr std::size_t one_group = std::size_t{1} << 30, small = 3000;
    auto const whole = simulate(model, saving_disturbs ? stops : std::vector<std::int64_t>{}, one_group);
    CHECK(!whole.run.spikes.empty());
    auto const of_one = simulate(model, stops, one_group), of_many = simulate(model, stops, small);
    REQUIRE(of_one.saved.size() == stops.size());
    CHECK(testing::same(of_one.run, whole.run));
    CHECK(testing::same(of_many.run, whole.run));
    for (std::size_t k = 0; k < stops.size(); ++k) {
        CAPTURE(stops[k]);
        CHECK(of_one.saved[k].snapshot.numbers == of_many.saved[k].snapshot.numbers);
        CHECK(of_one.saved[k].snapshot.counts == of_many.saved[k].snapshot.counts);
        std::vector<std::int64_t> later;
        for (auto const stop : stops)
            if (saving_disturbs && stop > stops[k]) later.push_back(stop);
        CHECK(testing::same(simulate(model, later, small, &of_one.saved[k], &of_one.run).run, whole.run));
        CHECK(testing::same(simulate(model, later, one_group, &of_many.saved[k], &of_one.run).run, whole.run));
    }
}

std::int64_t steps(model::Model const& model) { return rounded<std::int64_t>(model.tstop / model.dt); }

/// Gap junctions: seen as the solution leaves potentials, or as a step finds them.
model::Model with_junctions(std::string const& mechanism) {
    auto m = testing::random_network(3, 23, 5);
    int const set = static_cast<int>(m.points.size());
    model::PointSet points{mechanism, mechanism, {}, {}, {}, {}};
    model::PointerBinding v{mechanism, "v_other", {}, "v", "", {}}, s{mechanism, "s_other", {}, mechanism == "gap" ? "s" : "m", mechanism == "gap" ? "gap" : "hh", {}};
    int i = 0;
    for (auto const& [cell, other] : {std::pair{2, 17}, {17, 2}, {17, 9}, {5, 6}, {6, 5}, {20, 20}}) {
        points.cell.push_back(cell);
        points.compartment.push_back(i % 3);
        v.instances.push_back({-1, -1, {set, i}});
        v.targets.push_back({other, 1});
        s.instances.push_back({-1, -1, {set, i}});
        s.targets.push_back(mechanism == "gap" ? model::Site{-1, -1, {set, i}} : model::Site{other, 0});
        ++i;
    }
    m.points.push_back(points);
    m.pointers = {v, s};
    return m;
}

}  // namespace

TEST_CASE("a network with noise, ions and self-events goes on from where it was saved") {
    auto const model = testing::random_network(1, 23, 12);
    auto const last = steps(model);
    check_restarts(model, {0, 1, 40, 41, 333, 1200, last - 1});
}

TEST_CASE("synapses that are merged go on from where they were saved") {
    for (auto const* mechanism : {"fading", "tiring"}) {
        CAPTURE(mechanism);
        check_restarts(testing::crowded_network(3, 17, mechanism), {0, 1, 40, 777});
    }
}

TEST_CASE("a checkpoint fits runs that merge synapses and runs that do not") {
    auto const merged = testing::crowded_network(3, 17, "fading");
    auto apart = merged;
    apart.merge_synapses = false;
    for (auto const& [from, to] : {std::pair<model::Model const*, model::Model const*>{&merged, &apart}, {&apart, &merged}}) {
        auto const whole = simulate(*from, {777}, 0);
        auto const later = simulate(*to, {}, 0, &whole.saved.at(0), &whole.run).run;
        REQUIRE(whole.run.spikes.size() > 50);
        CHECK(testing::distance(whole.run, later) < 1e-8);  // rounding, as spikes make it grow
        // What the one saves as it goes on is what the other saves, but for rounding and which of several synapses has their sum.
        auto const again = simulate(*from, {}, 0, &whole.saved.at(0), &whole.run).run;
        CHECK(testing::same(whole.run, again));
    }
    CHECK(simulate(merged, {777}, 0).saved.at(0).snapshot.counts == simulate(apart, {777}, 0).saved.at(0).snapshot.counts);
    // Arguments of connections are those of the connections to a synapse, of which there are others.
    auto const tiring = testing::crowded_network(3, 17, "tiring");
    auto tiring_apart = tiring;
    tiring_apart.merge_synapses = false;
    auto const saved = simulate(tiring, {777}, 0);
    CHECK_THROWS_WITH_AS(simulate(tiring_apart, {}, 0, &saved.saved.at(0), &saved.run), doctest::Contains("connections of source"), InputError);
}

TEST_CASE("what is saved does not depend on the order in which connections are listed") {
    auto model = testing::random_network(1, 23, 12);
    auto const saved = simulate(model, {777}, 0).saved.at(0).snapshot;
    CHECK(!saved.counts_of("connections/source").empty());
    std::ranges::reverse(model.connections);
    auto const again = simulate(model, {777}, 5000).saved.at(0).snapshot;
    CHECK(saved.numbers == again.numbers);
    CHECK(saved.counts == again.counts);
}

TEST_CASE("a model of which a cell has diverged is not saved") {
    auto model = testing::random_network(2, 5, 3);
    Diagnostics diagnostics;
    network::Options options;
    options.highest_voltage = -200;
    int diverged = 0;
    options.on_diverged = [&](int, model::PointRef, double) { ++diverged; };
    network::Simulation simulation(model, model.connections, *test_library(), options, diagnostics);
    simulation.initialize();
    while (diverged == 0 && simulation.advance()) {
    }
    REQUIRE(diverged > 0);
    CHECK_THROWS_AS(simulation.save(), InputError);
}

TEST_CASE("a network with Crank-Nicolson steps goes on from where it was saved") {
    auto model = testing::random_network(2, 12, 9);
    model.method = model::Method::crank_nicolson;
    check_restarts(model, {1, 500, 777});
}

TEST_CASE("cells that see one another at every step go on from where they were saved") {
    for (auto const* mechanism : {"gap", "storm"}) {
        CAPTURE(mechanism);
        check_restarts(with_junctions(mechanism), {1, 100, 1001});
    }
}

TEST_CASE("with variable steps a run that is saved starts its steps afresh, as the one that is restored") {
    if (!on_host()) return;
    auto model = testing::random_network(4, 8, 6);
    model.method = model::Method::cvode;
    model.points.erase(model.points.begin() + 1);  // noise takes fixed steps
    for (auto& source : model.sources)
        if (auto* point = std::get_if<model::PointRef>(&source.origin)) point->set = 1;
    for (bool const global : {false, true}) {
        model.variable_step.global = global;
        check_restarts(model, {1, 400, 1111}, true);
    }
}

TEST_CASE("spikes that are under way for long arrive after a restart, those of trains too") {
    auto model = testing::random_network(5, 6, 4);
    int const train = static_cast<int>(model.sources.size());
    model.sources.push_back({500, model::SpikeTrain{{0, 0.01, 9.99, 10, 10.01, 24.5}}});
    for (int k = 0; k < 12; ++k) {
        model.connect(k % train, {0, k}, 0.01, 35 + 0.37 * k);
        model.connect(train, {0, k}, 0.02, 0.025 * k);
        model.connect(train, {0, k + 6}, 0.02, 30);
    }
    check_restarts(model, {0, 1, 399, 400, 401, 1900});
}

TEST_CASE("artificial cells that answer one another within a step go on in their order") {
    auto model = testing::random_network(6, 4, 20);
    for (auto& source : model.sources) source.recorded = true;
    for (int k = 0; k < 10; ++k) model.connect(4 + k, {2, (k + 1) % 20}, 0.1, 0.001 * k);
    check_restarts(model, {1, 80, 81, 1000});
}

TEST_CASE("a longer run goes on from the last step but one of a shorter one") {
    auto model = testing::random_network(7, 9, 5);
    auto const whole = simulate(model, {}, 0);
    auto shorter = model;
    shorter.tstop = 20;
    auto const begun = simulate(shorter, {steps(shorter) - 1}, 0);
    CHECK(testing::same(simulate(model, {}, 5000, &begun.saved.at(0), &whole.run).run, whole.run));
}

TEST_CASE("a snapshot of another model is refused, and one behind the end of this one") {
    auto model = testing::random_network(8, 5, 3);
    auto const other = testing::random_network(9, 5, 3);
    auto const snapshot = simulate(model, {100}, 0).saved.at(0).snapshot;
    auto const restore = [&](model::Model const& into) {
        Diagnostics diagnostics;
        network::Simulation simulation(into, into.connections, *test_library(), {}, diagnostics);
        simulation.restore(snapshot, {});
    };
    CHECK_NOTHROW(restore(model));
    CHECK_THROWS_AS(restore(other), InputError);
    model.tstop = 2.5;
    CHECK_THROWS_AS(restore(model), InputError);
}
