// What is the same for all instances of a mechanism, as C++ text.
#pragma once

#include <string>

#include "nmodl_lite/codegen/expression.hpp"
#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// The struct Common and the function that fills it.
std::string cpp_common(Mechanism const& mechanism);

}  // namespace rall::nmodl
