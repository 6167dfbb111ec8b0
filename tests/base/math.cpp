#include "base/math.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/base/math_loops.hpp"

using namespace rall;

namespace {

/// Distance of `value` from the exact one in units of the last place of a double near `exact`.
double ulp_error(double value, long double exact) {
    if (std::isnan(value) || std::isnan(exact)) return std::isnan(value) && std::isnan(exact) ? 0 : INFINITY;
    long double const largest = std::numeric_limits<double>::max();
    if (std::isinf(value) || std::fabs(exact) > largest) return double(exact) == value ? 0 : INFINITY;
    int exponent = 0;
    std::frexp(exact, &exponent);
    return double(std::fabs((long double)value - exact) / std::ldexp(1.0L, std::max(exponent, -1021) - 53));
}

std::vector<double> evenly(double from, double to, int n = 200000) {
    std::vector<double> x(n + 1);
    for (int i = 0; i <= n; ++i) x[i] = from + (to - from) * i / n;
    return x;
}

/// Of all magnitudes between two powers of two, both signs unless `positive`.
std::vector<double> all_magnitudes(int from, int to, bool positive = false, int n = 200000) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(from, to);
    std::vector<double> x(n);
    for (double& value : x) {
        value = std::exp2(exponent(random));
        if (!positive && random() % 2 == 0) value = -value;
    }
    return x;
}

template <class F, class Exact>
double largest_error(F f, Exact exact, std::vector<double> const& samples) {
    double worst = 0;
    for (double const x : samples) {
        double const error = ulp_error(f(x), exact((long double)x));
        if (error > worst) worst = error;
    }
    return worst;
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

constexpr double inf = math::infinity;
double const tiny = std::numeric_limits<double>::denorm_min();

}  // namespace

// long double has 64 bits of mantissa, so glibc's functions for it are exact enough to measure ours.
#define CHECK_ULP(function, bound, samples)                                                                         \
    CHECK(largest_error([](double x) { return math::function(x); }, [](long double x) { return std::function(x); }, \
                        samples) < bound)

TEST_CASE("exp, log and their kin are accurate to the last place or so over the whole range") {
    CHECK_ULP(exp, 1.1, evenly(-700, 700));
    auto const exact = [](long double x) { return std::exp(x); };
    CHECK(largest_error([](double x) { return math::exp_unlimited(x); }, exact, evenly(-707.7, 709.78)) < 1.1);
    CHECK_ULP(exp, 1.1, evenly(-1, 1));
    CHECK_ULP(exp, 1.1, all_magnitudes(-1074, 9));
    CHECK_ULP(expm1, 2.5, evenly(-45, 709.7));
    CHECK_ULP(expm1, 2.5, evenly(-2, 2));
    CHECK_ULP(expm1, 2.5, all_magnitudes(-1074, 9));
    CHECK_ULP(log, 1, evenly(0.5, 2));
    CHECK_ULP(log, 1, all_magnitudes(-1074, 1023, true));
    CHECK_ULP(log10, 1, evenly(0.5, 2));
    CHECK_ULP(log10, 1, all_magnitudes(-1074, 1023, true));
    CHECK_ULP(sinh, 3, all_magnitudes(-1074, 10));
    CHECK_ULP(cosh, 3, all_magnitudes(-1074, 10));
    CHECK_ULP(tanh, 3, all_magnitudes(-1074, 10));
    CHECK_ULP(tanh, 3, evenly(-3, 3));
}

TEST_CASE("exprelr is accurate through its removable singularity") {
    auto const exact = [](long double x) { return x == 0 ? 1 : x / std::expm1(x); };
    auto const ours = [](double x) { return math::exprelr(x); };
    CHECK(largest_error(ours, exact, evenly(-700, 690)) < 3);
    CHECK(largest_error(ours, exact, evenly(-3, 3)) < 3);
    CHECK(largest_error(ours, exact, all_magnitudes(-1074, 9)) < 3);
    CHECK(math::exprelr(0) == 1);
    CHECK(math::exprelr(inf) == 0);
    CHECK(math::exprelr(-inf) == inf);
    CHECK(std::isnan(math::exprelr(math::nan)));
}

TEST_CASE("trigonometric functions are accurate for small and large angles and near multiples of pi/2") {
    std::vector<double> multiples;
    for (int k = -100000; k <= 100000; ++k) multiples.push_back(k * 1.5707963267948966);
    for (auto const& samples : {evenly(-10, 10), all_magnitudes(-1074, 40), multiples}) {
        CHECK_ULP(sin, 1, samples);
        CHECK_ULP(cos, 1, samples);
        CHECK_ULP(tan, 2.5, samples);
    }
    CHECK_ULP(sin, 9, all_magnitudes(40, 50));
    CHECK(std::isnan(math::sin(1e300)));
    CHECK_ULP(atan, 1.5, all_magnitudes(-1074, 1023));
    CHECK_ULP(atan, 1.5, evenly(-4, 4));
    for (auto const& samples : {evenly(-1, 1), all_magnitudes(-1074, 0)}) {
        CHECK_ULP(asin, 2, samples);
        CHECK_ULP(acos, 2, samples);
    }
    CHECK(std::isnan(math::asin(1.0000001)));
    CHECK(std::isnan(math::acos(-2)));
}

TEST_CASE("the error function and its complement are accurate") {
    CHECK_ULP(erf, 1.5, evenly(-6, 6));
    CHECK_ULP(erf, 1.5, all_magnitudes(-1020, 10));
    CHECK_ULP(erfc, 4, evenly(-6, 26.5));
    CHECK_ULP(erfc, 4, all_magnitudes(-1074, 4));
    CHECK(math::erfc(30) == 0);
    CHECK(math::erfc(inf) == 0);
    CHECK(math::erfc(-inf) == 2);
    CHECK(math::erf(-inf) == -1);
    CHECK(std::isnan(math::erf(math::nan)));
}

TEST_CASE("pow is accurate wherever its result is a normal number") {
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> exponent(-1000, 1000), unit(-1, 1);
    double worst = 0;
    for (int i = 0; i < 400000; ++i) {
        double const x = i % 2 == 0 ? std::exp2(exponent(random)) : 1 + 0.5 * unit(random);
        double const y = 700 * unit(random) / std::max(std::fabs(std::log(x)), 1e-3);
        worst = std::max(worst, ulp_error(math::pow(x, y), std::pow((long double)x, (long double)y)));
    }
    CHECK(worst < 1.6);
}

/// NaN for NaN, the same sign (of zeros too), and nearly the same value.
static void check_special(double value, double expected) {
    if (std::isnan(expected)) {
        CHECK(std::isnan(value));
    } else {
        CHECK(ulp_error(value, expected) < 2.5);
        CHECK(std::signbit(value) == std::signbit(expected));
    }
}

TEST_CASE("pow and atan2 treat special values as C does") {
    double const values[] = {0.0, -0.0, tiny, -tiny, 0.5,   -0.5,   1,      -1,  1.5,  2,
                             -2,  3,    -3,   4.5,   1e300, -1e300, 1e-300, inf, -inf, math::nan};
    for (double const x : values)
        for (double const y : values) {
            CAPTURE(x);
            CAPTURE(y);
            check_special(math::pow(x, y), std::pow(x, y));
            check_special(math::atan2(x, y), std::atan2(x, y));
            if (y == std::floor(y) || std::isnan(y)) continue;  // integers are off by as many places as its exponent is large
            double const ours = math::pow_fraction(x, y), exact = std::pow(x, y);
            CHECK((std::isnan(exact) ? std::isnan(ours) : ours == exact || std::fabs(ours - exact) < 1e-13 * exact));
        }
}

TEST_CASE("exp and log have the limits of their definitions") {
    CHECK(math::exp(0) == 1);
    CHECK(math::exp(-0.0) == 1);
    double const most = 1.0142320547350045e304, least = 9.85967654375977e-305;  // NEURON's exp(700) and exp(-700)
    CHECK(math::exp(699.9999) < most);
    CHECK(math::exp(-699.9999) > least);
    CHECK(ulp_error(math::exp(-700), least) < 1.1);
    for (double const x : {700.0, std::nextafter(700, 701), 709.79, 1e300, inf}) CHECK(math::exp(x) == most);
    for (double const x : {std::nextafter(-700, -701), -708.5, -1e300, -inf}) CHECK(math::exp(x) == 0);
    CHECK(std::isnan(math::exp(math::nan)));
    CHECK(math::exp_unlimited(709.79) == inf);
    CHECK(math::exp_unlimited(709.782712893384) == doctest::Approx(1.797693134862273e308));
    CHECK(math::exp_unlimited(-746) == 0);
    CHECK(math::exp_unlimited(-740) > 0);
    CHECK(std::isnan(math::exp_unlimited(math::nan)));
    CHECK(math::expm1(inf) == inf);
    CHECK(math::expm1(-inf) == -1);
    CHECK(same_bits(math::expm1(-0.0), -0.0));
    CHECK(std::isnan(math::expm1(math::nan)));
    CHECK(math::log(1) == 0);
    CHECK(math::log(0) == -inf);
    CHECK(math::log(inf) == inf);
    CHECK(std::isnan(math::log(-1)));
    CHECK(std::isnan(math::log(math::nan)));
    for (int n = -307; n <= 308; ++n) CHECK(math::log10(std::stod("1e" + std::to_string(n))) == n);
    CHECK(math::sinh(-inf) == -inf);
    CHECK(math::cosh(-inf) == inf);
    CHECK(math::cosh(0) == 1);
    CHECK(math::tanh(inf) == 1);
    CHECK(same_bits(math::tanh(-0.0), -0.0));
    CHECK(std::isnan(math::tanh(math::nan)));
}

TEST_CASE("rounding, minimum and maximum are those of C") {
    for (double const x :
         {0.0, 0.49999999999999994, 0.5, 1.5, 2.5, -0.5, -2.5, -2.4, 4503599627370497.5, 1e300, inf, -inf}) {
        CHECK(math::round(x) == std::round(x));
        CHECK(math::trunc(x) == std::trunc(x));
        CHECK(math::floor(x) == std::floor(x));
    }
    CHECK(math::fmin(1, math::nan) == 1);
    CHECK(math::fmin(math::nan, 1) == 1);
    CHECK(math::fmax(1, math::nan) == 1);
    CHECK(math::fmax(2, 3) == 3);
    CHECK(math::fmod(-7.5, 2) == -1.5);
    CHECK(math::abs(-7.5) == 7);
}

TEST_CASE("a power with a constant exponent has the bits of the same power with a variable one") {
    for (double const x : {0.1, -0.7, 1.3, 123.456}) {
        CHECK(same_bits(math::powi<3>(x), math::powi(x, 3)));
        CHECK(same_bits(math::powi<7>(x), math::powi(x, 7)));
        CHECK(same_bits(math::powi<-5>(x), math::powi(x, -5)));
        CHECK(same_bits(math::powi<0>(x), 1.0));
        CHECK(math::powi(x, 4) == doctest::Approx(x * x * x * x).epsilon(1e-15));
    }
}

TEST_CASE("a vector loop computes the bits of scalar code") {
    std::vector<double> samples = all_magnitudes(-60, 10, false, 4096);
    for (double const special :
         {0.0, -0.0, inf, -inf, math::nan, tiny, 699.999, 700.0, 700.001, 710.0, -699.999, -700.001, -708.2, -746.0})
        samples.push_back(special);
    std::vector<double> vector(samples.size());
    for (auto const& [name, loop, scalar] : math_loops()) {
        CAPTURE(name);
        loop(samples.data(), vector.data(), int(samples.size()));
        int different = 0;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            double const alone = scalar(samples[i]);
            different += !same_bits(alone, vector[i]) && !(std::isnan(alone) && std::isnan(vector[i]));
        }
        CHECK(different == 0);
    }
}
