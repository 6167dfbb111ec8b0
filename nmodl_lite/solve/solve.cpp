#include "nmodl_lite/solve/solve.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/solve/explicit_steps.hpp"
#include "nmodl_lite/solve/inliner.hpp"
#include "nmodl_lite/solve/kinetic.hpp"
#include "nmodl_lite/solve/newton.hpp"
#include "nmodl_lite/solve/sparse.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

std::vector<std::string> const methods{"cnexp", "derivimplicit", "euler", "matexp", "runge", "sparse"};

class Solver {
public:
    Solver(Program& program, Symbols const& symbols, Diagnostics& found)
        : program_(program),
          symbols_(symbols),
          found_(found),
          original_(program),
          inliner_(original_, symbols, found) {}

    Solved run() {
        for (auto& block : program_.blocks) {
            if (block.kind == BlockKind::breakpoint) block.body = solves_first(std::move(block.body));
            else called(block.body);
        }
        std::erase_if(program_.blocks, [](Block const& b) {
            return b.kind == BlockKind::derivative || b.kind == BlockKind::linear || b.kind == BlockKind::nonlinear;
        });
        for (auto const* blocks : {&made_, &equations_})
            program_.blocks.insert(program_.blocks.end(), blocks->begin(), blocks->end());
        return std::move(result_);
    }

private:
    void error(Position at, std::string code, std::string message, std::string advice = {}) {
        found_.add(at_source(program_, Severity::error, at, std::move(code), std::move(message), std::move(advice)));
    }

    /// BREAKPOINT solves at the end of a step, its other statements are for currents: NEURON takes the SOLVE statements out,
    /// from conditions too, and carries them out always.
    Body solves_first(Body body) {
        Body solves, rest;
        for (auto& s : body) {
            auto const* choice = std::get_if<If>(&s.what);
            bool const scope = choice && is_number(choice->condition, 1);  // braces alone
            for (auto* inner : bodies_of(s)) {
                if (std::holds_alternative<Solve>(s.what)) continue;
                auto split = solves_first(std::move(*inner));
                inner->clear();
                for (auto& part : split) {
                    bool const is_solve = std::holds_alternative<Solve>(part.what);
                    if (is_solve && !scope)
                        found_.add(at_source(program_, Severity::warning, part.at, "nmodl-solve-in-condition",
                                             "SOLVE is carried out in every step, whatever surrounds it",
                                             "as in NEURON; move it to the head of BREAKPOINT"));
                    (is_solve ? solves : *inner).push_back(std::move(part));
                }
            }
            if (auto* solve = std::get_if<Solve>(&s.what)) {
                solve->block = solved(*solve, s.at);
                solve->method.clear();
                solve->steady_state = false;
            }
            rest.push_back(std::move(s));
        }
        rest.insert(rest.begin(), solves.begin(), solves.end());
        return rest;
    }

    /// Elsewhere SOLVE takes place where it stands; so does a call of a DERIVATIVE block, which takes a step by the METHOD that
    /// BREAKPOINT names.
    void called(Body& body) {
        for (auto& s : body) {
            for (auto* inner : bodies_of(s)) called(*inner);
            if (auto const* solve = std::get_if<Solve>(&s.what)) s.what = Call{call(solved(*solve, s.at), {}, s.at)};
            auto const* made = std::get_if<Call>(&s.what);
            auto const* equations = made ? find_block(original_, made->call->name) : nullptr;
            if (equations && equations->kind == BlockKind::derivative)
                s.what = Call{call(solved(in_breakpoint(equations->name), s.at), {}, s.at)};
        }
    }

    /// The SOLVE statement of BREAKPOINT for these equations.
    Solve in_breakpoint(std::string const& equations) const {
        Solve found{equations, {}, false, {}};
        if (auto const* breakpoint = find_block(original_, BlockKind::breakpoint))
            each_statement(breakpoint->body, [&](Statement const& s) {
                auto const* solve = std::get_if<Solve>(&s.what);
                if (solve && solve->block == equations) found = *solve;
            });
        return found;
    }

    /// The name of the PROCEDURE that does what a SOLVE statement says, made if it does not exist yet.
    std::string solved(Solve const& solve, Position at) {
        auto const* source = find_block(original_, solve.block);
        if (!source) {
            std::vector<std::string> names;
            for (auto const& b : program_.blocks)
                if (b.kind == BlockKind::derivative || b.kind == BlockKind::procedure) names.push_back(b.name);
            error(at, "nmodl-unknown-block", "there is no block '" + solve.block + "' to solve",
                  did_you_mean(solve.block, names));
            return solve.block;
        }
        if (source->kind == BlockKind::procedure) {
            if (!source->args.empty())
                error(at, "nmodl-solve-arguments", "a PROCEDURE that is solved takes no arguments");
            if (std::ranges::none_of(result_.methods, [&](Method const& m) { return m.block == source->name; }))
                result_.methods.push_back({source->name, "", {}});
            if (solve.method == "after_cvode" || solve.method.starts_with("cvode_"))
                result_.timeless.insert(source->name);
            return solve.block;
        }
        auto const key = std::tuple{solve.block, solve.method, solve.steady_state};
        if (auto const known = names_.find(key); known != names_.end()) return known->second;
        auto block = *source;
        if (solve.steady_state) block.name = inliner_.fresh(block.name + "_steady");
        else if (!taken_.insert(block.name).second) block.name = inliner_.fresh(block.name + "_" + solve.method);
        if (solve.steady_state || block.kind != BlockKind::derivative) result_.timeless.insert(block.name);
        else keep_equations(block);
        if (block.kind == BlockKind::derivative) derivative(block, solve, at);
        else if (block.kind == BlockKind::linear || block.kind == BlockKind::nonlinear) equations(block);
        else error(at, "nmodl-not-solvable", "'" + solve.block + "' is no block that can be solved");
        block.kind = BlockKind::procedure;
        block.solve_for.clear();
        made_.push_back(block);
        return names_[key] = block.name;
    }

    /// The equations themselves, for the variable step.
    void keep_equations(Block const& solved) {
        auto block = solved;
        block.name = inliner_.fresh(solved.name + "_equations");
        std::erase_if(block.body, [](Statement const& s) { return std::holds_alternative<Conserve>(s.what); });
        result_.equations[solved.name] = block.name;
        equations_.push_back(std::move(block));
    }

    /// `exact`: METHOD matexp, which takes the exponential of the rates; what stands here advances them where that is not used.
    void sparse(Block& block, bool steady, bool exact) {
        inliner_.block(block);
        if (!is_sparse(block.body)) return implicit(block, steady);
        if (steady) note_counts(block);
        else note_counts(block, "does so twice more in its first step of all");
        std::string unknown;
        Scheme scheme;
        auto step = sparse_step(block.body, steady, inliner_, unknown, scheme);
        if (step.empty())
            return error(block.at, "nmodl-not-solvable",
                         "the equations of " + block.name + " cannot be solved: " + unknown);
        block.body = std::move(step);
        scheme.block = block.name;
        scheme.at = block.at;
        scheme.exact = exact;
        if (exact && !scheme.usable())
            error(block.at, "nmodl-matexp", "METHOD matexp needs a Markov scheme, which " + block.name + " is not: " + scheme.obstacle,
                  "write METHOD sparse");
        if (!steady) result_.schemes.push_back(std::move(scheme));
    }

    static std::vector<std::string> states_of(Body const& body) {
        std::vector<std::string> states;
        each_statement(body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && a->prime) states.push_back(key_of(a->target));
        });
        return states;
    }

    void derivative(Block& block, Solve const& solve, Position at) {
        Method done{block.name, solve.method, states_of(block.body)};
        if (done.states.empty())
            return error(block.at, "nmodl-no-equation", "this DERIVATIVE block has no equation",
                         "write state' = ... for each state");
        if (solve.steady_state && solve.method != "derivimplicit" && solve.method != "sparse")
            return error(at, "nmodl-method", "STEADYSTATE " + solve.method + " is not supported",
                         "use STEADYSTATE derivimplicit, or sparse for a KINETIC block");
        if (std::ranges::find(methods, done.method) == methods.end() && !adaptive(block, done, at)) return;
        if (done.method == "cnexp" && !exponential_step(block.body, original_, inliner_)) {
            found_.add(at_source(program_, Severity::warning, at, "nmodl-not-linear",
                                 "an equation of " + block.name +
                                     " is not linear in its own state: derivimplicit takes the place of cnexp",
                                 "as in NEURON; write METHOD derivimplicit to say so"));
            done.method = "derivimplicit";
        }
        if (done.method == "euler") euler_step(block.body, inliner_);
        if (done.method == "runge") runge_step(block.body, inliner_);
        if (done.method == "derivimplicit") implicit(block, solve.steady_state);
        if (done.method == "sparse" || done.method == "matexp") sparse(block, solve.steady_state, done.method == "matexp");
        if (!solve.steady_state) result_.methods.push_back(std::move(done));
    }

    /// Methods of old that choose their own step within dt: what they approach is what cnexp gives, if every equation is linear and
    /// by itself. A SOLVE without a METHOD means one of them.
    bool adaptive(Block const& block, Method& done, Position at) {
        static std::vector<std::string> const old{"adrunge", "adeuler", "adams",   "heun",        "gear",
                                                  "clsoda",  "cvode_t", "cvode_v", "after_cvode", "cvode_t_v"};
        bool const is_old = done.method.empty() || std::ranges::find(old, done.method) != old.end();
        auto trial = block.body;
        auto const what =
            done.method.empty() ? "SOLVE " + done.block + " names no METHOD" : "the METHOD " + done.method;
        if (is_old && !is_coupled(block.body) && exponential_step(trial, original_, inliner_)) {
            found_.add(at_source(program_, Severity::warning, at, "nmodl-method",
                                 what + (done.method.empty() ? "" : " chooses steps of its own") + ": cnexp is taken",
                                 "it is exact here; write METHOD cnexp to say so"));
            done.method = "cnexp";
            return true;
        }
        error(at, done.method.empty() ? "nmodl-no-method" : "nmodl-method",
              done.method.empty() ? what : what + " is not supported",
              suggestion(done.method, methods,
                         "use cnexp for equations linear in their own state, derivimplicit for all others"));
        return false;
    }

    /// LINEAR and NONLINEAR: the unknowns are those of SOLVEFOR, else the states that the equations mention, arrays as a whole.
    void equations(Block& block) {
        std::vector<Expr> unknowns;
        std::size_t n = 0;
        inliner_.block(block);
        if (block.kind == BlockKind::nonlinear) note_counts(block);
        auto mention = [&](Expr const& node) {
            auto const* symbol = node->op == Op::name ? symbols_.find(node->name) : nullptr;
            bool const wanted = block.solve_for.empty()
                                    ? symbol && symbol->kind == SymbolKind::state
                                    : std::ranges::find(block.solve_for, node->name) != block.solve_for.end();
            if (!wanted || std::ranges::any_of(unknowns, [&](Expr const& e) { return e->name == node->name; })) return;
            if (!symbol || !symbol->is_array) unknowns.push_back(name(node->name, node->at));
            else
                for (int i = 0; i < symbol->size; ++i) unknowns.push_back(element(node->name, number(i), node->at));
        };
        each_statement(block.body, [&](Statement const& s) {
            auto const* equation = std::get_if<Equation>(&s.what);
            if (!equation) return;
            ++n;
            visit(equation->left, mention);
            visit(equation->right, mention);
        });
        if (n == 0 || n != unknowns.size()) {
            std::string list;
            for (auto const& unknown : unknowns) list += (list.empty() ? "" : ", ") + key_of(unknown);
            return error(block.at, "nmodl-equation-count",
                         block.name + " has " + std::to_string(n) + " equations for " +
                             std::to_string(unknowns.size()) + " unknowns" + (list.empty() ? "" : ": " + list),
                         "write one ~ left = right for each state that occurs, or name the unknowns: SOLVEFOR x, y");
        }
        std::string unknown;  // NEURON runs a LINEAR block once, before it solves it
        auto step = solve_equations(block.body, unknowns, block.kind == BlockKind::nonlinear, inliner_, unknown);
        if (step.empty())
            return error(block.at, "nmodl-not-solvable",
                         "the equations of " + block.name + " cannot be solved: " + unknown);
        block.body = std::move(step);
        Method done{block.name, block.kind == BlockKind::linear ? "linear" : "newton", {}};
        for (auto const& item : unknowns) done.states.push_back(key_of(item));
        result_.methods.push_back(std::move(done));
    }

    /// A count inside equations tells how often they are evaluated, which is not always as often as in NEURON.
    void note_counts(Block const& block, std::string const& neuron = "may take another number of rounds") {
        for (auto const& [variable, at] : counted_in(block.body))
            found_.add(at_source(program_, Severity::note, at, "nmodl-counted-in-rounds",
                                 "'" + variable + "' counts how often these equations are evaluated; NEURON " + neuron,
                                 "count in BREAKPOINT, or solve the block by cnexp"));
    }

    void implicit(Block& block, bool steady) {
        inliner_.block(block);
        note_counts(block);
        std::string unknown;
        auto step = implicit_step(block.body, steady, inliner_, unknown);
        if (step.empty())
            return error(block.at, "nmodl-not-differentiable",
                         "the equations of " + block.name + " cannot be differentiated: " + unknown,
                         "write them with other functions, or use cnexp");
        block.body = std::move(step);
    }

    Program& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    Program const original_;
    Inliner inliner_;
    Solved result_;
    std::vector<Block> made_, equations_;
    std::map<std::tuple<std::string, std::string, bool>, std::string> names_;  // of what was made
    std::set<std::string> taken_;
};

}  // namespace

void solve(Program& program, Symbols const& symbols, Solved& solved, Diagnostics& found) {
    solved = Solver(program, symbols, found).run();
}

}  // namespace rall::nmodl
