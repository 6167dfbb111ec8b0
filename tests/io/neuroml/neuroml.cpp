#include "io/neuroml/neuroml.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "io/neuroml/expression.hpp"
#include "io/neuroml/shape.hpp"
#include "io/neuroml/units.hpp"
#include "nmodl_lite/nmodl.hpp"
#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::io;
using namespace rall::io::neuroml;
using samples::Folder;

namespace {

std::string all(Diagnostics const& found) { return to_string(found); }

Cell read(Folder const& folder, std::string const& text, Diagnostics& found) {
    return read_cell(folder.write("a.cell.nml", text), found);
}

std::string cell_of(std::string const& morphology, std::string const& membrane = {}) {
    return "<neuroml xmlns=\"http://www.neuroml.org/schema/neuroml2\" id=\"a\">\n<ionChannelPassive "
           "id=\"leak\"/>\n<cell id=\"c\"><morphology id=\"m\">\n" +
           morphology + "\n</morphology><biophysicalProperties id=\"b\"><membraneProperties>" + membrane +
           "</membraneProperties></biophysicalProperties></cell></neuroml>\n";
}

std::string segment(int id, int parent, std::string const& ends, std::string const& along = {}) {
    return "<segment id=\"" + std::to_string(id) + "\">" +
           (parent < 0 ? ""
                       : "<parent segment=\"" + std::to_string(parent) + "\"" +
                             (along.empty() ? "" : " fractionAlong=\"" + along + "\"") + "/>") +
           ends + "</segment>\n";
}

std::string point(char const* end, double x, double y, double diameter) {
    return std::string("<") + end + " x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) +
           "\" z=\"0\" diameter=\"" + std::to_string(diameter) + "\"/>";
}

}  // namespace

TEST_CASE("quantities of NeuroML are numbers of Rall's units, exactly where the unit is a power of ten") {
    auto const in = [](char const* text, char const* unit) {
        auto const quantity = split_quantity(text);
        REQUIRE(quantity);
        auto const* given = find_unit(quantity->symbol);
        REQUIRE(given);
        return convert(quantity->number, *given, *find_unit(unit));
    };
    CHECK(in("10 mS_per_cm2", "S_per_cm2") == 0.01);
    CHECK(in("-70mV", "mV") == -70);
    CHECK(in("-0.07 V", "mV") == -70);
    CHECK(in("0.15 kohm_cm", "ohm_cm") == 150);
    CHECK(in("1.5 ohm_m", "ohm_cm") == 150);
    CHECK(in("0.98228995893 S_per_cm2", "S_per_cm2") == 0.98228995893);
    CHECK(in("0.01 F_per_m2", "uF_per_cm2") == 1);
    CHECK(in("2e-7 mol_per_cm3", "mM") == doctest::Approx(0.2));
    CHECK(in("293.15 K", "degC") == doctest::Approx(20));
    CHECK_FALSE(split_quantity("ten mV"));
    CHECK_FALSE(split_quantity("10 mV 3"));
    CHECK_FALSE(split_quantity("inf"));
    CHECK(find_unit("mv") == nullptr);
}

TEST_CASE("coherent units: products and quotients of quantities need no factors") {
    auto const of = [](double number, char const* unit) { return to_coherent(number, *find_unit(unit)); };
    CHECK(of(3, "mV") * of(2, "uS") == doctest::Approx(of(6, "nA")));
    CHECK(of(2, "Mohm") * of(3, "nA") == doctest::Approx(of(6, "mV")));
    CHECK(of(1, "pF") * of(1, "mV") == doctest::Approx(of(1, "pA") * of(1, "ms")));
    CHECK(of(1, "A_per_m2") * of(1, "m2") == doctest::Approx(of(1, "A")));
    CHECK(of(96485.3, "C_per_mol") * of(1, "mM") * of(1, "um3") == doctest::Approx(of(96485.3e-18, "C")));
    CHECK(of(8.3144621, "J_per_K_per_mol") * of(300, "K") / of(96485.3, "C_per_mol") ==
          doctest::Approx(of(25.852, "mV")).epsilon(1e-4));
}

TEST_CASE("expressions of LEMS keep their meaning in NMODL") {
    auto const nmodl = [](char const* text) {
        return write_expression(*parse_expression(text), Language::nmodl, [](std::string const& name) { return name; });
    };
    CHECK(nmodl("a - b - c") == "((a - b) - c)");
    CHECK(nmodl("-x^2") == "(-(x ^ 2))");
    CHECK(nmodl("2*exp(-(v + 40)/1e1)") == "(2 * exp(((-(v + 40)) / 10)))");
    CHECK(nmodl("a .gt. 1 .and. b .neq. 2 .or. c .leq. 3") == "(((a > 1) && (b != 2)) || (c <= 3))");
    CHECK(nmodl("ln(abs(x)) + log(y)") == "(log(fabs(x)) + log(y))");
    for (auto const* wrong : {"", "1 +", "(1", "sine(1)", "a^b^c", "1 mV", "a $ b", "f(1, 2)"})
        CHECK_THROWS_AS(parse_expression(wrong), ExpressionFailure);
    CHECK_THROWS_AS(parse_expression(std::string(1000, '(')), ExpressionFailure);
}

TEST_CASE("segments become sections of unbranched runs, attached by length") {
    Folder const folder;
    Diagnostics found;
    auto const cell =
        read(folder,
             cell_of(segment(0, -1, point("proximal", 0, 0, 20) + point("distal", 20, 0, 20)) +
                     segment(1, 0, point("proximal", 20, 0, 4) + point("distal", 120, 0, 3)) +
                     segment(2, 1, point("distal", 220, 0, 2)) + segment(3, 2, point("distal", 220, 90, 1)) +
                     segment(4, 2, point("distal", 145, -80, 1), "0.25") +
                     "<segmentGroup id=\"soma_group\"><member segment=\"0\"/></segmentGroup>"),
             found);
    INFO(all(found));
    REQUIRE(cell.morphology);
    auto const& sections = cell.morphology->sections;
    REQUIRE(sections.size() == 4);
    CHECK(sections[0].name == "soma[0]");
    CHECK(sections[1].name == "dend[0]");
    CHECK(sections[1].points.size() == 3);
    CHECK(morphology::length(sections[1]) == 200);
    CHECK(sections[2].parent == 1);
    CHECK(sections[2].parent_x == 1);
    CHECK(sections[3].parent_x == 0.625);
    // Without a proximal point of its own a segment begins where and as wide as its parent is there.
    CHECK(sections[3].points[0].x == 145);
    CHECK(sections[3].points[0].diam == 2.75);
}

TEST_CASE("a sphere has its area, and what hangs on it hangs where it says") {
    Folder const folder;
    Diagnostics found;
    auto const cell = read(folder,
                           cell_of(segment(0, -1, point("proximal", 5, 5, 12) + point("distal", 5, 5, 12)) +
                                   segment(1, 0, point("proximal", 5, 11, 1) + point("distal", 5, 50, 1), "0.5")),
                           found);
    INFO(all(found));
    REQUIRE(cell.morphology);
    CHECK(morphology::area(cell.morphology->sections[0]) == doctest::Approx(4 * 3.14159265358979 * 36));
    CHECK(cell.morphology->sections[1].parent_x == 0.5);
}

TEST_CASE("groups by path, subTree and include; their extent from the root") {
    Folder const folder;
    Diagnostics found;
    std::string text;
    for (int i = 0; i < 5; ++i)
        text += segment(i, i - 1, (i == 0 ? point("proximal", 0, 0, 2) : "") + point("distal", 10 * (i + 1), 0, 2));
    text += segment(5, 1, point("distal", 20, 30, 1));
    text +=
        "<segmentGroup id=\"p\"><path><from segment=\"1\"/><to segment=\"3\"/></path></segmentGroup>"
        "<segmentGroup id=\"t\"><subTree><from segment=\"2\"/></subTree></segmentGroup>"
        "<segmentGroup id=\"both\"><include segmentGroup=\"p\"/><include segmentGroup=\"t\"/></segmentGroup>";
    auto const cell = read(folder, cell_of(text), found);
    INFO(all(found));
    REQUIRE(cell.shape);
    CHECK(cell.shape->groups.at("p").segments == std::set<int>{1, 2, 3});
    CHECK(cell.shape->groups.at("t").segments == std::set<int>{2, 3, 4});
    CHECK(cell.shape->groups.at("both").segments == std::set<int>{1, 2, 3, 4});
    CHECK(cell.shape->groups.at("t").nearest == 20);
    CHECK(cell.shape->groups.at("t").furthest == 50);
    CHECK(cell.shape->groups.at("all").segments.size() == 6);
}

TEST_CASE("what the compiler finds in a composed mechanism points at the XML it comes from") {
    Folder const folder;
    Diagnostics found;
    auto const file = folder.write(
        "k.channel.nml",
        "<neuroml xmlns=\"http://www.neuroml.org/schema/neuroml2\" id=\"k\">\n<ionChannelHH id=\"k1\" species=\"k\">\n"
        "<gateHHtauInf id=\"n\" instances=\"1\">\n<steadyState type=\"HHSigmoidVariable\" rate=\"1\" midpoint=\"-40 "
        "mV\" scale=\"9 mV\"/>\n"
        "<timeCourse type=\"fixedTimeCourse\" tau=\"2 ms\"/></gateHHtauInf></ionChannelHH></neuroml>\n");
    auto mechanisms = mechanisms_of(file, found);
    INFO(all(found));
    REQUIRE(mechanisms.size() == 1);
    auto& composed = mechanisms[0];
    REQUIRE(static_cast<std::size_t>(std::count(composed.text.begin(), composed.text.end(), '\n')) ==
            composed.origins.size());
    auto const place = composed.text.find("n_tau = ");
    REQUIRE(place != std::string::npos);
    composed.text.replace(place, 5, "n_wow");  // a name that is not declared
    nmodl::translate(composed, found);
    REQUIRE(found.has_errors());
    auto const said = all(found);
    INFO(said);
    CHECK(said.find("k.channel.nml:5") != std::string::npos);
    CHECK(said.find("n_wow") != std::string::npos);
    CHECK(said.find("fixedTimeCourse") != std::string::npos);
}

TEST_CASE("densities of one channel in one place are mechanisms of their own, so that they add up") {
    Folder const folder;
    Diagnostics found;
    auto const density = [](char const* id, char const* erev) {
        return std::string("<channelDensity id=\"") + id + "\" ionChannel=\"leak\" condDensity=\"1 S_per_m2\" erev=\"" +
               erev + "\" ion=\"non_specific\"/>";
    };
    auto const cell = read(folder,
                           cell_of(segment(0, -1, point("proximal", 0, 0, 2) + point("distal", 9, 0, 2)),
                                   density("a", "-70 mV") + density("b", "-50 mV")),
                           found);
    INFO(all(found));
    CHECK(cell.mechanisms.size() == 2);
    auto const made = biophysics(cell, {}, found);
    auto const* regions = made.find("regions");
    REQUIRE(regions);
    REQUIRE(regions->children.size() == 2);
    CHECK(regions->children[0].find("mechanisms")->find("leak")->find("e")->number() == -70);
    CHECK(regions->children[1].find("mechanisms")->find("leak_b")->find("e")->number() == -50);
    CHECK(regions->children[1].find("mechanisms")->find("leak_b")->find("g")->number() == 1e-4);
}
