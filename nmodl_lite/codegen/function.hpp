// One function of a kernel as C++ text.
#pragma once

#include <string>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/codegen/expression.hpp"
#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// The name under which a variable is listed in `element`: its own, but "ica_sum" for the sum where ica is the share.
std::string element_key(Variable const& variable);

/// The text of a static member function: reads what the body needs into locals, computes, writes back at the end. In `current`,
/// `state` and `watch`, which the solver runs over many instances at once, conditions become selections.
std::string cpp_function(Mechanism const& mechanism, KernelFunction function, CppNames& elements);

}  // namespace rall::nmodl
