#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

namespace {

model::Model network(std::string const& connection) {
    return read(R"json({"cells": {"cell": {"count": 5, "stylized": [{"name": "soma", "L": 20, "diam": 20}],
                       "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
                       "synapses": {"other": {"mechanism": "ExpSyn", "location": "soma(0.5)", "cells": "cell"},
                                    "syn": {"mechanism": "ExpSyn", "location": ["soma(0.3)", "soma(0.7)"], "cells": "cell"}},
                       "run": {"tstop": 1, "dt": 0.1}, "connections": [{"source": "cell", "target": "syn", )json" +
                         connection + "}]}")
        .model;
}

void expect(model::Model const& model, std::vector<model::Connection> const& expected) {
    REQUIRE(model.connections.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
        CHECK(model.connections[k].source == expected[k].source);
        CHECK(model.connections[k].target == expected[k].target);
        CHECK(model.connections[k].weight == expected[k].weight);
        CHECK(model.connections[k].delay == expected[k].delay);
    }
}

}  // namespace

TEST_CASE("pairs: lists of sources and targets, with weights of their own") {
    expect(network(R"("pairs": {"source": [0, 4, 4], "target": [9, 0, 0]}, "weight": [1, 2, 3], "delay": 2)"),
           {{0, 5 + 9, 1, 2}, {4, 5, 2, 2}, {4, 5, 3, 2}});
    expect(network(R"("pairs": {"source": [], "target": []}, "weight": 1)"), {});
}

TEST_CASE("pairs: a file, with weights and delays in it or beside it, columns in any order") {
    auto const file = std::filesystem::temp_directory_path() / "rall_pairs.csv";
    auto const write = [&](std::string const& text) { std::ofstream(file) << text; };
    auto const csv = R"("pairs": {"csv": ")" + file.string() + "\"}";
    write("delay,source,note,target,weight\r\n1.5,3,x,1,0.25\r\n\r\n2, 0,y,+2,-1e-3\r\n");
    expect(network(csv), {{3, 5 + 1, 0.25, 1.5}, {0, 5 + 2, -1e-3, 2}});
    write("source,target\n3,1\n0,2");
    expect(network(csv + R"(, "weight": [5, 6])"), {{3, 5 + 1, 5, 1}, {0, 5 + 2, 6, 1}});
    std::filesystem::remove(file);
}
