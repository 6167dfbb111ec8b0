// Expressions of C whose value is known.
#include <cmath>

#include "nmodl_lite/c/parser.hpp"

namespace rall::nmodl {

std::optional<double> apply(std::string const& op, double a, double b, bool integers) {
    if (op == "+") return a + b;
    if (op == "-") return a - b;
    if (op == "*") return a * b;
    if (op == "/" && !integers) return a / b;
    if (op == "/" && b != 0) return std::trunc(a / b);
    if (op == "%" && b != 0) return std::fmod(a, b);
    if (op == "<") return a < b;
    if (op == ">") return a > b;
    if (op == "<=") return a <= b;
    if (op == ">=") return a >= b;
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "&&") return a != 0 && b != 0;
    if (op == "||") return a != 0 || b != 0;
    return std::nullopt;
}

std::optional<double> constant_value(CExpr const& e) {
    if (e->kind == CKind::number) return e->value;
    if (e->kind == CKind::unary) {
        auto const a = constant_value(e->args[0]);
        if (!a) return a;
        if (e->text == "-") return -*a;
        if (e->text == "+") return a;
        if (e->text == "!") return *a == 0;
    }
    if (e->kind == CKind::binary) {
        auto const a = constant_value(e->args[0]), b = constant_value(e->args[1]);
        if (a && b) return apply(e->text, *a, *b, e->args[0]->integer && e->args[1]->integer);
    }
    return std::nullopt;
}

}  // namespace rall::nmodl
