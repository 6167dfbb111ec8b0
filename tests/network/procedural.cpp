// Connections that are made again with each spike are those that are stored, and so are their spikes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/hypergeometric.hpp"
#include "tests/network/random_network.hpp"
#include "tests/solver/run.hpp"

using namespace rall;
using Kind = model::Projection::Kind;

namespace {

/// Targets enough for several blocks: artificial cells, some of which send.
model::Model crowd(int n) {
    model::Model model;
    auto const size = static_cast<std::size_t>(n);
    model.points.push_back({"tick", "ticker", std::vector<int>(size, -1), std::vector<int>(size, -1), {}, {}});
    for (int k = 0; k < n; ++k) {
        model.points[0].gid.push_back(static_cast<std::uint64_t>(k));
        model.sources.push_back({static_cast<std::uint64_t>(k), model::PointRef{0, k}});
    }
    return model;
}

model::Projection projection(Kind kind, std::int64_t number, double p, bool autapses, bool multapses, int n_sources, int n_targets) {
    model::Projection made;
    made.kind = kind, made.number = number, made.p = p, made.autapses = autapses, made.multapses = multapses;
    made.stream.seed = 7, made.stream.cell = 1234567;
    for (int k = 0; k < n_sources; ++k) made.add_source(static_cast<std::uint32_t>(k));
    made.n_targets = n_targets;
    made.weight.drawn = {{model::Distribution::Kind::normal, 0.01, 0.002, 0, 1}};
    made.delay.drawn = {{model::Distribution::Kind::uniform, 0, 1, 1, 3}};
    return made;
}

/// The projections of a model as connections.
model::Model stored(model::Model model) {
    model::Row row;
    for (auto const& p : model.projections) {
        model::Rows const rows(model, p);
        std::vector<std::uint32_t> sources;
        for (auto const& run : p.sources)
            for (std::uint32_t k = 0; k < run.n; ++k) sources.push_back(run.first + k);
        for (std::size_t s = 0; s < sources.size(); ++s) {
            rows.make(static_cast<std::int64_t>(s), row);
            for (std::size_t k = 0; k < row.size(); ++k)
                model.connect(static_cast<int>(sources[s]), {p.set, p.first + static_cast<int>(row.target[k])}, row.weight_of(p, k), row.delay_of(p, k));
        }
    }
    model.projections.clear();
    return model;
}

/// Its synapses keep nothing for their connections.
void make_forgetful(model::Model& model) {
    model.points[0].mechanism = "forgetful";
    for (auto& probe : model.probes)
        if (probe.mechanism == "synapse") probe.mechanism = "forgetful";
}

/// The network of the other tests with its connections made by rules, on the synapses of its cells.
model::Model ruled(unsigned seed) {
    auto model = testing::random_network(seed, 12, 7);
    model.connections.clear();
    make_forgetful(model);
    auto const n_cells = static_cast<int>(model.cells.size()), n_sources = static_cast<int>(model.sources.size());
    auto const add = [&](model::Projection p, int first_source, int last_source) {
        p.sources.clear();
        for (int k = first_source; k < last_source; k += 1 + k % 2) p.add_source(static_cast<std::uint32_t>(k));  // with gaps
        p.stream.cell += model.projections.size();
        model::measure(model, p);
        model.projections.push_back(std::move(p));
    };
    add(projection(Kind::pairwise_bernoulli, 0, 0.2, false, false, 0, 4 * n_cells), 0, n_cells);
    add(projection(Kind::fixed_outdegree, 6, 0, true, true, 0, 4 * n_cells), n_cells, n_sources);
    add(projection(Kind::fixed_total_number, 40, 0, false, true, 0, 3 * n_cells), 0, n_sources);
    auto constant = projection(Kind::all_to_all, 0, 0, false, false, 0, 3);
    constant.weight = {0.004}, constant.delay = {1.5};
    constant.first = 2;
    add(constant, 0, n_sources);
    return model;
}

}  // namespace

TEST_CASE("a network has the same spikes and samples whether its connections are stored or made again, however it is packed") {
    for (unsigned const seed : {1u, 2u, 3u}) {
        auto const model = ruled(seed);
        auto const reference = testing::run(stored(model));
        REQUIRE(reference.spikes.size() > 100);
        for (std::size_t const bytes : {std::size_t{1}, std::size_t{20000}, std::size_t{1} << 30}) CHECK(testing::same(reference, testing::run(model, bytes)));
    }
}

TEST_CASE("connections to synapses that are merged are the same whether stored or made again") {
    for (unsigned const seed : {1u, 2u}) {
        auto crowd = testing::crowded_network(seed, 12, "fading");
        auto const rules = ruled(seed);
        crowd.connections.clear();
        crowd.projections = rules.projections;
        for (auto& p : crowd.projections) {
            if (p.n_targets > 4) p.n_targets = 120;
            model::measure(crowd, p);
        }
        auto const reference = testing::run(stored(crowd));
        REQUIRE(reference.spikes.size() > 100);
        for (std::size_t const bytes : {std::size_t{1}, std::size_t{20000}, std::size_t{1} << 30}) CHECK(testing::same(reference, testing::run(crowd, bytes)));
        auto apart = crowd;
        apart.merge_synapses = false;
        CHECK(testing::distance(reference, testing::run(apart)) < 1e-9);
    }
}

TEST_CASE("connections that are stored and others that are made again may lead to one target") {
    for (unsigned const seed : {1u, 2u}) {
        auto model = ruled(seed);
        auto const reference = testing::run(stored(model));
        auto half = model;
        half.projections = {model.projections[1]};  // its sources are those of no other but the last two
        auto const first = stored(half).connections;
        model.projections.erase(model.projections.begin() + 1);
        model.projections.resize(1);
        auto both = ruled(seed);
        both.projections.resize(2);
        model.connections = first;
        CHECK(testing::same(testing::run(stored(both)), testing::run(model, 20000)));
    }
}

TEST_CASE("connections that are made again are found by a simulation that is restored") {
    auto const model = ruled(4);
    Diagnostics diagnostics;
    network::Simulation whole(model, {}, *test_library(), {}, diagnostics);
    whole.initialize();
    model::Snapshot snapshot;
    std::vector<network::Spike> known;
    for (bool more = true; more;) {
        if (whole.steps() > 700 && snapshot.step == 0) {
            snapshot = whole.save();
            for (auto const& spike : whole.spikes())
                if (spike.time < whole.settled()) known.push_back(spike);
        }
        more = whole.advance();
    }
    REQUIRE(snapshot.step > 0);
    for (std::size_t const bytes : {std::size_t{1}, std::size_t{20000}}) {
        network::Simulation again(model, {}, *test_library(), {bytes}, diagnostics);
        again.restore(snapshot, known);
        while (again.advance()) {
        }
        CHECK(again.spikes().size() > known.size() + 20);
        CHECK(std::ranges::equal(again.spikes(), whole.spikes(), [](auto const& a, auto const& b) { return a.time == b.time && a.gid == b.gid; }));
    }
}

TEST_CASE("a row is the same in one piece and in several") {
    constexpr int n = 20'000;
    auto const model = crowd(n);
    for (auto const& p : {projection(Kind::pairwise_bernoulli, 0, 0.003, false, false, 40, n), projection(Kind::pairwise_bernoulli, 0, 0.9, false, false, 3, n),
                          projection(Kind::fixed_outdegree, 1000, 0, false, false, 40, n), projection(Kind::fixed_outdegree, 15'000, 0, false, false, 3, n),
                          projection(Kind::fixed_outdegree, 30'000, 0, false, true, 3, n), projection(Kind::fixed_total_number, 50'000, 0, false, false, 40, n),
                          projection(Kind::all_to_all, 0, 0, false, false, 2, n), projection(Kind::one_to_one, 0, 0, false, false, 40, n)}) {
        model::Rows const rows(model, p);
        model::Row whole, part;
        for (std::int64_t s = 0; s < p.n_sources(); ++s) {
            rows.make(s, whole);
            CHECK(std::ranges::is_sorted(whole.target));
            std::size_t next = 0;
            for (std::uint32_t first = 0, last = 0; first < n; first = last) {
                last = std::min<std::uint32_t>(n, first + 1 + (first * 7919u + 1000u) % 9000u);
                rows.make(s, first, last, part);
                REQUIRE(next + part.size() <= whole.size());
                for (std::size_t k = 0; k < part.size(); ++k, ++next) {
                    REQUIRE(part.target[k] == whole.target[next]);
                    REQUIRE(part.weight[k] == whole.weight[next]);
                    REQUIRE(part.delay[k] == whole.delay[next]);
                }
            }
            CHECK(next == whole.size());
        }
    }
}

// Chi-square with k degrees of freedom has mean k and sd sqrt(2 k); five of these are allowed.
TEST_CASE("degrees over several blocks of targets are those of the rules") {
    constexpr int n = 20'000, n_sources = 200;
    auto const model = crowd(n);
    struct Of {
        model::Projection p;
        double mean, variance;  // of a source's connections
    };
    double const total = 400'000, share = 1.0 / n_sources;
    for (auto const& [p, mean, variance] :
         {Of{projection(Kind::pairwise_bernoulli, 0, 0.1, false, false, n_sources, n), 0.1 * (n - 1), 0.09 * (n - 1)},
          Of{projection(Kind::fixed_outdegree, 2000, 0, false, false, n_sources, n), 2000, 0},
          Of{projection(Kind::fixed_outdegree, 2000, 0, false, true, n_sources, n), 2000, 0},
          Of{projection(Kind::fixed_total_number, 400'000, 0, false, true, n_sources, n), total * share, total * share * (1 - share)},
          // hypergeometric: a tenth of all pairs is drawn
          Of{projection(Kind::fixed_total_number, 400'000, 0, false, false, n_sources, n), total * share, total * share * (1 - share) * 0.9}}) {
        model::Rows const rows(model, p);
        model::Row row;
        double squares = 0, all = 0;
        std::vector<double> of_target(n, 0);
        for (std::int64_t s = 0; s < n_sources; ++s) {
            rows.make(s, row);
            all += static_cast<double>(row.size());
            squares += std::pow(static_cast<double>(row.size()) - mean, 2);
            for (auto const k : row.target) of_target[k] += 1;
            CHECK_FALSE(std::ranges::binary_search(row.target, static_cast<std::uint32_t>(s)));
            CHECK((p.multapses || std::ranges::adjacent_find(row.target) == row.target.end()));
        }
        if (variance == 0) CHECK(squares == 0);
        else CHECK(std::abs(squares / variance - n_sources) < 5 * std::sqrt(2.0 * n_sources));
        if (p.kind == Kind::fixed_total_number) CHECK(all == total);
        double const expected = all / n, left = p.multapses ? 1 : 1 - 0.1;
        double chi = 0;
        for (double const times : of_target) chi += std::pow(times - expected, 2) / expected;
        CHECK(std::abs(chi / left - n) < 5 * std::sqrt(2.0 * n));
        // Blocks share as their sizes do.
        double first_block = 0;
        for (std::uint32_t k = 0; k < 8192; ++k) first_block += of_target[k];
        double const in_first = 8192.0 / n;
        CHECK(std::abs(first_block - all * in_first) < 5 * std::sqrt(all * in_first * (1 - in_first)));
    }
}

TEST_CASE("hypergeometric numbers have their distribution, small and large") {
    struct Of {
        double n, marked, all;
    };
    for (auto const& [n, marked, all] : {Of{3, 4, 10}, Of{1, 1, 2}, Of{10, 5, 12}, Of{7, 11, 12}, Of{100, 50, 1000}, Of{40'000, 3e4, 1e5}, Of{1e9, 5e9, 1e10}, Of{1e5, 1e13, 4e13}}) {
        CAPTURE(n);
        random::Stream stream{1, 2, 3};
        constexpr int draws = 40'000;
        double const mean = n * marked / all, variance = mean * (1 - marked / all) * (all - n) / (all - 1);
        double sum = 0, squares = 0;
        for (int k = 0; k < draws; ++k) {
            double const x = random::hypergeometric(stream, n, marked, all);
            REQUIRE(x >= std::max(0.0, n - (all - marked)));
            REQUIRE(x <= std::min(n, marked));
            sum += x - mean, squares += (x - mean) * (x - mean);
        }
        CHECK(std::abs(sum / draws) < 5 * std::sqrt(variance / draws));
        CHECK(squares / draws == doctest::Approx(variance).epsilon(0.04));
    }
    // 3 of 10 of which 4 are marked: 20, 60, 36 and 4 of 120.
    random::Stream stream{5, 6, 7};
    std::map<double, double> times;
    for (int k = 0; k < 120'000; ++k) times[random::hypergeometric(stream, 3, 4, 10)] += 1;
    double chi = 0;
    for (auto const& [x, expected] : {std::pair(0, 20'000.0), {1, 60'000.0}, {2, 36'000.0}, {3, 4'000.0}}) chi += std::pow(times[x] - expected, 2) / expected;
    CHECK(chi < 20);  // of 3 degrees of freedom
}

TEST_CASE("a distance takes its part where connections are made again") {
    struct Falling : model::OfDistance {
        void evaluate(std::span<double> values) const override {
            for (double& value : values) value = value < 400 ? 0.5 : 0.01;
        }
    };
    struct Travel : model::OfDistance {
        void evaluate(std::span<double> values) const override {
            for (double& value : values) value = 1 + value / 400;
        }
    };
    auto model = testing::random_network(5, 12, 4);
    model.connections.clear();
    make_forgetful(model);
    for (std::size_t c = 0; c < model.cells.size(); ++c) model.cells[c].placement.position = {100.0 * static_cast<double>(c), 0, 0};
    model::Projection p = projection(Kind::pairwise_bernoulli, 0, 0, false, false, static_cast<int>(model.cells.size()), 48);
    p.p_of_distance = std::make_shared<Falling>();
    p.delay = {0, {}, std::make_shared<Travel>()};
    model::measure(model, p);
    CHECK(p.shortest_delay >= 1);
    CHECK(p.longest_delay < 8);
    model.projections.push_back(p);
    model.projections.push_back(projection(Kind::all_to_all, 0, 0, false, false, 0, 48));
    model.projections[1].add_source(12);
    model.projections[1].add_source(13);
    model::measure(model, model.projections[1]);
    auto const all = stored(model);
    CHECK(std::abs(p.expected + 96 - static_cast<double>(all.connections.size())) < 0.5);
    auto const reference = testing::run(all);
    REQUIRE(reference.spikes.size() > 50);
    CHECK(testing::same(reference, testing::run(model, 20000)));
}
