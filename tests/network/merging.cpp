// Synapses that nobody can tell apart are computed as one, and nothing but rounding tells.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "tests/network/random_network.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

constexpr std::size_t one_group = std::size_t{1} << 30;

/// What the log says of them; "" where there are none.
std::string merged(testing::Run const& run) {
    for (auto const& d : run.diagnostics.items())
        if (d.code == "synapses-merged") return d.message.substr(0, d.message.find(':'));
    return {};
}

/// Two synapses, alike, in one compartment; a train of spikes to each, with other weights.
model::Model pair(std::string const& mechanism = "fading") {
    model::Model model;
    model.tstop = 20;
    model.merge_synapses = true;
    model.types.push_back(testing::cell_type(testing::random_cable(1, 3), {"hh"}));
    model.cells.push_back({0, 0, ""});
    model.points.push_back({"syn", mechanism, {0, 0}, {1, 1}, {}, {}, {}});
    for (int k = 0; k < 2; ++k) {
        model.sources.push_back({static_cast<std::uint64_t>(k + 1), model::SpikeTrain{{1.0, 1.3 + k, 5.0}}});
        model.connect(k, {0, k}, 0.001 + 0.002 * k, 1);
    }
    model.probes.push_back({"v", "v", "", {{0, 0, {-1, -1}}}, 0.025, 0, 20});
    return model;
}

}  // namespace

TEST_CASE("synapses that nobody can tell apart are one, and all but rounding is as without") {
    for (auto const* mechanism : {"fading", "tiring"}) {
        CAPTURE(mechanism);
        auto model = testing::crowded_network(1, 12, mechanism);
        auto const one = testing::run(model);
        model.merge_synapses = false;
        auto const apart = testing::run(model);
        REQUIRE(one.spikes.size() > 100);
        CHECK(testing::distance(one, apart) < 1e-10);
        CHECK_FALSE(testing::same(one, apart));  // sums have another order
        // Of a compartment's five that differ in tau, 2 and 3 are alike; in that of the one that is recorded 2 and 2.
        CHECK(merged(one) == "108 instances of " + std::string(mechanism) + " are computed as 48");
        CHECK(merged(apart) == "");
        CHECK(one.size.mechanism_bytes < apart.size.mechanism_bytes);
        CHECK(one.size.point_processes == apart.size.point_processes);
    }
}

TEST_CASE("synapses that are merged have the same results however cells are packed, and in whatever order connections are listed") {
    for (auto const* mechanism : {"fading", "tiring"})
        for (unsigned const seed : {1u, 2u}) {
            auto model = testing::crowded_network(seed, 12, mechanism);
            auto const whole = testing::run(model, one_group);
            for (std::size_t const bytes : {std::size_t{1}, std::size_t{20000}}) CHECK(testing::same(whole, testing::run(model, bytes)));
            std::ranges::shuffle(model.connections, std::mt19937(7));
            CHECK(testing::same(whole, testing::run(model, 20000)));
            model.method = model::Method::crank_nicolson;
            CHECK(testing::same(testing::run(model, one_group), testing::run(model, 1)));
        }
}

TEST_CASE("synapses that are merged have the same results on several ranks") {
    auto const& ranks = testing::launched_ranks();
    auto const model = testing::crowded_network(3, 12, "tiring");
    auto const whole = testing::run(model, one_group);
    network::Shares shares{{}, {ranks.size() - 1}, {}};
    for (int cell = 0; cell < static_cast<int>(model.cells.size()); ++cell) shares.of_cell.push_back(cell % ranks.size());
    for (std::size_t const bytes : {1, 20000}) {
        auto const shared = testing::run(model, bytes, *test_library(), &ranks, &shares);
        CHECK(merged(shared) == merged(whole));
        if (ranks.is_first()) CHECK(testing::same(whole, shared));
    }
}

TEST_CASE("synapses stay apart where somebody could tell") {
    std::string const both = "2 instances of fading are computed as 1";
    auto model = pair();
    CHECK(merged(testing::run(model)) == both);
    SUBCASE("as the run says") { model.merge_synapses = false; }
    SUBCASE("in other compartments") { model.points[0].compartment[1] = 0; }
    SUBCASE("with parameters that differ in the last bit") { model.points[0].parameters["tau"] = std::vector<double>{2, std::nextafter(2, 3)}; }
    SUBCASE("where what is kept begins otherwise") { model.points[0].parameters["factor"] = std::vector<double>{0, 1}; }
    SUBCASE("where one is recorded") { model.probes.push_back({"g", "g", "fading", {{-1, -1, {0, 1}}}, 0.1, 0, 20}); }
    SUBCASE("where a current is recorded") { model.probes.push_back({"i", "i", "fading", {{-1, -1, {0, 0}}}, 0.1, 0, 20}); }
    SUBCASE("where a POINTER leads to one") {
        model.points.push_back({"gap", "gap", {0}, {0}, {}, {}, {}});
        model.pointers.push_back({"gap", "v_other", {{-1, -1, {1, 0}}}, "v", "", {{0, 1, {-1, -1}}}});
        model.pointers.push_back({"gap", "s_other", {{-1, -1, {1, 0}}}, "g", "fading", {{-1, -1, {0, 0}}}});
    }
    SUBCASE("where one is an electrode") {
        model.points[0].cell.pop_back(), model.points[0].compartment.pop_back();
        model.points.push_back({"other", "fading", {0}, {1}, {}, {}, {}, true});
    }
    SUBCASE("where the mechanism is none that adds up") { model = pair("forgetful"); }
    CHECK(merged(testing::run(model)) == "");
}

TEST_CASE("synapses of several entries are one where they are alike") {
    auto model = pair();
    model.points[0].cell.pop_back(), model.points[0].compartment.pop_back();
    model.points[0].parameters["tau"] = 2.0;  // which is the default
    model.points.push_back({"other", "fading", {0, 0}, {0, 1}, {}, {}, {}});
    model.connections.clear();
    model.connect(0, {0, 0}, 0.002, 1);
    model.connect(1, {1, 1}, 0.003, 1);
    model.connect(1, {1, 0}, 0.001, 1);
    auto const one = testing::run(model);
    CHECK(merged(one) == "2 instances of fading are computed as 1");
    model.merge_synapses = false;
    CHECK(testing::distance(one, testing::run(model)) < 1e-10);
}

TEST_CASE("synapses are not merged on a host with variable steps, whose size hangs on the states that there are") {
    if (!on_host()) return;
    auto model = pair();
    model.method = model::Method::cvode;
    auto const one = testing::run(model);
    CHECK(merged(one) == "");
    model.merge_synapses = false;
    CHECK(testing::same(one, testing::run(model)));
}

TEST_CASE("a program that looks at one of several synapses that are merged is told what to do") {
    auto model = pair();
    model.points[0].cell.push_back(0), model.points[0].compartment.push_back(0);
    Diagnostics diagnostics;
    network::Simulation simulation(model, model.connections, *test_library(), {}, diagnostics);
    simulation.initialize();
    CHECK(simulation.find("g", "", {{-1, -1, {0, 2}}}).at.size() == 1);
    for (int const k : {0, 1})
        CHECK_THROWS_WITH_AS(simulation.find("g", "", {{-1, -1, {0, k}}}), doctest::Contains("this fading and others in its compartment are computed as one: it has no g of its own"), InputError);
    simulation.send({0, 0}, 1, 0.01);  // an event for any of them is one for all
    simulation.send({0, 1}, 1, 0.02);
    while (simulation.advance()) {
    }
}
