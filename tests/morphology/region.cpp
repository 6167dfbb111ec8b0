#include "morphology/region.hpp"

#include <doctest/doctest.h>

#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;
using namespace rall::morphology::test;

namespace {

/// soma[0] (10 um), dend[0] with branches dend[1] and dend[2], apic[0] of 300 um from 0 to 300 um beyond the soma's middle.
Cable const& cable() {
    static Cable const result = cut(read(small_cell).morphology, {CutRule::By::nseg, 3});
    return result;
}

std::string message(std::string const& expression) {
    try {
        places(cable(), expression);
    } catch (InputError const& error) {
        auto const& d = error.diagnostics().items().front();
        return d.message + " [" + d.code + "] " + d.advice;
    }
    return "";
}

}  // namespace

TEST_CASE("regions and sections are found by name") {
    CHECK(sections(cable(), "all") == std::vector<int>{0, 1, 2, 3, 4});
    CHECK(sections(cable(), "dend") == std::vector<int>{1, 2, 3});
    CHECK(sections(cable(), "basal") == std::vector<int>{1, 2, 3});
    CHECK(sections(cable(), " apic , soma, apical") == std::vector<int>{0, 4});
    CHECK(sections(cable(), "dend[2]") == std::vector<int>{3});
    CHECK(sections(read(small_cell).morphology, "apic") == std::vector<int>{4});
    CHECK_THROWS_AS(sections(cable(), "soma(0.5)"), InputError);
}

TEST_CASE("places lie in the compartments that NEURON puts them in") {
    auto const where = [](std::string const& text) { return compartment(cable(), place(cable(), text)); };
    CHECK(where("soma(0.5)") == 1);
    CHECK(where("soma[0](0)") == 0);
    CHECK(where("dend[0](0.34)") == 4);
    CHECK(where("apic(1)") == 14);
    CHECK(compartments(cable(), "apic(1), soma, soma(0.5)") == std::vector<int>{0, 1, 2, 14});
    CHECK(to_string(cable(), place(cable(), "dend[2](0.25)")) == "dend[2](0.25)");
    CHECK(to_string(cable(), place(cable(), "apic(1)")) == "apic[0](1)");
}

TEST_CASE("places at a path distance are found on every branch that passes it") {
    auto const found = places(cable(), "dend@15");
    REQUIRE(found.size() == 2);  // dend[0] ends at 10 um, its two branches go on
    CHECK(found[0].section == 2);
    CHECK(found[0].x == doctest::Approx(0.5));
    CHECK(found[1].section == 3);
    auto const apical = place(cable(), "apic@150");
    CHECK(apical.x == doctest::Approx(0.5));
    CHECK(places(cable(), "all@10").size() == 2);  // the end of dend[0], once, and apic
    CHECK(places(cable(), "soma@4").size() == 2);  // on both sides of the middle
    CHECK(places(cable(), "soma@0").size() == 1);
    CHECK(compartments(cable(), "apic@100:300") == std::vector<int>{13, 14});
    CHECK(compartments(cable(), "all@0:20").size() == 3 + 3 + 3 + 3);
}

TEST_CASE("what cannot be found or understood is answered") {
    CHECK(message("apix(0.5)") == "'apix(0.5)': this cell has no region 'apix' [region-unknown] did you mean 'apic'?");
    CHECK(message("dend[9](0.5)") ==
          "'dend[9](0.5)': there is no section dend[9] [region-unknown] this cell has dend[0] to dend[2]");
    CHECK(message("axon[0](0.5)") ==
          "'axon[0](0.5)': this cell has no region 'axon' [region-unknown] known: all, soma, dend, apic");
    CHECK(message("apic(1.5)").find("[place-range]") != std::string::npos);
    CHECK(message("apic@-3").find("[place-range]") != std::string::npos);
    CHECK(
        message("apic@999") ==
        "'apic@999': no place of apic is 999 um away [place-empty] distances are path lengths in um from soma[0](0.5)");
    CHECK(message("apic") ==
          "'apic': a place is expected here, 'apic' is a stretch of the cell [region-syntax] write apic(0.5) for the "
          "middle");
    for (auto const* text :
         {"", "apic(", "apic(x)", "apic(0.5", "apic(0.5)x", "@3", "apic@", "apic@3:1", "soma,,apic", "apic@1e999"})
        CHECK_MESSAGE(!message(text).empty(), text);
    CHECK_THROWS_AS(place(cable(), "dend(0.5)"), InputError);
    CHECK_THROWS_AS(compartments(cable(), "soma@5000:6000"), InputError);
}
