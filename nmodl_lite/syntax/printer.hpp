// A syntax tree back to valid NMODL.
#pragma once

#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The shortest text that reads back as the same number.
std::string number_text(double value);

/// What opens a block: "FUNCTION f(v (mV)) (ms)".
std::string heading(Block const& block);

std::string to_nmodl(Program const& program);
std::string to_nmodl(Expr const& e);
std::string to_nmodl(Body const& body, int indent);

}  // namespace rall::nmodl
