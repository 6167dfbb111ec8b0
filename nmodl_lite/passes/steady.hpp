// Which variables of a body keep one value from where they get it to its end.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// True for an if of which all branches only assign to scalars, or are such again.
bool is_selection(Statement const& statement);

/// True for an expression of numbers, built-in functions that always give the same, and scalars that `is_known` accepts.
bool is_made_of(Expr const& e, std::function<bool(std::string const&)> const& is_known);

class Steady {
public:
    Steady(Body const& body, Symbols const& symbols);

    /// True if the expression has the same value wherever it can be computed: all its variables are never assigned, or once, or by one selection that
    /// may take the place of an assignment, before anybody reads them; and it draws no random number.
    bool operator()(Expr const& e) const;

    /// True for an assignment that gives a scalar the one value it has.
    bool defined_by(Assign const& a) const { return a.target->args.empty() && !selected_.contains(a.target->name) && (*this)(a.target); }

private:
    std::set<std::string> changing_, selected_;
};

}  // namespace rall::nmodl
