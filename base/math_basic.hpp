// Ground of the portable math: explicit fused multiply-add, access to a double's bits, polynomials, and the functions that
// IEEE 754 rounds correctly, so that every back end computes the same bits.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/function.hpp"

namespace rall::math {

inline constexpr double infinity = __builtin_huge_val();
inline constexpr double nan = __builtin_nan("");

RALL_FUNCTION double fma(double a, double b, double c) { return ::fma(a, b, c); }
RALL_FUNCTION double sqrt(double x) { return ::sqrt(x); }
RALL_FUNCTION double fabs(double x) { return ::fabs(x); }
RALL_FUNCTION double floor(double x) { return ::floor(x); }
RALL_FUNCTION double ceil(double x) { return ::ceil(x); }
RALL_FUNCTION double trunc(double x) { return ::trunc(x); }
RALL_FUNCTION double copysign(double magnitude, double sign) { return ::copysign(magnitude, sign); }

/// C's abs of integers, which NMODL's abs is: the fraction goes.
RALL_FUNCTION double abs(double x) { return ::fabs(::trunc(x)); }

/// To the nearest integer, halves away from zero.
RALL_FUNCTION double round(double x) {
    double const whole = ::trunc(x);
    return ::fabs(x - whole) >= 0.5 ? whole + ::copysign(1.0, x) : whole;
}

/// The smaller and the larger of two; the first where they compare equal, the other one where one is NaN.
RALL_FUNCTION double fmin(double a, double b) { return a <= b || b != b ? a : b; }
RALL_FUNCTION double fmax(double a, double b) { return a >= b || b != b ? a : b; }

/// Remainder of x / y with the sign of x; exact, hence the same everywhere. The one function here that is no vector code.
RALL_FUNCTION double fmod(double x, double y) { return ::fmod(x, y); }

namespace detail {

RALL_FUNCTION std::uint64_t bits(double x) { return __builtin_bit_cast(std::uint64_t, x); }
RALL_FUNCTION double from_bits(std::uint64_t x) { return __builtin_bit_cast(double, x); }

/// c0 + c2 x2 + c4 x2^2 + ... of coefficients c0, c1, c2, ...
RALL_FUNCTION double even_part(double, double c0) { return c0; }
RALL_FUNCTION double even_part(double, double c0, double) { return c0; }
template <class... C>
RALL_FUNCTION double even_part(double x2, double c0, double, C... c) {
    return fma(even_part(x2, c...), x2, c0);
}

/// c0 + c1 x + c2 x^2 + ...; the even and the odd powers are two independent chains, which halves the latency.
template <class... C>
RALL_FUNCTION double polynomial(double x, double c0, C... c) {
    double const x2 = x * x;
    return fma(even_part(x2, c...), x, even_part(x2, c0, c...));
}

}  // namespace detail
}  // namespace rall::math
