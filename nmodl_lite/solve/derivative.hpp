// Derivatives of straight-line programs: every assignment x = e that depends on a seed variable is preceded by one that
// computes dx/dseed by the chain rule (forward accumulation), so branches, temporaries and inlined functions need no
// special treatment.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

class Tangents {
public:
    /// Variables of `body` (as key_of gives them) that depend on `seed`. `fresh` makes a new name from a wanted one.
    Tangents(Body const& body, Expr seed, std::function<std::string(std::string const&)> fresh);

    /// d e / d seed at a point of the body; null when a function in it has no known derivative.
    Expr of(Expr const& e) const;

    /// Those of an assignment's target, to be placed before the assignment: null when the target never depends on the seed.
    Expr target(Expr const& variable) const;

    /// True if `e` depends on the seed.
    bool depends(Expr const& e) const;

    std::vector<std::string> names() const;
    std::vector<std::string> variables() const;  ///< keys of what depends on the seed

private:
    Expr seed_;
    std::map<std::string, std::string> tangent_;  // key of a variable -> name of its tangent
};

/// The body with the assignments of all tangents added; nothing if a needed derivative is not known (its function is named in
/// `unknown`) or hangs on an array index that is only known when run. With `roughly` such a derivative is taken to be 0.
bool differentiate(Body const& body, std::vector<Tangents> const& tangents, Body& out, std::string& unknown,
                   bool roughly = false);

/// True if some derivative may be infinite, or no number, where the function itself is finite: sqrt(x) at 0, or 1/(k/x + 1) at 0,
/// where the chain rule multiplies 0 by infinity.
bool may_be_singular(Body const& body, Tangents const& tangent);

/// True when run if `e` is a number, and finite.
Expr is_finite(Expr const& e);

/// True if the wanted tangents, as computed in a differentiated body, do not change with the seeds: what they belong to is
/// linear in the seeds. A branch or loop that hangs on a seed counts as a change.
bool constant_tangents(Body const& differentiated, std::vector<Tangents> const& tangents, std::set<std::string> wanted);

}  // namespace rall::nmodl
