#include <doctest/doctest.h>

#include <cmath>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

model::Model one_cell(std::vector<std::string> const& mechanisms, double tstop, unsigned seed = 3,
                      int n_sections = 20) {
    model::Model model;
    model.tstop = tstop;
    model.method = model::Method::cvode;
    model.types.push_back(testing::cell_type(testing::random_cable(seed, n_sections), mechanisms));
    model.cells.push_back({0, 0, "cell"});
    return model;
}

void inject(model::Model& model, double amp, double del, double dur) {
    model.points.push_back({"step", "clamp", {0}, {0}, {}, {{"amp", amp}, {"del", del}, {"dur", dur}}});
}

void probe(model::Model& model, std::string const& variable, std::string const& mechanism = "", double dt = 0.1) {
    model.probes.push_back({variable, variable, mechanism, {}, dt, 0, model.tstop + dt / 2});
    for (int c : testing::all_compartments(*model.types[0].cable))
        model.probes.back().sites.push_back({0, c, {-1, -1}});
}

double largest_difference(std::vector<std::vector<double>> const& a, std::vector<std::vector<double>> const& b) {
    REQUIRE(a.size() == b.size());
    double largest = 0;
    for (std::size_t r = 0; r < a.size(); ++r)
        for (std::size_t c = 0; c < a[r].size(); ++c) largest = std::max(largest, std::abs(a[r][c] - b[r][c]));
    return largest;
}

}  // namespace

TEST_CASE("variable steps go where ever smaller fixed steps go") {
    auto model = one_cell({"hh"}, 12);
    inject(model, 2, 1, 3);
    model.sources.push_back({0, model::ThresholdSource{0, 0, 0}});
    probe(model, "v");
    probe(model, "m", "hh");
    model.variable_step.absolute_tolerance = 1e-6;
    auto const variable = testing::run(model);
    model.method = model::Method::backward_euler;
    auto const fixed = [&](double dt) {
        model.dt = dt;
        return testing::run(model);
    };
    auto const coarse = fixed(0.002), fine = fixed(0.001);
    REQUIRE(variable.spikes.size() == 1);
    REQUIRE(fine.spikes.size() == 1);
    CHECK(variable.spikes[0].time == doctest::Approx(fine.spikes[0].time).epsilon(0).scale(1).epsilon(0.003));
    // Backward Euler is of first order: the limit lies as far beyond the finer run as that is from the coarser.
    for (int p = 0; p < 2; ++p) {
        double const step = largest_difference(coarse.rows[p], fine.rows[p]);
        CHECK(largest_difference(variable.rows[p], fine.rows[p]) == doctest::Approx(step).epsilon(0.1));
    }
}

TEST_CASE("membrane currents add up to what electrodes inject, at every sample of a variable step") {
    auto model = one_cell({"hh"}, 10);
    inject(model, 0.5, 1.03, 8);
    probe(model, "i_membrane");
    auto const rows = testing::run(model).rows[0];
    for (std::size_t k = 1; k < rows.size(); ++k) {
        double sum = 0;
        for (double i : rows[k]) sum += i;
        double const t = static_cast<double>(k) * 0.1;
        CHECK(sum == doctest::Approx(t > 1.03 && t < 9.03 ? 0.5 : 0.0).epsilon(1e-9).scale(1));
    }
}

TEST_CASE("the variable step's error follows its tolerance, absolute or relative") {
    auto model = one_cell({"leak"}, 5, 3, 1);
    probe(model, "v");
    auto const error = [&](double absolute, double relative) {
        model.variable_step.absolute_tolerance = absolute;
        model.variable_step.relative_tolerance = relative;
        auto const rows = testing::run(model).rows[0];
        double largest = 0;
        for (std::size_t k = 0; k < rows.size(); ++k)
            largest = std::max(largest, std::abs(rows[k][0] - (-70 + 5 * std::exp(-0.01 * static_cast<double>(k)))));
        return largest;
    };
    double const loose = error(1e-2, 0), tight = error(1e-6, 0);
    CHECK(loose < 0.1);
    CHECK(loose > 1e-4);
    CHECK(tight < 1e-4);
    CHECK(error(1e-9, 1e-8) < 1e-4);
    model.variable_step.scales["v"] = 1e-4;
    CHECK(error(1e-2, 0) == doctest::Approx(tight).epsilon(1e-6));
}

TEST_CASE("events reach a cell with variable steps when they are due") {
    auto model = one_cell({"leak"}, 20, 3, 1);
    model.points.push_back({"syn", "synapse", {0}, {0}, {}, {{"tau", 3.0}}});
    model.sources.push_back({1, model::SpikeTrain{{2.2345, 2.2345, 11.1}}});
    model.connect(0, {0, 0}, 0.002, 0.5);
    model.probes.push_back({"g", "g", "", {{0, 0, {0, 0}}}, 0.1, 0, 20});
    model.variable_step.absolute_tolerance = 1e-9;
    auto const rows = testing::run(model).rows[0];
    for (std::size_t k = 0; k < rows.size(); ++k) {
        double const t = 0.1 * static_cast<double>(k);
        auto const from = [&](double due, double weight) { return t > due ? weight * std::exp(-(t - due) / 3) : 0; };
        CHECK(rows[k][0] == doctest::Approx(from(2.7345, 0.004) + from(11.6, 0.002)).epsilon(0).scale(1).epsilon(1e-7));
    }
}

TEST_CASE("cells with steps of their own compute the same bits whatever else is in the model") {
    auto const network = [](int n, bool global) {
        auto model = one_cell({"hh"}, 30, 5, 4);
        model.variable_step.global = global;
        model.cells.clear();
        for (int k = 0; k < n; ++k) {
            model.cells.push_back({static_cast<std::uint64_t>(k), 0, "cell"});
            model.sources.push_back({static_cast<std::uint64_t>(k), model::ThresholdSource{k, 0, -10}});
        }
        model.points.push_back({"syn", "synapse", {}, {}, {}, {}});
        for (int k = 0; k < n; ++k) {
            model.points[0].cell.push_back(k);
            model.points[0].compartment.push_back(1);
        }
        // Pairs that excite each other, the first cell of each by a train.
        for (int k = 0; k < n; k += 2) {
            model.sources.push_back({static_cast<std::uint64_t>(n + k), model::SpikeTrain{{1.0 + 0.1 * k}}});
            int const train = static_cast<int>(model.sources.size()) - 1;
            model.connect(train, {0, k}, 0.1, 1);
            model.connect(k, {0, k + 1}, 0.1, 2.5);
            model.connect(k + 1, {0, k}, 0.1, 3.5);
        }
        return testing::run(model);
    };
    auto const pair = network(2, false), many = network(10, false), together = network(10, true);
    REQUIRE(pair.spikes.size() > 4);
    auto const of_first_pair = [](testing::Run const& run) {
        std::vector<double> times;
        for (auto const& s : run.spikes)
            if (s.gid < 2) times.push_back(s.time);
        return times;
    };
    CHECK(of_first_pair(pair) == of_first_pair(many));
    // One step for all is another sequence of steps, of the same accuracy.
    REQUIRE(together.spikes.size() == many.spikes.size());
    CHECK(together.spikes.front().time == doctest::Approx(many.spikes.front().time).epsilon(1e-3));
    CHECK(many.size.groups == 10);
    CHECK(together.size.groups == 1);
}

TEST_CASE("calcium that a pool computes reaches its reversal potential with variable steps too") {
    auto model = one_cell({"calcium", "accumulate"}, 20, 3, 1);
    model.types[0].mechanisms[1].parameters["gain"] = 0.05;
    for (auto const* variable : {"cai", "ica", "eca", "v"}) probe(model, variable);
    model.variable_step.absolute_tolerance = 1e-5;
    auto const variable = testing::run(model);
    model.method = model::Method::backward_euler;
    model.dt = 0.001;
    auto const fixed = testing::run(model);
    CHECK(largest_difference(variable.rows[0], fixed.rows[0]) < 1e-6);
    CHECK(largest_difference(variable.rows[2], fixed.rows[2]) < 0.02);
    CHECK(largest_difference(variable.rows[3], fixed.rows[3]) < 1e-3);
    CHECK(fixed.rows[0].back()[0] > 2e-4);
}

TEST_CASE("artificial cells spike between the steps of a variable-step run") {
    model::Model model;
    model.method = model::Method::cvode;
    model.tstop = 35;
    model.points.push_back({"tick", "ticker", {-1}, {-1}, {7}, {{"interval", 10.0003}, {"start", 5.0001}}});
    model.sources.push_back({7, model::PointRef{0, 0}});
    auto const spikes = testing::run(model).spikes;
    REQUIRE(spikes.size() == 3);
    CHECK(spikes[0].time == 5.0001);
    CHECK(spikes[2].time == doctest::Approx(25.0007).epsilon(1e-12));
}

TEST_CASE("what cannot take variable steps is named with its reason") {
    auto model = one_cell({"leak"}, 1);
    model.types[0].cm = 0.0;
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("has no capacitance, so its voltage has no equation"),
                         InputError);
    model = one_cell({"leak"}, 20);
    inject(model, std::nan(""), 5, 1);
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("CVODE finds no step"), InputError);
}
