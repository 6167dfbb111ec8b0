#include "nmodl_lite/exponentials.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "nmodl_lite/expression.hpp"
#include "nmodl_lite/printer.hpp"
#include "nmodl_lite/statement.hpp"
#include "nmodl_lite/steady.hpp"

namespace rall::nmodl {

namespace {

constexpr int highest_power = 10;         // its rounding error is that many times larger
constexpr double largest_exponent = 100;  // of the constant factors, so that none leaves the range of numbers

/// constant + sum of coefficient * term; a term is any expression, known by its text.
struct Affine {
    double constant = 0;
    std::map<std::string, std::pair<double, Expr>> terms;

    void add(Affine const& other, double factor) {
        constant += factor * other.constant;
        for (auto const& [text, term] : other.terms) {
            auto& mine = terms.try_emplace(text, 0.0, term.second).first->second;
            mine.first += factor * term.first;
        }
    }

    /// other = factor * this in all terms; nothing if they are not proportional.
    std::optional<double> ratio_of(Affine const& other) const {
        if (terms.size() != other.terms.size() || terms.empty()) return {};
        std::optional<double> ratio;
        for (auto mine = terms.begin(), theirs = other.terms.begin(); mine != terms.end(); ++mine, ++theirs) {
            if (mine->first != theirs->first || mine->second.first == 0) return {};
            double const here = theirs->second.first / mine->second.first;
            if (ratio && std::fabs(here - *ratio) > 1e-14 * std::fabs(here)) return {};
            ratio = here;
        }
        return ratio;
    }

    double size() const { return terms.empty() ? 0 : std::fabs(terms.begin()->second.first); }
};

struct Exponential {
    Expr call;
    Affine argument;
    int base = -1;  // index of the exponential of which it is a power; its own when it is computed
    int power = 1;
};

class Sharing {
public:
    Sharing(Body& body, Symbols const& symbols, Naming const& naming)
        : body_(body), naming_(naming), steady_(body, symbols) {}

    void run() {
        for (auto const& s : body_) {
            collect(Body{s});
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && a->target->args.empty() && steady_(a->target) && steady_(a->value))
                definition_[a->target->name] = defined(a->target, a->value);
        }
        choose_bases();
        replace();
    }

private:
    void collect(Body const& part) {
        each_expression(part, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op != Op::call || node->name != "exp" || !steady_(node)) return;
                if (std::ranges::any_of(all_, [&](Exponential const& known) { return equal(known.call, node); }))
                    return;
                all_.push_back({node, affine(node->args[0]), -1, 1});
                std::erase_if(all_.back().argument.terms, [](auto const& term) { return term.second.first == 0; });
            });
        });
    }

    Affine affine(Expr const& e) const {
        Affine result;
        auto take = [&](Expr const& part, double factor) { result.add(affine(part), factor); };
        if (is_number(e)) {
            result.constant = e->value;
        } else if (e->op == Op::negate) {
            take(e->args[0], -1);
        } else if (e->op == Op::add || e->op == Op::subtract) {
            take(e->args[0], 1);
            take(e->args[1], e->op == Op::add ? 1 : -1);
        } else if (e->op == Op::multiply && is_number(e->args[0])) {
            take(e->args[1], e->args[0]->value);
        } else if (e->op == Op::multiply && is_number(e->args[1])) {
            take(e->args[0], e->args[1]->value);
        } else if (e->op == Op::divide && is_number(e->args[1]) && e->args[1]->value != 0) {
            take(e->args[0], 1 / e->args[1]->value);
        } else if (auto const known = e->op == Op::name ? definition_.find(e->name) : definition_.end();
                   known != definition_.end()) {
            result = known->second;
        } else {
            result.terms[to_nmodl(e)] = {1, e};
        }
        return result;
    }

    /// What a local is made of; one that is itself no sum stays what it is, so that its definition is not repeated.
    Affine defined(Expr const& local, Expr const& value) const {
        auto sum = affine(value);
        if (sum.terms.size() != 1 || sum.terms.begin()->second.second != value) return sum;
        sum.terms = {{to_nmodl(local), {1, local}}};
        return sum;
    }

    /// Slowest first: each exponential becomes a power of the slowest that fits.
    void choose_bases() {
        std::vector<int> order(all_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
        std::ranges::stable_sort(order, {}, [&](int i) { return all_[static_cast<std::size_t>(i)].argument.size(); });
        for (auto const i : order) {
            auto& one = all_[static_cast<std::size_t>(i)];
            for (auto const j : order) {
                auto& base = all_[static_cast<std::size_t>(j)];
                if (j == i || base.base != j) continue;
                auto const ratio = base.argument.ratio_of(one.argument);
                if (!ratio) continue;
                double const power = std::round(*ratio);
                if (power == 0 || std::fabs(power) > highest_power ||
                    std::fabs(*ratio - power) > 1e-12 * std::fabs(power))
                    continue;
                if (std::fabs(one.argument.constant - power * base.argument.constant) > largest_exponent) continue;
                one.base = j;
                one.power = static_cast<int>(power);
                shared_.insert(j);
                break;
            }
            if (one.base < 0) one.base = i;
        }
    }

    void replace() {
        if (shared_.empty()) return;
        Body out;
        for (auto& s : body_) {
            Body one{std::move(s)};
            rewrite_expressions(one, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) {
                    return node->op == Op::call && node->name == "exp" ? shared(node, out) : node;
                });
            });
            out.push_back(std::move(one[0]));
        }
        body_ = std::move(out);
    }

    Expr shared(Expr const& node, Body& before) {
        auto const found =
            std::ranges::find_if(all_, [&](Exponential const& known) { return equal(known.call, node); });
        if (found == all_.end() || !shared_.contains(found->base)) return node;
        auto const& base = all_[static_cast<std::size_t>(found->base)];
        auto& local = locals_[found->base];
        if (!local) {
            local = name(naming_.fresh("exponential"), node->at);
            Expr argument = number(0);
            for (auto const& [text, term] : base.argument.terms)
                argument = add(argument, multiply(term.second, number(term.first)));
            before.push_back(assign(local, call("exp", {add(argument, number(base.argument.constant))})));
        }
        auto const factor = number(std::exp(found->argument.constant - found->power * base.argument.constant));
        auto const raised = power(local, number(std::abs(found->power)));
        return found->power > 0 ? multiply(factor, raised) : divide(factor, raised);
    }

    Body& body_;
    Naming const& naming_;
    Steady steady_;
    std::map<std::string, Affine> definition_;  // of locals that keep one value
    std::vector<Exponential> all_;
    std::set<int> shared_;
    std::map<int, Expr> locals_;
};

}  // namespace

void share_exponentials(Body& body, Symbols const& symbols, Naming const& naming) {
    Sharing(body, symbols, naming).run();
}

}  // namespace rall::nmodl
