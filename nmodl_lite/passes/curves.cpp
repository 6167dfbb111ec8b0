// Steady states and time constants of gates are functions of v alone, and so is what a step of fixed length makes of them. The solver reads such
// curves from tables of polynomials (solver/step/curves.hpp); here `state` is parted into what computes them and the rest.
#include <algorithm>
#include <map>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/cost.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int longest_curve =
    4000;  // nodes of all expressions of `state`: longer functions are cut into pieces (codegen/pieces.cpp)

// Nanoseconds on a present processor with vectors of eight doubles, measured; only their ratios count.
constexpr double exponential_takes = 0.6, call_takes = 1.2, division_takes = 0.33, sum_takes = 0.04;
constexpr double place_takes = 0.4,
                 four_curves_take = 1.2;  // to find a place in a table, and to evaluate four polynomials there
constexpr double least_gain = 1.2;

double seconds(Cost const& cost) {
    return exponential_takes * cost.exponentials + call_takes * cost.other_calls + division_takes * cost.divisions +
           sum_takes * (cost.additions + cost.multiplications + cost.comparisons);
}

class Parting {
public:
    Parting(Mechanism& mechanism, Symbols const& symbols)
        : m_(mechanism), naming_(mechanism, symbols), assigned_(assigned_in(m_.state)) {}

    void run() {
        if (!is_suitable()) return;
        find();
        part();
        if (!pays()) {
            m_.curves = m_.state_on_curves = {};
            m_.curve_names.clear();
        }
    }

private:
    /// Markov schemes have ways of their own to go on, and what follows an index, draws or eliminates has to see the whole body.
    bool is_suitable() const {
        int size = 0;
        bool suitable = m_.schemes.empty() && !draws(m_.state);
        each_statement(
            m_.state, [&](Statement const& s) { suitable = suitable && !std::holds_alternative<Elimination>(s.what); });
        each_expression(m_.state, [&](Expr const& e) {
            size += size_of(e);
            visit(e, [&](Expr const& node) {
                suitable = suitable && (node->op != Op::name || node->args.empty() || is_number(node->args[0]));
            });
        });
        return suitable && size <= longest_curve;
    }

    /// Locals, and variables that are only looked at, of which every value is a function of v.
    void find() {
        auto const flow = access_of(m_, KernelFunction::state).flow;
        for (auto const& name : assigned_) {
            auto const* variable = m_.find(name);
            if ((!variable || variable->role == Role::observable) && !flow.exposed.contains(name)) ours_.insert(name);
        }
        for (auto before = ours_.size() + 1; before > ours_.size();) {
            before = ours_.size();
            std::set<std::string> read;  // by what stays, so far
            for (auto const& s : m_.state) {
                if (moves(s)) {
                    for (auto const& name : assigned_in({s}))
                        if (read.contains(name)) ours_.erase(name);  // it would read the later value
                    continue;
                }
                for (auto const& name : assigned_in({s})) ours_.erase(name);
                each_expression(Body{s}, [&](Expr const& e) { read.merge(variables_of(e)); });
            }
        }
    }

    bool moves(Statement const& s) const {
        if (!std::holds_alternative<Assign>(s.what) && !is_selection(s)) return false;
        bool result = true;
        each_expression(Body{s}, [&](Expr const& e) { result = result && of_voltage(e); });
        return result;
    }

    bool of_voltage(Expr const& e) const {
        return is_made_of(e, [this](std::string const& name) { return is_known(name); });
    }

    /// v, what is the same for all instances, parameters (most instances have their defaults), and what is made of these.
    bool is_known(std::string const& name) const {
        if (assigned_.contains(name)) return ours_.contains(name);
        if (name == "v" || name == "dt" || name == "celsius") return true;
        if (std::ranges::find(m_.common, name, &CommonValue::name) != m_.common.end()) return true;
        auto const* variable = m_.find(name);
        return variable && (variable->role == Role::global || variable->role == Role::parameter) && !variable->is_array;
    }

    void part() {
        for (auto const& s : m_.state)
            if (moves(s)) m_.curves.push_back(s);
        for (auto const& s : m_.state) {
            if (moves(s)) continue;
            m_.state_on_curves.push_back(s);
            Body one{s};
            rewrite_expressions(one, [&](Expr const& e) { return on_curves(e); });
            m_.state_on_curves.back() = std::move(one.front());
        }
    }

    /// The largest parts that are functions of v become names.
    Expr on_curves(Expr const& e) {
        if (is_comparison(e->op) || !of_voltage(e)) {
            auto copy = *e;
            for (auto& arg : copy.args) arg = on_curves(arg);
            return std::make_shared<Expression const>(std::move(copy));
        }
        return is_work(e) ? name(curve_of(e), e->at) : e;
    }

    bool is_work(Expr const& e) const {
        bool result = false;
        visit(e, [&](Expr const& node) {
            result = result || node->op == Op::call || node->op == Op::power || node->op == Op::divide ||
                     (node->op == Op::name && ours_.contains(node->name));
        });
        return result;
    }

    std::string const& curve_of(Expr const& e) {
        auto const known = std::ranges::find_if(values_, [&](Expr const& value) { return equal(value, e); });
        if (known != values_.end()) return m_.curve_names[static_cast<std::size_t>(known - values_.begin())];
        values_.push_back(e);
        if (e->op == Op::name) return m_.curve_names.emplace_back(e->name);
        auto const& curve = m_.curve_names.emplace_back(naming_.fresh("curve"));
        m_.curves.push_back(assign(name(curve, e->at), e));
        return curve;
    }

    bool pays() const {
        if (!m_.has_curves()) return false;
        double whole = 0, rest = 0;
        for (auto const& [function, cost] : costs(m_)) {
            if (function == KernelFunction::state) whole = seconds(cost);
            if (function == KernelFunction::state_on_curves) rest = seconds(cost);
        }
        auto const fours = (m_.curve_names.size() + 3) / 4;
        return whole - rest > least_gain * (place_takes + four_curves_take * static_cast<double>(fours));
    }

    Mechanism& m_;
    Naming naming_;
    std::set<std::string> assigned_, ours_;
    std::vector<Expr> values_;  // of the curves
};

}  // namespace

void find_curves(Mechanism& mechanism, Symbols const& symbols) { Parting(mechanism, symbols).run(); }

}  // namespace rall::nmodl
