#include "channel/fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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
        for (double const tau : {0.3, 4.0, 40.0}) {
            auto const found = fit(Law::exponential, t, over(t, [&](double x) { return -2 + 5 * std::exp(-x / tau); }));
            REQUIRE(found);
            check(*found, "tau", tau);
            check(*found, "amplitude", 5);
            check(*found, "plateau", -2);
        }
    }
    SUBCASE("the cube of a sigmoid") {
        for (double const k : {6.3, -6.3}) {
            auto const found = fit(Law::boltzmann_cubed, v, over(v, [&](double x) { return -3e-4 * std::pow(1 + std::exp(-(x + 37.2) / k), -3); }));
            REQUIRE(found);
            check(*found, "V1/2", -37.2);
            check(*found, "k", k);
            check(*found, "amplitude", -3e-4);
            CHECK((*found)(-37.2) == doctest::Approx(-3e-4 / 8));
        }
    }
    SUBCASE("m^3 h, with and without a current that stays") {
        auto const t = range(0.025, 30, 0.025);
        for (double const plateau : {0.0, -0.2}) {
            auto const found = fit(Law::m3h, t, over(t, [&](double x) { return std::pow(1 - std::exp(-x / 0.4), 3) * (plateau - 5 * std::exp(-x / 3.0)); }));
            REQUIRE(found);
            check(*found, "tau m", 0.4);
            check(*found, "tau h", 3);
            check(*found, "amplitude", -5);
            if (plateau != 0) check(*found, "plateau", plateau);
            CHECK((*found)(1.0) == doctest::Approx(std::pow(1 - std::exp(-1 / 0.4), 3) * (plateau - 5 * std::exp(-1 / 3.0))));
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

namespace {

/// There is no fit, and its reason begins so.
void check_none(Fitted const& found, std::string const& kind) {
    CAPTURE(kind);
    CAPTURE(found.obstacle);
    CHECK_FALSE(found);
    CHECK(found.obstacle.starts_with(kind + ":"));
}

}  // namespace

TEST_CASE("what cannot be fitted is not, and the reason is told") {
    double const none = std::nan("");
    check_none(fit(Law::boltzmann, {1, 2}, {1, 2}), "too few points");
    check_none(fit(Law::boltzmann, {1, 2, 3}, {1, 2, 3}), "too few points");
    check_none(fit(Law::boltzmann, {1, 2, 3, 4}, {5, 5, 5, 5}), "no variation");
    check_none(fit(Law::exponential, {1, 2, 3, 4}, {none, none, none, none}), "too few points");
    check_none(fit(Law::boltzmann, {0, 1, 2, 3, 4, 5, 6, 7}, {1, -1, 1, -1, 1, -1, 1, -1}), "another law");
    auto const with_gaps = fit(Law::exponential, {0, 1, 2, 3, 4, 5},
                               {1, none, std::exp(-2.0), std::exp(-3.0), std::exp(-4.0), std::exp(-5.0)});
    REQUIRE(with_gaps);
    CHECK(with_gaps->points == 5);
    check(*with_gaps, "tau", 1);
}

TEST_CASE("a sigmoid is one only where its half is among the points, and they are close enough to tell its slope") {
    auto const v = range(-100, 60, 5);
    auto const sigmoid = [](double half, double k) {
        return [=](double x) { return 1 / (1 + std::exp(-(x - half) / k)); };
    };
    CHECK(fit(Law::boltzmann, v, over(v, sigmoid(50, 7))));
    check_none(fit(Law::boltzmann, v, over(v, sigmoid(70, 7))), "half outside");
    check_none(fit(Law::boltzmann, v, over(v, sigmoid(-105, -7))), "half outside");
    check_none(fit(Law::boltzmann, v, over(v, sigmoid(-32.5, 0.1))), "too steep");
    auto const bell = [](double x) { return std::exp(-(x + 20) * (x + 20) / 800); };
    check_none(fit(Law::boltzmann, v, over(v, bell)), "no sigmoid");
    check_none(fit(Law::current_voltage, v, over(v, [&](double x) { return bell(x) * (x - 50); })), "another law");
}

TEST_CASE("an exponential is one only where it has settled, and nothing else is in it") {
    auto const t = range(0, 50, 0.1);
    auto const one = [](double tau) { return [=](double x) { return 1 - std::exp(-x / tau); }; };
    check_none(fit(Law::exponential, t, over(t, one(60))), "not settled");
    check_none(fit(Law::exponential, t, over(t, one(0.01))), "too fast");
    auto const two = over(t, [](double x) { return 1 - 0.8 * std::exp(-x) - 0.2 * std::exp(-x / 12); });
    check_none(fit(Law::exponential, t, two), "another law");
    auto const either = fit({Law::exponential, Law::double_exponential}, t, two);
    REQUIRE(either);
    CHECK(either->law == Law::double_exponential);
    check(*either, "tau 2", 12);
    CHECK(fit({Law::exponential, Law::double_exponential}, t, over(t, one(5)))->law == Law::exponential);
    check_none(fit(Law::double_exponential, t, over(t, one(5))), "one exponential");
    check_none(fit(Law::double_exponential, t, over(t, [](double x) { return std::exp(-x) + std::exp(-x / 80); })),
               "not settled");
}

TEST_CASE("m^3 h is fitted only to what opens and inactivates") {
    auto const t = range(0.025, 30, 0.025);
    auto const opening = [](double x) { return std::pow(1 - std::exp(-x / 2), 3); };
    check_none(fit(Law::m3h, t, over(t, [&](double x) { return opening(x) * (1 + 0.005 * std::exp(-x / 8)); })), "no inactivation");
    check_none(fit(Law::m3h, t, over(t, [&](double x) { return opening(x) * std::exp(-x / 200); })), "not settled");
    check_none(fit(Law::m3h, t, over(t, [](double x) { return x < 15 ? 1 : -1; })), "another law");
}

TEST_CASE("the order of the points does not matter") {
    auto v = range(-100, 60, 5);
    auto const law = [](double x) { return 1 / (1 + std::exp(-(x + 37.2) / 6)); };
    std::ranges::reverse(v);
    std::swap(v[3], v[20]);
    auto const found = fit(Law::boltzmann, v, over(v, law));
    REQUIRE(found);
    check(*found, "V1/2", -37.2);
}
