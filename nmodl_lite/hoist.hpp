// What is the same for all instances of a mechanism (a temperature factor, say) is computed once per loop, not once per
// instance: expressions that depend only on celsius, numbers and GLOBAL parameters.
#pragma once

#include <string>
#include <vector>

#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// A value of the struct Common of a kernel.
struct CommonValue {
    std::string name;
    Expr value;  ///< of numbers, celsius and Role::global variables
};

/// Replaces such expressions, where they hold a function call or a power, in all bodies by names, and returns these.
std::vector<CommonValue> hoist(Mechanism& mechanism);

}  // namespace rall::nmodl
