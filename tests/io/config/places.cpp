#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

namespace {

io::Config drawn(std::string const& location, std::string const& more = {}) {
    return read(ball_and_stick(
        fmt::format(R"("synapses": {{"syn": {{"mechanism": "ExpSyn", "location": {}}}{}}})", location, more)));
}

/// Places of one cell.
std::vector<morphology::Place> of_cell(io::DrawnPlaces const& all, int cell) {
    std::vector<morphology::Place> places;
    for (std::size_t i = 0; i < all.place.size(); ++i)
        if (all.cell[i] == cell) places.push_back(all.place[i]);
    return places;
}

bool same(std::vector<morphology::Place> const& a, std::vector<morphology::Place> const& b) {
    return std::ranges::equal(a, b, [](auto const& x, auto const& y) { return x.section == y.section && x.x == y.x; });
}

}  // namespace

TEST_CASE("drawn places are spread evenly over length, and lie in the compartments they say") {
    int const n = 40000;
    auto const config = drawn(fmt::format(R"({{"region": "dend", "count": {}}})", n));
    REQUIRE(config.drawn.size() == 1);
    auto const& places = config.drawn[0];
    auto const& set = config.model.points[0];
    REQUIRE(set.cell.size() == 3 * n);
    REQUIRE(places.place.size() == 3 * n);
    auto const& cable = *config.model.types[0].cable;
    std::map<int, int> in_compartment;
    for (std::size_t i = 0; i < 3 * n; ++i) {
        CHECK_FALSE(set.cell[i] != places.cell[i]);
        auto const [section, x] = places.place[i];
        CHECK_FALSE(set.compartment[i] != cable.sections[section].first + static_cast<int>(x * 5));
        ++in_compartment[set.compartment[i]];
    }
    // 300 um and 100 um, five compartments each.
    for (auto const& [compartment, count] : in_compartment) {
        double const p = (cable.compartments[compartment].section == 1 ? 60 : 20) / 400.0;
        CHECK(std::abs(count - 3 * n * p) < 5 * std::sqrt(3 * n * p * (1 - p)));
    }
    CHECK(in_compartment.size() == 10);
}

TEST_CASE("drawn places are spread evenly over the membrane where that is asked for") {
    int const n = 40000;
    auto const config = drawn(fmt::format(R"({{"region": "all", "count": {}, "per": "um2"}})", n));
    auto const& cable = *config.model.types[0].cable;
    double total = 0;
    for (auto const& c : cable.compartments) total += c.area;
    std::map<int, int> counts;
    for (int const c : config.model.points[0].compartment) ++counts[c];
    for (auto const& [compartment, count] : counts) {
        double const p = cable.compartments[compartment].area / total;
        CHECK(std::abs(count - 3 * n * p) < 5 * std::sqrt(3 * n * p));
    }
    CHECK(counts.size() == 11);
}

TEST_CASE("distances cut sections where they say, on both sides of the origin too") {
    auto const config = drawn(R"({"region": "all", "count": 20000, "distance": [4, 150]})");
    auto const& all = config.drawn[0];
    int soma[2] = {0, 0}, dend = 0;
    double nearest = 1e9, farthest = 0;
    for (auto const& [section, x] : all.place) {
        double const distance = section == 0 ? std::abs(x - 0.5) * 20 : 10 + 300 * x;
        nearest = std::min(nearest, distance);
        farthest = std::max(farthest, distance);
        if (section == 0) ++soma[x > 0.5];
        else ++dend;
        CHECK_FALSE(section == 2);
    }
    CHECK(nearest >= 4 - 1e-9);
    CHECK(farthest <= 150 + 1e-9);
    CHECK(nearest < 4.1);
    CHECK(farthest > 149.5);
    // 6 um on each side of the middle of the soma, 140 um of the dendrite.
    double const per_um = 60000 / 152.0;
    for (int const count : soma) CHECK(std::abs(count - 6 * per_um) < 5 * std::sqrt(6 * per_um));
    CHECK(std::abs(dend - 140 * per_um) < 5 * std::sqrt(12 * per_um));
}

TEST_CASE("a density gives numbers whose mean is right") {
    double sum = 0;
    for (int seed = 0; seed < 200; ++seed) {
        auto const config = drawn(fmt::format(R"({{"region": "dend[1]", "density": 0.0123, "seed": {}}})", seed));
        auto const n = config.drawn[0].place.size();
        CHECK(n >= 3);  // 1.23 in each of three cells: one or two
        CHECK(n <= 6);
        sum += static_cast<double>(n);
    }
    CHECK(std::abs(sum / 600 - 1.23) < 5 * std::sqrt(0.23 * 0.77 / 600));
}

TEST_CASE("what is drawn depends on seed, entry and cell, and on nothing else") {
    auto const first = drawn(R"({"region": "dend", "count": 10})").drawn[0];
    CHECK_FALSE(same(of_cell(first, 0), of_cell(first, 1)));
    auto const again = drawn(R"({"region": "dend", "count": 10})",
                             R"(, "other": {"mechanism": "ExpSyn", "location": {"region": "dend", "count": 10}})");
    CHECK(same(first.place, again.drawn[0].place));
    CHECK_FALSE(same(first.place, again.drawn[1].place));
    auto const fewer = drawn(R"({"region": "dend", "count": 7})").drawn[0];
    auto longer = of_cell(first, 2);
    longer.resize(7);
    CHECK(same(of_cell(fewer, 2), longer));
    CHECK_FALSE(same(first.place, drawn(R"({"region": "dend", "count": 10, "seed": 1})").drawn[0].place));
    auto const mixed =
        drawn(R"-(["soma(0.5)", {"region": "dend", "count": 2}, {"region": "dend", "count": 2}])-").drawn[0];
    CHECK(mixed.instance == std::vector<int>{1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14});
    CHECK(mixed.place[0].x == first.place[0].x);
    CHECK(mixed.place[2].x != first.place[0].x);
}
