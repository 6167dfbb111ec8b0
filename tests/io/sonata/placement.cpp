#include "io/sonata/placement.hpp"
#include "io/sonata/section_places.hpp"

#include <doctest/doctest.h>

#include "io/sonata/network.hpp"
#include "morphology/stylized.hpp"

using namespace rall;
using namespace rall::io::sonata;

namespace {

morphology::Cable cable_of(std::vector<morphology::StylizedSection> const& sections, double nseg) {
    std::array<double, 1> const Ra{100}, cm{1};
    return morphology::cut(morphology::stylized(sections), {{morphology::CutRule::By::nseg, nseg}, {}}, Ra, cm);
}

morphology::StylizedSection section(char const* name, int type, double length, int parent, double parent_x) {
    morphology::StylizedSection result;
    result.name = name, result.type = type, result.length = length, result.diam = 2, result.parent = parent, result.parent_x = parent_x;
    return result;
}

}  // namespace

TEST_CASE("numbers are those of numpy's RandomState") {
    NumpyStream three(3);
    CHECK(three.next() == 0.5507979025745755);
    CHECK(three.next() == 0.7081478226181048);
    CHECK(NumpyStream(4000000000u).next() == 0.8765553184532914);
}

TEST_CASE("compartments are drawn from the length that lies in a range of distance from the soma's 0-end") {
    auto const cable = cable_of({section("soma", morphology::soma_type, 20, -1, 0), section("dend[0]", morphology::dend_type, 100, 0, 1),
                                 section("dend[1]", morphology::dend_type, 50, 0, 0.5), section("apic", morphology::apic_type, 30, 0, 1)},
                                5);
    auto const order = sections_by_id(cable, false);
    // dend[0] from 20 to 120 um in pieces of 20, dend[1] from 10 to 60 um in pieces of 10.
    auto const some = segments_in(cable, order, {{"basal"}, 15, 50});
    CHECK(some.compartments == std::vector<int>{5, 6, 10, 11, 12, 13});
    REQUIRE(some.cumulated.size() == 6);
    double const sum = 20 + 10 + 5 + 10 + 10 + 10;
    CHECK(some.cumulated[0] == doctest::Approx(20 / sum));
    CHECK(some.cumulated[2] == doctest::Approx(35 / sum));
    CHECK(some.cumulated.back() == 1);
    CHECK(segments_in(cable, order, {{"axon"}, 0, 1000}).compartments.empty());
    CHECK(segments_in(cable, order, {{"apic", "soma"}, 0, 1e20}).compartments.size() == 10);
}

TEST_CASE("sections are numbered soma, axon, dend, apic, and a stub of the axon comes last") {
    auto const cable = cable_of({section("soma", morphology::soma_type, 20, -1, 0), section("apic[0]", morphology::apic_type, 9, 0, 1),
                                 section("dend[1]", morphology::dend_type, 9, 0, 1), section("dend[0]", morphology::dend_type, 9, 0, 1),
                                 section("axon[0]", morphology::axon_type, 9, 0, 0.5)},
                                1);
    CHECK(sections_by_id(cable, false) == std::vector<int>{0, 4, 3, 2, 1});
    CHECK(sections_by_id(cable, true) == std::vector<int>{0, 3, 2, 1, 4});
}

TEST_CASE("numbers that a template gave sections leave gaps where an axon went") {
    CHECK(io::sonata::sections_by_number({0, 5, 6, 1, -1}) == std::vector<int>{0, 3, -1, -1, -1, 1, 2});
    CHECK(io::sonata::ids_of_sections({0, 3, -1, -1, -1, 1, 2}, 5) == std::vector<int>{0, 5, 6, 1, 7});
    CHECK(io::sonata::ids_of_sections({2, 0, 1}, 3) == std::vector<int>{1, 2, 0});
}
