#include "nmodl_lite/solve/sparse.hpp"

#include <algorithm>

#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/solve/elimination.hpp"
#include "nmodl_lite/solve/terms.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr double least_change = 1e-6;  // of the sum of all changes, in the states' own unit
constexpr int most_iterations = 22;
constexpr int steady_rounds = 7;  // of a nonlinear scheme, each a step of its own

class SparseStep {
public:
    SparseStep(Body const& block, bool steady, Inliner& names)
        : names_(names), statements_(block), dt_(steady ? number(long_time) : name("dt")) {
        std::erase_if(statements_, [&](Statement& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && a->prime) add_state(*a);
            if (auto const* local = std::get_if<Local>(&s.what))
                locals_.insert(locals_.end(), local->names.begin(), local->names.end());
            if (auto const* c = std::get_if<Conserve>(&s.what)) conserved_.push_back(*c);
            return (a && a->prime) || std::holds_alternative<Local>(s.what) || std::holds_alternative<Conserve>(s.what);
        });
        if (steady)
            rewrite_expressions(statements_, [&](Expr const& e) {
                return rewrite(
                    e, [&](Expr const& node) { return node->op == Op::name && node->name == "dt" ? dt_ : node; });
            });
    }

    /// True if some term is a product of three variables or more: a rate and several molecules.
    bool molecules_meet() const {
        return std::ranges::any_of(flux_, [](Terms const& flux) {
            return std::ranges::any_of(flux.list(), [](Term const& term) {
                int variables = 0;
                visit(term.value, [&](Expr const& node) { variables += node->op == Op::name; });
                return variables > 2;
            });
        });
    }

    /// False if the equations cannot be solved; the reason in `unknown`.
    bool prepare(std::string& unknown) {
        auto const n = states_.size();
        slopes_.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            std::set<std::size_t> read;
            for (auto const& term : flux_[i].list()) read.merge(states_in(term.value));
            for (auto const j : read) {
                Terms slope;
                if (!flux_[i].derivative(states_[j], slope, unknown)) return false;
                for (auto const& term : slope.list()) linear_ = linear_ && states_in(term.value).empty();
                if (!slope.empty()) slopes_[i][j] = std::move(slope);
            }
        }
        if (!replace_rows(unknown)) return false;
        dependents_ = dependents(statements_, states_);
        evaluated_again_ = dependents_;
        for (auto const& [variable, at] : counted_in(statements_, locals_)) {
            evaluated_again_.insert(variable);
            evaluated_again_.merge(dependents(statements_, {name(variable)}));
        }
        split();
        for (auto const& flux : flux_)
            for (auto const& term : flux.list())
                for (auto const& variable : variables_of(term.value))
                    rates_move_ = rates_move_ || dependents_.contains(variable);
        return true;
    }

    /// Empty if it cannot be done; the reason in `unknown`.
    Body run(bool steady, std::string& unknown) {
        bool const iterates = !linear_ || molecules_meet();
        Body body;
        auto const at = states_[0]->at;
        if (linear_ && !(rates_move_ && (iterates || steady))) {
            body = once(unknown);  // a second step of 1e9 ms leaves no trace of where the states started
            if (steady && !body.empty()) body = repeated(std::move(body), iterates ? steady_rounds : 2);
        } else if (steady && iterates) {
            Body round;
            auto const starts = kept_states(round);
            auto turn = newton(starts, unknown);
            round.insert(round.end(), turn.begin(), turn.end());
            if (!turn.empty()) body = repeated(std::move(round), steady_rounds);
        } else {
            body = iterated(unknown);
        }
        if (body.empty()) return body;
        body.insert(body.begin(), fixed_.begin(), fixed_.end());
        if (leaves_results()) body.insert(body.end(), moving_.begin(), moving_.end());
        if (!locals_.empty()) body.insert(body.begin(), {at, Local{locals_}});
        return body;
    }

    /// The equations as a Markov scheme.
    Scheme scheme() const {
        auto const n = states_.size();
        Scheme result;
        result.states = states_;
        result.obstacle = obstacle(result.leaks);
        if (!result.usable()) return result;
        for (std::size_t i = 0; i < n; ++i) result.part.push_back(i);
        for (std::size_t i = 0; i < n; ++i)
            for (auto const& [j, slope] : slopes_[i]) {
                if (i == j) continue;
                result.transitions.push_back({j, i, slope.sum()});
                auto const one = result.part[i], other = result.part[j];
                std::ranges::replace(result.part, std::max(one, other), std::min(one, other));
            }
        add_totals(result);
        Body const locals{{states_[0]->at, Local{locals_}}};
        auto const append = [](Body& into, Body const& more) { into.insert(into.end(), more.begin(), more.end()); };
        append(result.rates, locals);
        append(result.rates, apart_ ? fixed_ : moving_);
        if (leaves_results())
            for (auto const* part : {&locals, &fixed_, &moving_}) append(result.results, *part);
        return result;
    }

private:
    void add_state(Assign const& equation) {
        auto flux = equation.value;
        volumes_.push_back(flux->op == Op::divide ? flux->args[1] : number(1));
        if (flux->op == Op::divide) flux = flux->args[0];
        number_[key_of(equation.target)] = states_.size();
        states_.push_back(equation.target);
        flux_.emplace_back(flux);
    }

    /// The states that an expression reads.
    std::set<std::size_t> states_in(Expr const& e) const {
        std::set<std::size_t> found;
        visit(e, [&](Expr const& node) {
            auto const state = node->op == Op::name ? number_.find(key_of(node)) : number_.end();
            if (state != number_.end()) found.insert(state->second);
        });
        return found;
    }

    /// Each CONSERVE takes the place of the equation of its last state that is no element of an array and not taken already; the
    /// last CONSERVE chooses first. So does NEURON.
    bool replace_rows(std::string& unknown) {
        replaced_.assign(states_.size(), false);
        for (auto c = conserved_.rbegin(); c != conserved_.rend(); ++c) {
            Terms const sum(c->left);
            std::map<std::size_t, Expr> row;
            std::size_t chosen = states_.size();
            for (auto const& term : sum.list())
                for (auto const j : states_in(term.value)) {
                    Terms weight;
                    Terms const alone(multiply(number(term.factor), term.value));
                    if (!alone.derivative(states_[j], weight, unknown)) return false;
                    if (weight.empty()) continue;
                    row[j] = weight.sum();
                    if (states_[j]->args.empty() && !replaced_[j]) chosen = j;
                }
            if (chosen == states_.size()) {
                unknown = "CONSERVE names no state (other than elements of arrays) whose equation it could replace";
                return false;
            }
            replaced_[chosen] = true;
            sums_[chosen] = std::move(row);
            totals_[chosen] = c->right;
        }
        return true;
    }

    /// Why the equations are no Markov scheme.
    std::string obstacle(bool& leaks) const {
        if (!linear_ || rates_move_) return "its rates depend on its states";
        if (std::ranges::any_of(volumes_, [](Expr const& volume) { return !is_number(volume, 1); }))
            return "it has a COMPARTMENT";
        leaks = true;
        for (std::size_t i = 0; i < states_.size(); ++i)
            for (auto const& term : flux_[i].list())
                if (states_in(term.value).empty())
                    return "it does not conserve its states: " + key_of(states_[i]) + " is fed from outside";
        for (std::size_t j = 0; j < states_.size(); ++j) {
            Terms column;
            for (auto const& row : slopes_)
                if (auto const slope = row.find(j); slope != row.end()) column.add(slope->second);
            if (column.empty()) continue;
            bool const lost = std::ranges::all_of(column.list(), [](Term const& t) { return t.factor < 0; });
            return "it does not conserve its states: " +
                   (lost ? "not all that leaves " + key_of(states_[j]) + " arrives in another state"
                         : "more arrives in other states than leaves " + key_of(states_[j]));
        }
        leaks = false;
        for (std::size_t i = 0; i < states_.size(); ++i)
            for (auto const& [j, slope] : slopes_[i])
                if (i != j && std::ranges::any_of(slope.list(), [](Term const& t) { return t.factor < 0; }))
                    return "a rate of it is negative";
        return {};
    }

    /// What the states of each part sum up to: what a CONSERVE of just these states says, else what they are.
    void add_totals(Scheme& scheme) const {
        std::map<std::size_t, std::size_t> number;
        for (auto& part : scheme.part) part = number.try_emplace(part, number.size()).first->second;
        for (std::size_t part = 0; part < number.size(); ++part) {
            Expr total = nmodl::number(0);
            for (std::size_t i = 0; i < states_.size(); ++i)
                if (scheme.part[i] == part) total = add(total, states_[i]);
            for (auto const& [replaced, row] : sums_) {
                bool fits = true;
                for (std::size_t i = 0; i < states_.size(); ++i) {
                    auto const weight = row.find(i);
                    fits = fits && (scheme.part[i] == part ? weight != row.end() && is_number(weight->second, 1)
                                                           : weight == row.end());
                }
                if (fits) total = totals_.at(replaced);
            }
            scheme.totals.push_back(total);
        }
    }

    Expr local(std::string const& wanted) {
        auto const place = names_.fresh(wanted);
        locals_.push_back({place, nullptr});
        return name(place, states_[0]->at);
    }

    Writer writer(Body& out) {
        return {out, [this] { return local("m"); },
                [this](int size) {
                    auto const array = local("matrix");
                    locals_.back().size = number(size);
                    return array;
                }};
    }

    /// What hangs on the states moves with every round, and so does what counts: NEURON evaluates the block in every round and
    /// when the states are found. The rest is computed once, unless a moving statement stands before the last assignment to
    /// something it reads.
    void split() {
        std::map<std::string, std::size_t> last;  // top-level statement that assigns a variable last
        std::vector<bool> moves(statements_.size());
        for (std::size_t i = 0; i < statements_.size(); ++i)
            for (auto const& variable : assigned_in({statements_[i]})) {
                moves[i] = moves[i] || evaluated_again_.contains(variable);
                last[variable] = i;
            }
        for (std::size_t i = 0; i < statements_.size(); ++i)
            each_expression(Body{statements_[i]}, [&](Expr const& e) {
                for (auto const& variable : variables_of(e))
                    if (auto const found = last.find(variable); moves[i] && found != last.end())
                        apart_ = apart_ && (evaluated_again_.contains(variable) || found->second < i);
            });
        for (std::size_t i = 0; i < statements_.size(); ++i)
            (moves[i] || !apart_ ? moving_ : fixed_).push_back(statements_[i]);
    }

    /// What flows from j to i and what leaves each state, if that is what the equations say: every term of them turns up with
    /// the opposite sign in another one or is a loss.
    bool balanced(Rows& flow, std::vector<Terms>& loss) const {
        auto const n = states_.size();
        flow.assign(n, {});
        loss.assign(n, {});
        for (std::size_t i = 0; i < n; ++i) {
            if (replaced_[i]) continue;
            for (auto const& [j, slope] : slopes_[i]) {
                loss[j].add(slope);
                if (i == j) continue;
                if (std::ranges::any_of(slope.list(), [](Term const& t) { return t.factor < 0; })) return false;
                flow[i][j] = slope.sum();
            }
        }
        for (std::size_t j = 0; j < n; ++j)
            if (!replaced_[j] && std::ranges::any_of(loss[j].list(), [](Term const& t) { return t.factor > 0; }))
                return false;
        return true;
    }

    /// One elimination for the states themselves.
    Body once(std::string& unknown) {
        auto const n = states_.size();
        Body body = moving_;
        auto const to = writer(body);
        auto const per_step = to.keep(divide(number(1), dt_));
        Rows flow;
        std::vector<Terms> loss;
        bool const is_balance = balanced(flow, loss);
        std::vector<Expr> right(n), capacity(n);
        for (std::size_t i = 0; i < n; ++i) {
            if (replaced_[i]) {
                right[i] = totals_[i];
                continue;
            }
            capacity[i] = to.keep(multiply(volumes_[i], per_step));
            Expr inflow = number(0);
            for (auto const& term : flux_[i].list())
                if (states_in(term.value).empty()) inflow = add(inflow, multiply(number(term.factor), term.value));
            right[i] = add(multiply(capacity[i], states_[i]), inflow);
        }
        std::vector<Expr> x;
        if (is_balance) {
            Balance balance{flow, std::vector<Expr>(n, number(0)), sums_, right};
            for (std::size_t j = 0; j < n; ++j)
                if (!replaced_[j]) balance.loss[j] = add(capacity[j], loss[j].sum(-1));
            x = eliminate(std::move(balance), to, unknown);
        } else {
            x = eliminate(matrix(capacity), right, replaced_, to, unknown);
        }
        if (x.empty()) return {};
        for (std::size_t i = 0; i < n; ++i) body.push_back(assign(states_[i], x[i]));
        return body;
    }

    /// capacity - dF/dx, or the weights of what is conserved.
    Rows matrix(std::vector<Expr> const& capacity) const {
        auto const n = states_.size();
        Rows a(n);
        for (std::size_t i = 0; i < n; ++i) {
            if (replaced_[i]) {
                a[i] = sums_.at(i);
                continue;
            }
            for (auto const& [j, slope] : slopes_[i]) a[i][j] = slope.sum(-1);
            a[i][i] = add(capacity[i], a[i].contains(i) ? a[i][i] : number(0));
        }
        return a;
    }

    std::vector<Expr> kept_states(Body& out) {
        std::vector<Expr> starts;
        for (auto const& state : states_) {
            starts.push_back(local(state->name + "_start"));
            out.push_back(assign(starts.back(), state));
        }
        return starts;
    }

    /// One round of Newton's method; `changes` receives by how much each state changed.
    Body newton(std::vector<Expr> const& starts, std::string& unknown, std::vector<Expr>* changes = nullptr) {
        auto const n = states_.size();
        Body body = moving_;
        auto const to = writer(body);
        auto const per_step = to.keep(divide(number(1), dt_));
        std::vector<Expr> right(n), capacity(n);
        for (std::size_t i = 0; i < n; ++i) {
            if (replaced_[i]) {
                right[i] = totals_.at(i);
                for (auto const& [j, weight] : sums_.at(i)) right[i] = subtract(right[i], multiply(weight, states_[j]));
            } else {
                capacity[i] = to.keep(multiply(volumes_[i], per_step));
                right[i] = add(multiply(capacity[i], subtract(starts[i], states_[i])), flux_[i].sum());
            }
        }
        auto const x = eliminate(matrix(capacity), right, replaced_, to, unknown);
        if (x.empty()) return {};
        for (std::size_t i = 0; i < n; ++i) body.push_back(assign(states_[i], add(states_[i], x[i])));
        if (changes) *changes = x;
        return body;
    }

    Body iterated(std::string& unknown) {
        Body body;
        auto const starts = kept_states(body);
        auto const round = local("round"), largest = local("change");
        std::vector<Expr> changes;
        auto turn = newton(starts, unknown, &changes);
        if (turn.empty()) return {};
        Expr sum = number(0);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            turn.push_back(
                {states_[i]->at, If{make(Op::less, {states_[i], number(0)}), {assign(states_[i], number(0))}, {}}});
            sum = add(sum, call("fabs", {changes[i]}));
        }
        turn.push_back(assign(largest, sum));
        turn.push_back(assign(round, add(round, number(1))));
        body.push_back(assign(round, number(0)));
        body.push_back(assign(largest, number(1)));
        body.push_back({states_[0]->at, While{make(Op::logical_and, {make(Op::greater, {largest, number(least_change)}),
                                                                     make(Op::less, {round, number(most_iterations)})}),
                                              std::move(turn)}});
        return body;
    }

    Body repeated(Body body, int times) {
        auto const turn = names_.fresh("turn");
        return {{states_[0]->at, From{turn, number(1), number(times), nullptr, std::move(body)}}};
    }

    /// True if the block assigns variables of the mechanism from its states (often from f_flux): they must hold their values at
    /// the end of the step.
    bool leaves_results() const {
        std::set<std::string> own;
        for (auto const& item : locals_) own.insert(item.name);
        return std::ranges::any_of(evaluated_again_,
                                   [&](std::string const& variable) { return !own.contains(variable); });
    }

    Inliner& names_;
    Body statements_, fixed_, moving_;
    Expr dt_;
    std::vector<LocalName> locals_;
    std::vector<Expr> states_, volumes_;
    std::map<std::string, std::size_t> number_;  // of a state, by key_of
    std::vector<Terms> flux_;
    std::vector<Conserve> conserved_;
    std::vector<std::map<std::size_t, Terms>> slopes_;  // dF_i/dx_j
    std::vector<bool> replaced_;                        // by CONSERVE
    std::map<std::size_t, std::map<std::size_t, Expr>> sums_;
    std::map<std::size_t, Expr> totals_;
    std::set<std::string> dependents_;       // variables that the statements compute from the states
    std::set<std::string> evaluated_again_;  // these, and what counts or is computed from what counts
    bool linear_ = true;
    bool apart_ = true;        // `fixed_` can stand before `moving_`
    bool rates_move_ = false;  // some rate reads a state
};

}  // namespace

bool is_sparse(Body const& block) {
    bool ended = false, good = true;
    for (auto const& s : block) {
        auto const* a = std::get_if<Assign>(&s.what);
        bool const equation = (a && a->prime) || std::holds_alternative<Conserve>(s.what);
        good = good && (equation || !ended);
        ended = ended || equation;
        for (auto const* inner : bodies_of(s))
            each_statement(*inner, [&](Statement const& nested) {
                auto const* assignment = std::get_if<Assign>(&nested.what);
                good = good && !(assignment && assignment->prime);
            });
    }
    return good && ended;
}

Body sparse_step(Body const& block, bool steady, Inliner& names, std::string& unknown, Scheme& scheme) {
    SparseStep step(block, steady, names);
    if (!step.prepare(unknown)) return {};
    scheme = step.scheme();
    return step.run(steady, unknown);
}

}  // namespace rall::nmodl
