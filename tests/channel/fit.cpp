#include "channel/fit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace rall::channel;

namespace {

std::vector<double> range(double from, double to, double step) {
    std::vector<double> x;
    for (int k = 0; from + k * step <= to + 1e-9; ++k) x.push_back(from + k * step);
    return x;
}

template <class F>
std::vector<double> over(std::vector<double> const& x, F const& f) {
    std::vector<double> y;
    for (double const at : x) y.push_back(f(at));
    return y;
}

void check(Fit const& fit, std::string const& name, double expected) {
    INFO(name);
    CHECK(fit[name].value == doctest::Approx(expected).epsilon(1e-7));
}

}  // namespace

TEST_CASE("points on a law give the law back") {
    auto const v = range(-100, 60, 5);
    SUBCASE("boltzmann, rising and falling, of any size and sign") {
        for (double const k : {6.3, -6.3, 1.5, -20.0})
            for (double const size : {1.0, -3e-7, 2e4}) {
                auto const found =
                    fit(Law::boltzmann, v, over(v, [&](double x) { return size / (1 + std::exp(-(x + 37.2) / k)); }));
                REQUIRE(found);
                check(*found, "V1/2", -37.2);
                check(*found, "k", k);
                check(*found, "amplitude", size);
                CHECK(found->r2 == doctest::Approx(1));
                CHECK(found->rms < 1e-9 * std::abs(size));
                CHECK((*found)(-37.2) == doctest::Approx(size / 2));
            }
    }
    SUBCASE("current and voltage") {
        auto const found = fit(Law::current_voltage, v,
                               over(v, [](double x) { return 0.05 * (x - 48) / (1 + std::exp(-(x + 22) / 7)); }));
        REQUIRE(found);
        check(*found, "Erev", 48);
        check(*found, "V1/2", -22);
        check(*found, "k", 7);
        check(*found, "G", 0.05);
    }
    SUBCASE("one exponential, whatever its time constant") {
        auto const t = range(0, 50, 0.1);
        for (double const tau : {0.3, 4.0, 60.0}) {
            auto const found = fit(Law::exponential, t, over(t, [&](double x) { return -2 + 5 * std::exp(-x / tau); }));
            REQUIRE(found);
            check(*found, "tau", tau);
            check(*found, "amplitude", 5);
            check(*found, "plateau", -2);
        }
    }
    SUBCASE("two exponentials, the fast one first") {
        auto const t = range(0, 100, 0.1);
        auto const found = fit(Law::double_exponential, t,
                               over(t, [](double x) { return 1 - 2 * std::exp(-x / 30) + 0.7 * std::exp(-x / 1.5); }));
        REQUIRE(found);
        check(*found, "tau 1", 1.5);
        check(*found, "tau 2", 30);
        check(*found, "amplitude 1", 0.7);
        check(*found, "amplitude 2", -2);
    }
}

TEST_CASE("standard errors are what repeated measurements scatter by") {
    auto const v = range(-80, 20, 5);
    std::mt19937 random(1);
    std::normal_distribution<double> noise(0, 0.02);
    double sum = 0, squares = 0, claimed = 0;
    int const n = 2000;
    for (int i = 0; i < n; ++i) {
        auto const found = fit(Law::boltzmann, v,
                               over(v, [&](double x) { return 1 / (1 + std::exp(-(x + 30) / 7)) + noise(random); }));
        REQUIRE(found);
        double const half = (*found)["V1/2"].value;
        sum += half;
        squares += half * half;
        claimed += (*found)["V1/2"].error;
    }
    double const scatter = std::sqrt(squares / n - sum / n * (sum / n));
    CHECK(sum / n == doctest::Approx(-30).epsilon(0.002));
    CHECK(claimed / n == doctest::Approx(scatter).epsilon(0.06));
}

TEST_CASE("what cannot be fitted is not") {
    double const none = std::nan("");
    CHECK_FALSE(fit(Law::boltzmann, {1, 2}, {1, 2}));
    CHECK_FALSE(fit(Law::boltzmann, {1, 2, 3, 4}, {5, 5, 5, 5}));
    CHECK_FALSE(fit(Law::exponential, {1, 2, 3, 4}, {none, none, none, none}));
    // the foot of a sigmoid, whose half lies anywhere beyond, and points that follow no such law
    auto const foot = range(0, 10, 1);
    CHECK_FALSE(fit(Law::boltzmann, foot, over(foot, [](double x) { return std::exp(x / 5); })));
    CHECK_FALSE(fit(Law::boltzmann, {0, 1, 2, 3, 4, 5, 6, 7}, {1, -1, 1, -1, 1, -1, 1, -1}));
    auto const with_gaps =
        fit(Law::exponential, {0, 1, 2, 3, 4}, {1, none, std::exp(-2.0), std::exp(-3.0), std::exp(-4.0)});
    REQUIRE(with_gaps);
    CHECK(with_gaps->points == 4);
    check(*with_gaps, "tau", 1);
}
