// Sums taken apart: an expression as a list of terms with numeric factors, so that equal terms of opposite sign cancel.
#pragma once

#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

struct Term {
    double factor = 1;
    Expr value;
};

class Terms {
public:
    Terms() = default;
    explicit Terms(Expr const& e) { add(e, 1); }

    /// Adds factor * e; what is 0 after that is no term any more.
    void add(Expr const& e, double factor);
    void add(Terms const& other);

    std::vector<Term> const& list() const { return list_; }
    bool empty() const { return list_.empty(); }

    /// factor * all terms as one expression.
    Expr sum(double factor = 1) const;

    /// d/dx, x a variable; every other variable is held fixed. False if the derivative of a function is not known (`unknown` names it).
    bool derivative(Expr const& x, Terms& result, std::string& unknown) const;

private:
    std::vector<Term> list_;
};

}  // namespace rall::nmodl
