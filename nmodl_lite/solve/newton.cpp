#include "nmodl_lite/solve/newton.hpp"

#include <map>

#include "nmodl_lite/solve/derivative.hpp"
#include "nmodl_lite/solve/elimination.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

// A step is accepted when no state changes by more than this part of itself any more. Newton's method doubles the number of
// digits per round, so that what is left is rounding. NEURON stops at 1e-6.
constexpr double tolerance = 1e-9;
constexpr double smallest = 1e-9;  // states below this are compared with it instead
constexpr double accepted = 1e-6;  // still not reached after `most_rounds`: the states become NaN
constexpr int most_rounds = 20;
constexpr double apart = 1e-6;     // of the difference that takes the place of a derivative, as in NEURON

class NewtonSolver {
public:
    /// An implicit step.
    NewtonSolver(Body const& block, bool steady, Inliner& names)
        : names_(names), block_(block), dt_(steady ? number(long_time) : name("dt")), pivots_(steady) {
        locals_first();
        each_statement(block_, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || !a->prime || index_.contains(key_of(a->target))) return;
            index_[key_of(a->target)] = states_.size();
            states_.push_back(a->target);
        });
        for (auto const& state : states_) slopes_.push_back(local(state->name + "_slope"));
        rename_derivatives(block_);
        if (steady)
            rewrite_expressions(block_, [&](Expr const& e) {
                return rewrite(
                    e, [&](Expr const& node) { return node->op == Op::name && node->name == "dt" ? dt_ : node; });
            });
    }

    /// A system of equations: what is left of each plays the part of a slope.
    NewtonSolver(Body const& block, std::vector<Expr> unknowns, Inliner& names)
        : names_(names), block_(block), states_(std::move(unknowns)), pivots_(true) {
        locals_first();
        rename_equations(block_);
    }

    Body run(std::string& unknown, bool results = true) {
        std::vector<Tangents> tangents;
        Computed const computed(block_);
        for (auto const& state : states_)
            tangents.emplace_back(computed, state, [&](std::string const& wanted) { return names_.fresh(wanted); });
        Body differentiated;
        if (!differentiate(block_, tangents, differentiated, unknown)) return {};

        std::set<std::string> jacobian;
        for (std::size_t j = 0; j < states_.size(); ++j)
            for (auto const& slope : slopes_)
                if (auto const entry = tangents[j].target(slope)) jacobian.insert(entry->name);
        bool const linear = constant_tangents(differentiated, tangents, jacobian);

        for (auto const& tangent : tangents)
            for (auto const& name : tangent.names()) declare(name);
        auto const singular = linear ? std::vector<bool>(states_.size()) : may_be_singular(block_, tangents);
        for (std::size_t j = 0; j < states_.size(); ++j)
            if (singular[j]) difference_where_singular(j, tangents[j], differentiated);
        auto body = linear ? once(differentiated, tangents, unknown) : iterated(differentiated, tangents, unknown);
        if (body.empty()) return body;
        if (results && leaves_results(tangents)) body.insert(body.end(), block_.begin(), block_.end());
        body.insert(body.begin(), {states_[0]->at, Local{locals_}});
        return body;
    }

private:
    void declare(std::string const& name) { locals_.push_back({name, nullptr}); }

    Expr local(std::string const& wanted) {
        auto const name_used = names_.fresh(wanted);
        declare(name_used);
        return name(name_used, states_[0]->at);
    }

    void locals_first() {
        std::erase_if(block_, [&](Statement& s) {
            auto const* local = std::get_if<Local>(&s.what);
            if (local) locals_.insert(locals_.end(), local->names.begin(), local->names.end());
            return local != nullptr;
        });
    }

    void rename_equations(Body& body) {
        for (auto& s : body) {
            for (auto* inner : bodies_of(s)) rename_equations(*inner);
            auto const* equation = std::get_if<Equation>(&s.what);
            if (!equation) continue;
            slopes_.push_back(local("residual"));
            s = assign(slopes_.back(), subtract(equation->left, equation->right));
        }
    }

    void rename_derivatives(Body& body) {
        for (auto& s : body) {
            for (auto* inner : bodies_of(s)) rename_derivatives(*inner);
            auto* a = std::get_if<Assign>(&s.what);
            if (a && a->prime) *a = Assign{slopes_[index_[key_of(a->target)]], a->value, false};
        }
    }

    /// Where a derivative by state j is not finite though the equations are, a difference takes its place, as in NEURON.
    void difference_where_singular(std::size_t j, Tangents const& tangent, Body& body) {
        auto const& x = states_[j];
        Expr finite = number(1);
        Body before, after;
        auto const here = local(x->name + "_here");
        for (auto const& slope : slopes_) {
            auto const entry = tangent.target(slope);
            if (!entry) continue;
            finite = is_number(finite, 1) ? is_finite(entry) : make(Op::logical_and, {finite, is_finite(entry)});
            auto const known = local(slope->name + "_here");
            before.push_back(assign(known, slope));
            after.push_back(assign(entry, divide(subtract(slope, known), number(apart))));
            after.push_back(assign(slope, known));
        }
        before.push_back(assign(here, x));
        before.push_back(assign(x, add(here, number(apart))));
        after.push_back(assign(x, here));
        Body difference;
        for (auto const* part : {&before, &block_, &after})
            difference.insert(difference.end(), part->begin(), part->end());
        body.push_back({x->at, If{finite, {}, std::move(difference)}});
    }

    /// dx from (1 - dt J) dx = right, or -J dx = right for a system of equations. For a sensible dt the diagonal of the former
    /// dominates; where it need not, rows are exchanged.
    std::vector<Expr> eliminated(Body& out, std::vector<Tangents> const& tangents, std::vector<Expr> const& right,
                                 std::string& unknown) {
        auto const n = states_.size();
        Writer const to{out, [this] { return local("m"); },
                        [this](int size) {
                            auto const array = local("matrix");
                            locals_.back().size = number(size);
                            return array;
                        }};
        Rows matrix(n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                auto const slope = tangents[j].target(slopes_[i]);
                auto entry = slope ? negate(dt_ ? multiply(dt_, slope) : slope) : number(0);
                if (dt_ && i == j) entry = add(number(1), entry);
                if (!is_number(entry, 0)) matrix[i][j] = entry;
            }
        return pivots_ ? eliminate_with_pivots(matrix, right, to, unknown)
                       : eliminate(matrix, right, std::vector<bool>(n, false), to, unknown);
    }

    Body once(Body body, std::vector<Tangents> const& tangents, std::string& unknown) {
        std::vector<Expr> right;
        for (auto const& slope : slopes_) right.push_back(dt_ ? multiply(dt_, slope) : slope);
        auto const change = eliminated(body, tangents, right, unknown);
        if (change.empty()) return {};
        for (std::size_t i = 0; i < states_.size(); ++i) body.push_back(assign(states_[i], add(states_[i], change[i])));
        return body;
    }

    Body iterated(Body turn, std::vector<Tangents> const& tangents, std::string& unknown) {
        Body body;
        std::vector<Expr> right;
        for (std::size_t i = 0; i < states_.size(); ++i) {
            if (!dt_) {
                right.push_back(slopes_[i]);
                continue;
            }
            auto const start = local(states_[i]->name + "_start");
            body.push_back(assign(start, states_[i]));
            right.push_back(local("residual"));
            turn.push_back(assign(right.back(), add(subtract(start, states_[i]), multiply(dt_, slopes_[i]))));
        }
        auto const round = local("round"), largest = local("change"), part = local("part");
        auto const change = eliminated(turn, tangents, right, unknown);
        if (change.empty()) return {};
        turn.push_back(assign(largest, number(0)));
        for (std::size_t i = 0; i < states_.size(); ++i) {
            turn.push_back(assign(states_[i], add(states_[i], change[i])));
            turn.push_back(
                assign(part, divide(call("fabs", {change[i]}), add(call("fabs", {states_[i]}), number(smallest)))));
            turn.push_back({part->at, If{make(Op::greater, {part, largest}), {assign(largest, part)}, {}}});
        }
        turn.push_back(assign(round, add(round, number(1))));
        body.push_back(assign(round, number(0)));
        body.push_back(assign(largest, number(1)));
        body.push_back({states_[0]->at, While{make(Op::logical_and, {make(Op::greater, {largest, number(tolerance)}),
                                                                     make(Op::less, {round, number(most_rounds)})}),
                                              std::move(turn)}});
        Body failed;
        for (auto const& state : states_) failed.push_back(assign(state, call("sqrt", {number(-1)})));
        body.push_back({states_[0]->at, If{make(Op::greater, {largest, number(accepted)}), std::move(failed), {}}});
        return body;
    }

    /// True if the block assigns variables of the mechanism from its states: they must hold their values at the end of the step.
    bool leaves_results(std::vector<Tangents> const& tangents) const {
        std::set<std::string> own;
        for (auto const& item : locals_) own.insert(item.name);
        for (auto const& tangent : tangents)
            for (auto const& key : tangent.variables())
                if (!own.contains(key.substr(0, key.find('[')))) return true;
        return false;
    }

    Inliner& names_;
    Body block_;
    Expr dt_;  // null for a system of equations
    std::vector<LocalName> locals_;
    std::vector<Expr> states_, slopes_;
    bool pivots_;
    std::map<std::string, std::size_t> index_;
};

}  // namespace

Body implicit_step(Body const& block, bool steady, Inliner& names, std::string& unknown) {
    return NewtonSolver(block, steady, names).run(unknown);
}

Body solve_equations(Body const& block, std::vector<Expr> const& unknowns, bool results, Inliner& names,
                     std::string& unknown) {
    return NewtonSolver(block, unknowns, names).run(unknown, results);
}

}  // namespace rall::nmodl
