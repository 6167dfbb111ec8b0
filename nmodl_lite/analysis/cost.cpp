#include "nmodl_lite/analysis/cost.hpp"

#include <bit>
#include <cmath>

#include "base/elimination.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Counter {
public:
    explicit Counter(Cost& cost) : cost_(cost) {}

    void body(Body const& statements) {
        each_statement(statements, [&](Statement const& s) {
            if (std::holds_alternative<From>(s.what) || std::holds_alternative<While>(s.what)) cost_.loops = true;
            each_expression(s, [&](Expr const& e) { expression(e); });
            if (auto const* e = std::get_if<Elimination>(&s.what)) elimination(*e);
        });
    }

    void expression(Expr const& e) {
        visit(e, [&](Expr const& node) { operation(*node); });
    }

private:
    void elimination(Elimination const& e) {
        struct Operations {
            Cost& cost;
            void clear(int) const {}
            void divide(int, int length, bool, int const*, int n) const {
                cost.additions += n - 1;
                ++cost.divisions;
                cost.multiplications += length;
            }
            void add(int, int, int length, int const*) const { products(length); }
            void gather(int, int length, int const*) const { products(length - 1); }
            void products(int n) const {
                cost.additions += n;
                cost.multiplications += n;
            }
        };
        if (e.back) rall::elimination::substitute(e.program->data(), Operations{cost_});
        else rall::elimination::eliminate(e.program->data(), Operations{cost_});
    }

    void operation(Expression const& e) {
        if (is_comparison(e.op)) {
            if (e.op != Op::logical_and && e.op != Op::logical_or && e.op != Op::logical_not) ++cost_.comparisons;
            return;
        }
        switch (e.op) {
            case Op::add:
            case Op::subtract:
                ++cost_.additions;
                break;
            case Op::multiply:
                ++cost_.multiplications;
                break;
            case Op::divide:
                ++cost_.divisions;
                break;
            case Op::power:
                power(e.args[1]);
                break;
            case Op::call:
                call(e);
                break;
            default:
                break;
        }
    }

    void call(Expression const& e) {
        if (e.name == "pow") power(e.args[1]);
        else if (e.name == "exp" || e.name == "expm1" || e.name == "exprelr") ++cost_.exponentials;
        else if (e.name != "fabs" && e.name != "fmin" && e.name != "fmax") ++cost_.other_calls;
    }

    /// As cpp_expression.cpp writes powers.
    void power(Expr const& exponent) {
        if (is_number(exponent) && kind_of_power(exponent->value) == PowerKind::product) {
            auto const n = static_cast<unsigned>(std::fabs(exponent->value));
            if (n > 1) cost_.multiplications += std::bit_width(n) - 1 + std::popcount(n) - 1;
            if (exponent->value < 0) ++cost_.divisions;
        } else {
            ++cost_.other_calls;
        }
    }

    Cost& cost_;
};

Cost cost_of(Mechanism const& m, KernelFunction function) {
    Cost cost;
    auto const access = access_of(m, function);
    cost.bytes_read = 8 * (doubles_read(access) + (access.flow.read.contains("v") ? 1 : 0));
    cost.bytes_written = 8 * doubles_written(access);
    Counter counter(cost);
    counter.body(body_of(m, function));
    if (function == KernelFunction::current)
        for (auto const& total : {m.total_current, m.total_conductance}) counter.expression(total);
    if (function == KernelFunction::transitions)
        for (auto const& output : m.transition_outputs()) counter.expression(output);
    return cost;
}

}  // namespace

std::vector<std::pair<KernelFunction, Cost>> costs(Mechanism const& m) {
    std::vector<std::pair<KernelFunction, Cost>> all;
    for (auto const function : functions_of(m)) all.emplace_back(function, cost_of(m, function));
    return all;
}

}  // namespace rall::nmodl
