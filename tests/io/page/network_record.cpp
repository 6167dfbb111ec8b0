#include "io/page/network_record.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

namespace {

constexpr auto shape = R"("biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}, "nseg": 1})";

/// Balls at the given x of which a config names entries with counts.
std::string ball(std::string const& name, int count, double x) {
    return "\"" + name + "\": {" + (count > 1 ? "\"count\": " + std::to_string(count) + ", " : "") +
           R"("stylized": [{"name": "soma", "pt3d": [[)" + std::to_string(x) + ", 0, 5, 10], [" +
           std::to_string(x + 10) + ", 0, 5, 10]]}], " + shape + "}";
}

std::string config(std::string const& cells, std::string const& more) {
    return "{\"cells\": {" + cells + "}, \"run\": {\"tstop\": 100, \"dt\": 0.1}" + more + "}";
}

html::Pathway const* find(html::Network const& network, std::string const& source, std::string const& target,
                          std::string const& through) {
    for (auto const& way : network.pathways)
        if (network.populations[way.source].name == source && network.populations[way.target].name == target &&
            way.through == through)
            return &way;
    return nullptr;
}

}  // namespace

TEST_CASE("connections are counted by population and synapse, with their means") {
    auto const read = samples::read(config(ball("exc", 6, 0) + ", " + ball("inh", 3, 50), R"json(,
 "synapses": {"ampa": {"mechanism": "ExpSyn", "location": "soma(0.5)"},
              "gaba": {"mechanism": "ExpSyn", "cells": "inh", "location": "soma(0.5)"}},
 "generators": {"noise": {"mechanism": "NetStim", "count": 9}, "train": {"times": [1, 2]}},
 "connections": [{"source": "noise", "target": "ampa", "rule": "one_to_one", "weight": 0.5},
                 {"source": "exc", "target": "ampa", "rule": "fixed_indegree", "indegree": 3, "weight": {"distribution": "uniform", "low": 1, "high": 2},
                  "delay": {"distribution": "uniform", "low": 1, "high": 5}},
                 {"source": "inh", "target": "gaba", "weight": -0.25, "delay": 2},
                 {"source": "inh[1]", "location": "soma(0.5)", "threshold": -7, "target": "gaba", "weight": -0.75, "delay": 4},
                 {"source": "train", "target": "gaba[2]", "weight": 1}])json"));
    auto const network = io::network_of(read);
    REQUIRE(network.populations.size() == 4);
    CHECK(network.populations[1].first == 6);
    CHECK(network.populations[2].first == 9);
    CHECK(network.populations[3].count == 1);
    CHECK(network.cells == 9);
    struct Truth {
        std::uint64_t n = 0;
        double weight = 0, delay = 0;
    } onto_exc, onto_inh;
    for (auto const& c : read.model.connections)
        if (c.source < 6) {
            auto& truth = c.target < 6 ? onto_exc : onto_inh;
            ++truth.n;
            truth.weight += c.weight;
            truth.delay += c.delay;
        }
    CHECK(onto_exc.n == 18);
    CHECK(onto_inh.n == 9);
    for (auto const& [truth, target] : {std::pair{onto_exc, "exc"}, std::pair{onto_inh, "inh"}}) {
        auto const* way = find(network, "exc", target, "ampa");
        REQUIRE(way);
        CHECK(way->count == truth.n);
        CHECK(way->weight == doctest::Approx(truth.weight / static_cast<double>(truth.n)));
        CHECK(way->delay == doctest::Approx(truth.delay / static_cast<double>(truth.n)));
        CHECK_FALSE(way->coupling);
    }
    CHECK(find(network, "noise", "exc", "ampa")->count == 6);
    CHECK(find(network, "noise", "inh", "ampa")->count == 3);
    auto const* within = find(network, "inh", "inh", "gaba");
    REQUIRE(within);  // nine of all with all, and three from another threshold of one cell
    CHECK(within->count == 12);
    CHECK(within->weight == doctest::Approx((9 * -0.25 + 3 * -0.75) / 12));
    CHECK(within->delay == doctest::Approx(2.5));
    CHECK(find(network, "train", "inh", "gaba")->count == 1);
    CHECK(network.pathways.size() == 6);
    CHECK(network.somata.empty());  // the cells of each entry lie in one place

    auto const again = io::network_from(io::to_json(network));
    CHECK(io::to_json(again) == io::to_json(network));
}

TEST_CASE("somata are where shapes say") {
    auto const network = io::network_of(samples::read(config(ball("a", 1, 0) + ", " + ball("b", 1, 50.25), "")));
    REQUIRE(network.somata.size() == 2);
    CHECK(network.somata[0] == std::array{5.f, 0.f, 5.f});
    CHECK(network.somata[1] == std::array{55.25f, 0.f, 5.f});
    CHECK(io::network_from(io::to_json(network)).somata == network.somata);
}

TEST_CASE("the record of a network stays small") {
    std::string cells, generators, synapses, connections;
    for (int i = 0; i < 100; ++i) {
        auto const n = std::to_string(i);
        cells += (i ? ", " : "") + ball("c" + n, i == 0 ? 30'000 : 1, i);
        generators += (i ? ", " : "") + ("\"g" + n + "\": {\"times\": [1]}");
        synapses += (i ? ", " : "") + ("\"s" + n + "\": {\"mechanism\": \"ExpSyn\", \"cells\": \"c" + n +
                                       "\", \"location\": \"soma(0.5)\"}");
        connections += (i ? ", " : "") + ("{\"source\": \"g" + n + "\", \"target\": \"s" + n + "\", \"weight\": 1}");
    }
    auto const read = samples::read(config(cells, ", \"generators\": {" + generators + "}, \"synapses\": {" + synapses +
                                                      "}, \"connections\": [" + connections + "]"));
    auto const network = io::network_of(read);
    REQUIRE(network.populations.size() == 2 * io::most_populations);
    CHECK(network.populations[39].name == "61 others");
    CHECK(network.populations[39].first == 30'038);
    CHECK(network.populations[39].count == 61);
    CHECK(network.populations.back().count == 61);
    std::uint64_t together = 0;
    for (auto const& way : network.pathways)
        if (way.source == 79 && way.target == 39) together += way.count;
    CHECK(together == 61);
    CHECK(network.soma_step == 4);
    REQUIRE(network.somata.size() == 7'500 + 38 + 16);
    CHECK(network.somata[7'500] == std::array{6.f, 0.f, 5.f});
    CHECK(io::to_json(network).dump().size() < 400'000);
}

TEST_CASE("cells that lie in one place have no map") {
    auto const network = io::network_of(samples::read(config(ball("exc", 6, 0), "")));
    CHECK(network.somata.empty());
    CHECK(network.pathways.empty());
}
