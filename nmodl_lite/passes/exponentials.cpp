// Fewer exponentials: the rates of a channel are full of exp((v + 40)/10), exp((v + 55)/10), exp(-(v + 65)/20), whose arguments
// are multiples of one another up to a constant. One of them is computed, the others are its powers times a constant.
// Changes results by rounding only (a few units in the last place), at the limits of exp too: shared are those whose exponents no
// potential of a membrane takes out of them, and opposites, as exp((v - vh)/k) and exp((vh - v)/k).

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/math.hpp"
#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/printer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int highest_power = 10;         // its rounding error is that many times larger
constexpr double farthest = 1000;         // mV: potentials of membranes are nearer to 0
constexpr double largest_term = 1000;     // beside an exponential of e^700: its product with it is still a number
constexpr double smallest_term = 1e-200;  // beside one of e^-700, which is nothing to it

/// (constant + sum of coefficient * term) / divisor; a term is any expression, known by its text.
struct Affine {
    double constant = 0;
    std::map<std::string, std::pair<double, Expr>> terms;
    Expr divisor;  // null: 1

    bool is_zero() const { return constant == 0 && terms.empty(); }

    /// False if the two have different divisors, so that the sum has another form.
    bool add(Affine const& other, double factor) {
        if (is_zero()) divisor = other.divisor;
        else if (!other.is_zero() && !same(divisor, other.divisor)) return false;
        constant += factor * other.constant;
        for (auto const& [text, term] : other.terms) {
            auto& mine = terms.try_emplace(text, 0.0, term.second).first->second;
            mine.first += factor * term.first;
        }
        return true;
    }

    static bool same(Expr const& a, Expr const& b) { return a && b ? equal(a, b) : !a && !b; }

    /// other = factor * this in all terms; nothing if they are not proportional.
    std::optional<double> ratio_of(Affine const& other) const {
        if (terms.size() != other.terms.size() || terms.empty() || !same(divisor, other.divisor)) return {};
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

/// An exponential of which others are powers.
struct Shared {
    double limit = math::largest_exponent;  // of its exponent, so that no power of it leaves the range of exp
    bool inverse = false;                   // some powers are negative
    bool may_reach = false;                 // it and its opposite may go beyond the limits of exp
    Expr exponent, local;                   // once it is computed: its exponent without limits, and itself
};

class Sharing {
public:
    Sharing(Body& body, Symbols const& symbols, Naming& naming)
        : body_(body), naming_(naming), steady_(body, symbols) {
        // What a body finds, or what grows in a loop, may be any number; the potential that it is given may not.
        for (auto const& variable : analyse(body, symbols).exposed) bounds_.try_emplace(variable, math::infinity);
        for (auto const& s : body)
            if (!std::holds_alternative<Assign>(s.what) && !is_selection(s))
                for (auto const& variable : assigned_in(Body{s})) bounds_[variable] = math::infinity;
    }

    void run() {
        for (auto const& s : body_) {
            collect(Body{s});
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && steady_.defined_by(*a) && steady_(a->value)) definition_[a->target->name] = defined(a->target, a->value);
            else each_statement(Body{s}, [&](Statement const& part) { note_bound(part); });
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
        bool fits = true;
        auto take = [&](Expr const& part, double factor) { fits = result.add(affine(part), factor) && fits; };
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
        } else if (e->op == Op::divide && !is_number(e->args[1]) && !affine(e->args[0]).divisor) {
            result = affine(e->args[0]);
            result.divisor = e->args[1];
        } else if (auto const known = e->op == Op::name ? definition_.find(e->name) : definition_.end();
                   known != definition_.end()) {
            result = known->second;
        } else {
            fits = false;
        }
        if (!fits) {
            result = {};
            result.terms[to_nmodl(e)] = {1, e};
        }
        return result;
    }

    /// A name for one of several values, each a potential that is a little off, say, is as far from 0 as the farthest.
    void note_bound(Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        if (!a || !a->target->args.empty()) return;
        auto& bound = bounds_[a->target->name];
        bound = std::max(bound, largest(affine(a->value)));
    }

    /// What its magnitude does not exceed.
    double largest(Affine const& sum) const {
        double most = std::fabs(sum.constant);
        for (auto const& [text, term] : sum.terms) {
            auto const found = bounds_.find(text);
            most += found == bounds_.end() ? math::infinity : found->second * std::fabs(term.first);
        }
        return sum.divisor ? math::infinity : most;
    }

    /// What a local is made of, where that is a sum of variables; others stay what they are: no work is done twice.
    Affine defined(Expr const& local, Expr const& value) const {
        auto const sum = affine(value);
        if (std::ranges::all_of(sum.terms, [](auto const& term) { return term.second.second->op == Op::name; }))
            return sum;
        Affine itself;
        itself.terms[to_nmodl(local)] = {1, local};
        return itself;
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
                double const rest = surplus(one.argument, base.argument, power);
                double const limit = (math::largest_exponent - std::fabs(rest)) / std::fabs(power);
                bool const may_reach = !(largest(base.argument) <= limit);
                if (may_reach && !(power == -1 && rest == 0)) continue;
                one.base = j;
                one.power = static_cast<int>(power);
                auto& base_of = shared_[j];
                base_of.limit = std::min(base_of.limit, limit);
                base_of.inverse = base_of.inverse || one.power < 0;
                base_of.may_reach = base_of.may_reach || may_reach;
                break;
            }
            if (one.base < 0) one.base = i;
        }
    }

    /// What a power of the base lacks in the exponent; with a divisor nothing but 0 is known in numbers.
    static double surplus(Affine const& one, Affine const& base, double power) {
        double const rest = one.constant - power * base.constant;
        return std::fabs(rest) <= 1e-14 * std::fabs(one.constant) ? 0 : rest;
    }

    void replace() {
        if (shared_.empty()) return;
        Body out;
        for (auto& s : body_) {
            Body one{std::move(s)};
            rewrite_expressions(one, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) {
                    return node->op == Op::call && node->name == "exp" ? shared(node, out) : simplified(node);
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
        auto& of_base = shared_.at(found->base);
        auto const& local = of_base.local;
        if (!local) compute(base.argument, of_base, node->at, before);
        auto const factor = number(math::exp(surplus(found->argument, base.argument, found->power)));
        auto const raised = power(local, number(std::abs(found->power)));
        bool const rises = found->power > 0;
        if (!of_base.may_reach) return rises ? multiply(factor, raised) : divide(factor, raised);
        // 0 where e^-700 is computed.
        auto const edge = number(rises ? -of_base.limit : of_base.limit);
        auto const within = make(rises ? Op::greater_equal : Op::less_equal, {of_base.exponent, edge});
        return make(rises ? Op::multiply : Op::divide, {within, raised});
    }

    /// The same without its limit, for where e^-700 makes no difference.
    Expr unlimited(Expr const& e) const {
        bool const limited = (e->op == Op::multiply || e->op == Op::divide) && is_shared(e->args[1]) &&
                             is_comparison(e->args[0]->op) && std::ranges::any_of(shared_, [&](auto const& entry) {
                                 return equal(entry.second.exponent, e->args[0]->args[0]);
                             });
        if (!limited) return e;
        return e->op == Op::multiply ? e->args[1] : divide(number(1), e->args[1]);
    }

    Expr simplified(Expr const& node) const {
        if (node->op == Op::divide) return cleared(node);
        if (node->op != Op::add && node->op != Op::subtract) return node;
        auto copy = *node;
        for (std::size_t i : {0, 1})
            if (is_number(node->args[1 - i]) && std::fabs(node->args[1 - i]->value) >= smallest_term)
                copy.args[i] = unlimited(node->args[i]);
        return std::make_shared<Expression const>(std::move(copy));
    }

    /// Puts the statements that compute a base before its first use. All its powers stay finite, and not 0 where they divide.
    void compute(Affine const& exponent, Shared& base, Position at, Body& before) {
        base.local = name(naming_.fresh("exponential"), at);
        Expr argument = number(0);
        for (auto const& [text, term] : exponent.terms)
            argument =
                add(argument, term.first == -1 ? negate(term.second) : multiply(term.second, number(term.first)));
        argument = add(argument, number(exponent.constant));
        if (exponent.divisor) argument = divide(argument, exponent.divisor);
        auto const local = [&](Expr const& value) {
            auto const place = name(naming_.fresh("exponent"), at);
            before.push_back(assign(place, value));
            return place;
        };
        if (base.may_reach) argument = base.exponent = local(argument);
        auto const limited = local(argument);
        auto const limit = [&](Op beyond, double value) {
            auto const to = assign(limited, number(value));
            before.push_back({at, If{make(beyond, {limited, number(value)}), {to}, {}}});
        };
        limit(Op::greater, base.limit);
        if (base.inverse) limit(Op::less, -base.limit);
        argument = limited;
        before.push_back(assign(base.local, call("exp", {argument})));
    }

    /// x/(c + F/E) as x (E/(c E + F)) where E is a shared exponential and c no large number: one division less.
    Expr cleared(Expr const& node) const {
        auto const& sum = node->args[1];
        if (sum->op != Op::add && sum->op != Op::subtract) return node;
        for (std::size_t i : {0, 1}) {
            auto const& inner = sum->args[i];
            auto const& other = sum->args[1 - i];
            if (inner->op != Op::divide || !is_shared(inner->args[1])) continue;
            if (!is_number(other) || std::fabs(other->value) > largest_term) continue;
            auto terms = sum->args;
            terms[i] = inner->args[0];
            terms[1 - i] = multiply(other, inner->args[1]);
            return multiply(node->args[0], divide(inner->args[1], build(sum->op, std::move(terms))));
        }
        return node;
    }

    bool is_shared(Expr const& e) const {
        auto const& base = e->op == Op::power ? e->args[0] : e;
        return std::ranges::any_of(
            shared_, [&](auto const& entry) { return entry.second.local && equal(entry.second.local, base); });
    }

    Body& body_;
    Naming& naming_;
    Steady steady_;
    std::map<std::string, Affine> definition_;  // of locals that keep one value
    std::map<std::string, double> bounds_{{"v", farthest}};  // of names for several
    std::vector<Exponential> all_;
    std::map<int, Shared> shared_;  // by the base's place in all_
};

}  // namespace

void share_exponentials(Mechanism& mechanism, Symbols const& symbols) {
    Naming naming(mechanism, symbols);
    for (auto* body : loops_of(mechanism)) Sharing(*body, symbols, naming).run();
}

}  // namespace rall::nmodl
