// Each function of base/math.hpp twice: in a loop compiled with the flags of kernels, and alone.
#pragma once

#include <vector>

struct MathLoop {
    char const* name;
    void (*loop)(double const* x, double* y, int n);
    double (*scalar)(double x);
};

/// tests/base/math_loops.cpp is compiled with RALL_KERNEL_OPTIONS; the scalar functions live in tests/base/math_scalars.cpp.
std::vector<MathLoop> math_loops();

#define RALL_MATH_FUNCTIONS(X)                                                                                         \
    X(exp, exp(x))                                                                                                     \
    X(exp_unlimited, exp_unlimited(x)) X(pow_fraction, pow_fraction(x, 0.7)) X(abs, abs(x)) X(expm1, expm1(x))         \
        X(exprelr, exprelr(x)) X(log, log(x)) X(log10, log10(x)) X(pow, pow(x, 2.7)) X(powi, powi<7>(x))               \
            X(sinh, sinh(x)) X(cosh, cosh(x)) X(tanh, tanh(x)) X(sin, sin(x)) X(cos, cos(x)) X(tan, tan(x))            \
                X(asin, asin(x)) X(acos, acos(x)) X(atan, atan(x)) X(atan2, atan2(x, 0.3)) X(erf, erf(x))              \
                    X(erfc, erfc(x)) X(round, round(x)) X(floor, floor(x)) X(fmin, fmin(x, 0.5)) X(fmax, fmax(x, 0.5)) \
                        X(sqrt, sqrt(x))

namespace math_scalar {
#define RALL_DECLARE(name, expression) double name(double x);
RALL_MATH_FUNCTIONS(RALL_DECLARE)
#undef RALL_DECLARE
}  // namespace math_scalar
