#include "io/config/config.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

TEST_CASE("cells are numbered in order and cut as told") {
    auto const config = read(ball_and_stick());
    auto const& model = config.model;
    REQUIRE(model.cells.size() == 3);
    CHECK(model.cells[2].gid == 2);
    CHECK(model.cells[2].name == "cell[2]");
    CHECK(model.types.size() == 1);
    CHECK(model.types[0].cable->compartments.size() == 11);
    CHECK(model.dt == 0.1);
    CHECK(model.v_init == -80);
    CHECK(config.output_dir.filename() == "output");
    REQUIRE(model.sources.size() == 3);
    CHECK(std::get<model::ThresholdSource>(model.sources[1].origin).threshold == -30);
}

TEST_CASE("a region says no more than it says: parameters given before stay") {
    auto const config = read(ball_and_stick(
        {},
        R"json("all": {"mechanisms": {"pas": {"g": 1e-4, "e": -60}}}, "dend": {"mechanisms": {"pas": {"g": "1e-5*distance"}}})json"));
    auto const& type = config.model.types[0];
    REQUIRE(type.mechanisms.size() == 1);
    auto const& pas = type.mechanisms[0];
    REQUIRE(pas.compartments.size() == 11);
    CHECK(pas.parameters.at("e").uniform());
    CHECK(pas.parameters.at("e")[0] == -60);
    for (std::size_t i = 0; i < 11; ++i) {
        auto const& compartment = type.cable->compartments[i];
        auto const expected = compartment.section == 0 ? 1e-4 : 1e-5 * compartment.distance;
        CHECK(pas.parameters.at("g")[i] == doctest::Approx(expected));
    }
}

TEST_CASE("a mechanism of one region has the mechanism's defaults there, and a note says so") {
    Diagnostics found;
    auto const config = read(
        ball_and_stick({}, R"json("soma": {"cm": 2, "Ra": 80, "mechanisms": {"hh": {"gnabar": 0.1}}})json"), found);
    auto const& type = config.model.types[0];
    CHECK(type.mechanisms[0].compartments == std::vector<int>{0});
    CHECK(type.mechanisms[0].parameters.size() == 1);
    CHECK(type.cm[0] == 2);
    CHECK(type.cm[1] == 1);
    CHECK(type.Ra[0] == 80);
    CHECK(type.Ra[1] == 35.4);
    CHECK(contains(to_string(found), "hh in cell: not given, so gkbar = 0.036 S/cm2"));
}

TEST_CASE("connections: all to all, one to one with a shift, generators, own places and thresholds") {
    auto const config =
        read(ball_and_stick(R"json("synapses": {"syn": {"mechanism": "ExpSyn", "location": "dend[0](0.5)"
}
},
"generators": {"train": {"times": [1, 2]}, "stim": {"mechanism": "NetStim", "parameters": {"interval": 5}, "count": 2, "record": true}},
"connections": [{"source": "cell", "target": "syn", "rule": "one_to_one", "shift": 1, "weight": 0.5, "delay": 2},
                {"source": "stim", "target": "syn[2]", "weight": 1},
                {"source": "train", "target": "syn", "weight": 1},
                {"source": "cell[1]", "location": "dend[1](1)", "threshold": 0, "target": "syn[0]", "weight": 1}])json"));
    auto const& model = config.model;
    REQUIRE(model.connections.size() == 3 + 2 + 3 + 1);
    for (int i = 0; i < 3; ++i) {
        CHECK(model.connections[i].source == i);
        CHECK(model.connections[i].target == model.number_of({0, (i + 1) % 3}));
        CHECK(model.connections[i].delay == 2);
    }
    auto const& stim = model.sources[model.connections[3].source];
    CHECK(stim.recorded);
    CHECK(std::get<model::PointRef>(stim.origin).index == 0);
    CHECK(model.points[std::get<model::PointRef>(stim.origin).set].gid[0] == stim.gid);
    CHECK(model.connections[3].target == model.number_of({0, 2}));
    CHECK(std::get<model::SpikeTrain>(model.sources[model.connections[5].source].origin).times ==
          std::vector<double>{1, 2});
    auto const& own = model.sources[model.connections[8].source];
    auto const place = std::get<model::ThresholdSource>(own.origin);
    CHECK_FALSE(own.recorded);
    CHECK(place.cell == 1);
    CHECK(place.compartment == 11);  // an end, behind the 11 compartments
    CHECK(place.threshold == 0);
    std::set<std::uint64_t> gids;
    for (auto const& source : model.sources) gids.insert(source.gid);
    CHECK(gids.size() == model.sources.size());
}

TEST_CASE("inputs become electrodes at their cells and places") {
    auto const config = read(ball_and_stick(R"json("inputs": {
"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.3, "delay": 10, "duration": 50, "node_set": "cell[1]", "location": "dend[1](0.9)"},
"allen": {"module": "IClamp", "input_type": "current_clamp", "amp": 0.1, "delay": 5, "duration": 6, "node_set": "cell"},
"train": {
    "module" : "pulse",
               "input_type" : "current_clamp",
                              "amp_start" : 1,
                              "width" : 2,
                              "frequency" : 100,
                              "delay" : 1,
                              "duration" : 25,
                              "node_set" : "cell[0]"
}
})json"));
    auto const& points = config.model.points;
    REQUIRE(points.size() == 3);
    CHECK(points[0].cell == std::vector<int>{1});
    CHECK(points[0].compartment == std::vector<int>{10});
    CHECK(points[0].parameters.at("amp")[0] == 0.3);
    CHECK(points[1].cell == std::vector<int>{0, 1, 2});
    CHECK(points[2].mechanism == "PulseClamp");
    CHECK(points[2].parameters.at("interval")[0] == 10);
    CHECK(points[2].parameters.at("width")[0] == 2);
    CHECK(points[2].parameters.at("dur")[0] == 25);
}

TEST_CASE("a place that is not given is one place, in a soma of several sections and without a soma") {
    auto const cell = [](std::string const& sections) {
        return R"({"cells": {"cell": {"stylized": [)" + sections +
               R"(], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}, "nseg": {"all": 3}}}},
 "run": {"tstop": 10}, "inputs": {"a": {"module": "IClamp", "input_type": "current_clamp", "amp": 1, "duration": 5}},
 "reports": {"v": {"variable_name": "v"}}})";
    };
    auto const check = [](io::Config const& config, int compartment) {
        REQUIRE(config.model.points.size() == 1);
        CHECK(config.model.points[0].compartment == std::vector<int>{compartment});
        REQUIRE(config.model.probes[0].sites.size() == 1);
        CHECK(config.model.probes[0].sites[0].compartment == compartment);
        CHECK(std::get<model::ThresholdSource>(config.model.sources[0].origin).compartment == compartment);
    };
    Diagnostics found;
    check(
        read(
            cell(
                R"({"name": "dend", "L": 9, "diam": 1}, {"name": "soma[0]", "L": 9, "diam": 9}, {"name": "soma[1]", "L": 9, "diam": 9})"),
            found),
        4);
    auto const said = to_string(found);
    CHECK(contains(said, "inputs.a: not given, so"));
    CHECK(contains(said, "location = soma[0](0.5) (the soma has 2 sections)"));
    CHECK(contains(said, "cells.cell: not given, so spike_location = soma[0](0.5) (the soma has 2 sections)"));
    Diagnostics without;
    check(read(cell(R"({"name": "axon", "L": 9, "diam": 1}, {"name": "dend", "L": 9, "diam": 1})"), without), 1);
    CHECK(contains(to_string(without), "spike_location = axon(0.5)"));

    Diagnostics twice;
    auto text = cell(R"({"name": "soma[0]", "L": 9, "diam": 9}, {"name": "soma[1]", "L": 9, "diam": 9})");
    text.replace(text.find("\"amp\""), 0, "\"location\": \"soma(0.5)\", ");
    CHECK(read(text, twice).model.points[0].compartment == std::vector<int>{1, 4});
    CHECK(contains(to_string(twice), "inputs.a: 2 places in cell, each with an electrode of its own"));
}

TEST_CASE("reports: places, sections, variables of mechanisms, ions and synapses") {
    auto const config =
        read(ball_and_stick(R"json("synapses": {"syn": {"mechanism": "ExpSyn", "location": "dend[0](0.5)"
}
},
"reports": {"v": {"cells": "cell[1]", "location": ["soma(0.5)", "dend[1](0.1)"], "variable_name": "v", "dt": 0.5},
            "all": {"sections": "all", "variable_name": "i_membrane", "start_time": 10, "end_time": 20},
            "m": {"sections": "all", "variable_name": "m_hh"},
            "ena": {"variable_name": "ena", "file_name": "sodium"},
            "g": {"synapses": "syn", "type": "synapse", "variable_name": "g"},
            "off": {"enabled": false, "variable_name": "nothing"}})json",
                            R"json("soma": {"mechanisms": {"hh": {}}}, "dend[0]": {"mechanisms": {"hh": {}}})json"));
    auto const& probes = config.model.probes;
    REQUIRE(probes.size() == 5);
    CHECK(probes[0].sites.size() == 2);
    CHECK(probes[0].sites[1].cell == 1);
    CHECK(probes[0].sites[1].compartment == 6);
    CHECK(probes[0].dt == 0.5);
    CHECK(probes[0].stop == 100);
    CHECK(probes[1].sites.size() == 33);
    CHECK(probes[1].stop == 20);
    CHECK(probes[2].mechanism == "hh");
    CHECK(probes[2].variable == "m");
    CHECK(probes[2].sites.size() == 3 * 6);
    CHECK(config.reports[3].file_name == "sodium.h5");
    CHECK(config.reports[3].units == "mV");
    CHECK(probes[4].sites[2].point.index == 2);
}

TEST_CASE("node sets of a file name cells by id, by name and by each other") {
    Folder const folder;
    folder.write(
        "sets.json",
        R"json({"ends": {"node_id": [0, 2]}, "both": ["ends", "cell[1]"], "bio": {"model_type": "biophysical"}, "virtual": {"model_type": "virtual"}})json");
    auto const text = ball_and_stick(R"json("node_sets_file": "$DIR/sets.json", "manifest": {"$DIR": "."},
"reports": {"a": {"cells": "ends", "variable_name": "v"}, "b": {"cells": "both", "variable_name": "v"}, "c": {"cells": "bio", "variable_name": "v"}})json");
    Diagnostics found;
    auto const config = io::read_config(
        folder.write("config.json", text), [](auto const&) { return mechanisms(); }, found);
    CHECK(config.model.probes[0].sites.size() == 2);
    CHECK(config.model.probes[0].sites[1].cell == 2);
    CHECK(config.model.probes[1].sites.size() == 3);
    CHECK(config.model.probes[2].sites.size() == 3);
}

TEST_CASE("an Allen fit file is read as it is, with its conditions, also where its numbers are written as text") {
    std::string fit =
        R"json({"passive": [{"ra": 122.88, "cm": [{"section": "soma", "cm": 1.0}, {"section": "dend", "cm": 2.28}], "e_pas": -89.5}],
"fitting": [{"sweeps": [41]}],
"conditions": [{"celsius": 34.0, "erev": [{"ena": 53.0, "section": "soma", "ek": -107.0}], "v_init": -89.5}],
"genome": [{"value": 0.5, "section": "soma", "name": "gnabar_hh", "mechanism": "hh"}, {"value": 6e-6, "section": "dend", "name": "g_pas", "mechanism": ""}, {"value": 140, "section": "dend", "name": "Ra", "mechanism": ""}]})json";
    SUBCASE("numbers") {}
    SUBCASE("text") { fit = std::regex_replace(fit, std::regex(": (-?[0-9][-0-9.e]*)"), ": \"$1\""); }
    Folder const folder;
    folder.write("fit.json", fit);
    auto const text =
        R"json({"cells": {"a": {"stylized": [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend", "L": 100, "diam": 2}],
"biophysics": "fit.json", "model_processing": "fullaxon"}}, "run": {"tstop": 1, "dL": 20}})json";
    Diagnostics found;
    auto const config = io::read_config(
        folder.write("config.json", text), [](auto const&) { return mechanisms(); }, found);
    auto const& type = config.model.types[0];
    CHECK(config.model.v_init == -89.5);
    CHECK(config.model.celsius == 34);
    CHECK(type.cable->sections[1].nseg == 5);
    CHECK(type.Ra[0] == 122.88);
    CHECK(type.Ra[1] == 140);
    CHECK(type.cm[1] == 2.28);
    REQUIRE(type.mechanisms.size() == 2);
    CHECK(type.mechanisms[0].mechanism == "hh");
    CHECK(type.mechanisms[0].compartments == std::vector<int>{0});
    auto const& pas = type.mechanisms[1].parameters;
    CHECK(pas.at("g")[0] == 0.001);
    CHECK(pas.at("g")[1] == 6e-6);
    CHECK(pas.at("e")[3] == -89.5);
    REQUIRE(type.ions.size() == 2);
    CHECK(type.ions[0].ion == "na");
    CHECK(type.ions[0].values[0] == 53);
}

TEST_CASE("Allen's all-active models with their whole axon have a compartment per 40 um, as those without") {
    Folder const folder;
    folder.write("cell.swc", "1 1 0 0 0 10 -1\n2 2 0 10 0 1 1\n3 2 0 330 0 1 2\n4 3 10 0 0 1 1\n5 3 110 0 0 1 4\n");
    auto const cable = [&](std::string const& processing) {
        Diagnostics found;
        auto const config = io::read_config(
            folder.write(
                "config.json",
                R"json({"cells": {"a": {"morphology": "cell.swc", "model_processing": ")json" + processing +
                    R"json(", "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}}, "run": {"tstop": 1}})json"),
            [](auto const&) { return mechanisms(); }, found);
        return config.model.types[0].cable;
    };
    auto const whole = cable("aibs_allactive_fullaxon"), cut = cable("aibs_allactive");
    CHECK(whole->sections[1].nseg == 17);
    CHECK(whole->sections.size() == 3);
    CHECK(cut->sections.size() == 4);
    CHECK(cut->sections[1].nseg == whole->sections[2].nseg);
}

TEST_CASE("errors of all parts of a config come together, each in its place") {
    auto const text = errors_of(ball_and_stick(
        R"json("inputs": {"step": {"module": "liner", "input_type": "current_clamp"}},
"reports": {"v": {"cells": "cel", "variable_name": "v"}, "w": {"variable_name": "hh.mm"}},
"connections": [{"source": "cell[7]", "target": "syn", "weight": 1}])json",
        R"json("all": {"mechanisms": {"hh": {"gnabar_hh": 1, "shift": 2, "gkbar": "0.1*distanc"}, "IClamp": {}, "passive": {}}})json"));
    for (auto const* part :
         {"did you mean 'linear'?", "no cell and no node set is called 'cel'", "did you mean 'cell'?",
          "the model has no variable 'hh.mm'", "did you mean 'hh.m'?", "'cell' has 3 cells",
          "neither 'synapses' nor 'generators' has an entry 'syn'", "leave out '_hh'", "shift of hh is GLOBAL",
          "distanc", "IClamp is a POINT_PROCESS", "no mechanism is called 'passive'", "config.json:3:"})
        CHECK_MESSAGE(contains(text, part), part << " in\n" << text);
}

TEST_CASE("an expression without a finite value names the place") {
    auto const text =
        errors_of(ball_and_stick({}, R"json("all": {"mechanisms": {"pas": {"g": "1/(distance - distance)"}}})json"));
    CHECK(contains(text, "soma(0.5)"));
    CHECK(contains(text, "expression-value"));
}

TEST_CASE("a circuit is refused with what to do instead") {
    auto const text = errors_of(R"json({"network": "circuit_config.json", "run": {"tstop": 1}})json");
    CHECK(contains(text, "circuits are not read here"));
    CHECK(contains(text, "describe the cells inline"));
}

TEST_CASE("synapses may be merged where run does not say otherwise") {
    std::string const run = R"("dt": 0.1})";
    auto const with = [&](std::string const& more) {
        auto text = ball_and_stick();
        return text.replace(text.find(run), run.size(), R"("dt": 0.1)" + more + "}");
    };
    CHECK_FALSE(read(with("")).model.exact_rates);
    CHECK(read(with(R"(, "exact_rates": true)")).model.exact_rates);
    CHECK(read(with("")).model.merge_synapses);
    CHECK_FALSE(read(with("")).merge_synapses.has_value());
    CHECK_FALSE(read(with(R"(, "merge_synapses": false)")).model.merge_synapses);
    CHECK(read(with(R"(, "merge_synapses": true)")).merge_synapses == true);
}

TEST_CASE("the variable step is set up as run says, with a clock that the shortest delay between cells holds") {
    std::string text = ball_and_stick(R"json("synapses": {"syn": {"mechanism": "ExpSyn", "location": "dend[0](0.5)"}},
        "generators": {"start": {"times": [1]}},
        "connections": [{"source": "cell", "target": "syn", "weight": 0.01, "delay": 0.03},
                        {"source": "start", "target": "syn", "weight": 0.01, "delay": 0}])json");
    std::string const run = R"("dt": 0.1})";
    auto const at = text.find(run);
    REQUIRE(at != std::string::npos);
    text.replace(at, run.size(),
                 R"json("dt": 0.1, "integration_method": "cvode", "rtol": 1e-4, "scope": "global", "maximum_step": 5,
        "atolscale": {"v": 10}})json");
    auto const model = read(text).model;
    CHECK(model.method == model::Method::cvode);
    CHECK(model.variable_step.absolute_tolerance == 1e-3);
    CHECK(model.variable_step.relative_tolerance == 1e-4);
    CHECK(model.variable_step.maximum_step == 5);
    CHECK(model.variable_step.global);
    CHECK(model.variable_step.scales == std::map<std::string, double>{{"v", 10}});
    CHECK(model.dt == 0.1 / 4);  // a train's spikes are known beforehand: their delay may be 0
}
