// Common subexpressions: what straight-line code computes twice is computed once, calls of functions without side effects
// included.
#include <bit>
#include <cstdint>
#include <map>
#include <tuple>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Subexpressions {
public:
    Subexpressions(Body& body, Symbols const& symbols, Naming& naming)
        : body_(body), naming_(naming), steady_(body, symbols) {}

    void run() {
        for (auto const& s : body_) {
            each_expression(Body{s}, [&](Expr const& e) { ++uses_[number_of(e)]; });
            if (auto const* a = defined(s)) values_[a->target->name] = number_of(a->value);
        }
        Body out;
        for (auto& s : body_) {
            Body one{std::move(s)};
            auto const* a = defined(one[0]);
            if (a && is_shared(a->value) && !locals_.contains(number_of(a->value))) {
                auto const number = number_of(a->value);
                one[0] = assign(a->target, with_replaced_args(a->value, out));
                locals_[number] = std::get<Assign>(one[0].what).target;
            } else {
                rewrite_expressions(one, [&](Expr const& e) { return replaced(e, out); });
            }
            out.push_back(std::move(one[0]));
        }
        body_ = std::move(out);
    }

private:
    using Key = std::tuple<Op, std::uint64_t, std::string, std::vector<int>>;

    /// The assignment, where it gives a variable the one value that it has in this body.
    Assign const* defined(Statement const& s) const {
        auto const* a = std::get_if<Assign>(&s.what);
        return a && is_work(a->value) && steady_.defined_by(*a) && steady_(a->value) ? a : nullptr;
    }

    /// Equal expressions have equal numbers, and so has a name with its value. What stands inside an expression is counted
    /// once per different expression.
    int number_of(Expr const& e) {
        if (auto const known = e->op == Op::name ? values_.find(e->name) : values_.end(); known != values_.end())
            return known->second;
        Key key{e->op, std::bit_cast<std::uint64_t>(e->value), e->name, {}};
        for (auto const& arg : e->args) std::get<3>(key).push_back(number_of(arg));
        auto const [found, added] = numbers_.try_emplace(key, static_cast<int>(numbers_.size()));
        if (added)
            for (auto const arg : std::get<3>(key)) ++uses_[arg];
        return found->second;
    }

    static bool is_work(Expr const& e) { return !e->args.empty() && e->op != Op::name && !is_comparison(e->op); }

    bool is_shared(Expr const& e) { return is_work(e) && uses_[number_of(e)] > 1 && steady_(e); }

    Expr replaced(Expr const& e, Body& before) {
        if (!is_shared(e)) return with_replaced_args(e, before);
        auto const number = number_of(e);
        if (!locals_.contains(number)) {
            auto const value = with_replaced_args(e, before);
            locals_[number] = name(naming_.fresh("shared"), e->at);
            before.push_back(assign(locals_[number], value));
        }
        return locals_[number];
    }

    Expr with_replaced_args(Expr const& e, Body& before) {
        if (e->args.empty() || e->op == Op::name) return e;
        auto copy = *e;
        for (auto& arg : copy.args) arg = replaced(arg, before);
        return std::make_shared<Expression const>(std::move(copy));
    }

    Body& body_;
    Naming& naming_;
    Steady steady_;
    std::map<Key, int> numbers_;
    std::map<int, int> uses_;            // by number
    std::map<std::string, int> values_;  // of variables
    std::map<int, Expr> locals_;         // by number
};

}  // namespace

void share_subexpressions(Mechanism& mechanism, Symbols const& symbols) {
    Naming naming(mechanism, symbols);
    for (auto* body : loops_of(mechanism)) Subexpressions(*body, symbols, naming).run();
}

}  // namespace rall::nmodl
