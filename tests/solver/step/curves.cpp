// Curves of v are read from tables, and nothing but a last digit tells.
#include "solver/step/curves.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "tests/solver/curved.hpp"
#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;
using testing::curved;
namespace table = solver::table;

namespace {

constexpr kernel::Context context{0, 0.025, 6.3, 0};

/// A row of the table of `curved`, for the interval in which v lies.
struct Row {
    explicit Row(double v) {
        table::make_row<curved>(context, {}, variables, table::place(v, true).interval, coefficients);
    }
    bool is_used() const { return coefficients[0] == coefficients[0]; }

    double g = 1e-3;
    kernel::Variable variables[5] = {{&g, 0}, {&g, 0}, {&g, 0}, {&g, 0}, {&g, 0}};
    double coefficients[table::row<curved>()];
};

/// Cells of `curved` alone, which a clamp moves through the range of potentials.
model::Model cells(int n, double shift = 2) {
    model::Model model;
    model.tstop = 30;
    model.types.push_back(testing::cell_type(testing::random_cable(3, 5), {"curved", "leak"}));
    for (int k = 0; k < n; ++k) model.cells.push_back({static_cast<std::uint64_t>(k), 0, ""});
    auto& all = model.types[0].mechanisms[0];
    if (shift != 2) all.parameters["shift"] = shift;
    for (int k = 0; k < n; ++k) model.points.push_back({"", "clamp", {k}, {0}, {}, {{"amp", 0.2 + 3 * k}, {"del", 1.0}, {"dur", 20.0}}, {}});
    model.probes.push_back({"v", "v", "", {}, 0.5, 0, 30});
    for (int k = 0; k < n; ++k) model.probes[0].sites.push_back({k, 1, {-1, -1}});
    return model;
}

testing::Run exact(model::Model model) {
    model.exact_rates = true;
    return testing::run(model);
}

}  // namespace

TEST_CASE("curves: a row misses them by less than it says, wherever v is") {
    std::mt19937 engine(1);
    int used = 0;
    for (int k = 0; k < 20'000; ++k) {
        double const v = std::uniform_real_distribution<>(-140, 75)(engine);
        auto const at = table::place(v, true);
        Row const row(v);
        if (at.interval == table::n_intervals) {
            CHECK((v < table::lowest || v >= table::lowest + table::n_intervals / table::per_mV));
            CHECK_FALSE(row.is_used());
        }
        if (!row.is_used()) continue;
        ++used;
        double value[table::width<curved>()], computed[curved::n_curves];
        table::evaluate<table::width<curved>()>(row.coefficients, at.within, at.within * at.within, value);
        curved::curves<1>(context, {}, curved::Usual{{row.variables, 0, 0}}, v, computed);
        for (int c = 0; c < curved::n_curves; ++c) CHECK(std::abs(value[c] - computed[c]) <= 2 * table::tolerance * std::abs(computed[c]) + (c == 1 ? table::noise : 1e-300));
    }
    CHECK(used > 15'000);
}

TEST_CASE("curves: where one jumps or has a kink none is read from the table") {
    CHECK_FALSE(Row(-50.1).is_used());
    CHECK_FALSE(Row(-50.01).is_used());
    CHECK(Row(-49.9).is_used());
    CHECK(Row(-50.26).is_used());
    CHECK_FALSE(Row(-60.0).is_used());
    CHECK(Row(-60.2).is_used());
    CHECK(Row(-59.9).is_used());
    CHECK_FALSE(table::place(math::nan, true).interval < table::n_intervals);
    CHECK_FALSE(table::place(-70, false).interval < table::n_intervals);
}

namespace {

/// A rate that is zero divided by zero at a round potential, where its file puts a value.
struct Singular {
    using Common = curved::Common;
    using Usual = kernel::Quiet;
    static constexpr int n_curves = 1;
    template <int>
    static constexpr bool is_of_one = false;
    template <int stride>
    static void curves(kernel::Context const&, Common const&, Usual const& instance, double v, double* out) {
        double const x = (v - *instance.variables->data) / 6;
        out[0] = x == 0 ? 1 : x / (1 - math::exp(-x));
    }
};

}  // namespace

TEST_CASE("curves: one that divides zero by zero at a round potential is read from the table") {
    for (int k = -2400; k < 1200; ++k) {
        double at = k / 20.0;
        kernel::Variable const variable{&at, 0};
        double row[table::row<Singular>()], value[table::width<Singular>()];
        auto const place = table::place(at, true);
        table::make_row<Singular>(context, {}, &variable, place.interval, row);
        table::evaluate<table::width<Singular>()>(row, place.within, place.within * place.within, value);
        REQUIRE(std::abs(value[0] - 1) < 2 * table::tolerance);
    }
}

TEST_CASE("curves: results are those of computed rates to a last digit, and not the same") {
    auto const model = cells(9);
    auto const read = testing::run(model), computed = exact(model);
    CHECK(testing::distance(read, computed) < 1e-10);
    CHECK_FALSE(testing::same(read, computed));
    double lowest = 0, highest = -100;
    for (auto const& row : read.rows[0])
        for (double const v : row) lowest = std::min(lowest, v), highest = std::max(highest, v);
    CHECK(lowest < -62);
    CHECK(highest > 64);
}

TEST_CASE("curves: results do not depend on how cells are packed") {
    auto const model = cells(9);
    auto const together = testing::run(model, std::size_t{1} << 30);
    for (std::size_t const group_bytes : {std::size_t{1}, std::size_t{30'000}}) CHECK(testing::same(testing::run(model, group_bytes), together));
}

TEST_CASE("curves: with other parameters than the defaults they are computed, beside any other cell") {
    auto const other = cells(3, 2.5);
    CHECK(testing::same(testing::run(other), exact(other)));
    // One cell of each kind in turns: each does what it does alone.
    auto mixed = cells(3);
    mixed.types.push_back(other.types[0]);
    mixed.cells[1].type = 1;
    auto const read = testing::run(mixed, std::size_t{1} << 30), usual = testing::run(cells(3)), shifted = testing::run(other);
    REQUIRE(read.rows[0].size() == usual.rows[0].size());
    for (std::size_t r = 0; r < read.rows[0].size(); ++r)
        for (std::size_t k = 0; k < 3; ++k) CHECK(read.rows[0][r][k] == (k == 1 ? shifted : usual).rows[0][r][k]);
}

TEST_CASE("curves: one that is looked at is shown as it is, and nothing else changes") {
    auto model = cells(2);
    auto const unseen = testing::run(model);
    model.probes.push_back({"xinf", "xinf", "curved", {{0, 1, {-1, -1}}, {1, 1, {-1, -1}}}, 0.5, 0, 30});
    auto const seen = testing::run(model);
    CHECK(seen.rows[0] == unseen.rows[0]);
    for (std::size_t r = 1; r < seen.rows[1].size(); ++r)
        for (std::size_t k = 0; k < 2; ++k) CHECK(seen.rows[1][r][k] == 1 / (1 + math::exp(-(seen.rows[0][r][k] + 2 + 57) / 4)));
}
