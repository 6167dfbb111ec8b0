// log, log10 and the powers. Branch-free, so that a loop over lanes becomes vector code.
#pragma once

#include "base/math_exp.hpp"

namespace rall::math {
namespace detail {

/// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for x > 0.
struct Split {
    double k;
    double f;
};

RALL_FUNCTION Split split_exponent(double x) {
    bool const subnormal = x < 0x1p-1022;
    std::uint64_t const b = bits(subnormal ? x * 0x1p54 : x);
    // Exponent and mantissa count from sqrt(1/2); 1023 keeps the exponent positive.
    std::uint64_t const biased = (b - bits(0x1.6a09e667f3bcdp-1) + (std::uint64_t(1023) << 52)) >> 52;
    double const m = from_bits(b - (biased << 52) + (std::uint64_t(1023) << 52));
    // An integer below 2^52 becomes a double by writing it into the last places of 2^52.
    double const k = from_bits(biased | bits(0x1p52)) - (0x1p52 + 1023);
    return {subnormal ? k - 54 : k, m - 1};
}

// ln 2 with 11 trailing zeros, so that k times it is exact.
inline constexpr double ln2_short = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_rest = 0x1.ef35793c76730p-45;

/// Chooses the value of a logarithm outside 0 < x < infinity.
RALL_FUNCTION double log_limits(double x, double result) {
    result = x < infinity ? result : x;  // infinity and NaN
    return x > 0 ? result : (x == 0 ? -infinity : nan);
}

/// A number as the unevaluated sum of two doubles, |low| <= ulp(high) / 2 or nearly so.
struct DoubleDouble {
    double high;
    double low;
};

/// ln x to about 2^-64, for 0 < x < infinity: 2 atanh(s) with s = f / (2 + f), its first two terms in double-double
/// arithmetic (Dekker, Numer. Math. 18, 1971).
RALL_FUNCTION DoubleDouble log_double_double(double x) {
    Split const a = split_exponent(x);
    double const d = 2 + a.f;
    double const d_low = a.f - (d - 2);
    double const reciprocal = 1 / d;
    double const s = a.f * reciprocal;
    double const s_low = fma(-s, d_low, fma(-s, d, a.f)) * reciprocal;
    double const z = s * s;
    double const z_low = fma(2 * s, s_low, fma(s, s, -z));
    // 2 atanh(s) = 2 s + s z c, c = 2/3 + 2/5 z + ...
    double const tail =
        z * polynomial(z, 0.40000000000000024, 0.2857142857133856, 0.22222222271077924, 0.18181808251529918,
                       0.15385574506104058, 0.1328596708624253, 0.12913498386229627);
    constexpr double third = 0x1.5555555555555p-1, third_low = 0x1.5555555555555p-55;
    double const c = third + tail;
    double const c_low = (third - c) + tail + third_low;
    double const zc = z * c;
    double const zc_low = fma(z, c, -zc) + fma(z, c_low, z_low * c);
    double const cubic = s * zc;
    double const cubic_low = fma(s, zc, -cubic) + fma(s, zc_low, s_low * zc);
    double const k_ln2 = a.k * ln2_short;
    double const first = k_ln2 + 2 * s;
    double const first_low = (k_ln2 - first) + 2 * s;
    double const high = first + cubic;
    double const low = ((first - high) + cubic) + first_low + (cubic_low + fma(a.k, ln2_rest, 2 * s_low));
    double const sum = high + low;
    return {sum, (high - sum) + low};
}

/// factor x^N by repeated squaring, least significant bit of N first.
template <int N>
RALL_FUNCTION double multiply_power(double factor, double x) {
    if constexpr (N == 0) return factor;
    else return multiply_power<N / 2>(N % 2 == 0 ? factor : factor * x, x * x);
}

}  // namespace detail

/// Natural logarithm: -infinity at 0, NaN below. Error < 1 ulp.
RALL_FUNCTION double log(double x) {
    detail::Split const a = detail::split_exponent(x);
    double const s = a.f / (2 + a.f);
    double const z = s * s;
    double const series =
        z * detail::polynomial(z, 0.666666666666667, 0.39999999999899505, 0.28571428625976014, 0.22222211134708592,
                               0.18182889131563204, 0.1533172139109577, 0.14616452274062186);
    // 2 atanh(s) = f - (f^2/2 - s (f^2/2 + series)): the large term f is exact.
    double const half_square = 0.5 * a.f * a.f;
    double const small = fma(s, half_square + series, a.k * detail::ln2_rest);
    return detail::log_limits(x, a.k * detail::ln2_short + (a.f - (half_square - small)));
}

/// Error < 1 ulp; powers of ten exact.
RALL_FUNCTION double log10(double x) {
    detail::DoubleDouble const l = detail::log_double_double(x);
    constexpr double c = 0x1.bcb7b1526e50ep-2, c_low = 0x1.95355baaafad3p-57;  // 1 / ln 10
    double const product = l.high * c;
    double const low = fma(l.high, c, -product) + fma(l.high, c_low, l.low * c);
    return detail::log_limits(x, product + low);
}

/// x^y with the limits and special cases of C (ISO/IEC 9899, F.10.4.4). Error < 1.6 ulp where the result is a normal number.
RALL_FUNCTION double pow(double x, double y) {
    double const a = fabs(x);
    detail::DoubleDouble const l = detail::log_double_double(a);
    double const log_a = a > 0 && a < infinity ? l.high : (a == 0 ? -infinity : a);
    double const product = y * log_a;
    double const low = fma(y, log_a, -product) + y * l.low;
    double const power = detail::exp_scaled(product, fabs(product) < 1000 ? low : 0.0, 0);
    double const magnitude = a == 1 || y == 0 ? 1 : power;
    bool const integer = floor(y) == y;
    bool const odd = integer && floor(0.5 * y) * 2 != y;
    double const result = odd ? copysign(magnitude, x) : magnitude;
    bool const undefined = (x < 0 && x > -infinity && !integer) || ((x != x) & (y != 0)) || ((y != y) & (x != 1));
    return undefined ? nan : result;
}

/// x^y for a y that is no integer: of positive numbers, infinity and 0 only, so that nothing of pow's care for signs is needed.
RALL_FUNCTION double pow_fraction(double x, double y) {
    return exp_unlimited(y * log(x == -infinity ? infinity : x));  // C's power of -infinity is that of infinity
}

/// x^N; straight-line code.
template <int N>
RALL_FUNCTION double powi(double x) {
    if constexpr (N < 0) return 1 / detail::multiply_power<-N>(1, x);
    else return detail::multiply_power<N>(1, x);
}

/// x^n with n known only when run; the same bits.
RALL_FUNCTION double powi(double x, int n) {
    unsigned rest = n < 0 ? 0u - unsigned(n) : unsigned(n);
    double result = 1;
    for (; rest != 0; rest >>= 1, x *= x)
        if (rest & 1) result *= x;
    return n < 0 ? 1 / result : result;
}

}  // namespace rall::math
