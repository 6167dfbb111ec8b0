// Fewer divisions: they cost ten times a multiplication in vector code and are what the rates of ion channels are made of.
// x/3 becomes x*(1/3); (3/x)^4.8 becomes (x*(1/3))^-4.8; x/tau becomes x*(rate/2) with tau = 2/rate, and x*rate/(3*rate + 2) with tau = 3 + 2/rate; divisions by one and the same factor share its reciprocal.
// Changes results by rounding only.

#include <algorithm>
#include <cmath>
#include <optional>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int longest_repeated = 50;    // nodes of a rate that takes the place of a division
constexpr double largest_factor = 1000;  // its product with e^700 is still a number

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
            if (is_power_of_quotient(node)) {
                auto const& base = node->args[0];
                return power(multiply(base->args[1], number(1 / base->args[0]->value, base->at)), number(-node->args[1]->value, node->at));
            }
            if (node->op != Op::divide || !has_reciprocal(node->args[1])) return node;
            return multiply(node->args[0], number(1 / node->args[1]->value, node->at));
        });
    }

    /// A fractional power of a positive number over something: its exponent may change sign, at 0 and infinity too.
    static bool is_power_of_quotient(Expr const& e) {
        if (e->op != Op::power || !is_number(e->args[1]) || kind_of_power(e->args[1]->value) != PowerKind::fraction) return false;
        auto const& base = e->args[0];
        return base->op == Op::divide && has_reciprocal(base->args[0]) && base->args[0]->value > 0;
    }

    static void rewrite_statement(Statement& s, std::function<Expr(Expr const&)> const& f) {
        Body one{std::move(s)};
        rewrite_expressions(one, f);
        s = std::move(one[0]);
    }

    void by_inverses() {
        std::map<std::string, std::pair<Expr, Expr>> inverse;  // tau -> what divides by it times the first and over the second (null: 1)
        auto const only_divide = only_divisors();
        for (auto& s : body_) {
            rewrite_statement(s, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) -> Expr {
                    if (node->op != Op::divide || node->args[1]->op != Op::name) return node;
                    auto const found = inverse.find(node->args[1]->name);
                    if (found == inverse.end()) return node;
                    auto const& [times, over] = found->second;
                    auto const product = build(Op::multiply, {node->args[0], times});
                    return over ? divide(product, over) : product;
                });
            });
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || !steady_.defined_by(*a) || size_of(a->value) > longest_repeated || !steady_(a->value)) continue;
            auto const quotient = quotient_of(a->value);
            if (quotient && quotient->over && std::isnormal(1 / quotient->number))
                inverse[a->target->name] = {multiply(quotient->over, number(1 / quotient->number)), nullptr};
            else if (auto const sum = sum_of(a->value, 1); sum && only_divide.contains(a->target->name))
                inverse[a->target->name] = {sum->quotient.over, add(multiply(sum->quotient.over, number(sum->offset)), number(sum->quotient.number))};
        }
    }

    /// The locals that nobody asks for but to divide by them.
    std::set<std::string> only_divisors() const {
        std::map<std::string, int> others;  // where it stands, but to be divided by or assigned to
        each_expression(body_, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::name) ++others[node->name];
                if (node->op == Op::divide && node->args[1]->op == Op::name) --others[node->args[1]->name];
            });
        });
        each_statement(body_, [&](Statement const& s) {
            if (auto const* a = std::get_if<Assign>(&s.what)) --others[a->target->name];
        });
        std::set<std::string> found;
        for (auto const& s : body_)
            if (auto const* a = std::get_if<Assign>(&s.what); a && naming_.is_local(a->target->name) && others[a->target->name] == 0)
                found.insert(a->target->name);
        return found;
    }

    struct Quotient {
        double number;
        Expr over;  // null: 1
    };

    /// What is a number over something.
    static std::optional<Quotient> quotient_of(Expr const& e) {
        if (is_number(e)) return Quotient{e->value, nullptr};
        if (e->op == Op::negate) {
            auto inner = quotient_of(e->args[0]);
            if (inner) inner->number = -inner->number;
            return inner;
        }
        if (e->op != Op::multiply && e->op != Op::divide) return {};
        auto const first = quotient_of(e->args[0]);
        if (!first) return {};
        if (e->op == Op::divide) return first->over ? std::nullopt : std::optional(Quotient{first->number, e->args[1]});
        auto const second = quotient_of(e->args[1]);
        if (!second || (first->over && second->over)) return {};
        return Quotient{first->number * second->number, first->over ? first->over : second->over};
    }

    struct Sum {
        double offset;
        Quotient quotient;
    };

    /// What is a number plus a number over something, times `scale`: the time constants of many channels are.
    static std::optional<Sum> sum_of(Expr const& e, double scale) {
        if (e->op == Op::multiply)
            for (std::size_t i : {0, 1})
                if (is_number(e->args[i])) return sum_of(e->args[1 - i], scale * e->args[i]->value);
        if (e->op != Op::add) return {};
        auto first = quotient_of(e->args[0]), second = quotient_of(e->args[1]);
        if (first && first->over) std::swap(first, second);
        if (!first || !second || first->over || !second->over) return {};
        Sum const sum{scale * first->number, {scale * second->number, second->over}};
        auto const is_moderate = [](double factor) { return std::fabs(factor) < largest_factor; };
        return is_moderate(sum.offset) && is_moderate(sum.quotient.number) ? std::optional(sum) : std::nullopt;
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
            if (a && steady_.defined_by(*a) && is_common(a->value))
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
