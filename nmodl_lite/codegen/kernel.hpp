// A checked mechanism as C++.
#pragma once

#include <string>

#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// The kernel as C++ text (mechanisms/kernel.hpp says what it looks like): a header that defines rall::mechanism::<cpp_name(name)>.
std::string generate_cpp(Mechanism const& mechanism);

}  // namespace rall::nmodl
