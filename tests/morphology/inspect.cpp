#include "morphology/inspect.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;

namespace {
std::string data(std::string const& name) { return std::string(RALL_SOURCE_DIR) + "/tests/" + name; }
}  // namespace

TEST_CASE("an inspection adds up the regions and says what was found") {
    auto const cell = inspect(data("data/morphologies/pyr_rat_CA1_c91662.swc"), {});
    CHECK(cell.regions.size() == 4);
    CHECK(cell.total.sections == static_cast<int>(cell.morphology.sections.size()));
    CHECK(cell.total.compartments == static_cast<int>(cell.cable.compartments.size()));
    double area = 0;
    for (auto const& c : cell.cable.compartments) area += c.area;
    CHECK(cell.total.area == doctest::Approx(area));
    CHECK(cell.deepest_distance > 400);

    auto const text = to_text(cell);
    for (auto const* word : {"SWC", "apic", "mean diam", "compartments", "d_lambda 0.1 at 100 Hz", "deepest"})
        CHECK_MESSAGE(text.find(word) != std::string::npos, word);
    CHECK(text.find("soma[0]") != std::string::npos);
    auto const json = to_json(cell);
    REQUIRE(json["sections"].size() == cell.morphology.sections.size());
    auto const& row = json["sections"].back();
    auto const& last = cell.cable.sections.back();
    CHECK(row["name"] == last.name);
    CHECK(row["parent"] == cell.cable.sections[static_cast<std::size_t>(last.parent)].name);
    CHECK(row["L"].get<double>() == doctest::Approx(last.L));
    CHECK(row["diam_1"] == cell.morphology.sections.back().points.back().diam);
    CHECK(row["distance_1"] == last.distance_1);
    CHECK(row["compartments"] == last.nseg);
    CHECK(json["regions"].size() == 4);
    CHECK(json["total"]["sections"] == cell.total.sections);
    CHECK(json["deepest"]["distance"] == cell.deepest_distance);
}

TEST_CASE("a cell that cannot be cut is still described") {
    auto const cell = inspect(data("bad/swc/zero_diameter_dendrite.swc"), {});
    CHECK(cell.total.compartments == 0);
    CHECK(to_text(cell).find("cut-zero-diameter") != std::string::npos);
    CHECK(to_json(cell)["deepest"].is_null());
    CHECK(to_json(cell)["diagnostics"].size() == cell.diagnostics.items().size());
}

TEST_CASE("odd bytes in a file do not break the description") {
    try {
        Diagnostics diagnostics;
        parse_swc("1 1 0 0 0 5 -1\n2 3 \xf6\x01 0 0 1 1\n", "cell.swc", {}, diagnostics);
        FAIL("must not be read");
    } catch (InputError const& error) {
        CHECK_NOTHROW(nlohmann::json(error.what()).dump());
    }
}
