#include "io/page/shape.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace rall;

namespace {

morphology::Morphology bent() {
    morphology::Morphology m;
    m.file = "folder/bent.swc";
    m.format = "SWC";
    m.sections = {{"soma[0]", morphology::soma_type, -1, 0, {{-5, 0, 0, 10}, {5, 0, 0, 10}}},
                  {"dend[0]", morphology::dend_type, 0, 1, {{5, 0, 0, 4}, {65, 0, 0, 1}, {65, 30, 0, 1}}}};
    return m;
}

morphology::Cable cut_in_three(morphology::Morphology const& m) {
    double const one = 1, ra = 100;
    return morphology::cut(m, {{morphology::CutRule::By::nseg, 3}, {}}, {&ra, 1}, {&one, 1});
}

}  // namespace

TEST_CASE("a section is drawn piece by piece, one per compartment, along its points") {
    auto const m = bent();
    auto const cable = cut_in_three(m);
    std::vector<double> const peak{1, 2, 3, 4, 5, 6};
    auto const shape = html::cell_shape("cell", m, cable, peak);
    REQUIRE(shape.pieces.size() == 6);
    auto const& middle = shape.pieces[4];  // from 30 to 60 um of the dendrite
    CHECK(middle.section == "dend[0]");
    CHECK(middle.region == "dend");
    CHECK(middle.position == doctest::Approx(0.5));
    CHECK(middle.peak_v == 5);
    REQUIRE(middle.points.size() == 2);
    CHECK(middle.points[0].x == doctest::Approx(35));
    CHECK(middle.points[0].diameter == doctest::Approx(2.5));
    CHECK(middle.points[1].x == doctest::Approx(65));
    auto const& last = shape.pieces[5];
    CHECK(last.points.back().y == doctest::Approx(30));
    // Each piece begins where the one before it ends.
    for (int k : {1, 2, 4, 5}) CHECK(shape.pieces[k].points.front().x == shape.pieces[k - 1].points.back().x);
}

TEST_CASE("a morphology that was not cut is drawn section by section") {
    auto const shape = html::cell_shape("cell", bent(), {});
    REQUIRE(shape.pieces.size() == 2);
    CHECK(shape.pieces[1].points.size() == 3);
    CHECK(std::isnan(shape.pieces[1].peak_v));
}

TEST_CASE("the page of a reconstruction says what was understood") {
    morphology::Inspection inspection;
    inspection.morphology = bent();
    inspection.morphology.n_points = 5;
    inspection.morphology.soma_reading = "a cylinder";
    inspection.cable = cut_in_three(inspection.morphology);
    inspection.deepest_section = 1;
    inspection.deepest_distance = 95;
    inspection.deepest_branches = 2;
    auto const page = html::morphology_page(inspection);
    CHECK(page.title == "bent.swc");
    CHECK(page.subtitle == "SWC, 5 points");
    REQUIRE(page.facts.size() == 3);
    CHECK(page.facts[0].second == "a cylinder");
    CHECK(page.facts[1].second == "dend[0], 95 µm away, 2 sections");
    CHECK(page.shape.pieces.size() == 6);
}
