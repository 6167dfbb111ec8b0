#include <doctest/doctest.h>

#include "morphology/region.hpp"
#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

namespace {

/// A config of one cell of these sections.
std::string cell(std::string const& sections, std::string const& biophysics = R"("regions": {"all": {}}, "nseg": 1)",
                 std::string const& more = {}) {
    return R"({"cells": {"cell": {"stylized": [)" + sections + R"(], "biophysics": {)" + biophysics + R"(}}},
 "run": {"tstop": 10})" +
           more + "}";
}

constexpr auto own_names =
    R"({"name": "soma", "L": 20, "diam": 20}, {"name": "hillock", "region": "axon", "L": 10, "diam": [3, 1]},
       {"name": "trunk[4]", "region": "apic", "pt3d": [[0, 0, 0, 2], [0, 30, 40, 2]], "nseg": 3, "Ra": 70, "cm": 2},
       {"name": "trunk[1]", "L": 5, "diam": 1, "parent": "trunk[4]", "parent_x": 0.5}, {"name": "axon1", "L": 5, "diam": 1, "parent": "hillock[0]"})";

}  // namespace

TEST_CASE("stylized sections keep their names in any order, and lie in the region they name") {
    auto const config = read(cell(own_names));
    auto const& cable = *config.model.types[0].cable;
    std::vector<std::string> names, regions;
    for (auto const& section : cable.sections) {
        names.push_back(section.name);
        regions.push_back(morphology::region_of(section));
    }
    CHECK(names == std::vector<std::string>{"soma", "hillock", "trunk[4]", "trunk[1]", "axon1"});
    CHECK(regions == std::vector<std::string>{"soma", "axon", "apic", "trunk", "axon1"});
    CHECK(cable.sections[4].parent == 1);
    CHECK(cable.sections[2].L == 50);
    CHECK(cable.sections[2].nseg == 3);
    CHECK(config.model.types[0].Ra[2] == 70);
    CHECK(config.model.types[0].cm[cable.sections[2].first + 1] == 2);
    CHECK(cable.compartments[cable.sections[1].first].diam == doctest::Approx(2));
}

TEST_CASE("a name means a region, and where there is none all sections called so") {
    auto const config = read(cell(own_names));
    auto const& cable = *config.model.types[0].cable;
    CHECK(morphology::sections(cable, "axon") == std::vector<int>{1});
    CHECK(morphology::sections(cable, "hillock") == std::vector<int>{1});
    CHECK(morphology::sections(cable, "hillock[0]") == std::vector<int>{1});
    CHECK(morphology::sections(cable, "trunk") == std::vector<int>{3});  // the region
    CHECK(morphology::sections(cable, "trunk[4]") == std::vector<int>{2});
    CHECK(morphology::sections(cable, "axon1") == std::vector<int>{4});
    CHECK(morphology::sections(cable, "apical") == std::vector<int>{2});
    CHECK_THROWS_AS(morphology::sections(cable, "trunk[2]"), InputError);
}

TEST_CASE("distances start from the origin of the biophysics") {
    auto const config = read(cell(own_names, R"json("regions": {"all": {}}, "nseg": 1, "origin": "hillock(1)")json"));
    auto const& cable = *config.model.types[0].cable;
    CHECK(cable.sections[1].distance_1 == 0);
    CHECK(cable.compartments[cable.sections[4].first].distance == 2.5);
    CHECK(cable.compartments[0].distance == 20);  // hillock and half the soma
    CHECK(contains(errors_of(cell(own_names, R"json("regions": {"all": {}}, "origin": "nowhere(1)")json")),
                   "config.json:"));
}

TEST_CASE("values per compartment come from lists") {
    auto const regions = R"("regions": {"apic": {"cm": [1, 2, 3], "mechanisms": {"pas": {"g": [1e-5, 2e-5, 3e-5]}}}})";
    auto sections = std::string(own_names);
    sections.replace(sections.find(", \"cm\": 2"), 9, "");
    auto const config = read(cell(sections, regions));
    auto const& type = config.model.types[0];
    REQUIRE(type.mechanisms.size() == 1);
    CHECK(type.mechanisms[0].parameters.at("g")[2] == 3e-5);
    CHECK(type.cm[type.cable->sections[2].first + 2] == 3);
    auto const wrong = R"("regions": {"apic": {"mechanisms": {"pas": {"g": [1e-5, 2e-5]}}}})";
    CHECK(contains(errors_of(cell(sections, wrong)), "has 2 values for 3 compartments"));
}

TEST_CASE("parameters, places, weights and currents per instance come from lists") {
    auto const config = read(ball_and_stick(R"json("synapses": {
        "syn": {"mechanism": "ExpSyn", "location": ["soma(0.5)", "dend[1](0.5)"], "cells": "cell[1]", "parameters": {"tau": [1, 2]}},
        "each": {"mechanism": "ExpSyn", "cells": ["cell[2]", "cell[0]", "cell[2]"], "rule": "one_to_one",
                 "location": ["dend[0](0.1)", "soma(0.5)", "dend[0](0.9)"], "parameters": {"tau": [3, 4, 5]}}},
    "generators": {"g": {"mechanism": "NetStim", "count": 2, "parameters": {"interval": [7, 8]}}},
    "connections": [{"source": "g", "target": "syn", "weight": [1, 2, 3, 4], "delay": [5, 6, 7, 8]}],
    "inputs": {"a": {"module": "IClamp", "input_type": "current_clamp", "amp": [0.1, 0.2, 0.3], "duration": 5}})json"));
    auto const& m = config.model;
    REQUIRE(m.points.size() == 4);
    CHECK(m.points[0].parameters.at("tau")[1] == 2);
    CHECK(m.points[1].cell == std::vector<int>{2, 0, 2});
    CHECK(m.points[1].compartment == std::vector<int>{1, 0, 5});
    CHECK(m.points[1].parameters.at("tau")[2] == 5);
    CHECK(m.points[2].parameters.at("interval")[1] == 8);
    CHECK(m.points[3].parameters.at("amp")[2] == 0.3);
    REQUIRE(m.connections.size() == 4);  // source by source
    CHECK(m.connections[1].weight == 2);
    CHECK(m.connections[2].delay == 7);
    CHECK(m.connections[2].source == m.connections[3].source);
}

TEST_CASE("the axon gives way to given sections or is cut off, and sections are added") {
    auto const changed = [](std::string const& what) {
        return read(
            R"({"cells": {"cell": {"stylized": [{"name": "soma", "L": 20, "diam": 20}, {"name": "axon", "L": 99, "diam": 1}, {"name": "dend", "L": 9, "diam": 1}], )" +
            what + R"(, "biophysics": {"regions": {"all": {}}, "nseg": 1}}}, "run": {"tstop": 10}})");
    };
    auto const replaced =
        changed(R"("replace_axon": [{"L": 20, "diam": 2}, {"L": 30, "diam": 1, "nseg": 3}])").model.types[0].cable;
    REQUIRE(replaced->sections.size() == 4);
    CHECK(replaced->sections[3].name == "axon[1]");
    CHECK(replaced->sections[3].parent == 2);
    CHECK(replaced->sections[3].nseg == 3);
    CHECK(replaced->sections[2].parent_x == 0.5);
    CHECK(changed(R"("axon": "none")").model.types[0].cable->sections.size() == 2);
    auto const stub = changed(R"("replace_axon": true)").model.types[0].cable;
    CHECK(stub->sections[1].name == "dend");
    CHECK(stub->sections[3].name == "axon[1]");
    CHECK(stub->sections[3].L == 30);
    auto const added =
        changed(R"("add_sections": [{"name": "spine", "L": 1, "diam": 0.5, "parent": "dend", "parent_x": 0.5}])");
    CHECK(added.model.types[0].cable->sections[3].parent == 2);
}
