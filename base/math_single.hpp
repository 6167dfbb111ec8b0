// The functions that rates take most, in single precision: half the bytes, twice the lanes, and polynomials half as long. All others of the
// portable math take doubles, whatever they are given. Errors stated are bounds that tests/base/math_single.cpp checks, in units in the last place.
#pragma once

#include <type_traits>

#include "base/math_basic.hpp"
#include "base/math_log.hpp"

namespace rall::math {

/// Arguments of other types, whole numbers among them, go to the functions of doubles.
template <class F>
concept Single = std::is_same_v<F, float>;

template <Single F>
RALL_FUNCTION F fma(F a, F b, F c) { return ::fmaf(a, b, c); }
template <Single F>
RALL_FUNCTION F sqrt(F x) { return ::sqrtf(x); }
template <Single F>
RALL_FUNCTION F fabs(F x) { return ::fabsf(x); }
template <Single F>
RALL_FUNCTION F copysign(F magnitude, F sign) { return ::copysignf(magnitude, sign); }
template <Single F>
RALL_FUNCTION F fmin(F a, F b) { return a <= b || b != b ? a : b; }
template <Single F>
RALL_FUNCTION F fmax(F a, F b) { return a >= b || b != b ? a : b; }

inline constexpr float largest_exponent_single = 87;  // of exp

namespace detail {

inline constexpr float exp_of_largest_single = 0x1.6db012p+125f;  // e^87
inline constexpr float log2_e_single = 0x1.715476p0f;
inline constexpr float ln2_high_single = 0x1.62e43p-1f;  // ln 2 to 48 bits
inline constexpr float ln2_low_single = -0x1.05c61p-29f;
inline constexpr float max_expm1_single = 88.8f;  // e^88.8 is infinite in single precision

RALL_FUNCTION std::uint32_t bits(float x) { return __builtin_bit_cast(std::uint32_t, x); }
RALL_FUNCTION float single_from_bits(std::uint32_t x) { return __builtin_bit_cast(float, x); }

/// As Reduced: x = k ln 2 + r with |r| <= ln 2 / 2, k in the low bits of `shifted`.
struct ReducedSingle {
    float r, k;
    std::uint32_t shifted;
};

RALL_FUNCTION ReducedSingle reduce_exp(float x) {
    constexpr float round = 0x1.8p23f;
    float const shifted = fma(x, log2_e_single, round);
    float const k = shifted - round;
    return {fma(-k, ln2_low_single, fma(-k, ln2_high_single, x)), k, bits(shifted)};
}

/// exp(r) - 1 for |r| <= ln 2 / 2; minimax polynomial, error 2^-28 of e^r.
RALL_FUNCTION float expm1_reduced(float r) {
    float const r2 = r * r;
    float const even = fma(fma(0.0013814467f, r2, 0.041668393f), r2, 0.49999994f);
    float const odd = fma(0.008368781f, r2, 0.1666652f);
    return fma(r2, fma(odd, r, even), r);
}

/// e^x - 1 for x <= max_expm1_single and |x| > 2^-25.
RALL_FUNCTION float expm1_away_from_zero(float x) {
    ReducedSingle const a = reduce_exp(x);
    float const s = single_from_bits((a.shifted << 23) + bits(0.5f));  // 2^(k-1): 2^k itself may be too large
    float const result = 2 * fma(s, expm1_reduced(a.r), s - 0.5f);
    return x < -20 ? -1 : result;
}

/// ln x = high + low for 0 < x < infinity, to about 2^-30.
struct LogSingle {
    float high, low;
};

RALL_FUNCTION LogSingle log_parts(float x) {
    bool const subnormal = x < 0x1p-126f;
    std::uint32_t const b = bits(subnormal ? x * 0x1p25f : x);
    // Exponent and mantissa count from sqrt(1/2), as in split_exponent.
    std::uint32_t const biased = (b - bits(0x1.6a09e6p-1f) + (127u << 23)) >> 23;
    float const f = single_from_bits(b - (biased << 23) + (127u << 23)) - 1;
    float const k = single_from_bits(biased | bits(0x1p23f)) - (0x1p23f + 127) - (subnormal ? 25.0f : 0.0f);
    float const s = f / (2 + f);
    float const z = s * s;
    float const series = z * fma(fma(0.29873073f, z, 0.39977497f), z, 0.66666776f);
    // 2 atanh(s) = f - (f^2/2 - s (f^2/2 + series)): the large term f is exact.
    float const half_square = 0.5f * f * f;
    constexpr float ln2_short = 0x1.62e4p-1f, ln2_rest = 0x1.7f7d1cp-20f;  // k times the first is exact
    float const first = k * ln2_short;
    float const small = fma(s, half_square + series, k * ln2_rest) - half_square;
    float const sum = first + f;
    float const sum_low = (first - sum) + f;
    float const high = sum + small;
    return {high, ((sum - high) + small) + sum_low};
}

}  // namespace detail

/// e^x; e^87 above 87 and 0 below -87, so that a/(a + b) of two enormous rates is a number. Error < 1.1 ulp.
template <Single F>
RALL_FUNCTION F exp(F x) {
    detail::ReducedSingle const a = detail::reduce_exp(x);
    float const result = detail::single_from_bits(detail::bits(1 + detail::expm1_reduced(a.r)) + (a.shifted << 23));
    float const positive = x < -largest_exponent_single ? 0 : result;
    return x > largest_exponent_single ? detail::exp_of_largest_single : positive;
}

/// Error < 2 ulp.
template <Single F>
RALL_FUNCTION F expm1(F x) {
    float const y = x > detail::max_expm1_single ? detail::max_expm1_single : x;
    return fabs(x) < 0x1p-25f ? x : detail::expm1_away_from_zero(y);
}

/// 1 - e^x; the difference itself would have few digits where a step is short beside a time constant.
template <Single F>
RALL_FUNCTION F one_minus_exp(F x) {
    return -expm1(x);
}

/// x / (e^x - 1), 1 at 0. Error < 3 ulp where the result is a normal number.
template <Single F>
RALL_FUNCTION F exprelr(F x) {
    float const y = x > detail::max_expm1_single ? detail::max_expm1_single : x;
    return fabs(x) < 0x1p-25f ? 1 : y / detail::expm1_away_from_zero(y);
}

/// Error < 3 ulp, as for cosh and tanh.
template <Single F>
RALL_FUNCTION F sinh(F x) {
    float const a = fabs(x);
    float const e = expm1(a);
    float const large = 0.5f * exp(a);
    return copysign(a > 20 ? large : 0.5f * (e + e / (e + 1)), x);
}

template <Single F>
RALL_FUNCTION F cosh(F x) {
    float const e = exp(fabs(x));
    return fma(0.5f, e, 0.5f / e);
}

template <Single F>
RALL_FUNCTION F tanh(F x) {
    float const a = -2 * fabs(x);
    float const e = fabs(x) < 0x1p-25f ? a : detail::expm1_away_from_zero(a);
    return copysign(e / (2 + e), x);
}

/// Natural logarithm: -infinity at 0, NaN below. Error < 1.1 ulp.
template <Single F>
RALL_FUNCTION F log(F x) {
    detail::LogSingle const l = detail::log_parts(x);
    float const result = x < float(infinity) ? l.high + l.low : x;
    return x > 0 ? result : (x == 0 ? -float(infinity) : float(nan));
}

/// Error < 2 ulp.
template <Single F>
RALL_FUNCTION F log10(F x) { return static_cast<float>(log10(static_cast<double>(x))); }

/// x^y as pow of doubles, with exp's limits: at most e^87. Error < 3 ulp.
template <Single F>
RALL_FUNCTION F pow(F x, F y) {
    float const a = fabs(x);
    detail::LogSingle const l = detail::log_parts(a);
    float const log_a = a > 0 && a < float(infinity) ? l.high : (a == 0 ? -float(infinity) : a);
    float const product = y * log_a;
    float const low = fabs(product) < 100 ? fma(y, log_a, -product) + y * l.low : 0.0f;
    float const power = exp(product);
    float const magnitude = a == 1 || y == 0 ? 1 : fma(power, low, power);
    bool const integer = ::floorf(y) == y;
    bool const odd = integer && ::floorf(0.5f * y) * 2 != y;
    float const result = odd ? copysign(magnitude, x) : magnitude;
    bool const undefined = (x < 0 && !integer) || ((x != x) & (y != 0)) || ((y != y) & (x != 1));
    return undefined ? float(nan) : result;
}

template <Single F>
RALL_FUNCTION F pow_fraction(F x, F y) { return pow(x, y); }

/// x^N; straight-line code.
template <int N, Single F>
RALL_FUNCTION F powi(F x) {
    if constexpr (N < 0) return 1 / powi<-N>(x);
    else if constexpr (N == 0) return 1;
    else if constexpr (N % 2 == 0) return powi<N / 2>(x * x);
    else return x * powi<N / 2>(x * x);
}

// Of a float and a double: in double precision.
template <class A, class B>
concept Mixed = std::is_floating_point_v<A> && std::is_floating_point_v<B> && !std::is_same_v<A, B>;

template <class A, class B>
    requires Mixed<A, B>
RALL_FUNCTION double pow(A x, B y) { return pow(static_cast<double>(x), static_cast<double>(y)); }
template <class A, class B>
    requires Mixed<A, B>
RALL_FUNCTION double pow_fraction(A x, B y) { return pow_fraction(static_cast<double>(x), static_cast<double>(y)); }
template <class A, class B>
    requires Mixed<A, B>
RALL_FUNCTION double fmin(A a, B b) { return fmin(static_cast<double>(a), static_cast<double>(b)); }
template <class A, class B>
    requires Mixed<A, B>
RALL_FUNCTION double fmax(A a, B b) { return fmax(static_cast<double>(a), static_cast<double>(b)); }

}  // namespace rall::math
