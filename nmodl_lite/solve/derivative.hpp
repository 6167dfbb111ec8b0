// Derivatives of straight-line programs: every assignment x = e that depends on a seed variable is preceded by one that
// computes dx/dseed by the chain rule (forward accumulation), so branches, temporaries and inlined functions need no
// special treatment.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Which variables of a body (as key_of gives them) are computed from which.
class Computed {
public:
    Computed() = default;
    explicit Computed(Body const& body);

    /// All that is computed from `seed`, directly or over others, in the order of the body.
    std::vector<std::string> from(std::string const& seed) const;

private:
    std::vector<std::string> targets_;  // of assignments
    std::unordered_map<std::string, std::size_t> number_;
    std::unordered_map<std::string, std::vector<std::size_t>> readers_;  // targets, by what they read
};

class Tangents {
public:
    /// Of what depends on `seed` in a body. `fresh` makes a new name from a wanted one.
    Tangents(Computed const& computed, Expr seed, std::function<std::string(std::string const&)> const& fresh);

    /// d e / d seed at a point of the body; null when a function in it has no known derivative.
    Expr of(Expr const& e) const;

    /// Those of an assignment's target, to be placed before the assignment: null when the target never depends on the seed.
    Expr target(Expr const& variable) const;

    /// True for the key of a variable that depends on the seed.
    bool has(std::string const& key) const { return tangent_.contains(key); }

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

/// For each seed, true if some derivative may be infinite, or no number, where the function itself is finite: sqrt(x) at 0, or
/// 1/(k/x + 1) at 0, where the chain rule multiplies 0 by infinity.
std::vector<bool> may_be_singular(Body const& body, std::vector<Tangents> const& tangents);

/// True when run if `e` is a number, and finite.
Expr is_finite(Expr const& e);

/// True if the wanted tangents, as computed in a differentiated body, do not change with the seeds: what they belong to is
/// linear in the seeds. A branch or loop that hangs on a seed counts as a change.
bool constant_tangents(Body const& differentiated, std::vector<Tangents> const& tangents, std::set<std::string> wanted);

}  // namespace rall::nmodl
