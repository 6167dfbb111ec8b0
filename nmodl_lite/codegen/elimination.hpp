// Systems of equations in memory as C++: a table, and a call of what reads it (base/elimination.hpp).
#pragma once

#include <string>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The lines of an elimination of `numbers`, the object that does it.
std::vector<std::string> cpp_elimination(Elimination const& elimination, std::string const& numbers);

/// What generated code that has one includes.
inline constexpr char const* elimination_header = "mechanisms/elimination.hpp";

}  // namespace rall::nmodl
