// The pieces of a function that only follow one another, handed out by their numbers: what the solver runs them by (mechanisms/kernel.hpp).
#pragma once

#include <string>

#include "nmodl_lite/codegen/pieces.hpp"

namespace rall::nmodl {

/// Constants and templates beside the pieces of a row, in the struct that holds them.
std::string cpp_row(Mechanism const& mechanism, KernelFunction function, Pieces const& pieces);

}  // namespace rall::nmodl
