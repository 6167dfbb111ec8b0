#include "nmodl_lite/codegen/expression.hpp"

#include <cmath>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/printer.hpp"

namespace rall::nmodl {

namespace {

int level_of(Op op) {
    switch (op) {
        case Op::add:
        case Op::subtract:
            return 1;
        case Op::multiply:
        case Op::divide:
            return 2;
        case Op::negate:
            return 3;
        default:
            return 4;
    }
}

bool is_call(Expr const& e, char const* function) { return e->op == Op::call && e->name == function; }

class Writer {
public:
    Writer(CppNames& names, Renaming const& renaming) : names_(names), renaming_(renaming) {}

    std::string value(Expr const& e) {
        switch (e->op) {
            case Op::number:
                return names_.number(e->value);
            case Op::name:
                return variable(e);
            case Op::call:
                return call(e);
            case Op::power:
                return power(e);
            case Op::negate:
                return "-" + operand(e->args[0], 3);
            case Op::add:
                return operand(e->args[0], 1) + " + " + operand(e->args[1], 2);
            case Op::subtract:
                if (names_.in_reals() && is_number(e->args[0]) && e->args[0]->value == 1 && is_call(e->args[1], "exp"))
                    return "math::one_minus_exp(" + value(e->args[1]->args[0]) + ")";
                return operand(e->args[0], 1) + " - " + operand(e->args[1], 2);
            case Op::multiply:
                return operand(e->args[0], 2) + " * " + operand(e->args[1], 3);
            case Op::divide:
                return operand(e->args[0], 2) + " / " + operand(e->args[1], 3);
            default:
                return "(" + condition(e) + " ? 1.0 : 0.0)";
        }
    }

    std::string condition(Expr const& e) {
        switch (e->op) {
            case Op::less:
                return comparison(e, " < ");
            case Op::greater:
                return comparison(e, " > ");
            case Op::less_equal:
                return comparison(e, " <= ");
            case Op::greater_equal:
                return comparison(e, " >= ");
            case Op::equal:
                return comparison(e, " == ");
            case Op::not_equal:
                return comparison(e, " != ");
            case Op::logical_and:
                return "(" + condition(e->args[0]) + ") & (" + condition(e->args[1]) + ")";
            case Op::logical_or:
                return "(" + condition(e->args[0]) + ") | (" + condition(e->args[1]) + ")";
            case Op::logical_not:
                return "!(" + condition(e->args[0]) + ")";
            default:
                return operand(e, 1) + " != 0.0";
        }
    }

private:
    std::string comparison(Expr const& e, char const* mark) {
        return operand(e->args[0], 1) + mark + operand(e->args[1], 1);
    }

    std::string operand(Expr const& e, int level) {
        bool const negative = e->op == Op::number && (e->value < 0 || std::signbit(e->value));
        auto const text = value(e);
        return (negative ? 3 : level_of(e->op)) < level || (level == 3 && (negative || e->op == Op::negate))
                   ? "(" + text + ")"
                   : text;
    }

    std::string variable(Expr const& e) {
        auto const found = renaming_.find(e->name);
        auto const& text = found != renaming_.end() ? found->second : names_.of(e->name);
        return e->args.empty() ? text : text + "[" + index(e->args[0]) + "]";
    }

    std::string index(Expr const& e) {
        if (e->op == Op::number) return std::to_string(static_cast<long>(e->value));
        return is_call(e, place_function) ? value(e) : "static_cast<int>(" + value(e) + ")";
    }

    std::string power(Expr const& e) {
        auto const& n = e->args[1];
        auto const kind = is_number(n) ? kind_of_power(n->value) : PowerKind::any;
        if (kind == PowerKind::product)
            return "math::powi<" + std::to_string(static_cast<int>(n->value)) + ">(" + value(e->args[0]) + ")";
        return (kind == PowerKind::fraction ? "math::pow_fraction(" : "math::pow(") + value(e->args[0]) + ", " +
               value(n) + ")";
    }

    std::string call(Expr const& e) {
        if (is_call(e, place_function) || is_call(e, misplaced_function)) return e->name + "(" + arguments(e) + ")";
        auto const* builtin = find_builtin(e->name);
        if (auto const* depth = names_.depth_of(e->name)) return recursive(e, *depth);
        if (!builtin) return looked_up(e);  // in a FUNCTION_TABLE
        if (builtin->kind == BuiltinKind::random) return draw(e);
        if (e->name == "pow") return power(e);
        bool const vector = builtin->kind == BuiltinKind::vector;
        std::string text = builtin->kind == BuiltinKind::event ? "events." + e->name
                           : vector                            ? names_.of(e->args[0]->name) + "." + builtin->target
                                                               : std::string("math::") + builtin->target;
        return text + "(" + arguments(e, vector) + ")";
    }

    std::string arguments(Expr const& e, std::size_t first = 0) {
        std::string text;
        for (std::size_t i = first; i < e->args.size(); ++i) text += (i == first ? "" : ", ") + value(e->args[i]);
        return text;
    }

    std::string recursive(Expr const& e, std::string const& depth) {
        auto text = names_.of(e->name) + "(";
        for (auto const& arg : e->args) text += value(arg) + ", ";
        return text + depth + ")";
    }

    std::string looked_up(Expr const& e) {
        auto text = "kernel::lookup(" + names_.of(e->name);
        for (auto const& arg : e->args) text += ", " + value(arg);
        return text + ")";
    }

    std::string draw(Expr const& e) {
        auto const& stream = names_.of(e->args[0]->name);
        auto const n = e->args.size();
        auto arg = [&](std::size_t i, int level) { return operand(e->args[i], level); };
        if (e->name == "random_uniform")
            return n == 3   ? "(" + arg(1, 1) + " + (" + arg(2, 1) + " - " + arg(1, 2) + ") * " + stream + ".uniform())"
                   : n == 2 ? "(" + arg(1, 2) + " * " + stream + ".uniform())"
                            : stream + ".uniform()";
        if (e->name == "random_normal")
            return n == 3   ? "(" + arg(1, 1) + " + " + arg(2, 2) + " * " + stream + ".normal())"
                   : n == 2 ? "(" + arg(1, 1) + " + " + stream + ".normal())"
                            : stream + ".normal()";
        if (e->name == "random_poisson") return stream + ".poisson(" + arg(1, 0) + ")";
        if (e->name == "random_ipick") return "math::floor(4294967296.0 * " + stream + ".uniform())";
        if (e->name == "random_dpick") return stream + ".uniform()";
        if (e->name == "random_setseq") return stream + ".go_to(" + arg(1, 0) + ")";
        if (e->name == "random_setids") return stream + ".become(" + arg(1, 0) + ", " + arg(2, 0) + ", " + arg(3, 0) + ")";
        return n == 2 ? "(" + arg(1, 2) + " * " + stream + ".exponential())" : stream + ".exponential()";
    }

    CppNames& names_;
    Renaming const& renaming_;
};

}  // namespace

CppNames::CppNames(Mechanism const& mechanism, std::string depth) : depth_(std::move(depth)) {
    for (auto const& function : mechanism.functions) recursive_.insert(function.name);
}

std::string const* CppNames::depth_of(std::string const& function) const {
    return recursive_.contains(function) ? &depth_ : nullptr;
}

std::string CppNames::fresh(std::string const& wanted) { return cpp_copy(wanted, ++copies_[wanted]); }

std::string const& CppNames::of(std::string const& name) {
    auto const [found, added] = names_.try_emplace(name);
    if (added) found->second = cpp_name(name);
    return found->second;
}

std::string CppNames::number(double value) const {
    bool const fits = value == 0 || (std::fabs(value) > 1e-37 && std::fabs(value) < 1e38);
    return in_reals_ && fits ? "real(" + cpp_literal(value) + ")" : cpp_literal(value);
}

std::string to_cpp(Expr const& e, CppNames& names, Renaming const& renaming) {
    return Writer(names, renaming).value(e);
}

std::string to_cpp_condition(Expr const& e, CppNames& names, Renaming const& renaming) {
    return Writer(names, renaming).condition(e);
}

std::string cpp_literal(double value) {
    if (std::isnan(value)) return "math::nan";
    if (std::isinf(value)) return value < 0 ? "-math::infinity" : "math::infinity";
    if (value == 0 && std::signbit(value)) return "-0.0";
    auto text = number_text(value);
    if (text.find_first_of(".e") == text.npos) text += ".0";
    return text;
}

}  // namespace rall::nmodl
