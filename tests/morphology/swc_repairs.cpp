// Anomalies of the tree and its points: what is done by default, and by choice.
#include <doctest/doctest.h>

#include <chrono>
#include <cmath>

#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;
using namespace rall::morphology::test;

namespace {
std::string const two_trees =
    "1 1 0 0 0 5 -1\n2 3 6 0 0 1 1\n3 3 10 0 0 1 2\n4 3 6 50 0 1 -1\n5 3 10 50 0 1 4\n6 3 20 50 0 1 5\n7 3 30 50 0 1 "
    "6\n";
}

TEST_CASE("what is no tree is refused") {
    CHECK(error_of("1 1 0 0 0 5 -1\n2 3 6 0 0 1 2\n") == "swc-cycle:2");
    CHECK(error_of("1 1 0 0 0 5 -1\n2 3 6 0 0 1 3\n3 3 9 0 0 1 2\n") == "swc-cycle:2");
    CHECK(error_of("1 1 0 0 0 5 2\n2 3 6 0 0 1 1\n") == "swc-cycle:1");
    CHECK(error_of("1 1 0 0 0 5 -1\n2 3 6 0 0 1 7\n") == "swc-missing-parent:2");
    CHECK(error_of("1 1 0 0 0 5 -1\n1 3 6 0 0 1 1\n") == "swc-duplicate-id:2");
}

TEST_CASE("several trees are joined as in NEURON, or one is kept") {
    auto const joined = read(two_trees);
    CHECK(joined.morphology.sections.size() == 3);
    CHECK(joined.morphology.sections[2].parent == 0);
    CHECK(joined.morphology.sections[2].parent_x == 0.5);
    CHECK(joined.find("swc-several-trees")->where.line == 4);
    CHECK(joined.find("swc-several-trees")->severity == Severity::warning);

    CHECK(read(two_trees, with("trees", "first")).morphology.sections.size() == 2);
    auto const largest = read(two_trees, with("trees", "largest"));
    CHECK(largest.morphology.sections.size() == 1);
    CHECK(length(largest.morphology.sections[0]) == doctest::Approx(24));
    CHECK(error_of(two_trees, with("trees", "reject")) == "swc-several-trees:4");
}

TEST_CASE("zero radii are kept, replaced or refused, and a flood of them is one finding") {
    std::string const text = "1 1 0 0 0 5 -1\n2 3 6 0 0 0 1\n3 3 9 0 0 2 2\n4 3 12 0 0 0 3\n5 3 15 0 0 1 4\n";
    auto const diameters = [&](SwcOptions const& options) {
        std::vector<double> result;
        auto const cell = read(text, options);
        for (auto const& p : cell.morphology.sections[1].points) result.push_back(p.diam);
        return result;
    };
    auto const kept = read(text);
    CHECK(kept.find("swc-zero-radius")->message == "2 points have the radius 0; the first is here");
    CHECK(kept.find("swc-zero-radius")->where.line == 2);
    CHECK(kept.find("swc-zero-radius")->severity == Severity::warning);
    CHECK(diameters({}) == std::vector<double>{0, 4, 0, 2});
    CHECK(diameters(with("zero-radius", "neighbours")) == std::vector<double>{4, 4, 4, 2});
    CHECK(diameters(with("zero-radius", "0.25")) == std::vector<double>{0.5, 4, 0.5, 2});
    CHECK(error_of(text, with("zero-radius", "reject")) == "swc-zero-radius:2");
    CHECK(error_of("1 1 0 0 0 0 -1\n2 3 6 0 0 0 1\n", with("zero-radius", "neighbours")) == "swc-no-radius:1");
}

TEST_CASE("negative radii are taken by magnitude, replaced or refused") {
    std::string const text = "1 1 0 0 0 5 -1\n2 3 6 0 0 1 1\n3 3 9 0 0 -2 2\n";
    CHECK(read(text).morphology.sections[1].points[1].diam == 4);
    CHECK(read(text).find("swc-negative-radius")->where.line == 3);
    CHECK(read(text, with("negative-radius", "neighbours")).morphology.sections[1].points[1].diam == 2);
    CHECK(error_of(text, with("negative-radius", "reject")) == "swc-negative-radius:3");
}

TEST_CASE("points on their parents are kept, dropped or refused") {
    std::string const text = "1 1 0 0 0 5 -1\n2 3 6 0 0 1 1\n3 3 6 0 0 1 2\n4 3 10 0 0 1 3\n";
    CHECK(read(text).morphology.sections[1].points.size() == 3);
    CHECK(read(text).find("swc-duplicate-point")->where.line == 3);
    CHECK(read(text, with("duplicates", "drop")).morphology.sections[1].points.size() == 2);
    CHECK(error_of(text, with("duplicates", "reject")) == "swc-duplicate-point:3");
}

TEST_CASE("a section of two equal points goes, and its branches move to its parent") {
    std::string const text =
        "1 1 0 0 0 5 -1\n2 3 6 0 0 1 1\n3 3 10 0 0 1 2\n4 3 10 0 0 1 3\n5 3 20 0 0 1 4\n6 3 20 9 0 1 4\n7 3 10 9 0 1 "
        "3\n";
    auto const cell = read(text);
    REQUIRE(cell.morphology.sections.size() == 5);
    for (std::size_t i = 2; i < 5; ++i) CHECK(cell.morphology.sections[i].parent == 1);
    CHECK(cell.find("swc-empty-section")->where.line == 4);
    CHECK(error_of(text, with("empty-sections", "reject")) == "swc-empty-section:4");
}

TEST_CASE("custom types are regions of their own, dendrite, or refused") {
    std::string const text = "1 1 0 0 0 5 -1\n2 7 6 0 0 1 1\n3 7 10 0 0 1 2\n4 -3 20 0 0 1 3\n5 0 30 0 0 1 4\n";
    CHECK(read(text).morphology.regions() == std::vector<std::string>{"minus_3", "dend_0", "soma", "dend_7"});
    CHECK(read(text).find("swc-custom-type")->message ==
          "4 points have a type other than 1 to 4: -3, 0, 7; the first is here");
    CHECK(read(text, with("custom-types", "dend")).morphology.sections.size() == 2);
    CHECK(error_of(text, with("custom-types", "reject")) == "swc-custom-type:2");
}

TEST_CASE("a cell without soma starts with its first point") {
    std::string const text = "1 3 0 0 0 1 -1\n2 3 6 0 0 1 1\n3 3 10 0 0 1 2\n";
    CHECK(read(text).morphology.sections[0].name == "dend[0]");
    CHECK(read(text).find("swc-no-soma") != nullptr);
    CHECK(error_of(text, with("no-soma", "reject")) == "swc-no-soma:1");
}

TEST_CASE("a soma of one point, and NeuroMorpho's three points, are a cylinder with L = diam") {
    std::string const dendrite = "4 3 0 12 0 1 1\n5 3 0 20 0 1 4\n";
    std::string const sphere = "1 1 0 0 0 5 -1\n2 1 0 5 0 5 1\n3 1 0 -5 0 5 1\n" + dendrite;
    for (auto const& text : {"1 1 0 0 0 5 -1\n" + dendrite, sphere}) {
        auto const soma = read(text).morphology.sections[0];
        CHECK(length(soma) == doctest::Approx(10));
        CHECK(area(soma) == doctest::Approx(100 * 3.14159265358979));
        CHECK(read(text).morphology.sections[1].parent_x == 0.5);
        CHECK(length(read(text).morphology.sections[1]) == doctest::Approx(8));
    }
    CHECK(read(sphere, with("three-point-soma", "as-written")).morphology.sections.size() == 3);
}

TEST_CASE("a soma drawn as an outline is said to be one") {
    std::string text;
    for (int i = 0; i < 8; ++i)
        text += std::to_string(i + 1) + " 1 " + std::to_string(10 * std::cos(0.785398 * i)) + " " +
                std::to_string(10 * std::sin(0.785398 * i)) + " 0 0 " + std::to_string(i == 0 ? -1 : i) + "\n";
    text += "9 3 12 0 0 1 3\n10 3 20 0 0 1 9\n";
    auto const traced = read(text, with("contour-soma", "neuron"));
    CHECK(traced.find("swc-contour-soma")->where.line == 1);
    CHECK(contains(traced.find("swc-contour-soma")->message,
                   "a cable along it has 0.0 um2, a cylinder with L = diam of that radius 1256.6 um2"));
    CHECK(area(traced.morphology.sections[0]) == 0);
    // A cable without radius has no membrane: only then is the cylinder the default.
    CHECK(area(read(text).morphology.sections[0]) == doctest::Approx(1256.64));
    auto const cylinder = read(text, with("contour-soma", "cylinder")).morphology;
    CHECK(length(cylinder.sections[0]) == doctest::Approx(20));
    CHECK(cylinder.sections[0].points[1].x == doctest::Approx(0).epsilon(1e-4));
    CHECK(cylinder.sections[1].parent_x == 0.5);
    CHECK(error_of(text, with("contour-soma", "reject")) == "swc-contour-soma:1");
}

TEST_CASE("outlines of few points, drawn with a thin line, are found; somata that turn back are not") {
    std::string const square = "1 1 10 10 0 0.5 -1\n2 1 -10 10 0 0.5 1\n3 1 -10 -10 0 0.5 2\n4 1 10 -10 0 0.5 3\n";
    auto const found = read(square);
    CHECK(contains(found.find("swc-contour-soma")->message, "a cable along it has 188.5 um2"));
    CHECK(area(found.morphology.sections[0]) == doctest::Approx(188.4956));
    CHECK(read(square + "5 1 10 10 0 0.5 4\n", with("contour-soma", "cylinder")).find("swc-contour-soma") != nullptr);
    CHECK(read("1 1 0 0 0 0.5 -1\n2 1 10 0 0 0.5 1\n3 1 5 9 0 0.5 2\n").find("swc-contour-soma") != nullptr);
    CHECK(read("1 1 0 0 0 4 -1\n2 1 10 0 0 5 1\n3 1 20 2 0 5 2\n4 1 30 0 0 4 3\n").diagnostics.empty());
    CHECK(read("1 1 1 1 0 9 -1\n2 1 -1 1 0 9 1\n3 1 -1 -1 0 9 2\n4 1 1 -1 0 9 3\n").find("swc-contour-soma") ==
          nullptr);
}

TEST_CASE("the order of the lines does not make other sections of a soma, unless asked for") {
    std::string const dendrite = "2 3 -9 -12 0 2 1\n3 3 -90 -110 0 2 2\n", root = "1 1 0 0 0 10 -1\n";
    std::string const ends = "4 1 -10 0 0 10 1\n5 1 10 0 0 10 1\n";
    for (auto const& text : {root + dendrite + ends, root + ends + dendrite, ends + root + dendrite,
                             dendrite + ends + root, root + "4 1 -10 0 0 10 1\n" + dendrite + "5 1 10 0 0 10 1\n"}) {
        auto const cell = read(text);
        REQUIRE(cell.morphology.sections.size() == 2);
        CHECK(area(cell.morphology.sections[0]) == doctest::Approx(1256.637));
        CHECK(length(cell.morphology.sections[0]) == doctest::Approx(20));
        CHECK(cell.morphology.sections[1].parent_x == 0.5);
        CHECK(cell.find("soma-overlap") == nullptr);
    }
    auto const found = read(root + dendrite + ends);
    CHECK(found.find("swc-soma-order")->where.line == 2);
    CHECK(contains(found.find("swc-soma-order")->message,
                   "1 section of 1256.6 um2, as written 3 sections of 2513.3 um2"));
    CHECK(read(root + ends + dendrite).find("swc-soma-order") == nullptr);
    auto const written = read(root + dendrite + ends, with("soma-order", "as-written"));
    CHECK(written.morphology.sections.size() == 4);
    CHECK(contains(written.find("soma-overlap")->message, "2513.3 um2 of membrane, of which 1256.6 um2 are outside"));
    // Two points, and a chain, that a dendrite stands between.
    auto const pair = read(root + dendrite + "4 1 20 0 0 10 1\n");
    CHECK(pair.morphology.sections.size() == 2);
    CHECK(area(pair.morphology.sections[0]) == doctest::Approx(1256.637));
    auto const chain = read(root + "4 1 20 0 0 10 1\n" + dendrite + "5 1 40 0 0 10 4\n");
    CHECK(length(chain.morphology.sections[0]) == doctest::Approx(40));
}

TEST_CASE("somata that cannot be meant are told, with what they would be otherwise") {
    auto const said = [](std::string const& text, char const* code) {
        auto const cell = read(text);
        auto const* found = cell.find(code);
        return found ? found->message : "";
    };
    // Three points of a sphere as a chain, and with a span that is not the diameter.
    CHECK(contains(said("1 1 0 0 0 10 -1\n2 1 -10 0 0 10 1\n3 1 10 0 0 10 2\n", "soma-overlap"),
                   "1885.0 um2 of membrane, of which 1256.6 um2 are outside"));
    CHECK(contains(
        said("1 1 0 0 0 10 -1\n2 1 -100 0 0 10 1\n3 1 100 0 0 10 1\n", "swc-three-point-soma"),
        "it is 10.00 times as long as wide): 12566.4 um2 as written, a sphere of the first radius has 1256.6 um2"));
    CHECK(contains(said("1 1 0 0 0 10 -1\n2 1 0 -10 0 9 1\n3 1 0 10 0 9 1\n", "swc-three-point-soma"),
                   "the radii differ"));
    CHECK(contains(said("1 1 0 0 0 10 -1\n2 1 0.1 0 0 10 1\n", "soma-disc"), "6.3 um2 of membrane around it"));
    CHECK(said("1 1 0 0 0 10 -1\n2 1 10.1 0 0 10 1\n", "soma-disc").empty());
    CHECK(said("1 1 0 0 0 5 -1\n2 1 20 0 0 5 1\n3 1 40 0 0 5 2\n", "soma-overlap").empty());
    CHECK(said("1 1 0 0 0 5 -1\n2 1 20 0 0 5 1\n3 1 40 0 0 5 2\n", "soma-long").empty());
    CHECK(contains(said("1 1 0 0 0 5 -1\n2 1 200 0 0 5 1\n", "soma-long"),
                   "200.0 um long and 10.00 um wide, of 6283.2 um2; a sphere as wide has 314.2 um2"));
}

TEST_CASE("a cell without any radius is refused, a soma without radius takes its neurite's") {
    CHECK(error_of("1 1 0 0 0 0 -1\n2 3 6 0 0 0 1\n3 3 60 0 0 0 2\n") == "swc-no-radius:1");
    CHECK(error_of("1 1 0 0 0 0 -1\n2 3 6 0 0 0 1\n3 3 60 0 0 0 2\n", with("zero-radius", "0.5")).empty());
    auto const cell = read("1 1 0 0 0 0 -1\n2 3 6 0 0 2 1\n3 3 60 0 0 1 2\n");
    CHECK(cell.find("swc-soma-radius")->where.line == 1);
    CHECK(length(cell.morphology.sections[0]) == doctest::Approx(4));
}

TEST_CASE("Arbor's reading makes a frustum of every pair, also between soma and neurite") {
    std::string const text = "1 1 0 0 0 5 -1\n2 1 10 0 0 5 1\n3 3 20 0 0 1 2\n4 3 30 0 0 1 3\n5 2 0 -10 0 1 1\n";
    auto const cell = read(text, with("reading", "arbor")).morphology;
    REQUIRE(cell.sections.size() == 3);
    CHECK(length(cell.sections[1]) == doctest::Approx(20));
    CHECK(cell.sections[1].points[0].diam == 10);
    CHECK(cell.sections[2].parent == 0);
    CHECK(cell.sections[2].parent_x == 0);
    CHECK(error_of(small_cell, with("reading", "arbor")) == "swc-arbor-single-point:1");
}

TEST_CASE("coordinates are rounded to single precision unless all digits are asked for") {
    std::string const text = "1 1 0 0 0 5 -1\n2 3 0.1 0 0 1 1\n3 3 1 0 0 1 2\n";
    CHECK(read(text).morphology.sections[1].points[0].x == 0.1f);
    CHECK(read(text, with("precision", "full")).morphology.sections[1].points[0].x == 0.1);
}

TEST_CASE("options are named in diagnostics as they are set, and misspelt ones are answered") {
    SwcOptions options;
    CHECK_THROWS_WITH_AS(
        set_option(options, "zero-radios", "keep"),
        "error: reconstructions have no option 'zero-radios' [unknown-option]\n    did you mean 'zero-radius'?",
        InputError);
    CHECK_THROWS_WITH_AS(set_option(options, "trees", "firs"),
                         "error: 'firs' is not a value of the option trees [unknown-value]\n    did you mean 'first'?",
                         InputError);
    CHECK_THROWS_AS(set_option(options, "zero-radius", "-1"), InputError);
    for (auto const& option : option_table())
        for (auto const& value : option.values)
            if (value != "<um>") CHECK_NOTHROW(set_option(options, option.name, value));
}

TEST_CASE("reading takes time in proportion to the points") {
    auto const seconds = [](int n) {
        std::string text = "1 1 0 0 0 5 -1\n";
        for (int i = 2; i <= n; ++i)  // a comb: worst for anything quadratic in sections or in children
            text += std::to_string(i) + " 3 " + std::to_string(i) + " " + std::to_string(i % 2) + " 0 1 " +
                    std::to_string(i % 2 ? i - 1 : std::max(1, i - 2)) + "\n";
        auto const start = std::chrono::steady_clock::now();
        cut(read(text).morphology, {CutRule::By::nseg, 1});
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    CHECK(seconds(30000) < 2);
}

TEST_CASE("a file in millimetres or metres is suspected") {
    auto const mm = read("1 1 0 0 0 0.01 -1\n2 3 0.06 0 0 0.001 1\n");
    REQUIRE(mm.find("swc-unit"));
    CHECK(mm.find("swc-unit")->message.find("no point has a radius above 0.01 um") != std::string::npos);
    CHECK(!read("1 1 0 0 0 0.03 -1\n2 3 0.06 0 0 0 1\n").find("swc-unit"));
}

TEST_CASE("a file in nanometres is suspected, and read as such when asked") {
    std::string const text = "1 1 0 0 0 5000 -1\n2 3 6000 0 0 1000 1\n3 3 16000 0 0 1000 2\n";
    CHECK(read(text).find("swc-unit")->where.line == 1);
    auto const cell = read(text, with("unit", "nm"));
    CHECK(cell.diagnostics.empty());
    CHECK(length(cell.morphology.sections[1]) == doctest::Approx(10));
    CHECK(cell.morphology.sections[1].points[0].diam == doctest::Approx(2));
}
