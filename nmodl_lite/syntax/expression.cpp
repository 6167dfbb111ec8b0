#include "nmodl_lite/syntax/expression.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/math.hpp"

namespace rall::nmodl {

Expr make(Op op, std::vector<Expr> args, Position at) {
    auto e = std::make_shared<Expression>();
    e->op = op;
    e->args = std::move(args);
    e->at = at;
    if (at.line == 0 && !e->args.empty() && e->args[0]) e->at = e->args[0]->at;
    return e;
}

Expr number(double value, Position at) {
    auto e = std::make_shared<Expression>();
    e->value = value;
    e->at = at;
    return e;
}

static Expr named(Op op, std::string name, std::vector<Expr> args, Position at) {
    auto e = std::make_shared<Expression>();
    e->op = op;
    e->name = std::move(name);
    e->args = std::move(args);
    e->at = at;
    return e;
}

Expr name(std::string text, Position at) { return named(Op::name, std::move(text), {}, at); }
Expr element(std::string text, Expr index, Position at) {
    return named(Op::name, std::move(text), {std::move(index)}, at);
}
Expr call(std::string text, std::vector<Expr> args, Position at) {
    return named(Op::call, std::move(text), std::move(args), at);
}

bool is_number(Expr const& e) { return e && e->op == Op::number; }
bool is_number(Expr const& e, double value) { return is_number(e) && e->value == value; }

bool is_comparison(Op op) {
    switch (op) {
        case Op::less:
        case Op::greater:
        case Op::less_equal:
        case Op::greater_equal:
        case Op::equal:
        case Op::not_equal:
        case Op::logical_and:
        case Op::logical_or:
        case Op::logical_not:
            return true;
        default:
            return false;
    }
}

bool equal(Expr const& a, Expr const& b) {
    if (a == b) return true;
    if (!a || !b || a->op != b->op || a->name != b->name || a->args.size() != b->args.size()) return false;
    if (a->op == Op::number) return a->value == b->value && std::signbit(a->value) == std::signbit(b->value);
    for (std::size_t i = 0; i < a->args.size(); ++i)
        if (!equal(a->args[i], b->args[i])) return false;
    return true;
}

Expr negate(Expr a) {
    if (is_number(a)) return number(-a->value, a->at);
    if (a->op == Op::negate) return a->args[0];
    if (a->op == Op::subtract) return subtract(a->args[1], a->args[0]);
    return make(Op::negate, {std::move(a)});
}

Expr add(Expr a, Expr b) {
    if (is_number(a) && is_number(b)) return number(a->value + b->value, a->at);
    if (is_number(a, 0)) return b;
    if (is_number(b, 0)) return a;
    if (b->op == Op::negate) return subtract(std::move(a), b->args[0]);
    if (a->op == Op::negate) return subtract(std::move(b), a->args[0]);
    return make(Op::add, {std::move(a), std::move(b)});
}

Expr subtract(Expr a, Expr b) {
    if (is_number(a) && is_number(b)) return number(a->value - b->value, a->at);
    if (is_number(b, 0)) return a;
    if (is_number(a, 0)) return negate(std::move(b));
    if (b->op == Op::negate) return add(std::move(a), b->args[0]);
    if (a->op == Op::negate) return negate(add(a->args[0], std::move(b)));
    return make(Op::subtract, {std::move(a), std::move(b)});
}

Expr multiply(Expr a, Expr b) {
    if (is_number(a) && is_number(b)) return number(a->value * b->value, a->at);
    if (is_number(a, 0) || is_number(b, 0)) return number(0, a->at);
    if (is_number(a, 1)) return b;
    if (is_number(b, 1)) return a;
    if (is_number(a, -1)) return negate(std::move(b));
    if (is_number(b, -1)) return negate(std::move(a));
    if (a->op == Op::negate && b->op == Op::negate) return multiply(a->args[0], b->args[0]);
    if (a->op == Op::negate) return negate(multiply(a->args[0], std::move(b)));
    if (b->op == Op::negate) return negate(multiply(std::move(a), b->args[0]));
    return make(Op::multiply, {std::move(a), std::move(b)});
}

Expr divide(Expr a, Expr b) {
    if (is_number(a) && is_number(b) && b->value != 0) return number(a->value / b->value, a->at);
    if (is_number(a, 0) && !is_number(b, 0)) return a;
    if (is_number(b, 1)) return a;
    if (is_number(b, -1)) return negate(std::move(a));
    if (a->op == Op::negate && b->op == Op::negate) return divide(a->args[0], b->args[0]);
    if (a->op == Op::negate) return negate(divide(a->args[0], std::move(b)));
    if (b->op == Op::negate) return negate(divide(std::move(a), b->args[0]));
    return make(Op::divide, {std::move(a), std::move(b)});
}

PowerKind kind_of_power(double exponent) {
    if (exponent == std::floor(exponent) && std::fabs(exponent) <= 64) return PowerKind::product;
    return exponent != std::floor(exponent) && std::fabs(exponent) <= 10 ? PowerKind::fraction : PowerKind::any;
}

double power(double x, double exponent) {
    switch (kind_of_power(exponent)) {
        case PowerKind::product:
            return math::powi(x, static_cast<int>(exponent));
        case PowerKind::fraction:
            return math::pow_fraction(x, exponent);
        default:
            return math::pow(x, exponent);
    }
}

Expr power(Expr a, Expr b) {
    if (is_number(a) && is_number(b)) return number(power(a->value, b->value), a->at);
    if (is_number(b, 1)) return a;
    if (is_number(b, 0)) return number(1, a->at);
    return make(Op::power, {std::move(a), std::move(b)});
}

Expr build(Op op, std::vector<Expr> args, Position at) {
    bool const numbers = std::ranges::all_of(args, [](Expr const& arg) { return is_number(arg); });
    auto const is_zero = [&](std::size_t i) { return !numbers && is_number(args[i], 0); };
    switch (op) {
        case Op::negate:
            return negate(args[0]);
        case Op::add:
            return add(args[0], args[1]);
        case Op::subtract:
            return subtract(args[0], args[1]);
        case Op::multiply:  // 0 times what may be infinite is not 0
            if (is_zero(0) || is_zero(1)) break;
            return multiply(args[0], args[1]);
        case Op::divide:  // nor is 0 divided by what may be 0
            if (is_zero(0)) break;
            return divide(args[0], args[1]);
        case Op::power:
            return power(args[0], args[1]);
        default:
            break;
    }
    if (is_comparison(op) && numbers) {
        double const a = args[0]->value, b = args.back()->value;
        switch (op) {
            case Op::less:
                return number(a < b, at);
            case Op::greater:
                return number(a > b, at);
            case Op::less_equal:
                return number(a <= b, at);
            case Op::greater_equal:
                return number(a >= b, at);
            case Op::equal:
                return number(a == b, at);
            case Op::not_equal:
                return number(a != b, at);
            case Op::logical_and:
                return number(a != 0 && b != 0, at);
            case Op::logical_or:
                return number(a != 0 || b != 0, at);
            default:
                return number(a == 0, at);
        }
    }
    return make(op, std::move(args), at);
}

bool names_storage(Expr const& e) {
    return e->op == Op::call && !e->args.empty() && (e->name.starts_with("random_") || e->name.starts_with("vector_"));
}

Expr rewrite(Expr const& e, std::function<Expr(Expr const&)> const& f) {
    if (!e) return e;
    std::vector<Expr> args;
    args.reserve(e->args.size());
    bool changed = false;
    for (auto const& arg : e->args) {
        args.push_back(rewrite(arg, f));
        changed = changed || args.back() != arg;
    }
    if (!changed) return f(e);
    auto copy = std::make_shared<Expression>(*e);
    copy->args = std::move(args);
    return f(copy);
}

Expr substitute(Expr const& e, std::map<std::string, std::string> const& names) {
    return rewrite(e, [&](Expr const& node) -> Expr {
        if (node->op != Op::name || !node->args.empty()) return node;
        auto const found = names.find(node->name);
        return found == names.end() ? node : name(found->second, node->at);
    });
}

int size_of(Expr const& e) {
    int size = 0;
    visit(e, [&](Expr const&) { ++size; });
    return size;
}

bool mentions(Expr const& e, std::string const& variable) {
    if (!e) return false;
    if (e->op == Op::name && e->name == variable) return true;
    for (auto const& arg : e->args)
        if (mentions(arg, variable)) return true;
    return false;
}

std::set<std::string> variables_of(Expr const& e) {
    std::set<std::string> names;
    visit(e, [&](Expr const& node) {
        if (node->op == Op::name) names.insert(node->name);
    });
    return names;
}

}  // namespace rall::nmodl
