#include "nmodl_lite/solve/linear.hpp"

#include <cmath>

#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

bool depends_on(Expr const& e, Expr const& x) {
    if (!e) return false;
    if (equal(e, x)) return true;
    for (auto const& arg : e->args)
        if (depends_on(arg, x)) return true;
    return false;
}

std::optional<Linear> linear_in(Expr const& e, Expr const& x) {
    auto const zero = number(0, e->at);
    if (equal(e, x)) return Linear{zero, number(1, e->at)};
    if (!depends_on(e, x)) return Linear{e, zero};
    if (e->args.size() == 1 && e->op == Op::negate) {
        auto const a = linear_in(e->args[0], x);
        if (!a) return {};
        return Linear{negate(a->constant), negate(a->slope)};
    }
    if (e->args.size() != 2 || e->op == Op::call || e->op == Op::name) return {};
    auto const a = linear_in(e->args[0], x), b = linear_in(e->args[1], x);
    if (!a || !b) return {};
    bool const a_fixed = is_number(a->slope, 0), b_fixed = is_number(b->slope, 0);
    switch (e->op) {
        case Op::add:
            return Linear{add(a->constant, b->constant), add(a->slope, b->slope)};
        case Op::subtract:
            return Linear{subtract(a->constant, b->constant), subtract(a->slope, b->slope)};
        case Op::multiply:
            if (a_fixed) return Linear{multiply(a->constant, b->constant), multiply(a->constant, b->slope)};
            if (b_fixed) return Linear{multiply(a->constant, b->constant), multiply(a->slope, b->constant)};
            return {};
        case Op::divide:
            if (b_fixed) return Linear{divide(a->constant, b->constant), divide(a->slope, b->constant)};
            return {};
        default:
            return {};
    }
}

Expr fixed_point(Linear const& linear) {
    auto top = negate(linear.constant), bottom = linear.slope;
    auto strip = [](Expr& e) {
        if (e->op == Op::negate) return e = e->args[0], true;
        return false;
    };
    bool negative = strip(top);
    if (strip(bottom)) negative = !negative;
    if (top->op == Op::divide && bottom->op == Op::divide && equal(top->args[1], bottom->args[1])) {
        top = top->args[0];
        bottom = bottom->args[0];
    }
    // A rate of 1/tau, the usual case, multiplies instead.
    bool const inverse =
        bottom->op == Op::divide && is_number(bottom->args[0]) && std::fabs(bottom->args[0]->value) == 1;
    auto const ratio = inverse ? multiply(multiply(bottom->args[0], top), bottom->args[1]) : divide(top, bottom);
    return negative ? negate(ratio) : ratio;
}

}  // namespace rall::nmodl
