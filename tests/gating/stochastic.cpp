#include <doctest/doctest.h>

#include <numeric>
#include <unsupported/Eigen/MatrixFunctions>

#include "base/binomial.hpp"
#include "tests/gating/samples.hpp"

using namespace rall;
using testing::Patches;

namespace {

constexpr int repetitions = 10000;

struct Moments {
    double mean, variance, fourth;
};

Moments moments_of(std::vector<double> const& x) {
    auto const n = static_cast<double>(x.size());
    double const mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double second = 0, fourth = 0;
    for (double const value : x) {
        double const d = (value - mean) * (value - mean);
        second += d;
        fourth += d * d;
    }
    return {mean, second / (n - 1), fourth / n};
}

/// Mean and variance of a sample are those of a binomial distribution within 3 standard errors.
void check_binomial(std::vector<double> const& counts, double n, double p) {
    auto const m = moments_of(counts);
    double const variance = n * p * (1 - p), size = static_cast<double>(counts.size());
    CHECK(std::abs(m.mean - n * p) <= 3 * std::sqrt(variance / size) + 1e-9);
    double const fourth = variance * (1 + 3 * (n - 2) * p * (1 - p));  // central, of the distribution
    CHECK(std::abs(m.variance - variance) <= 3 * std::sqrt(std::max(0.0, fourth - variance * variance) / size) + 1e-9);
}

std::vector<double> times(std::vector<double> x, double factor) {
    for (auto& value : x) value = std::round(value * factor);
    return x;
}

/// Chi-square of two samples of counts against their having one distribution, cells merged until each expects 10; and the
/// degrees of freedom.
std::pair<double, int> chi_square(std::vector<double> const& a, std::vector<double> const& b, int most) {
    std::vector<double> in_a(most + 1), in_b(most + 1);
    for (double const x : a) ++in_a[static_cast<int>(x)];
    for (double const x : b) ++in_b[static_cast<int>(x)];
    double sum = 0, first = 0, second = 0;
    int cells = 0;
    auto const close = [&] {
        sum += (first - second) * (first - second) / (first + second);  // samples of one size
        first = second = 0;
        ++cells;
    };
    double left = static_cast<double>(a.size() + b.size());
    for (int k = 0; k <= most; ++k) {
        first += in_a[k];
        second += in_b[k];
        left -= in_a[k] + in_b[k];
        if (first + second >= 20 && left >= 20) close();
    }
    if (first + second > 0) close();
    return {sum, cells - 1};
}

/// The value that chi-square with k degrees of freedom exceeds with probability 0.001 (Wilson & Hilferty 1931).
double critical(int k) {
    double const spread = 2.0 / (9 * k);
    return k * std::pow(1 - spread + 3.0902 * std::sqrt(spread), 3);
}

}  // namespace

TEST_CASE("binomial random numbers have their distribution, by inversion and by rejection") {
    for (auto const& [n, p] :
         {std::pair{1., 0.3}, {20., 0.05}, {50., 0.5}, {1000., 0.004}, {200., 0.9}, {5000., 0.37}, {1e6, 0.001}}) {
        CAPTURE(n);
        CAPTURE(p);
        random::Stream stream{42, 1};
        std::vector<double> counts;
        for (int k = 0; k < 100000; ++k) counts.push_back(random::binomial(stream, n, p));
        check_binomial(counts, n, p);
        if (n > 5000) continue;
        // Against the distribution itself, cells of at least 10 expected.
        std::vector<double> seen(static_cast<std::size_t>(n) + 1);
        for (double const x : counts) ++seen[static_cast<std::size_t>(x)];
        double sum = 0, expected = 0, found = 0, left = 1e5;
        int cells = 0;
        for (double k = 0; k <= n; ++k) {
            double const term = 1e5 * std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                                               k * std::log(p) + (n - k) * std::log(1 - p));
            expected += term;
            left -= term;
            found += seen[static_cast<std::size_t>(k)];
            if (expected < 10 || (left < 10 && k < n)) continue;
            sum += (found - expected) * (found - expected) / expected;
            expected = found = 0;
            ++cells;
        }
        CHECK(sum < critical(cells - 1));
    }
    random::Stream stream{1};
    CHECK(random::binomial(stream, 10, 0) == 0);
    CHECK(random::binomial(stream, 10, 1) == 10);
    CHECK(random::binomial(stream, 0, 0.5) == 0);
    CHECK(stream.draws == 0);
}

TEST_CASE("channels of two states relax as theory says: mean and variance over 10,000 repetitions") {
    double const alpha = 0.3, beta = 0.1, N = 40;
    for (auto const drawing : {Drawing::binomial, Drawing::gillespie, Drawing::automatic}) {
        CAPTURE(static_cast<int>(drawing));
        Patches patches{"pair", repetitions};
        patches.channels = N;
        patches.drawing = drawing;
        patches.dt = 0.1;
        auto const open = patches.run({"o"}, 1).at(0);
        REQUIRE(open.size() >= 10);
        for (std::size_t t = 0; t < open.size(); ++t) {
            CAPTURE(t);
            double const p = alpha / (alpha + beta) * (1 - std::exp(-(alpha + beta) * static_cast<double>(t)));
            check_binomial(times(open[t], N), N, p);
        }
    }
}

TEST_CASE("channels of five states relax as the exponential of their rates says, and stay at rest at rest") {
    double const N = 25;
    Eigen::VectorXd start = Eigen::VectorXd::Zero(7);
    start[0] = 1;
    for (auto const drawing : {Drawing::binomial, Drawing::gillespie})
        for (bool const from_first : {true, false}) {
            Patches patches{"loop", repetitions, -20};
            patches.channels = N;
            patches.drawing = drawing;
            patches.dt = 0.5;
            patches.tstop = 6;
            patches.parameters["from_first"] = from_first;
            auto const counted = patches.run(testing::loop_states, 3);
            Patches without = patches;
            without.channels = 0;
            without.n = 1;
            without.exact = true;
            auto const exact = without.run(testing::loop_states, 3);
            for (std::size_t state = 0; state < counted.size(); ++state)
                for (std::size_t row = 0; row < 3; ++row) {
                    CAPTURE(static_cast<int>(drawing));
                    CAPTURE(from_first);
                    CAPTURE(state);
                    CAPTURE(row);
                    check_binomial(times(counted[state][row], N), N, exact[state][row][0]);
                }
        }
}

TEST_CASE("counts drawn by Gillespie's method and all at once have one distribution (chi-square, level 0.001)") {
    double const N = 60;
    auto const counts = [&](Drawing drawing, std::uint64_t seed) {
        Patches patches{"loop", repetitions, -20};
        patches.channels = N;
        patches.drawing = drawing;
        patches.seed = seed;
        patches.dt = 0.25;
        patches.tstop = 2;
        patches.parameters["from_first"] = 1;
        return patches.run(testing::loop_states, 2);
    };
    auto const one = counts(Drawing::gillespie, 11), all = counts(Drawing::binomial, 12);
    for (std::size_t state = 0; state < one.size(); ++state) {
        CAPTURE(state);
        auto const [sum, freedom] = chi_square(times(one[state][1], N), times(all[state][1], N), static_cast<int>(N));
        CHECK(freedom >= 3);
        CHECK(sum < critical(freedom));
    }
}

TEST_CASE("the same channels are drawn however cells are packed, other ones for another seed") {
    Patches patches{"loop", 50, -30};
    patches.channels = 80;
    patches.tstop = 5;
    auto const once = patches.run(testing::loop_states, 0.5);
    patches.group_bytes = 1;
    CHECK(once == patches.run(testing::loop_states, 0.5));
    patches.group_bytes = 3000;
    CHECK(once == patches.run(testing::loop_states, 0.5));
    patches.seed = 2;
    CHECK(once != patches.run(testing::loop_states, 0.5));
    CHECK(once[4][5][0] != once[4][5][1]);  // another cell, another stream
}
