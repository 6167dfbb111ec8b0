// What is wrong with a program, said before anything is made of it.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Reports what the language has but Rall does not run, each by its name and line, and what is dropped (TABLE, printf).
void report_unsupported(Program const& program, Diagnostics& found);

/// Reports names that nobody declares, wrong numbers of arguments, arrays without an index, assignments to what is no
/// variable.
void check_names(Program const& program, Symbols const& symbols, Diagnostics& found);

/// Reports elements that no array has, once loops are unrolled; what is computed while running is not checked.
void check_indices(Program const& program, Symbols const& symbols, Diagnostics& found);

}  // namespace rall::nmodl
