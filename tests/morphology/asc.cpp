#include "morphology/asc.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;
using namespace rall::morphology::test;

namespace {

Read read_text(std::string const& text, SwcOptions const& options = {}) {
    Read result;
    result.morphology = parse_asc(text, "cell.asc", options, result.diagnostics);
    return result;
}

std::string first_error(std::string const& text, SwcOptions const& options = {}) {
    try {
        read_text(text, options);
    } catch (InputError const& error) {
        for (auto const& d : error.diagnostics().items())
            if (d.severity == Severity::error)
                return d.code + ":" + std::to_string(d.where.line) + ":" + std::to_string(d.where.column);
    }
    return "";
}

std::string const soma = "(\"CellBody\"\n (0 0 0 0) (10 0 0 0) (10 10 0 0) (0 10 0 0))\n";
std::string const tree =
    "((Color Red) (Apical)\n (5 9 0 2) ; root\n (5,20,0,1)\n (\n  (0 30 0 1) Normal\n |\n  (5 20 0 1) (9 30 0 0.5)\n  "
    "High\n ))\n";

}  // namespace

TEST_CASE("an outline and a tree become sections joined in the middle of the soma") {
    auto const cell = read_text("; V3 text file\n(ImageCoords)\n" + soma + tree);
    CHECK(cell.diagnostics.empty());
    REQUIRE(cell.morphology.sections.size() == 4);
    CHECK(cell.morphology.format == "Neurolucida ASC");
    CHECK(cell.morphology.sections[0].points.size() == 21);
    CHECK(cell.morphology.sections[1].name == "apic[0]");
    CHECK(cell.morphology.sections[1].parent_x == 0.5);
    CHECK(length(cell.morphology.sections[1]) == doctest::Approx(11));
    CHECK(length(cell.morphology.sections[2]) == doctest::Approx(std::hypot(5, 10)));  // starts where its parent ends
    CHECK(length(cell.morphology.sections[3]) == doctest::Approx(std::hypot(4, 10)));
    CHECK(cell.morphology.sections[3].parent == 1);
}

TEST_CASE("markers, spines, texts and other contours are passed over and counted") {
    auto const cell = read_text(
        soma +
        "(\"Region\" (0 0 0 0) (1 1 0 0))\n"
        "((Color Red) (1 2 3 1) \"a note\")\n"
        "((Dendrite) (5 9 0 2) < (Class 0 \"x\") (5 10 0 1) > (Dot (Color Red) (5 5 0 0)) (5 20 0 1) Normal)\n");
    REQUIRE(cell.morphology.sections.size() == 2);
    CHECK(cell.find("asc-passed-over")->message ==
          "1 marker, 1 spine, 1 text and 1 contour not of a cell body passed over");
}

TEST_CASE("anomalies of an ASC file are reported with their line") {
    CHECK(read_text(tree).find("asc-no-soma") != nullptr);
    CHECK(read_text(tree + tree).find("asc-several-trees")->where.line == 11);
    CHECK(read_text(soma + "((Axon) (90 90 0 1) (99 90 0 1))").find("asc-outside-soma")->where.line == 3);
    CHECK(read_text(soma + "((5 5 0 1) (9 9 0 1))").find("asc-untyped-tree")->where.line == 3);
    CHECK(read_text(soma + "((5 5 0 1) (9 9 0 1))", with("custom-types", "dend")).morphology.sections[1].name ==
          "dend[0]");
    CHECK(read_text("(\"Soma\" (0 0 0 0) (1 1 0 0))" + tree).find("asc-small-contour")->where.line == 1);
    CHECK(read_text(soma + "((Axon) (5 5 0 0) (9 9 0 1))").find("asc-zero-diameter")->where.line == 3);
    CHECK(first_error(soma + "((Axon) (5 5 0 0) (9 9 0 1))", with("zero-radius", "reject")) == "asc-zero-diameter:3:0");
    CHECK(first_error(tree + tree, with("trees", "reject")) == "asc-several-trees:11:0");
}

TEST_CASE("an outline that NEURON reads as next to nothing is told, with the area that it encloses") {
    std::string const square = "(\"CellBody\" (10 10 0 0) (-10 10 0 0) (-10 -10 0 0) (10 -10 0 0))\n";
    auto const found = read_text(square + tree);
    CHECK(area(found.morphology.sections[0]) == doctest::Approx(12.0637).epsilon(1e-4));  // as NEURON
    CHECK(found.find("asc-contour-area")->where.line == 1);
    CHECK(contains(found.find("asc-contour-area")->message,
                   "has 12.1 um2 of membrane; a cylinder with L = diam of the size that it encloses has 1256.6 um2"));
    auto const cylinder = read_text(square + tree, with("contour-soma", "cylinder"));
    CHECK(length(cylinder.morphology.sections[0]) == doctest::Approx(20));
    CHECK(area(cylinder.morphology.sections[0]) == doctest::Approx(1256.637));
    CHECK(first_error(square + tree, with("contour-soma", "reject")) == "asc-contour-area:1:0");

    // In whatever plane the outline stands.
    auto const upright = read_text("(\"CellBody\" (10 0 10 0) (-10 0 10 0) (-10 0 -10 0) (10 0 -10 0))\n" + tree,
                                   with("contour-soma", "cylinder"));
    CHECK(area(upright.morphology.sections[0]) == doctest::Approx(1256.637));

    std::string circle = "(\"CellBody\"", low, high;
    for (int i = 0; i < 30; ++i) {
        auto const xy =
            "(" + std::to_string(10 * std::cos(i * 0.2094395)) + " " + std::to_string(10 * std::sin(i * 0.2094395));
        circle += xy + " 0 0)";
        low += xy + " 0 0)";
        high += xy + " 1 0)";
    }
    CHECK(read_text(circle + ")" + tree).find("asc-contour-area") == nullptr);
    // Two outlines 1 um apart: walls of 63 um2 and two lids of 314 um2.
    auto const stack = read_text("(\"CellBody\"" + low + ")(\"CellBody\"" + high + ")" + tree);
    CHECK(contains(stack.find("asc-contour-area")->message, "this stack of outlines"));
}

TEST_CASE("which end of an outline comes first is as in NEURON 8, or as in NEURON 9") {
    std::string const outline = "(\"CellBody\" (-2.9 9.6 0 0) (-5.7 1.4 0 0) (-2.1 -6.9 1 0) (3.6 -8.3 0 0) (4.4 -0.7 0 0) (1.1 6.6 0 0))\n((Apical) (0 10 0 2) (0 20 0 1))";
    auto const eight = read_text(outline).morphology.sections[0].points, nine = read_text(outline, with("contour-axis", "neuron-9")).morphology.sections[0].points;
    REQUIRE((eight.size() == 21 && nine.size() == 21));
    // What Import3d of NEURON 8.2.2 and of 9.0.2 say.
    CHECK(eight[0].x == doctest::Approx(-4.0864).epsilon(1e-4));
    CHECK(eight[0].diam == doctest::Approx(3.2970).epsilon(1e-4));
    CHECK(eight[20].y == doctest::Approx(-8.4271).epsilon(1e-4));
    CHECK(eight[20].diam == doctest::Approx(1.3802).epsilon(1e-4));
    CHECK(nine[0].y == doctest::Approx(-8.4271).epsilon(1e-4));
    CHECK(nine[0].diam == doctest::Approx(1.3802).epsilon(1e-4));
    CHECK(nine[20].x == doctest::Approx(-4.0864).epsilon(1e-4));
    CHECK(nine[20].diam == doctest::Approx(3.2970).epsilon(1e-4));
    // A direction that points the positive way by itself.
    std::string const other = "(\"CellBody\" (9.6 3.0 0 0) (1.4 5.7 0 0) (-6.9 2.0 1 0) (-8.3 -3.6 0 0) (-0.7 -4.4 0 0) (6.6 -1.1 0 0))\n((Apical) (0 10 0 2) (0 20 0 1))";
    CHECK(read_text(other).morphology.sections[0].points[0].x == doctest::Approx(-8.4236).epsilon(1e-4));
    CHECK(read_text(other, with("contour-axis", "neuron-9")).morphology.sections[0].points[0].x == doctest::Approx(-8.4236).epsilon(1e-4));
}

TEST_CASE("text that is not ASC is an error with its place") {
    CHECK(first_error("") == "asc-not-asc:1:1");
    CHECK(first_error("1 1 0 0 0 5 -1") == "asc-not-asc:1:1");
    CHECK(first_error("; only a comment\n()") == "asc-no-cell:0:0");
    CHECK(first_error(soma + "((Axon) (5 5 0 1)\n(6 6") == "asc-syntax:4:5");
    CHECK(first_error(soma + "((Axon) (5 5 0 1)\n(6 6 1 1) ))") == "asc-syntax:4:12");
    CHECK(first_error(soma + "((Axon) (5))") == "asc-syntax:3:11");
    CHECK(first_error(soma + "((Axon) (5 nan))") == "asc-not-finite:3:12");
    CHECK(first_error(soma + "((Axon) \"open") == "asc-syntax:3:9");
    CHECK(first_error("(\"CellBody\" (0 0 0 0) (1 1 0 0) (2 2 0 0))") == "asc-flat-contour:1:0");
    CHECK(first_error(std::string(200000, '(')) == "asc-syntax:1:200001");
    std::string sets;
    for (int i = 0; i < 100000; ++i) sets += "(Set \"s\" ";
    CHECK(first_error(sets).starts_with("asc-syntax:1:"));
}

TEST_CASE("branches may be nested as deep as the file likes") {
    constexpr int depth = 20000;
    std::string text = "((Axon) (-1 0 0 1) (0 0 0 1)";
    for (int i = 1; i <= depth; ++i) text += "((" + std::to_string(i) + " 0 0 1)";
    auto const cell = read_text(text + std::string(depth, ')') + ")").morphology;
    CHECK(cell.sections.size() == depth + 1);
    CHECK(cut(cell, {CutRule::By::nseg, 1}).sections.back().distance_1 == doctest::Approx(depth + 1));
}

TEST_CASE("a format is known by its extension, else by its contents") {
    Diagnostics diagnostics;
    auto const folder = std::string(RALL_SOURCE_DIR) + "/tests/morphology/data/";
    CHECK(read_morphology(folder + "asc_outline.asc", {}, diagnostics).format == "Neurolucida ASC");
    CHECK(read_morphology(folder + "soma_chain.swc", {}, diagnostics).format == "SWC");
    CHECK_THROWS_AS(read_morphology(folder + "nowhere.swc", {}, diagnostics), InputError);
}
