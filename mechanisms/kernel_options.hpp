// How a model wants its kernels to be made.
#pragma once

#include <set>
#include <string>

namespace rall {

struct KernelOptions {
    std::set<std::string> tabulated = {};  ///< mechanisms whose TABLEs are interpolated, as in NEURON; the others are evaluated exactly
    bool single_precision = false;         ///< rates of states in single precision (kernel::real); states, currents and voltages stay doubles

    auto operator<=>(KernelOptions const&) const = default;
};

}  // namespace rall
