#include <doctest/doctest.h>

#include <cmath>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// One cylinder of one compartment, area `area` um2.
std::shared_ptr<morphology::Cable const> single(double area = 1000) {
    auto cable = std::make_shared<morphology::Cable>();
    morphology::CableSection soma;
    soma.name = "soma[0]";
    soma.type = morphology::soma_type;
    soma.L = 20;
    cable->sections.push_back(soma);
    morphology::Compartment c;
    c.x = 0.5;
    c.area = area;
    c.diam = 20;
    c.r_left = c.r_right = 0.01;
    cable->compartments.push_back(c);
    return cable;
}

model::Model one_cell(std::vector<std::string> const& mechanisms, double tstop,
                      std::shared_ptr<morphology::Cable const> cable = single()) {
    model::Model model;
    model.tstop = tstop;
    model.types.push_back(testing::cell_type(std::move(cable), mechanisms));
    model.cells.push_back({0, 0, "cell"});
    return model;
}

void inject(model::Model& model, double amp, double del, double dur, int compartment = 0) {
    model.points.push_back({"step", "clamp", {0}, {compartment}, {}, {{"amp", amp}, {"del", del}, {"dur", dur}}});
}

void probe(model::Model& model, std::string const& variable, std::string const& mechanism = "", int compartment = 0) {
    model.probes.push_back({variable, variable, mechanism, {{0, compartment}}, model.dt, 0, model.tstop + model.dt});
}

}  // namespace

TEST_CASE("a passive mechanism shows the current that flows, whether or not it is computed for it") {
    auto model = one_cell({"hh", "leak"}, 20);
    inject(model, 0.1, 5, 10);
    probe(model, "v");
    auto const unseen = testing::run(model);
    probe(model, "i", "leak");
    probe(model, "m", "hh");
    auto const seen = testing::run(model);
    CHECK(seen.rows[0] == unseen.rows[0]);
    // Currents are those that led to the potential: at the one before.
    for (std::size_t r = 1; r < seen.rows[0].size(); ++r) CHECK(seen.rows[1][r][0] == 1e-4 * (seen.rows[0][r - 1][0] - -70));
}

TEST_CASE("pivots that never change are found once, and nothing tells") {
    for (auto const method : {model::Method::backward_euler, model::Method::crank_nicolson})
        for (unsigned seed = 1; seed < 6; ++seed) {
            auto const cable = testing::random_cable(seed, 12);
            auto model = one_cell({"leak"}, 10, cable);
            model.method = method;
            model.types[0].mechanisms.push_back({"hh", {0}, {}});
            inject(model, 0.3, 1, 5);
            for (int c = 0; c < static_cast<int>(cable->compartments.size()); ++c) probe(model, "v", "", c);
            auto const found_once = testing::run(model);
            // Where a point process may add to the matrix, and where the membrane's current is looked at, pivots are found at every step.
            auto clamped = model, watched = model;
            for (int c = 0; c < static_cast<int>(cable->compartments.size()); ++c) {
                inject(clamped, 0, 1, 5, c);
                probe(watched, "i_membrane", "", c);
            }
            CHECK(testing::same(testing::run(clamped), found_once));
            auto const seen = testing::run(watched);
            for (std::size_t p = 0; p < found_once.rows.size(); ++p) CHECK(seen.rows[p] == found_once.rows[p]);
            double lowest = 0, highest = -100;
            for (auto const& row : found_once.rows.back()) lowest = std::min(lowest, row[0]), highest = std::max(highest, row[0]);
            CHECK(highest - lowest > 0.1);
        }
}

TEST_CASE("a passive compartment relaxes as backward Euler says, and Crank-Nicolson is of second order") {
    double const tau = 1e-3 / 1e-4;  // cm / g, ms
    auto const error = [&](model::Method method, double dt) {
        auto model = one_cell({"leak"}, 5);
        model.method = method;
        model.dt = dt;
        probe(model, "v");
        double const v = testing::run(model).rows[0].back()[0];
        return v - (-70 + 5 * std::exp(-5 / tau));
    };
    auto model = one_cell({"leak"}, 5);
    probe(model, "v");
    auto const rows = testing::run(model).rows[0];
    REQUIRE(rows.size() == 201);
    CHECK(rows[0][0] == -65);
    CHECK(rows[200][0] == doctest::Approx(-70 + 5 * std::pow(1 / (1 + 0.025 / tau), 200)).epsilon(1e-13));
    double const coarse = error(model::Method::crank_nicolson, 0.1), fine = error(model::Method::crank_nicolson, 0.05);
    CHECK(coarse / fine == doctest::Approx(4).epsilon(0.01));
    double const first = error(model::Method::backward_euler, 0.1), half = error(model::Method::backward_euler, 0.05);
    CHECK(first / half == doctest::Approx(2).epsilon(0.02));
}

TEST_CASE("membrane currents of a cell add up to what electrodes inject, at every step") {
    auto const cable = testing::random_cable(3, 20);
    auto model = one_cell({"hh"}, 10, cable);
    inject(model, 0.5, 1, 8, 4);
    model.probes.push_back({"i", "i_membrane", "", {}, model.dt, 0, model.tstop});
    for (int c = 0; c < static_cast<int>(cable->compartments.size()); ++c) model.probes[0].sites.push_back({0, c});
    auto const rows = testing::run(model).rows[0];
    for (std::size_t step = 1; step < rows.size(); ++step) {
        double sum = 0;
        for (double i : rows[step]) sum += i;
        double const t = (static_cast<double>(step) - 0.5) * model.dt;
        CHECK(sum == doctest::Approx(t >= 1 && t < 9 ? 0.5 : 0.0).epsilon(1e-9).scale(1));
    }
}

TEST_CASE("a clamp through a resistance pulls v towards its command as Ohm says") {
    auto model = one_cell({"leak"}, 100, single(1000));
    model.points.push_back({"clamp", "electrode", {0}, {0}, {}, {{"rs", 1.0}, {"vc", -20.0}}});
    probe(model, "v");
    double const g = 1e-4 * 1000 * 0.01;  // uS
    CHECK(testing::run(model).rows[0].back()[0] == doctest::Approx((g * -70 + -20) / (g + 1)).epsilon(1e-12));
}

TEST_CASE("calcium: the pool sees the current, the reversal potential follows the pool by Nernst") {
    auto model = one_cell({"calcium", "accumulate"}, 20);
    model.types[0].mechanisms[1].parameters["gain"] = 0.05;
    probe(model, "cai");
    probe(model, "ica");
    probe(model, "eca");
    probe(model, "v");
    auto const rows = testing::run(model).rows;
    double cai = 1e-4, v = -65;
    double const factor = 1e3 * 8.31446261815324 * (6.3 + 273.15) / 96485.33212331002 / 2;
    double const c_dt = 1000 * 1e-5 / model.dt, g = 1e-5 * 1000 * 0.01;
    CHECK(rows[0][0][0] == 1e-4);
    for (std::size_t k = 1; k < rows[0].size(); ++k) {
        double const eca = factor * std::log(2 / cai);
        double const ica = 1e-5 * (v - eca);
        v = (c_dt * v + g * eca) / (c_dt + g);
        cai += (1 - std::exp(-model.dt / 80)) * (1e-4 - 0.05 * ica * 80 - cai);
        REQUIRE(rows[0][k][0] == doctest::Approx(cai).epsilon(1e-10));
        REQUIRE(rows[1][k][0] == doctest::Approx(ica).epsilon(1e-10));
        REQUIRE(rows[2][k][0] == doctest::Approx(eca).epsilon(1e-10));
        REQUIRE(rows[3][k][0] == doctest::Approx(v).epsilon(1e-10));
    }
    CHECK(cai > 2e-4);
}

TEST_CASE("a reversal potential that concentrations overrule is reported") {
    auto model = one_cell({"calcium", "accumulate"}, 1);
    model.types[0].ions.push_back({"ca", IonField::reversal, {0}, 100.0});
    auto const result = testing::run(model);
    REQUIRE(result.diagnostics.items().size() == 1);
    CHECK(result.diagnostics.items()[0].code == "reversal-from-concentrations");
}

TEST_CASE("ions have NEURON's defaults where nobody gives values, and the user's where somebody does") {
    auto model = one_cell({"hh"}, 1);
    model.types[0].ions.push_back({"k", IonField::reversal, {0}, -90.0});
    probe(model, "ena");
    probe(model, "ek");
    auto const rows = testing::run(model).rows;
    CHECK(rows[0][0][0] == 50);
    CHECK(rows[1][0][0] == -90);
}

TEST_CASE("a cell whose voltage is not a number is named with place and time") {
    auto model = one_cell({"leak"}, 20);
    inject(model, std::nan(""), 5, 1);
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("the voltage of cell 0 (cell) at soma[0](0.5"),
                         InputError);
}

TEST_CASE("what does not exist is an error that names it") {
    auto model = one_cell({"leek"}, 1);
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("there is no mechanism 'leek'"), InputError);
    model = one_cell({"leak"}, 1);
    model.types[0].mechanisms[0].parameters["gg"] = 1.0;
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("leak on cell has no RANGE parameter 'gg'"),
                         InputError);
    model = one_cell({"leak"}, 1);
    probe(model, "m");
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("asks for 'm', which does not exist there"),
                         InputError);
    model = one_cell({"leak"}, 1);
    probe(model, "m", "hh");
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("in a compartment without hh"), InputError);
    model = one_cell({"leak", "leak"}, 1);
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("leak is painted twice"), InputError);
}
