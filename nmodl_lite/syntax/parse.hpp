// Reading NMODL.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The syntax tree of a file's text. `file` names it in messages and is where INCLUDE starts to look. Never throws for bad
/// text: everything found goes to the diagnostics, and the tree holds what could be understood.
Program parse(std::string_view text, std::string const& file, Diagnostics& found);

/// A mechanism composed from a file in another language, line by line; what is found in it points there.
struct Composed {
    std::string file;
    std::string text;
    std::vector<Origin> origins;  ///< of each line of the text
};

Program parse(Composed const& composed, Diagnostics& found);

}  // namespace rall::nmodl
