// Which variables a body reads before it has certainly written them, and which it writes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

struct Dataflow {
    std::set<std::string> read;     // anywhere
    std::set<std::string> exposed;  // read on some path before written on that path: the old value matters
    std::set<std::string> written;  // on some path
    std::set<std::string> certain;  // on every path, all elements of an array
};

/// Names are whole variables; `symbols` tells the sizes of arrays.
Dataflow analyse(Body const& body, Symbols const& symbols);

/// Names of the variables that the body computes from any of the seeds, directly or over others, or under a condition that does.
std::set<std::string> dependents(Body const& body, std::vector<Expr> const& seeds);

}  // namespace rall::nmodl
