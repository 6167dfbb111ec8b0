// Cutting into compartments: what can be computed by hand. The comparison with NEURON is in tests/neuron/import3d.py.
#include "morphology/cable.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <numbers>

#include "morphology/stylized.hpp"
#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;
using namespace rall::morphology::test;

namespace {

constexpr double pi = std::numbers::pi;

/// Soma 20 x 20 um; a dendrite of 200 um on its 1-end, one of 100 um on its middle, and a branch of 50 um on each.
Morphology four_sticks() {
    return stylized({{soma_type, 20, 20, -1, 0},
                     {dend_type, 200, 2, 0, 1},
                     {dend_type, 100, 1, 0, 0.5},
                     {dend_type, 50, 1, 1, 1},
                     {dend_type, 50, 1, 2, 0}});
}

}  // namespace

TEST_CASE("a cylinder is cut into equal compartments") {
    auto const cable = cut(stylized({{dend_type, 100, 2, -1, 0}}), {CutRule::By::nseg, 4});
    REQUIRE(cable.compartments.size() == 4);
    for (int k = 0; k < 4; ++k) {
        auto const& c = cable.compartments[static_cast<std::size_t>(k)];
        CHECK(c.x == (k + 0.5) / 4);
        CHECK(c.area == doctest::Approx(pi * 2 * 25));
        CHECK(c.volume == doctest::Approx(pi * 25));
        CHECK(c.diam == doctest::Approx(2));
        CHECK(c.r_left == doctest::Approx(12.5 / pi));
        CHECK(c.r_right == doctest::Approx(12.5 / pi));
        CHECK(c.distance == doctest::Approx(25 * (k + 0.5)));
        CHECK(c.begin.x == doctest::Approx(25 * k));
        CHECK(c.end.x == doctest::Approx(25 * (k + 1)));
    }
}

TEST_CASE("a cone has the resistance between its ends that integration gives") {
    Morphology cone;
    cone.sections = {{"dend[0]", dend_type, -1, 0, {{0, 0, 0, 1}, {30, 0, 0, 4}}}};
    auto const cable = cut(cone, {CutRule::By::nseg, 3});
    double resistance = 0;
    for (auto const& c : cable.compartments) resistance += c.r_left + c.r_right;
    CHECK(resistance == doctest::Approx(4 / pi * 30 / (1.0 * 4.0)));  // ds / (pi r^2) of a cone: 4 h / (pi d1 d2)
    CHECK(cable.compartments[1].diam == doctest::Approx(2.5));
}

TEST_CASE("the number of compartments follows the rule") {
    auto const stick = stylized({{dend_type, 500, 1, -1, 0}}).sections[0];
    double const lambda = 1e5 * std::sqrt(1 / (4 * pi * 100 * 100 * 1));  // Hines and Carnevale 2001; um
    CHECK(lambda_f(stick, 100, 100, 1) == doctest::Approx(lambda));
    CHECK(count_compartments(stick, {}, 100, 1) == static_cast<int>((500 / (0.1 * lambda) + 0.9) / 2) * 2 + 1);
    CHECK(count_compartments(stick, {CutRule::By::nseg, 8}, 100, 1) == 8);
    CHECK(count_compartments(stick, {CutRule::By::max_length, 100}, 100, 1) == 5);
    CHECK(count_compartments(stick, {CutRule::By::max_length, 90}, 100, 1) == 7);
    CHECK(count_compartments(stick, {CutRule::By::per_length, 40}, 100, 1) == 25);
    CHECK(count_compartments(stick, {}, 100, 0) == 1);  // without capacitance nothing decays with frequency
    CHECK_THROWS_AS(count_compartments(stick, {CutRule::By::nseg, 2.5}, 100, 1), InputError);
    CHECK_THROWS_AS(count_compartments(stick, {CutRule::By::d_lambda, 0}, 100, 1), InputError);
    CHECK_THROWS_AS(count_compartments(stick, {CutRule::By::max_length, 1e-3}, 100, 1), InputError);
}

TEST_CASE("regions may have rules of their own, the last match wins") {
    double const Ra = 100, cm = 1;
    auto const cable = morphology::cut(
        four_sticks(),
        {{CutRule::By::nseg, 1}, {{"dend", {CutRule::By::nseg, 3}}, {"dend[1]", {CutRule::By::nseg, 5}}}}, {&Ra, 1},
        {&cm, 1});
    std::vector<int> counts;
    for (auto const& section : cable.sections) counts.push_back(section.nseg);
    CHECK(counts == std::vector<int>{1, 3, 5, 3, 3});
    CHECK(cable.sections[2].first == 4);
    std::vector<double> const two = {100, 100};
    CHECK_THROWS_AS(morphology::cut(four_sticks(), {}, two, {&cm, 1}), InputError);
}

TEST_CASE("a section is joined to an end or to the centre of a compartment") {
    auto const cable = cut(four_sticks(), {CutRule::By::nseg, 3});
    using At = Attachment::At;
    CHECK(cable.sections[0].attachment.at == At::root);
    CHECK(cable.sections[1].attachment.at == At::one_end);
    CHECK(cable.sections[1].attachment.section == 0);
    CHECK(cable.sections[2].attachment.at == At::compartment);
    CHECK(cable.sections[2].attachment.compartment == 1);
    // The 0-end of a section that is no root is where that section itself is joined.
    CHECK(cable.sections[4].parent == 2);
    CHECK(cable.sections[4].attachment.at == At::compartment);
    CHECK(cable.sections[4].attachment.section == 0);

    auto const on_root = cut(stylized({{dend_type, 10, 1, -1, 0}, {dend_type, 10, 1, 0, 0}}));
    CHECK(on_root.sections[1].attachment.at == At::zero_end);
    CHECK(on_root.sections[1].attachment.section == 0);
}

TEST_CASE("distances are path lengths from the middle of the soma, in all directions") {
    auto const cable = cut(four_sticks(), {CutRule::By::nseg, 1});
    std::vector<double> distances;
    for (auto const& c : cable.compartments) distances.push_back(c.distance);
    CHECK(distances == std::vector<double>{0, 10 + 100, 50, 10 + 200 + 25, 25});

    // A soma that is not the root: what lies towards the root, and its branches, are as far as the way there.
    auto const inverted =
        cut(stylized({{dend_type, 100, 1, -1, 0}, {soma_type, 20, 20, 0, 1}, {axon_type, 40, 1, 0, 0.5}}));
    CHECK(inverted.sections[0].distance_1 == doctest::Approx(10));
    CHECK(inverted.sections[0].distance_0 == doctest::Approx(110));
    CHECK(inverted.sections[2].distance_1 == doctest::Approx(10 + 50 + 40));
}

TEST_CASE("a stretch of diameter 0 stops the d_lambda rule with advice, not nseg; a point does not") {
    auto const cell = read("1 1 0 0 0 5 -1\n2 3 6 0 0 0 1\n3 3 9 0 0 0 2\n4 3 12 0 0 1 3\n").morphology;
    CHECK(cut(read("1 1 0 0 0 5 -1\n2 3 6 0 0 0 1\n3 3 9 0 0 1 2\n4 3 12 0 0 0 3\n").morphology).compartments[1].area >
          0);
    CHECK_THROWS_WITH_AS(cut(cell),
                         "error: the d_lambda rule needs diameters, but points 0 and 1 of dend[0] have the diameter 0 "
                         "[cut-zero-diameter]\n"
                         "    give them one (zero-radius=neighbours), or choose nseg or dL",
                         InputError);
    CHECK(cut(cell, {CutRule::By::nseg, 1}).compartments[1].area > 0);
}

TEST_CASE("cylinders that are none are refused") {
    CHECK_THROWS_AS(stylized({{dend_type, 0, 1, -1, 0}}), InputError);
    CHECK_THROWS_AS(stylized({{dend_type, 10, 1, 0, 0}}), InputError);
    CHECK_THROWS_AS(stylized({{dend_type, 10, 1, -1, 0}, {dend_type, 10, 1, 0, 2}}), InputError);
    CHECK_THROWS_AS(cut(Morphology{}), InputError);
}

TEST_CASE("the axon is replaced by two cylinders as Allen's perisomatic models ask") {
    auto const cell =
        read(small_cell + "8 2 0 -6 0 1 1\n9 2 0 -90 0 1 8\n10 2 0 -90 50 1 9\n11 2 30 -90 50 1 9\n").morphology;
    Diagnostics diagnostics;
    auto const stub = replace_axon(cell, AxonStub::perisomatic, diagnostics);
    CHECK(diagnostics.items().front().code == "axon-replaced");
    REQUIRE(stub.find("axon[1]") >= 0);
    CHECK(stub.find("axon[2]") < 0);
    auto const& first = stub.sections[static_cast<std::size_t>(stub.find("axon[0]"))];
    auto const& second = stub.sections[static_cast<std::size_t>(stub.find("axon[1]"))];
    CHECK(first.parent == 0);
    CHECK(first.parent_x == 0.5);
    CHECK(second.parent == stub.find("axon[0]"));
    CHECK(second.parent_x == 1);
    CHECK(length(first) == doctest::Approx(30));
    CHECK(area(second) == doctest::Approx(pi * 30));
    CHECK(stub.sections.size() == cell.sections.size() - 3 + 2);

    auto refused = [&](char const* swc, AxonStub kind) {
        CHECK_THROWS_AS(replace_axon(read(swc).morphology, kind, diagnostics), InputError);
    };
    refused("1 3 0 0 0 1 -1\n2 3 9 0 0 1 1\n", AxonStub::perisomatic);
    refused("1 1 0 0 0 5 -1\n2 2 9 0 0 1 1\n3 2 19 0 0 1 2\n4 3 29 0 0 1 3\n", AxonStub::perisomatic);
    refused("1 1 0 0 0 5 -1\n2 3 9 0 0 1 1\n3 3 19 0 0 1 2\n", AxonStub::all_active);
}

TEST_CASE("stubs are drawn where NEURON draws them, or along the axon that they replace") {
    Diagnostics diagnostics;
    auto const tip = [&](char const* swc, AxonStub kind) {
        auto const stub = replace_axon(read(swc).morphology, kind, diagnostics);
        auto const& section = stub.sections[static_cast<std::size_t>(stub.find("axon[1]"))];
        CHECK(length(section) == doctest::Approx(30));
        return section.points.back();
    };
    auto const is_at = [](Point const& point, double x, double y, double z) {
        CHECK(point.x == doctest::Approx(x).epsilon(1e-6));
        CHECK(point.y == doctest::Approx(y).epsilon(1e-6));
        CHECK(point.z == doctest::Approx(z).epsilon(1e-6));
    };
    // A soma along x, from which the axon leaves in its middle: alone, and beside a dendrite.
    char const* const alone = "1 1 -5 0 0 5 -1\n2 1 0 0 0 5 1\n3 1 5 0 0 5 2\n4 2 0 0 10 1 2\n5 2 0 0 90 1 4\n";
    is_at(tip(alone, AxonStub::all_active), 65, 0, 0);
    is_at(tip(alone, AxonStub::all_active_directed), 5, 0, 60);
    is_at(tip(alone, AxonStub::perisomatic), 0, 60, 0);
    is_at(tip(alone, AxonStub::perisomatic_directed), 5, 0, 60);
    auto const beside = std::string(alone) + "6 3 0 9 0 1 2\n7 3 0 50 0 1 6\n";
    is_at(tip(beside.c_str(), AxonStub::perisomatic), 60 * std::sin(0.4), 60 * std::cos(0.4), 0);
}

TEST_CASE("the all-active stub has the diameters of the first and last axon section and leaves from the soma's end") {
    auto const cell =
        read(small_cell + "8 2 0 -6 0 1 1\n9 2 0 -90 0 1 8\n10 2 0 -90 50 0.5 9\n11 2 30 -90 50 0.4 9\n").morphology;
    Diagnostics diagnostics;
    auto const stub = replace_axon(cell, AxonStub::all_active, diagnostics);
    auto const& first = stub.sections[static_cast<std::size_t>(stub.find("axon[0]"))];
    auto const& second = stub.sections[static_cast<std::size_t>(stub.find("axon[1]"))];
    CHECK(first.parent_x == 1);
    CHECK(first.points[0].diam == doctest::Approx(2));
    auto const last = cell.sections[static_cast<std::size_t>(cell.find("axon[2]"))];
    CHECK(second.points[0].diam == doctest::Approx((last.points.front().diam + last.points.back().diam) / 2));
    CHECK(second.points[1].diam == second.points[0].diam);
    CHECK(length(first) == doctest::Approx(30));
    CHECK(length(second) == doctest::Approx(30));
}

TEST_CASE("the ends of sections are nodes of their own where they are asked for") {
    auto const sticks = stylized({{soma_type, 20, 20}, {dend_type, 300, 1, 0, 1}, {dend_type, 100, 1, 1, 0.5}});
    double const one = 1;
    auto cable = std::make_shared<Cable const>(
        cut(sticks, {{CutRule::By::nseg, 3}, {}}, std::span(&one, 1), std::span(&one, 1)));
    auto const before = cable;
    CHECK(cable->n_cut() == 9);
    CHECK(keep_node(cable, {1, 0.5}) == 4);
    CHECK(cable == before);
    CHECK(keep_node(cable, {1, 1}) == 9);
    CHECK(keep_node(cable, {1, 1}) == 9);
    CHECK(keep_node(cable, {1, 0}) == keep_node(cable, {0, 1}));
    CHECK(keep_node(cable, {2, 0}) == 4);  // it leaves from the middle of its parent
    CHECK(keep_node(cable, {0, 0}) == 11);
    CHECK(cable->n_cut() == 9);
    CHECK(cable->compartments.size() == 12);
    CHECK(before->compartments.size() == 9);
    auto const& end = cable->compartments[9];
    CHECK(end.area == 0);
    CHECK(end.x == 1);
    CHECK(end.distance == doctest::Approx(310));
}
