// sin, cos, tan and their inverses. Branch-free, so that a loop over lanes becomes vector code.
#pragma once

#include "base/math_basic.hpp"

namespace rall::math {
namespace detail {

/// x = quadrant pi/2 + high + low, |high| <= pi/4, for |x| <= 2^50; beyond, `high` is NaN: neighbouring doubles lie 1/8 and
/// more apart there.
struct Angle {
    double high;
    double low;
    std::uint64_t quadrant;  ///< modulo 4 in the low two bits
};

/// Cody and Waite's reduction with pi/2 in three doubles: exact products by fma keep the result right near multiples of pi/2.
RALL_FUNCTION Angle reduce_angle(double x) {
    constexpr double magic = 0x1.8p52;
    double const shifted = fma(x, 0x1.45f306dc9c883p-1, magic);
    double const n = shifted - magic;
    double const r = fma(-n, 0x1.921fb54442d18p0, x);  // exact: a multiple of 2^-52 below 1
    double const p = n * 0x1.1a62633145c07p-54;
    double const p_low = fma(n, 0x1.1a62633145c07p-54, -p);
    double const high = r - p;
    double const rounding = r - high;  // high = r - p, Knuth's two-sum
    double const low = (r - (high + rounding)) + (rounding - p) - fma(n, -0x1.f1976b7ed8fbcp-110, p_low);
    double const sum = high + low;
    return {fabs(x) <= 0x1p50 ? sum : nan, (high - sum) + low, bits(shifted)};
}

/// sin(high + low) and cos(high + low) for |high| <= pi/4; minimax polynomials.
RALL_FUNCTION double sin_reduced(double high, double low) {
    double const z = high * high;
    double const s = polynomial(z, -0.16666666666666666, 0.008333333333330948, -0.0001984126983675854,
                                2.7557316102534617e-06, -2.505113184128889e-08, 1.5918129027234826e-10);
    // sin(h + l) = sin h + l cos h, cos h = 1 - z/2 being good enough
    return high + fma(high * z, s, fma(-0.5 * z, low, low));
}

RALL_FUNCTION double cos_reduced(double high, double low) {
    double const z = high * high;
    double const c = polynomial(z, 0.041666666666666664, -0.0013888888888887398, 2.4801587298765665e-05,
                                -2.7557317271718644e-07, 2.087614626607931e-09, -1.1382632258093615e-11);
    double const half = 0.5 * z;
    double const first = 1 - half;
    return first + (((1 - first) - half) + fma(z * z, c, -high * low));
}

/// atan(x) for |x| <= tan(pi/8).
RALL_FUNCTION double atan_reduced(double x, double offset, double offset_low) {
    double const z = x * x;
    double const p = polynomial(z, -0.3333333333333333, 0.1999999999999552, -0.14285714284666526, 0.1111111101525504,
                                -0.09090904578070177, 0.07692183189577995, -0.06664511429801304, 0.058581487600787976,
                                -0.05085448938740892, 0.03923163520705162, -0.019176858843138845);
    return offset + (x + fma(x * z, p, offset_low));
}

inline constexpr double half_pi = 0x1.921fb54442d18p0;
inline constexpr double half_pi_low = 0x1.1a62633145c07p-54;

/// atan(y / x) for y, x >= 0, not both 0 or infinite.
RALL_FUNCTION double atan_quadrant(double y, double x) {
    bool const steep = y > x * 2.414213562373095;    // above 3 pi/8: pi/2 - atan(x/y)
    bool const middle = y > x * 0.4142135623730951;  // above pi/8: pi/4 + atan((y-x)/(y+x))
    double const numerator = steep ? -x : (middle ? y - x : y);
    double const denominator = steep ? y : (middle ? y + x : x);
    double const offset = steep ? half_pi : (middle ? 0.5 * half_pi : 0);
    double const offset_low = steep ? half_pi_low : (middle ? 0.5 * half_pi_low : 0);
    return atan_reduced(numerator / denominator, offset, offset_low);
}

/// asin(x)/x - 1 as a function of z = x^2 <= 1/4.
RALL_FUNCTION double asin_series(double z) {
    return z * polynomial(z, 0.16666666666666669, 0.07499999999998433, 0.04464285714635543, 0.030381944138531247,
                          0.02237217294214989, 0.017352392720869973, 0.013971212973552933, 0.011479177415184906,
                          0.01032281435018578, 0.005457506718640358, 0.01740087944269402, -0.014851887071247204,
                          0.028757851367421566);
}

}  // namespace detail

/// Error < 1 ulp for |x| <= 2^40, < 9 ulp to 2^50, NaN beyond; the same for cos, and < 2.5 ulp to 2^40 for tan.
RALL_FUNCTION double sin(double x) {
    detail::Angle const a = detail::reduce_angle(x);
    double const y = a.quadrant & 1 ? detail::cos_reduced(a.high, a.low) : detail::sin_reduced(a.high, a.low);
    double const result = a.quadrant & 2 ? -y : y;
    return x == 0 ? x : result;
}

RALL_FUNCTION double cos(double x) {
    detail::Angle const a = detail::reduce_angle(x);
    double const y = a.quadrant & 1 ? detail::sin_reduced(a.high, a.low) : detail::cos_reduced(a.high, a.low);
    return (a.quadrant + 1) & 2 ? -y : y;
}

RALL_FUNCTION double tan(double x) {
    detail::Angle const a = detail::reduce_angle(x);
    double const s = detail::sin_reduced(a.high, a.low);
    double const c = detail::cos_reduced(a.high, a.low);
    double const result = a.quadrant & 1 ? -c / s : s / c;
    return x == 0 ? x : result;
}

/// Error < 1.5 ulp.
RALL_FUNCTION double atan(double x) {
    double const a = fabs(x);
    return copysign(a < infinity ? detail::atan_quadrant(a, 1) : (a == infinity ? detail::half_pi : a), x);
}

/// Angle of the point (x, y) in (-pi, pi], with the special cases of C. Error < 2 ulp.
RALL_FUNCTION double atan2(double y, double x) {
    double ay = fabs(y), ax = fabs(x);
    bool const diagonal = ay == ax;  // also 0 / 0 and infinity / infinity
    bool const origin = diagonal && ay == 0;
    // Far from the ends of the range, so that neither the sum nor the slopes overflow.
    bool const large = ay > 0x1p1000 || ax > 0x1p1000;
    ay = large ? ay * 0x1p-100 : ay;
    ax = large ? ax * 0x1p-100 : ax;
    double const slope = detail::atan_quadrant(diagonal ? 1 : ay, diagonal ? 1 : ax);
    double const limited = ax == infinity ? 0 : (ay == infinity ? detail::half_pi : slope);
    double const first = origin ? 0 : (diagonal ? 0.5 * detail::half_pi : limited);
    double const reflected = (2 * detail::half_pi - first) + 2 * detail::half_pi_low;
    double const angle = copysign(1.0, x) < 0 ? reflected : first;
    return x != x || y != y ? nan : copysign(angle, y);
}

/// NaN outside [-1, 1]. Error < 2 ulp, as for acos.
RALL_FUNCTION double asin(double x) {
    double const a = fabs(x);
    bool const large = a > 0.5;
    // asin(a) = pi/2 - 2 asin(sqrt((1 - a) / 2))
    double const z = large ? 0.5 * (1 - a) : a * a;
    double const root = large ? sqrt(z) : a;
    double const series = root * detail::asin_series(z);
    double const upper = detail::half_pi - (2 * root - (detail::half_pi_low - 2 * series));
    return copysign(large ? upper : a + series, x);
}

RALL_FUNCTION double acos(double x) {
    double const a = fabs(x);
    bool const large = a > 0.5;
    double const z = large ? 0.5 * (1 - a) : a * a;
    double const root = large ? sqrt(z) : x;
    double const series = root * detail::asin_series(z);
    double const twice = 2 * (root + series);
    double const outer = x > 0 ? twice : 2 * detail::half_pi - (twice - 2 * detail::half_pi_low);
    double const inner = detail::half_pi - (root - (detail::half_pi_low - series));
    return large ? outer : inner;
}

}  // namespace rall::math
