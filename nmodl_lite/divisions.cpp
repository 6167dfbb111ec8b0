#include "nmodl_lite/divisions.hpp"

#include <algorithm>
#include <cmath>

#include "nmodl_lite/expression.hpp"
#include "nmodl_lite/statement.hpp"
#include "nmodl_lite/steady.hpp"

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

class DivisionSaver {
public:
    DivisionSaver(Body& body, Symbols const& symbols, Naming const& naming)
        : body_(body), naming_(naming), steady_(body, symbols) {}

    void run() {
        rewrite_expressions(body_, by_constants);
        by_inverses();
        by_shared_factors();
    }

private:
    static Expr by_constants(Expr const& e) {
        return rewrite(e, [](Expr const& node) -> Expr {
            if (node->op != Op::divide || !is_number(node->args[1]) || node->args[1]->value == 0) return node;
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
                    return found == inverse.end() ? node : multiply(node->args[0], found->second);
                });
            });
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || !steady_(a->target) || !a->target->args.empty()) continue;
            if (a->value->op == Op::divide && is_number(a->value->args[0]) && a->value->args[0]->value != 0 &&
                steady_(a->value->args[1]) && size_of(a->value) <= longest_repeated)
                inverse[a->target->name] = multiply(a->value->args[1], number(1 / a->value->args[0]->value));
        }
    }

    struct Factor {
        Expr value;
        std::vector<Expr> quotients;  // the different divisions in which it divides
        Expr reciprocal;              // its local, once made
    };

    Factor* find(Expr const& e) {
        auto const found = std::ranges::find_if(factors_, [&](Factor const& f) { return equal(f.value, e); });
        return found == factors_.end() ? nullptr : &*found;
    }

    void by_shared_factors() {
        each_expression(body_, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op != Op::divide) return;
                std::vector<Expr> all;
                factors_of(node->args[1], all);
                for (auto const& factor : all) {
                    if (is_number(factor) || !steady_(factor)) continue;
                    auto* known = find(factor);
                    if (!known) known = &factors_.emplace_back(Factor{factor, {}, nullptr});
                    if (std::ranges::none_of(known->quotients, [&](Expr const& q) { return equal(q, node); }))
                        known->quotients.push_back(node);
                }
            });
        });
        std::erase_if(factors_, [](Factor const& f) { return f.quotients.size() < 2; });
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
            auto* known = find(factor);
            if (!known) {
                rest = multiply(rest, factor);
                continue;
            }
            if (!known->reciprocal) {
                known->reciprocal = name(naming_.fresh("reciprocal"), quotient->at);
                before.push_back(assign(known->reciprocal, divide(number(1), known->value)));
            }
            top = multiply(top, known->reciprocal);
        }
        return divide(top, rest);
    }

    Body& body_;
    Naming const& naming_;
    Steady steady_;
    std::vector<Factor> factors_;
};

}  // namespace

std::map<std::string, std::string> name_values_apart(Body& body, Naming const& naming) {
    std::set<std::string> nested;
    for (auto const& s : body) {
        for (auto const* inner : bodies_of(s)) nested.merge(assigned_in(*inner));
        if (auto const* local = std::get_if<Local>(&s.what))
            for (auto const& item : local->names)
                if (item.size) nested.insert(item.name);
    }
    std::map<std::string, std::string> latest;
    std::set<std::string> seen;
    for (auto& s : body) {
        Body one{std::move(s)};
        if (auto* a = std::get_if<Assign>(&one[0].what)) {
            a->value = substitute(a->value, latest);
            if (!a->target->args.empty())
                a->target = element(a->target->name, substitute(a->target->args[0], latest), a->target->at);
            auto const variable = a->target->name;
            if (a->target->args.empty() && naming.is_local(variable) && !nested.contains(variable)) {
                if (!seen.insert(variable).second) latest[variable] = naming.fresh(variable);
                a->target = substitute(a->target, latest);
            }
        } else {
            rewrite_expressions(one, [&](Expr const& e) { return substitute(e, latest); });
        }
        s = std::move(one[0]);
    }
    return latest;
}

void save_divisions(Body& body, Symbols const& symbols, Naming const& naming) {
    DivisionSaver(body, symbols, naming).run();
}

}  // namespace rall::nmodl
