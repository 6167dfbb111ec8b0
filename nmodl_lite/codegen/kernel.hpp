// A checked mechanism as C++.
#pragma once

#include <string>

#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// The kernel as C++ text (mechanisms/kernel.hpp says what it looks like): a header that defines rall::mechanism::<name>.
std::string generate_cpp(Mechanism const& mechanism);

/// The name of the struct in that text: the SUFFIX, with an underscore where C++ has the word.
std::string cpp_name(Mechanism const& mechanism);

}  // namespace rall::nmodl
