// Any valid tree can be read and cut, and nothing is lost on the way.
#include <doctest/doctest.h>

#include <random>

#include "morphology/asc.hpp"
#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;
using namespace rall::morphology::test;

namespace {

struct RandomTree {
    std::mt19937 random;

    int integer(int low, int high) { return std::uniform_int_distribution(low, high)(random); }
    double real(double low, double high) { return std::uniform_real_distribution(low, high)(random); }

    /// Lines of a valid SWC file in random order, with a soma of a few points and neurites of all types.
    std::vector<std::string> lines() {
        int const n = integer(2, 60), n_soma = integer(1, 5);
        std::vector<int> types;
        std::vector<std::string> result;
        for (int i = 0; i < n; ++i) {
            int const parent = i == 0 ? -1 : integer(0, 3) ? i - 1 : integer(0, i - 1);
            bool const goes_on = i > 0 && types[static_cast<std::size_t>(parent)] > 1 && integer(0, 5) > 0;
            types.push_back(i < n_soma ? 1 : goes_on ? types[static_cast<std::size_t>(parent)] : integer(2, 5));
            auto const number = [](double x) { return std::to_string(x) + " "; };
            result.push_back(std::to_string(i + 1) + " " + std::to_string(types.back()) + " " + number(real(-99, 99)) +
                             number(real(-99, 99)) + number(real(-99, 99)) + number(real(0.1, 3)) +
                             std::to_string(parent < 0 ? -1 : parent + 1) + "\n");
        }
        return result;
    }
};

std::string joined(std::vector<std::string> const& lines) {
    std::string text;
    for (auto const& line : lines) text += line;
    return text;
}

}  // namespace

TEST_CASE("area, length and resistance do not depend on the number of compartments") {
    RandomTree tree{std::mt19937(1)};
    for (int trial = 0; trial < 300; ++trial) {
        auto const text = joined(tree.lines());
        CAPTURE(text);
        auto const morphology = read(text).morphology;
        double whole_area = 0;
        for (auto const& section : morphology.sections) whole_area += area(section);
        double resistance[2] = {0, 0};
        int i = 0;
        for (int const nseg : {1, 7}) {
            auto const cable = cut(morphology, {CutRule::By::nseg, static_cast<double>(nseg)});
            double sum = 0, length_sum = 0, expected_length = 0;
            for (auto const& c : cable.compartments) {
                sum += c.area;
                resistance[i] += c.r_left + c.r_right;
                CHECK(c.distance >= 0);
                CHECK(c.diam > 0);
            }
            for (std::size_t s = 0; s < cable.sections.size(); ++s) {
                length_sum += cable.sections[s].L;
                expected_length += length(morphology.sections[s]);
                CHECK(cable.sections[s].parent < static_cast<int>(s));
            }
            CHECK(sum == doctest::Approx(whole_area).epsilon(1e-12));
            CHECK(length_sum == doctest::Approx(expected_length).epsilon(1e-12));
            ++i;
        }
        CHECK(resistance[0] == doctest::Approx(resistance[1]).epsilon(1e-9));
    }
}

TEST_CASE("the order of the lines changes neither area nor length of a region in Arbor's reading") {
    RandomTree tree{std::mt19937(2)};
    auto const options = with("reading", "arbor");
    int read_trees = 0;
    for (int trial = 0; trial < 300; ++trial) {
        auto lines = tree.lines();
        if (!error_of(joined(lines), options).empty()) continue;  // a soma of one point
        ++read_trees;
        auto const total = [&] {
            double sum = 0;
            auto const cell = read(joined(lines), options);
            for (auto const& section : cell.morphology.sections) sum += section.type * area(section);
            return sum;
        };
        double const before = total();
        std::shuffle(lines.begin(), lines.end(), tree.random);
        CHECK(total() == doctest::Approx(before).epsilon(1e-9));
    }
    CHECK(read_trees > 100);
}

TEST_CASE("broken bytes are read or refused, never worse") {
    RandomTree tree{std::mt19937(3)};
    std::string const swc = small_cell;
    std::string const asc =
        "(\"CellBody\" (0 0 0 0) (10 0 0 0) (10 10 0 0))\n((Axon) (5 9 0 2) (5 20 0 1) ((0 30 0 1) Normal | (9 30 0 "
        "0.5) High))\n";
    std::string const alphabet = "0123456789 .-+eE#()|<>\";,\n\r\tnaifx\xff";
    int readable = 0;
    for (int trial = 0; trial < 4000; ++trial) {
        std::string text = trial % 2 ? swc : asc;
        for (int k = tree.integer(1, 4); k > 0; --k) {
            auto const at = static_cast<std::size_t>(tree.integer(0, static_cast<int>(text.size()) - 1));
            auto const letter =
                alphabet[static_cast<std::size_t>(tree.integer(0, static_cast<int>(alphabet.size()) - 1))];
            switch (tree.integer(0, 2)) {
                case 0:
                    text[at] = letter;
                    break;
                case 1:
                    text.insert(at, 1, letter);
                    break;
                default:
                    text.erase(at, 1);
                    break;
            }
        }
        Diagnostics diagnostics;
        try {
            auto const cell =
                trial % 2 ? parse_swc(text, "cell", {}, diagnostics) : parse_asc(text, "cell", {}, diagnostics);
            auto const cable = cut(cell, {CutRule::By::nseg, 3});
            for (auto const& c : cable.compartments) CHECK(c.area >= 0);
            ++readable;
        } catch (InputError const& error) {
            CHECK(error.diagnostics().has_errors());
        }
    }
    CHECK(readable > 400);
    CHECK(readable < 3600);
}
