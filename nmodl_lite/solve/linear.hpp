// Is an expression linear in a variable, and with which coefficients?
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// e = constant + slope * x
struct Linear {
    Expr constant, slope;
};

/// The coefficients of `e` as a function of the variable `x` (a name, perhaps with an index), everything else held fixed.
/// Nothing when it is not linear, or when x stands inside a call.
std::optional<Linear> linear_in(Expr const& e, Expr const& x);

/// -a / b without a common divisor or sign that a simple look can find: for (minf - m)/mtau it gives minf.
Expr fixed_point(Linear const& linear);

/// True if the variable x occurs in e.
bool depends_on(Expr const& e, Expr const& x);

}  // namespace rall::nmodl
