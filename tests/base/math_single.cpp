#include "base/math_single.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

using namespace rall;

namespace {

/// Distance of `value` from the exact one in units of the last place of a float near `exact`.
double ulp_error(float value, double exact) {
    if (std::isnan(value) || std::isnan(exact)) return std::isnan(value) && std::isnan(exact) ? 0 : INFINITY;
    if (std::isinf(value) || std::fabs(exact) > std::numeric_limits<float>::max()) return float(exact) == value ? 0 : INFINITY;
    int exponent = 0;
    std::frexp(exact, &exponent);
    return std::fabs(value - exact) / std::ldexp(1.0, std::max(exponent, -125) - 24);
}

std::vector<float> floats_evenly(float from, float to) {
    constexpr int n = 200000;
    std::vector<float> x;
    for (int i = 0; i <= n; ++i) x.push_back(from + (to - from) * float(i) / n);
    return x;
}

/// Of all magnitudes between two powers of two, both signs unless `positive`.
std::vector<float> float_magnitudes(int from, int to, bool positive = false) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> exponent(static_cast<float>(from), static_cast<float>(to));
    std::vector<float> x(200000);
    for (float& value : x) {
        value = std::exp2(exponent(random));
        if (!positive && random() % 2 == 0) value = -value;
    }
    return x;
}

template <class F, class Exact>
double largest_error(F f, Exact exact, std::vector<float> const& samples) {
    double worst = 0;
    for (float const x : samples) worst = std::max(worst, ulp_error(f(x), exact(double(x))));
    return worst;
}

constexpr float float_inf = std::numeric_limits<float>::infinity();

}  // namespace

#define CHECK_ULP(function, bound, samples) \
    CHECK(largest_error([](float x) { return math::function(x); }, [](double x) { return std::function(x); }, samples) < bound)

TEST_CASE("in single precision, too, functions are accurate to the last place or so") {
    CHECK_ULP(exp, 1.1, floats_evenly(-87, 87));
    CHECK_ULP(exp, 1.1, floats_evenly(-1, 1));
    CHECK_ULP(exp, 1.1, float_magnitudes(-140, 6));
    CHECK_ULP(expm1, 2, floats_evenly(-30, 88.7f));
    CHECK_ULP(expm1, 2, floats_evenly(-2, 2));
    CHECK_ULP(expm1, 2, float_magnitudes(-140, 6));
    CHECK_ULP(log, 1.1, floats_evenly(0.5, 2));
    CHECK_ULP(log, 1.1, float_magnitudes(-149, 127, true));
    CHECK_ULP(log10, 1.1, float_magnitudes(-149, 127, true));
    CHECK_ULP(sinh, 3, floats_evenly(-80, 80));
    CHECK_ULP(cosh, 3, floats_evenly(-80, 80));
    CHECK_ULP(tanh, 3, floats_evenly(-20, 20));
    CHECK_ULP(tanh, 3, float_magnitudes(-140, 4));
    auto const exact = [](double x) { return x == 0 ? 1 : x / std::expm1(x); };
    auto const ours = [](float x) { return math::exprelr(x); };
    CHECK(largest_error(ours, exact, floats_evenly(-60, 80)) < 3);
    CHECK(largest_error(ours, exact, float_magnitudes(-140, 6)) < 3);
    for (float const y : {0.3f, 2.3f, -1.7f, 4.8f, 3.0f, -2.0f})
        CHECK(largest_error([&](float x) { return math::pow(x, y); }, [&](double x) { return std::pow(x, double(y)); }, float_magnitudes(-17, 17, true)) < 3);
}

TEST_CASE("in single precision enormous rates have a quotient, and limits are those of C") {
    CHECK(math::exp(1000.0f) / (math::exp(1000.0f) + math::exp(2000.0f)) == 0.5f);
    CHECK(math::exp(-1000.0f) == 0);
    CHECK(math::exp(0.0f) == 1);
    CHECK(math::expm1(1000.0f) == float_inf);
    CHECK(math::expm1(-1000.0f) == -1);
    CHECK(math::exprelr(0.0f) == 1);
    CHECK(math::exprelr(1000.0f) == 0);
    CHECK(math::log(0.0f) == -float_inf);
    CHECK(std::isnan(math::log(-1.0f)));
    CHECK(math::log(float_inf) == float_inf);
    CHECK(math::pow(0.0f, 2.5f) == 0);
    CHECK(math::pow(-2.0f, 3.0f) == doctest::Approx(-8));
    CHECK(math::pow(-2.0f, 0.0f) == 1);
    CHECK(std::isnan(math::pow(-2.0f, 0.5f)));
    CHECK(std::isnan(math::exp(std::numeric_limits<float>::quiet_NaN())));
    CHECK(math::fmax(1.0f, 2.0) == 2.0);
    CHECK(math::fmin(1.0, 2.0f) == 1.0);
}

TEST_CASE("a float and a double make a double") {
    static_assert(std::is_same_v<decltype(math::pow(1.0f, 2.0)), double>);
    static_assert(std::is_same_v<decltype(math::pow(1.0f, 2.0f)), float>);
    static_assert(std::is_same_v<decltype(math::powi<2>(1.0f)), float>);
    CHECK(math::powi<3>(3.0f) == 27);
    CHECK(math::powi<-2>(4.0f) == 1 / 16.0f);
}
