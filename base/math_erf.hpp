// The error function and its complement. Branch-free, so that a loop over lanes becomes vector code.
#pragma once

#include "base/math_exp.hpp"

namespace rall::math {
namespace detail {

/// erf(x) for |x| <= 1.
RALL_FUNCTION double erf_center(double x) {
    double const z = x * x;
    double const series =
        polynomial(z, -0.37612638903183754, 0.11283791670955111, -0.026866170645123838, 0.005223977625303518,
                   -0.0008548327010033328, 0.00012055332214716276, -1.4925622504489842e-05, 1.6461446656928561e-06,
                   -1.6355118610877705e-07, 1.4692484859133263e-08, -1.1500357159785296e-09, 6.174097221305255e-11);
    constexpr double slope = 0x1.20dd750429b6dp+0, slope_low = 0x1.1ae3a914fed80p-56;  // 2 / sqrt(pi)
    return fma(x, slope, fma(x * z, series, x * slope_low));
}

/// erfc(x) for x >= 1/2, as (1 + 2x) exp(x^2) erfc(x) in powers of (x - 3) / (x + 3)
/// (after Shepherd and Laframboise, Math. Comp. 36, 1981).
RALL_FUNCTION double erfc_tail(double x) {
    x = x > 28 ? 28 : x;  // erfc is 0 in double precision
    double const t = (x - 3) / (x + 3);
    double const p =
        polynomial(t, 1.2530080582697296, -0.1356211061245812, -0.04756229435345069, 0.129645158702762,
                   -0.11927366341531184, 0.06830802734394606, -0.023770514918535, 0.0025293918163012867,
                   0.0018886903563882266, -0.0007798322711238722, -0.00010515976006998048, 0.00012509932517614915,
                   4.949171856598834e-06, -2.0100366204579723e-05, -7.300584944122771e-07, 3.471590922188021e-06,
                   3.5270573932933196e-07, -6.145935469896456e-07, -1.3434782089576666e-07, 9.873766274044104e-08,
                   3.425864841281962e-08, -1.0645556253175624e-08, -4.336368740303364e-09);
    double const square = x * x;
    return p / (1 + 2 * x) * exp_scaled(-square, -fma(x, x, -square), 0);
}

}  // namespace detail

/// Error < 1.5 ulp.
RALL_FUNCTION double erf(double x) {
    double const a = fabs(x);
    return copysign(a < 1 ? detail::erf_center(a) : 1 - detail::erfc_tail(a), x);
}

/// 1 - erf(x), accurate where erf(x) is near 1. Error < 4 ulp where the result is a normal number.
RALL_FUNCTION double erfc(double x) {
    double const a = fabs(x);
    double const center = 1 - detail::erf_center(x);
    double const tail = detail::erfc_tail(a);
    return a < 0.5 ? center : (x < 0 ? 2 - tail : tail);
}

}  // namespace rall::math
