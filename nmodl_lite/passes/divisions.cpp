// Fewer divisions: they cost ten times a multiplication in vector code and are what the rates of ion channels are made of.
// x/3 becomes x*(1/3); x/tau with tau = 1/rate becomes x*rate; divisions by one and the same factor share its reciprocal.
// Changes results by rounding only.

#include <algorithm>
#include <cmath>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int longest_repeated = 50;  // nodes of a rate that takes the place of a division

/// The factors of a product.
void factors_of(Expr const& e, std::vector<Expr>& into) {
    if (e->op == Op::multiply) {
        factors_of(e->args[0], into);
        factors_of(e->args[1], into);
    } else {
        into.push_back(e);
    }
}

/// True for numbers that can be divided by multiplying: a reciprocal out of the range of normal numbers has lost its digits.
bool has_reciprocal(Expr const& e) { return is_number(e) && std::isnormal(1 / e->value); }

class DivisionSaver {
public:
    DivisionSaver(Body& body, Symbols const& symbols, Naming& naming, Mechanism const& mechanism)
        : body_(body), naming_(naming), mechanism_(mechanism), steady_(body, symbols) {}

    void run() {
        rewrite_expressions(body_, by_constants);
        by_inverses();
        by_shared_factors();
    }

private:
    static Expr by_constants(Expr const& e) {
        return rewrite(e, [](Expr const& node) -> Expr {
            if (node->op != Op::divide || !has_reciprocal(node->args[1])) return node;
            return multiply(node->args[0], number(1 / node->args[1]->value, node->at));
        });
    }

    static void rewrite_statement(Statement& s, std::function<Expr(Expr const&)> const& f) {
        Body one{std::move(s)};
        rewrite_expressions(one, f);
        s = std::move(one[0]);
    }

    void by_inverses() {
        std::map<std::string, Expr> inverse;  // tau -> rate where tau = 1/rate
        for (auto& s : body_) {
            rewrite_statement(s, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) -> Expr {
                    if (node->op != Op::divide || node->args[1]->op != Op::name) return node;
                    auto const found = inverse.find(node->args[1]->name);
                    return found == inverse.end() ? node : build(Op::multiply, {node->args[0], found->second});
                });
            });
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || !steady_(a->target) || !a->target->args.empty()) continue;
            if (a->value->op == Op::divide && has_reciprocal(a->value->args[0]) && steady_(a->value->args[1]) &&
                size_of(a->value) <= longest_repeated)
                inverse[a->target->name] = multiply(a->value->args[1], number(1 / a->value->args[0]->value));
        }
    }

    struct Factor {
        Expr value;
        std::vector<Expr> quotients;  // the different divisions in which it divides
        Expr reciprocal;              // its local, once made
    };

    /// The factor that is `e` or, for differences, -e; `sign` says which.
    Factor* find(Expr const& e, bool& negative) {
        auto const opposite = e->op == Op::subtract ? negate(e) : e;
        auto const found = std::ranges::find_if(
            factors_, [&](Factor const& f) { return equal(f.value, e) || equal(f.value, opposite); });
        if (found == factors_.end()) return nullptr;
        negative = !equal(found->value, e);
        return &*found;
    }

    void by_shared_factors() {
        each_expression(body_, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op != Op::divide) return;
                std::vector<Expr> all;
                factors_of(node->args[1], all);
                for (auto const& factor : all) {
                    if (is_number(factor) || !steady_(factor)) continue;
                    bool negative = false;
                    auto* known = find(factor, negative);
                    if (!known) known = &factors_.emplace_back(Factor{factor, {}, nullptr});
                    if (std::ranges::none_of(known->quotients, [&](Expr const& q) { return equal(q, node); }))
                        known->quotients.push_back(node);
                }
            });
        });
        note_common();
        std::erase_if(factors_, [&](Factor const& f) { return f.quotients.size() < 2 && !is_common(f.value); });
        if (factors_.empty()) return;
        Body out;
        for (auto& s : body_) {
            rewrite_statement(s, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) { return node->op == Op::divide ? shared(node, out) : node; });
            });
            out.push_back(std::move(s));
        }
        body_ = std::move(out);
    }

    /// x/(F*G) as x*(1/F)/G; the statement that computes 1/F is put before the first that uses it.
    Expr shared(Expr const& quotient, Body& before) {
        std::vector<Expr> all;
        factors_of(quotient->args[1], all);
        Expr top = quotient->args[0], rest = number(1);
        for (auto const& factor : all) {
            bool negative = false;
            auto* known = find(factor, negative);
            if (!known) {
                rest = multiply(rest, factor);
                continue;
            }
            if (!known->reciprocal) {
                known->reciprocal = name(naming_.fresh("reciprocal"), quotient->at);
                before.push_back(assign(known->reciprocal, divide(number(1), known->value)));
            }
            top = build(Op::multiply, {negative ? negate(top) : top, known->reciprocal});
        }
        return has_reciprocal(rest) ? multiply(top, number(1 / rest->value)) : divide(top, rest);
    }

    /// The locals that are the same for all instances: a reciprocal of theirs is worked out once (hoist.cpp).
    void note_common() {
        for (auto const& s : body_) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && a->target->args.empty() && steady_(a->target) && is_common(a->value))
                common_.insert(a->target->name);
        }
    }

    bool is_common(Expr const& e) const {
        return steady_(e) && std::ranges::all_of(variables_of(e), [&](std::string const& variable) {
                   auto const* known = mechanism_.find(variable);
                   return variable == "celsius" || common_.contains(variable) || (known && known->role == Role::global);
               });
    }

    Body& body_;
    Naming& naming_;
    Mechanism const& mechanism_;
    Steady steady_;
    std::set<std::string> common_;
    std::vector<Factor> factors_;
};

}  // namespace

void save_divisions(Mechanism& mechanism, Symbols const& symbols) {
    Naming naming(mechanism, symbols);
    for (auto* body : loops_of(mechanism)) DivisionSaver(*body, symbols, naming, mechanism).run();
}

}  // namespace rall::nmodl
