// One function of a kernel as C++ text.
#pragma once

#include <string>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/codegen/expression.hpp"
#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// The identifier under which a variable is listed in `element`; where ica is the share, the sum has another one.
std::string element_name(Variable const& variable);

/// The text of a static member function: reads what the body needs into locals, computes, writes back at the end. In `current`,
/// `state` and `watch`, which the solver runs over many instances at once, conditions become selections.
std::string cpp_function(Mechanism const& mechanism, KernelFunction function);

/// A function that calls itself: a static member function of its arguments and its depth.
std::string cpp_recursion(Mechanism const& mechanism, Block const& block);

}  // namespace rall::nmodl
