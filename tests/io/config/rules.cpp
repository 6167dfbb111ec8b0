#include "io/config/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

namespace {

using Pair = std::pair<int, int>;  // source, instance

/// 400 cells with a synapse each, and these connections.
model::Model network_of(std::string const& connections) {
    return read(R"json({"cells": {"cell": {"count": 400, "stylized": [{"name": "soma", "L": 20, "diam": 20}],
                       "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
                       "synapses": {"syn": {"mechanism": "ExpSyn", "location": "soma(0.5)"},
                                    "inh": {"mechanism": "ExpSyn", "location": "soma(0.5)"}},
                       "run": {"tstop": 1, "dt": 0.1, "random_seed": 3}, "connections": [)json" +
                connections + "]}")
        .model;
}

std::string entry(std::string const& more, std::string const& target = "syn") {
    return R"({"source": "cell", "target": ")" + target + R"(", "weight": 1, "delay": 1, )" + more + "}";
}

std::vector<Pair> pairs(model::Model const& model) {
    std::vector<Pair> all;
    for (auto const& connection : model.connections) all.emplace_back(connection.source, connection.target % 400);  // either entry of synapses
    return all;
}

bool has_autapses(std::vector<Pair> const& all) {
    return std::ranges::any_of(all, [](Pair pair) { return pair.first == pair.second; });
}

bool has_multapses(std::vector<Pair> const& all) { return std::set(all.begin(), all.end()).size() != all.size(); }

/// Sum of (observed - expected)^2 / expected over how often each cell is at one end of a pair.
double chi_square(std::vector<Pair> const& all, int Pair::*end) {
    std::map<int, double> times;
    for (auto const& pair : all) times[pair.*end] += 1;
    double const expected = static_cast<double>(all.size()) / 400;
    double sum = 0;
    for (int i = 0; i < 400; ++i) sum += std::pow(times[i] - expected, 2) / expected;
    return sum;
}

/// Mean and standard deviation.
std::pair<double, double> moments(std::vector<double> const& values) {
    double sum = 0, squares = 0;
    for (double const x : values) sum += x, squares += x * x;
    auto const n = static_cast<double>(values.size());
    return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

std::vector<double> weights(std::string const& distribution) {
    auto const model = network_of(R"({"source": "cell", "target": "syn", "delay": 1, "weight": )" + distribution + "}");
    std::vector<double> values;
    for (auto const& connection : model.connections) values.push_back(connection.weight);
    return values;
}

}  // namespace

// Chi-square with 399 degrees of freedom has mean 399 and sd 28; with p = 0.1 or 40 of 399 the spread is 0.9 of that. Five sd are allowed.
TEST_CASE("pairwise_bernoulli connects each pair with probability p") {
    auto const all = pairs(network_of(entry(R"("rule": "pairwise_bernoulli", "p": 0.1)")));
    double const n = 400 * 399, sd = std::sqrt(n * 0.1 * 0.9);
    CHECK(std::abs(static_cast<double>(all.size()) - 0.1 * n) < 4 * sd);
    CHECK_FALSE(has_autapses(all));
    CHECK_FALSE(has_multapses(all));
    for (auto const end : {&Pair::first, &Pair::second}) CHECK(std::abs(chi_square(all, end) - 399 * 0.9) < 140);
    CHECK(pairs(network_of(entry(R"("rule": "pairwise_bernoulli", "p": 1)"))).size() == 400 * 399);
    CHECK(pairs(network_of(entry(R"("rule": "pairwise_bernoulli", "p": 1, "allow_autapses": true)"))).size() == 400 * 400);
    CHECK(network_of(entry(R"("rule": "pairwise_bernoulli", "p": 0)")).connections.empty());
    CHECK(has_autapses(pairs(network_of(entry(R"("rule": "pairwise_bernoulli", "p": 0.5, "allow_autapses": true)")))));
}

TEST_CASE("fixed degrees are those asked for, and partners are uniform") {
    for (bool const in : {true, false})
        for (int const degree : {0, 1, 40, 300, 399}) {
            auto const rule =
                in ? R"("rule": "fixed_indegree", "indegree": )" : R"("rule": "fixed_outdegree", "outdegree": )";
            auto const all = pairs(network_of(entry(rule + std::to_string(degree))));
            std::map<int, int> times;
            for (auto const& pair : all) ++times[in ? pair.second : pair.first];
            CHECK(times.size() == (degree > 0 ? 400 : 0));
            for (auto const& [cell, n] : times) CHECK(n == degree);
            CHECK_FALSE(has_autapses(all));
            CHECK_FALSE(has_multapses(all));
            if (degree == 0) continue;
            double const left = 1 - degree / 399.0;
            CHECK(std::abs(chi_square(all, in ? &Pair::first : &Pair::second) - 399 * left) <= 140);
        }
    auto const again = pairs(network_of(entry(R"("rule": "fixed_indegree", "indegree": 1000, "allow_multapses": true)")));
    CHECK(again.size() == 400'000);
    CHECK(has_multapses(again));
    CHECK_FALSE(has_autapses(again));
    CHECK(pairs(network_of(entry(R"("rule": "fixed_indegree", "indegree": 400, "allow_autapses": true)"))).size() ==
          160'000);
}

TEST_CASE("fixed_total_number makes so many, from any pair") {
    for (int const n : {0, 1, 16'000, 150'000, 399 * 400}) {
        auto const all = pairs(network_of(entry(R"("rule": "fixed_total_number", "N": )" + std::to_string(n))));
        CHECK(all.size() == static_cast<std::size_t>(n));
        CHECK_FALSE(has_autapses(all));
        CHECK_FALSE(has_multapses(all));
        if (n < 400) continue;
        double const left = 1 - n / (399.0 * 400);
        for (auto const end : {&Pair::first, &Pair::second}) CHECK(std::abs(chi_square(all, end) - 399 * left) <= 140);
    }
    auto const again = pairs(network_of(entry(R"("rule": "fixed_total_number", "N": 200000, "allow_multapses": true)")));
    CHECK(again.size() == 200'000);
    CHECK(has_multapses(again));
}

TEST_CASE("an entry draws the same wherever it stands; other seeds and other targets draw otherwise") {
    auto const first = entry(R"("rule": "fixed_indegree", "indegree": 5)");
    auto const second = entry(R"("rule": "fixed_indegree", "indegree": 5)", "inh");
    auto const a = pairs(network_of(first)), b = pairs(network_of(second));
    CHECK(a != b);
    auto joined = a;
    joined.insert(joined.end(), b.begin(), b.end());
    CHECK(pairs(network_of(first + "," + second)) == joined);
    joined = b;
    joined.insert(joined.end(), a.begin(), a.end());
    CHECK(pairs(network_of(second + "," + first)) == joined);
    CHECK(pairs(network_of(entry(R"("rule": "fixed_indegree", "indegree": 5, "seed": 3)"))) == a);  // that of the run
    CHECK(pairs(network_of(entry(R"("rule": "fixed_indegree", "indegree": 5, "seed": 4)"))) != a);
    auto const twice = pairs(network_of(first + "," + first));
    CHECK(std::vector(twice.begin(), twice.begin() + 2000) == a);
    CHECK(std::vector(twice.begin() + 2000, twice.end()) != a);
}

TEST_CASE("distributions have their moments and keep their limits") {
    auto const check = [](std::string const& distribution, double mean, double sd) {
        CAPTURE(distribution);
        auto const values = weights(distribution);
        REQUIRE(values.size() == 160'000);  // the mean is off by sd / 400
        auto const found = moments(values);
        CHECK(std::abs(found.first - mean) < 5 * sd / 400);
        CHECK(std::abs(found.second / sd - 1) < 0.02);
        CHECK(std::set(values.begin(), values.end()).size() > 159'990);
    };
    check(R"({"distribution": "uniform", "low": -1, "high": 3})", 1, 4 / std::sqrt(12.0));
    check(R"({"distribution": "normal", "mean": 2, "sd": 0.5})", 2, 0.5);
    check(R"({"distribution": "exponential", "mean": 3})", 3, 3);
    double const s2 = 0.25;
    check(R"({"distribution": "lognormal", "mu": 1, "sigma": 0.5})", std::exp(1 + s2 / 2),
          std::exp(1 + s2 / 2) * std::sqrt(std::exp(s2) - 1));
    // The upper half of a normal distribution: mean sqrt(2 / pi), variance 1 - 2 / pi.
    check(R"({"distribution": "normal", "mean": 0, "sd": 1, "low": 0})", std::sqrt(2 / std::acos(-1.0)),
          std::sqrt(1 - 2 / std::acos(-1.0)));
}

TEST_CASE("delays are drawn of dt and more, unless a lower limit is given") {
    auto const shortest = [](std::string const& more) {
        double least = 1e9;
        for (auto const& connection :
             network_of(R"({"source": "cell", "target": "syn", "weight": 1, "delay": )" + more + "}").connections)
            least = std::min(least, connection.delay);
        return least;
    };
    auto const usual = shortest(R"({"distribution": "normal", "mean": 0.5, "sd": 0.5})");
    CHECK(usual >= 0.1);
    CHECK(usual < 0.101);
    CHECK(shortest(R"({"distribution": "normal", "mean": 0.5, "sd": 0.5, "low": 0})") < 0.001);
}

TEST_CASE("probability, weight and delay may depend on distance, which positions of cells and places make") {
    auto const at = [](int k) { return 10.0 * k; };
    std::string positions;
    for (int k = 0; k < 100; ++k) positions += (k ? ", [" : "[") + std::to_string(at(k)) + ", 0, 0]";
    auto const model =
        read(R"json({"cells": {"cell": {"count": 100, "stylized": [{"name": "soma", "L": 20, "diam": 20}], "position": [)json" + positions +
             R"json(], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
                       "synapses": {"syn": {"mechanism": "ExpSyn", "location": "soma(0.5)"}}, "run": {"tstop": 1, "dt": 0.1},
                       "connections": [{"source": "cell", "target": "syn", "rule": "pairwise_bernoulli", "weight": "0.001*distance",
                                        "p": "distance < 205 ? 0.5 : distance > 795 ? 1 : 0", "delay": "0.5 + distance/300"}]})json")
            .model;
    int near = 0, far = 0;
    for (auto const& connection : model.connections) {
        double const distance = std::abs(at(static_cast<int>(connection.source)) - at(static_cast<int>(connection.target)));
        CHECK(connection.weight == doctest::Approx(0.001 * distance));
        CHECK(connection.delay == doctest::Approx(0.5 + distance / 300));
        CHECK((distance < 205 || distance > 795));
        CHECK(distance > 0);  // no autapses
        ++(distance < 500 ? near : far);
    }
    CHECK(far == 20 * 21);                     // of 100 cells in a row, pairs 80 to 99 steps apart, either way
    CHECK(near == doctest::Approx(0.5 * (2 * 20 * 100 - 20 * 21)).epsilon(0.1));
}
