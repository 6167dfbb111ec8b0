#include <algorithm>

#include "base/text.hpp"
#include "nmodl_lite/expression.hpp"
#include "nmodl_lite/inline.hpp"
#include "nmodl_lite/lexer.hpp"
#include "nmodl_lite/linear.hpp"
#include "nmodl_lite/newton.hpp"
#include "nmodl_lite/passes.hpp"
#include "nmodl_lite/statement.hpp"

namespace rall::nmodl {

namespace {

class Solver {
public:
    Solver(Program& program, Symbols const& symbols, Diagnostics& found)
        : program_(program), found_(found), original_(program), inliner_(original_, symbols, found) {}

    std::vector<Method> run() {
        for (auto& block : program_.blocks) {
            if (block.kind != BlockKind::breakpoint) continue;
            for (auto& statement : block.body) {
                if (auto* solve = std::get_if<Solve>(&statement.what)) {
                    one(*solve, statement.at);
                    continue;
                }
                for (auto const* inner : bodies_of(statement))
                    each_statement(*inner, [&](Statement const& s) {
                        if (std::holds_alternative<Solve>(s.what))
                            error(s.at, "nmodl-not-supported", "SOLVE inside a condition or loop is not supported yet",
                                  "move it to the head of BREAKPOINT");
                    });
            }
        }
        return std::move(methods_);
    }

private:
    void error(Position at, std::string code, std::string message, std::string advice = {}) {
        found_.add(at_source(program_, Severity::error, at, std::move(code), std::move(message), std::move(advice)));
    }

    void one(Solve& solve, Position at) {
        auto const block = std::ranges::find_if(
            program_.blocks, [&](Block const& b) { return b.name == solve.block && !b.name.empty(); });
        if (block == program_.blocks.end()) {
            std::vector<std::string> names;
            for (auto const& b : program_.blocks)
                if (b.kind == BlockKind::derivative || b.kind == BlockKind::procedure) names.push_back(b.name);
            return error(at, "nmodl-unknown-block", "there is no block '" + solve.block + "' to solve",
                         did_you_mean(solve.block, names));
        }
        if (block->kind == BlockKind::procedure) {
            if (!block->args.empty())
                return error(at, "nmodl-solve-arguments", "a PROCEDURE that is solved takes no arguments");
            if (std::ranges::none_of(methods_, [&](Method const& m) { return m.block == block->name; }))
                methods_.push_back({block->name, "", {}});
            solve.method.clear();
            return;
        }
        if (block->kind != BlockKind::derivative) return;  // reported as not supported already
        derivative(*block, solve, at);
    }

    void derivative(Block& block, Solve& solve, Position at) {
        static std::vector<std::string> const known{"cnexp", "derivimplicit", "euler", "sparse", "after_cvode"};
        Method done{block.name, solve.method, {}};
        each_statement(block.body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && a->prime) done.states.push_back(key_of(a->target));
        });
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
        if (done.method == "derivimplicit" || done.method == "sparse") implicit(block);
        block.kind = BlockKind::procedure;
        solve.method.clear();
        methods_.push_back(std::move(done));
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
    Diagnostics& found_;
    Program const original_;
    Inliner inliner_;
    std::vector<Method> methods_;
};

}  // namespace

void solve(Program& program, Symbols const& symbols, std::vector<Method>& methods, Diagnostics& found) {
    methods = Solver(program, symbols, found).run();
}

}  // namespace rall::nmodl
