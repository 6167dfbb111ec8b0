#include "io/page/spike_picture.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "io/page/thinning.hpp"

using namespace rall::html;

namespace {

struct Given {
    std::vector<double> times;
    std::vector<std::uint64_t> nodes;
};

/// Spikes at random, in order.
Given spikes_of(std::uint64_t first, std::uint64_t n_nodes, std::size_t n, double until) {
    std::mt19937 random(7);
    Given given;
    for (std::size_t k = 0; k < n; ++k) {
        given.times.push_back(until * static_cast<double>(k) / static_cast<double>(n));
        given.nodes.push_back(first + random() % n_nodes);
    }
    return given;
}

}  // namespace

TEST_CASE("the step is the smallest that leaves few enough, and one of each at least") {
    std::vector<Population> const one{{"all", 0, 100'000, true}};
    CHECK(step_for(one, 2'500) == 40);
    CHECK(shown(one, 40) == 2'500);
    std::vector<Population> const two{{"many", 0, 9'999, true}, {"few", 9'999, 3, true}};
    auto const step = step_for(two, 100);
    CHECK(shown(two, step) <= 100);
    CHECK(shown(two, step - 1) > 100);
    CHECK(step_for(two, 1) == 9'999);  // cannot be met
    CHECK(shown(two, 9'999) == 2);
    CHECK(step_for({}, 10) == 1);
}

TEST_CASE("what is few is drawn as it is, and rates are those of all spikes") {
    constexpr double until = 400;
    auto const given = spikes_of(5, 30, 4'000, until);
    SpikePicture picture("cells", {{"a", 5, 10, true}, {"b", 15, 20, true}}, until);
    CHECK_FALSE(picture.add(std::span(given.times).first(1'000), std::span(given.nodes).first(1'000)));
    CHECK_FALSE(picture.add(std::span(given.times).subspan(1'000), std::span(given.nodes).subspan(1'000)));
    auto const spikes = std::move(picture).finish();
    CHECK(spikes.step == 1);
    CHECK(spikes.spike_step == 1);
    CHECK(spikes.total == 4'000);
    CHECK(spikes.bin == 2);
    REQUIRE(spikes.rates.size() == 2);
    REQUIRE(spikes.rates[0].size() == 200);
    std::vector<std::vector<float>> rows(30);
    std::vector<std::vector<double>> rates(2, std::vector<double>(200));
    for (std::size_t k = 0; k < given.times.size(); ++k) {
        rows[given.nodes[k] - 5].push_back(static_cast<float>(given.times[k]));
        bool const b = given.nodes[k] >= 15;
        rates[b][static_cast<std::size_t>(given.times[k] / 2)] += 1 / ((b ? 20 : 10) * 0.002);
    }
    CHECK(spikes.rows == rows);
    for (int p : {0, 1})
        for (int k = 0; k < 200; ++k) CHECK(spikes.rates[p][k] == doctest::Approx(rates[p][k]));
}

TEST_CASE("of many cells every k-th is drawn, with all its spikes, and the rule is told") {
    auto const given = spikes_of(0, 10'000, 200'000, 1'000);
    SpikePicture picture("cells", {{"a", 0, 10'000, true}}, 1'000, 20'000);
    picture.add(given.times, given.nodes);
    auto const spikes = std::move(picture).finish();
    CHECK(spikes.step == 16);  // 4 for the rows, twice doubled for the spikes
    CHECK(spikes.spike_step == 1);
    std::vector<std::vector<float>> rows(625);
    for (std::size_t k = 0; k < given.times.size(); ++k)
        if (given.nodes[k] % 16 == 0) rows[given.nodes[k] / 16].push_back(static_cast<float>(given.times[k]));
    CHECK(spikes.rows == rows);
    double sum = 0;
    for (double const rate : spikes.rates[0]) sum += rate * spikes.bin / 1000 * 10'000;
    CHECK(sum == doctest::Approx(200'000));
}

TEST_CASE("of many spikes of few cells every k-th is drawn") {
    auto const given = spikes_of(0, 2, 100'000, 1'000);
    SpikePicture picture("generators", {{"a", 0, 2, true}}, 1'000, 30'000);
    picture.add(given.times, given.nodes);
    auto const spikes = std::move(picture).finish();
    CHECK(spikes.step == 1);
    CHECK(spikes.spike_step == 4);
    std::vector<std::vector<float>> rows(2);
    std::size_t seen[] = {0, 0};
    for (std::size_t k = 0; k < given.times.size(); ++k)
        if (seen[given.nodes[k]]++ % 4 == 0) rows[given.nodes[k]].push_back(static_cast<float>(given.times[k]));
    CHECK(spikes.rows == rows);
}

TEST_CASE("bins are 1, 2 or 5 times a power of ten, and the last one takes the rest") {
    auto const bins_of = [](double until) {
        SpikePicture picture("cells", {{"a", 0, 1}}, until);
        auto const last = std::vector{until};
        picture.add(last, std::vector<std::uint64_t>{0});
        auto const spikes = std::move(picture).finish();
        auto const n = spikes.rates[0].size();
        // One spike in what is left
        CHECK(spikes.rates[0].back() == doctest::Approx(1000 / (until - static_cast<double>(n - 1) * spikes.bin)));
        return std::pair{spikes.bin, n};
    };
    CHECK(bins_of(0.5) == std::pair{1.0, std::size_t{1}});
    CHECK(bins_of(100.2) == std::pair{1.0, std::size_t{100}});
    CHECK(bins_of(200) == std::pair{1.0, std::size_t{200}});
    CHECK(bins_of(201) == std::pair{2.0, std::size_t{101}});
    CHECK(bins_of(500) == std::pair{5.0, std::size_t{100}});
    CHECK(bins_of(1'500) == std::pair{10.0, std::size_t{150}});
    CHECK(bins_of(1e6) == std::pair{5000.0, std::size_t{200}});
}

TEST_CASE("a node of no population is told") {
    SpikePicture picture("cells", {{"a", 3, 2, true}, {"b", 8, 1}}, 10);
    auto const tell = [&](std::uint64_t node) { return picture.add(std::vector{1.0}, std::vector{node}); };
    for (std::uint64_t const node : {3, 4, 8}) CHECK_FALSE(tell(node));
    for (std::uint64_t const node : {0, 2, 5, 7, 9}) CHECK(tell(node) == node);
}
