#include "tests/base/math_loops.hpp"

#include "base/math.hpp"

namespace {
#define RALL_LOOP(name, expression)                                  \
    void loop_##name(double const* values, double* results, int n) { \
        _Pragma("omp simd") for (int i = 0; i < n; ++i) {            \
            double const x = values[i];                              \
            results[i] = rall::math::expression;                     \
        }                                                            \
    }
RALL_MATH_FUNCTIONS(RALL_LOOP)
}  // namespace

std::vector<MathLoop> math_loops() {
#define RALL_ENTRY(name, expression) {#name, loop_##name, math_scalar::name},
    return {RALL_MATH_FUNCTIONS(RALL_ENTRY)};
}
