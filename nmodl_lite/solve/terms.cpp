#include "nmodl_lite/solve/terms.hpp"

#include <algorithm>

#include "nmodl_lite/solve/derivative.hpp"
#include "nmodl_lite/solve/linear.hpp"
#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

namespace {

/// e = factor * rest, the factor a number.
Expr without_factor(Expr const& e, double& factor) {
    if (is_number(e)) {
        factor *= e->value;
        return number(1, e->at);
    }
    if (e->op == Op::negate) {
        factor = -factor;
        return without_factor(e->args[0], factor);
    }
    if (e->op != Op::multiply) return e;
    auto const a = without_factor(e->args[0], factor);
    return multiply(a, without_factor(e->args[1], factor));
}

}  // namespace

void Terms::add(Expr const& e, double factor) {
    if (e->op == Op::add || e->op == Op::subtract) {
        add(e->args[0], factor);
        return add(e->args[1], e->op == Op::add ? factor : -factor);
    }
    auto const value = without_factor(e, factor);
    if (value->op == Op::add || value->op == Op::subtract) return add(value, factor);
    if (factor == 0) return;
    auto const same = std::ranges::find_if(list_, [&](Term const& t) { return equal(t.value, value); });
    if (same == list_.end()) list_.push_back({factor, value});
    else if ((same->factor += factor) == 0) list_.erase(same);
}

void Terms::add(Terms const& other) {
    for (auto const& term : other.list_) add(term.value, term.factor);
}

Expr Terms::sum(double factor) const {
    Expr total = number(0);
    for (auto const& term : list_) total = nmodl::add(total, multiply(number(factor * term.factor), term.value));
    return total;
}

bool Terms::derivative(Expr const& x, Terms& result, std::string& unknown) const {
    Tangents const tangent(Computed(), x, {});
    for (auto const& term : list_) {
        if (!depends_on(term.value, x)) continue;
        auto const slope = tangent.of(term.value);
        if (!slope) {
            visit(term.value, [&](Expr const& node) {
                if (node->op == Op::call) unknown = node->name;
            });
            return false;
        }
        result.add(slope, term.factor);
    }
    return true;
}

}  // namespace rall::nmodl
