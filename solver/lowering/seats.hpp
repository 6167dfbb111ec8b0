// Where variables of a running model stand, for who looks at them and changes them between two epochs.
#pragma once

#include <vector>

#include "mechanisms/info.hpp"

namespace rall::solver {

/// A variable at some sites. Good until the model is lowered anew.
struct Seats {
    std::vector<double*> at;  ///< in the device's memory, per site
    bool own = true;          ///< every site has an element of its own; else it shares one with others, and cannot be set alone
    /// The variable, of a mechanism; null for v, i_membrane and an ion's.
    VariableInfo const* variable = nullptr;
    bool is_voltage = false;
};

}  // namespace rall::solver
