// Which variables of a body keep one value from where they get it to its end.
#pragma once

#include <set>
#include <string>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

class Steady {
public:
    Steady(Body const& body, Symbols const& symbols);

    /// True if the expression has the same value wherever it can be computed: all its variables are never assigned, or once, and
    /// not in a branch or loop, and it draws no random number.
    bool operator()(Expr const& e) const;

private:
    std::set<std::string> changing_;
};

}  // namespace rall::nmodl
