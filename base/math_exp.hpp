// exp, expm1, exprelr and the hyperbolic functions, branch-free, so that a loop over lanes becomes vector code.
// Errors stated are bounds that tests/base/math.cpp checks, in units in the last place (ulp).
#pragma once

#include "base/math_basic.hpp"

namespace rall::math {

inline constexpr double largest_exponent = 700;  // of exp

namespace detail {

inline constexpr double exp_of_largest = 0x1.d945df4f8ec8ep+1009;  // e^700
inline constexpr double log2_e = 0x1.71547652b82fep0;
inline constexpr double ln2_high = 0x1.62e42fefa39efp-1;  // ln 2 to 106 bits
inline constexpr double ln2_low = 0x1.abc9e3b39803fp-56;

/// Adding it rounds to an integer k and leaves k + 2046 in the low 12 bits: a number so large that its last place is 1.
inline constexpr double round_to_exponent = 0x1.8p52 + 2046;

/// x = k ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite, Software Manual for the Elementary Functions, 1980).
struct Reduced {
    double r;
    double shifted;  ///< k + round_to_exponent
};

RALL_FUNCTION Reduced reduce_exp(double x) {
    double const shifted = fma(x, log2_e, round_to_exponent);
    double const k = shifted - round_to_exponent;
    double const r = fma(-k, ln2_high, x);  // exact: a multiple of 2^-53 below 1/2
    return {fma(-k, ln2_low, r), shifted};
}

/// exp(r) - 1 for |r| <= ln 2 / 2; minimax polynomial, error 2^-56.
RALL_FUNCTION double expm1_reduced(double r) {
    double const q = polynomial(r, 0.5000000000000001, 0.16666666666666669, 0.041666666666624164, 0.008333333333330065,
                                0.0013888888917196881, 0.0001984126986304067, 2.4801521322116825e-05,
                                2.7557268480116333e-06, 2.762007599981065e-07, 2.5100375924709717e-08);
    return fma(r * r, q, r);
}

/// e^(x + low) 2^shift, for a `low` far below the last place of x or 0.
RALL_FUNCTION double exp_scaled(double x, double low, int shift) {
    Reduced const a = reduce_exp(x);
    double const t = expm1_reduced(a.r + low);
    // 2^k in two factors, so that results below the normal range are right too.
    std::uint64_t const exponent = bits(a.shifted) + std::uint64_t(shift);
    std::uint64_t const half = exponent >> 1;
    double const s = from_bits(half << 52);
    double result = fma(s, t, s) * from_bits((exponent - half) << 52);
    // One limit looks at k and the other at x: g++ would merge two comparisons of x into slower ones.
    result = a.shifted > round_to_exponent + 1200 ? infinity : result;
    return x < -1000 ? 0 : result;
}

/// e^x - 1 for x <= max_expm1 and |x| > 2^-54.
RALL_FUNCTION double expm1_away_from_zero(double x) {
    Reduced const a = reduce_exp(x);
    double const s = from_bits((bits(a.shifted) - 1024) << 52);  // 2^(k-1): 2^k itself may be too large
    double const result = 2 * fma(s, expm1_reduced(a.r), s - 0.5);
    return a.shifted < round_to_exponent - 60 ? -1 : result;
}
inline constexpr double max_expm1 = 709.9;  // e^709.9 is infinite in double precision

}  // namespace detail

/// e^x as NEURON's mechanisms compute it (hoc_Exp): e^700 above 700, so that a/(a + b) of two enormous rates is a number, and 0 below
/// -700. Error < 1.1 ulp. The most frequent function of all kernels: 2^k is added to the exponent of e^r, which is normal here.
RALL_FUNCTION double exp(double x) {
    constexpr double round = 0x1.8p52;  // adding it rounds to an integer k and leaves k in the low bits
    double const shifted = fma(x, detail::log2_e, round);
    double const k = shifted - round;
    double const r = fma(-k, detail::ln2_low, fma(-k, detail::ln2_high, x));
    double const result = detail::from_bits(detail::bits(1 + detail::expm1_reduced(r)) + (detail::bits(shifted) << 52));
    double const positive = x < -largest_exponent ? 0 : result;
    return x > largest_exponent ? detail::exp_of_largest : positive;
}

/// 1 - e^x: how far a state goes towards its steady value in -x time constants (overloaded in base/math_single.hpp).
RALL_FUNCTION double one_minus_exp(double x) { return 1 - exp(x); }

/// e^x as C computes it: infinite above 709.78, 0 only below -745.
RALL_FUNCTION double exp_unlimited(double x) { return detail::exp_scaled(x, -0.0, 0); }

/// e^x - 1, accurate near 0. Error < 2.5 ulp.
RALL_FUNCTION double expm1(double x) {
    double const y = x > detail::max_expm1 ? detail::max_expm1 : x;
    return fabs(x) < 0x1p-54 ? x : detail::expm1_away_from_zero(y);
}

/// x / (e^x - 1), 1 at 0: the rate function of Hodgkin and Huxley (1952) without its removable singularity. Error < 3 ulp
/// where the result is a normal number.
RALL_FUNCTION double exprelr(double x) {
    double const y = x > detail::max_expm1 ? detail::max_expm1 : x;
    return fabs(x) < 0x1p-54 ? 1 : y / detail::expm1_away_from_zero(y);
}

/// Error < 3 ulp, as for cosh and tanh.
RALL_FUNCTION double sinh(double x) {
    double const a = fabs(x);
    double const e = expm1(a);
    double const y = a > 40 ? detail::exp_scaled(a, -0.0, -1) : 0.5 * (e + e / (e + 1));
    return copysign(y, x);
}

RALL_FUNCTION double cosh(double x) {
    double const half = detail::exp_scaled(fabs(x), -0.0, -1);
    return half + 0.25 / half;
}

RALL_FUNCTION double tanh(double x) {
    double const a = -2 * fabs(x);
    double const e = fabs(x) < 0x1p-54 ? a : detail::expm1_away_from_zero(a);
    return copysign(e / (2 + e), x);
}

}  // namespace rall::math
