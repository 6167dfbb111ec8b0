#include "base/math.hpp"
#include "tests/base/math_loops.hpp"

namespace math_scalar {
#define RALL_SCALAR(name, expression) \
    double name(double x) { return rall::math::expression; }
RALL_MATH_FUNCTIONS(RALL_SCALAR)
}  // namespace math_scalar
