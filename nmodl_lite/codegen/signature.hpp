// The parameters of a kernel's functions, and of the pieces of long ones.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nmodl_lite/analysis/access.hpp"

namespace rall::nmodl {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // types and names

enum class Part {
    whole,   ///< the function
    alone,   ///< a piece of it, with the array `kept` in the place of what the function hands out
    of_row,  ///< a piece of a row, with the array `rates` beside it
};

Parameters parameters_of(KernelFunction function, Part part, Mechanism const& mechanism);

/// As text that begins in a column.
std::string parameter_list(Parameters const& parameters, std::size_t column);

/// What a function passes on to its pieces.
std::string arguments_of_piece(KernelFunction function, Part part, Mechanism const& mechanism);

}  // namespace rall::nmodl
