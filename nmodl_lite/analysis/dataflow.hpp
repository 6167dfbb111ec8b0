// Which variables a body reads before it has certainly written them, and which it writes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

struct Dataflow {
    using Names = std::unordered_set<std::string>;  // thousands, alike in their first letters
    Names read;     // anywhere
    Names exposed;  // read on some path before written on that path: the old value matters
    Names written;  // on some path
    Names certain;  // on every path, all elements of an array
};

/// Names are whole variables; `symbols` tells the sizes of arrays.
Dataflow analyse(Body const& body, Symbols const& symbols);

/// Names of the variables that the body computes from any of the seeds, directly or over others, or under a condition that does.
std::set<std::string> dependents(Body const& body, std::vector<Expr> const& seeds);

/// Variables that the body adds to, or changes in another way by what they were before: n = n + 1.
/// LOCALs, which forget, are left out; those declared outside of the body are given. The statement that does it comes with each.
std::map<std::string, Position> counted_in(Body const& body, std::vector<LocalName> const& locals = {});

}  // namespace rall::nmodl
