#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "nmodl_lite/expression.hpp"
#include "nmodl_lite/inline.hpp"
#include "nmodl_lite/kinetic.hpp"
#include "nmodl_lite/lexer.hpp"
#include "nmodl_lite/linear.hpp"
#include "nmodl_lite/newton.hpp"
#include "nmodl_lite/passes.hpp"
#include "nmodl_lite/sparse.hpp"
#include "nmodl_lite/statement.hpp"

namespace rall::nmodl {

namespace {

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
        std::erase_if(program_.blocks, [](Block const& b) { return b.kind == BlockKind::derivative; });
        program_.blocks.insert(program_.blocks.end(), made_.begin(), made_.end());
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
            for (auto* inner : bodies_of(s)) {
                if (std::holds_alternative<Solve>(s.what)) continue;
                auto split = solves_first(std::move(*inner));
                inner->clear();
                for (auto& part : split) {
                    bool const is_solve = std::holds_alternative<Solve>(part.what);
                    if (is_solve)
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

    /// Elsewhere SOLVE takes place where it stands.
    void called(Body& body) {
        for (auto& s : body) {
            if (auto const* solve = std::get_if<Solve>(&s.what)) s.what = Call{call(solved(*solve, s.at), {}, s.at)};
            else
                for (auto* inner : bodies_of(s)) called(*inner);
        }
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
            return solve.block;
        }
        auto const key = std::tuple{solve.block, solve.method, solve.steady_state};
        if (auto const known = names_.find(key); known != names_.end()) return known->second;
        auto block = *source;
        block.kind = BlockKind::procedure;
        if (solve.steady_state) block.name = inliner_.fresh(block.name + "_steady");
        else if (!taken_.insert(block.name).second) block.name = inliner_.fresh(block.name + "_" + solve.method);
        derivative(block, solve, at);
        made_.push_back(block);
        return names_[key] = block.name;
    }

    void sparse(Block& block, bool steady) {
        inliner_.block(block);
        for (auto const& s : block.body)
            if (auto const* c = std::get_if<Compartment>(&s.what); c && !steady) diffusions(*c, block.body);
        std::erase_if(block.body, [](Statement const& s) { return std::holds_alternative<Compartment>(s.what); });
        if (!is_sparse(block.body)) return implicit(block);
        std::string unknown;
        auto step = sparse_step(block.body, steady, inliner_, unknown);
        if (step.empty())
            return error(block.at, "nmodl-not-solvable",
                         "the equations of " + block.name + " cannot be solved: " + unknown);
        block.body = std::move(step);
    }

    /// The volume of a state is what divides its flux.
    void diffusions(Compartment const& c, Body const& equations) {
        for (auto const& [state, constant] : elements_of(c, symbols_))
            for (auto const& s : equations) {
                auto const* a = std::get_if<Assign>(&s.what);
                if (!a || !a->prime || !equal(a->target, state)) continue;
                auto const volume = a->value->op == Op::divide ? a->value->args[1] : number(1, s.at);
                result_.diffusions.push_back({state, constant, volume});
            }
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
        static std::vector<std::string> const known{"cnexp", "derivimplicit", "euler", "sparse", "after_cvode"};
        Method done{block.name, solve.method, states_of(block.body)};
        if (done.states.empty())
            return error(block.at, "nmodl-no-equation", "this DERIVATIVE block has no equation",
                         "write state' = ... for each state");
        if (solve.method.empty() || std::ranges::find(known, solve.method) == known.end()) {
            return error(at, solve.method.empty() ? "nmodl-no-method" : "nmodl-method",
                         solve.method.empty() ? "SOLVE " + solve.block + " names no METHOD"
                                              : "the METHOD " + solve.method + " is not supported",
                         "use cnexp for equations linear in their own state, derivimplicit for all others");
        }
        if (solve.method == "after_cvode") done.method = "cnexp";
        if (done.method == "cnexp" && !exponential(block)) {
            found_.add(at_source(program_, Severity::warning, at, "nmodl-not-linear",
                                 "an equation of " + block.name +
                                     " is not linear in its own state: derivimplicit takes the place of cnexp",
                                 "as in NEURON; write METHOD derivimplicit to say so"));
            done.method = "derivimplicit";
        }
        if (done.method == "euler") euler(block);
        if (done.method == "derivimplicit") implicit(block);
        if (done.method == "sparse") sparse(block, solve.steady_state);
        if (!solve.steady_state) result_.methods.push_back(std::move(done));
    }

    /// cnexp: x' = a + b*x with a and b held fixed over the step has x(t + dt) = x + (1 - exp(b*dt))*(-a/b - x), exactly.
    bool exponential(Block& block) {
        auto changed = block.body;
        if (!exponential(changed)) return false;
        block.body = std::move(changed);
        return true;
    }

    bool exponential(Body& body) {
        Body out;
        for (auto& s : body) {
            for (auto* inner : bodies_of(s))
                if (!exponential(*inner)) return false;
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || !a->prime) {
                out.push_back(std::move(s));
                continue;
            }
            auto const x = a->target;
            auto const linear = linear_in(without_calls(a->value, x, out), x);
            if (!linear) return false;
            auto const rate = exponent(linear->slope);
            if (is_number(linear->slope, 0)) out.push_back(assign(x, add(x, multiply(name("dt"), linear->constant))));
            else if (is_number(linear->constant, 0)) out.push_back(assign(x, multiply(x, call("exp", {rate}))));
            else
                out.push_back(assign(
                    x, add(x, multiply(subtract(number(1), call("exp", {rate})), subtract(fixed_point(*linear), x)))));
        }
        body = std::move(out);
        return true;
    }

    /// dt*b, with -1/tau written as one division.
    static Expr exponent(Expr const& slope) {
        auto const dt = name("dt", slope->at);
        if (slope->op == Op::divide && is_number(slope->args[0], 1)) return divide(dt, slope->args[1]);
        if (slope->op == Op::divide && is_number(slope->args[0], -1)) return negate(divide(dt, slope->args[1]));
        if (slope->op == Op::negate) return negate(exponent(slope->args[0]));
        return multiply(dt, slope);
    }

    /// Calls of the file's own functions that do not see x are computed once, before the equation that uses them.
    Expr without_calls(Expr const& e, Expr const& x, Body& out) {
        return rewrite(e, [&](Expr const& node) -> Expr {
            if (node->op != Op::call || depends_on(node, x)) return node;
            auto const* callee = find_block(original_, node->name);
            if (!callee || callee->kind != BlockKind::function) return node;
            auto const place = inliner_.fresh(node->name + "_now");
            out.push_back({node->at, Local{{{place, nullptr}}}});
            out.push_back(assign(name(place, node->at), node));
            return name(place, node->at);
        });
    }

    void euler(Block& block) {
        Body updates;
        std::vector<LocalName> slopes;
        euler(block.body, slopes, updates);
        block.body.insert(block.body.begin(), {block.at, Local{slopes}});
        block.body.insert(block.body.end(), updates.begin(), updates.end());
    }

    void euler(Body& body, std::vector<LocalName>& slopes, Body& updates) {
        for (auto& s : body) {
            for (auto* inner : bodies_of(s)) euler(*inner, slopes, updates);
            auto* a = std::get_if<Assign>(&s.what);
            if (!a || !a->prime) continue;
            auto const slope = name(inliner_.fresh(a->target->name + "_slope"), s.at);
            slopes.push_back({slope->name, nullptr});
            updates.push_back(assign(a->target, add(a->target, multiply(name("dt"), slope))));
            *a = Assign{slope, a->value, false};
        }
    }

    void implicit(Block& block) {
        inliner_.block(block);
        std::string unknown;
        auto step = implicit_step(block.body, inliner_, unknown);
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
    std::vector<Block> made_;
    std::map<std::tuple<std::string, std::string, bool>, std::string> names_;  // of what was made
    std::set<std::string> taken_;
};

}  // namespace

void solve(Program& program, Symbols const& symbols, Solved& solved, Diagnostics& found) {
    solved = Solver(program, symbols, found).run();
}

}  // namespace rall::nmodl
