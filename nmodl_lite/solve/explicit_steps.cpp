#include "nmodl_lite/solve/explicit_steps.hpp"

#include <algorithm>

#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/solve/linear.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// dt*b, with -1/tau written as one division.
Expr exponent(Expr const& slope) {
    auto const dt = name("dt", slope->at);
    if (slope->op == Op::divide && is_number(slope->args[0], 1)) return divide(dt, slope->args[1]);
    if (slope->op == Op::divide && is_number(slope->args[0], -1)) return negate(divide(dt, slope->args[1]));
    if (slope->op == Op::negate) return negate(exponent(slope->args[0]));
    return multiply(dt, slope);
}

class Exponential {
public:
    Exponential(Program const& program, Inliner& names) : program_(program), names_(names) {}

    bool operator()(Body& body) {
        Body out;
        for (auto& s : body) {
            for (auto* inner : bodies_of(s))
                if (!(*this)(*inner)) return false;
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

private:
    /// Calls of the file's own functions that do not see x are computed once, before the equation that uses them.
    Expr without_calls(Expr const& e, Expr const& x, Body& out) {
        return rewrite(e, [&](Expr const& node) -> Expr {
            if (node->op != Op::call || depends_on(node, x)) return node;
            auto const* callee = find_block(program_, node->name);
            if (!callee || callee->kind != BlockKind::function) return node;
            auto const place = names_.fresh(node->name + "_now");
            out.push_back({node->at, Local{{{place, nullptr}}}});
            out.push_back(assign(name(place, node->at), node));
            return name(place, node->at);
        });
    }

    Program const& program_;
    Inliner& names_;
};

struct Slope {
    Expr state, slope;
};

/// Equations become assignments to locals, one per state.
void slopes_of(Body& body, Inliner& names, std::vector<Slope>& slopes) {
    for (auto& s : body) {
        for (auto* inner : bodies_of(s)) slopes_of(*inner, names, slopes);
        auto const* a = std::get_if<Assign>(&s.what);
        if (!a || !a->prime) continue;
        auto found = std::ranges::find_if(slopes, [&](Slope const& known) { return equal(known.state, a->target); });
        if (found == slopes.end())
            found = slopes.insert(found, {a->target, name(names.fresh(a->target->name + "_slope"), s.at)});
        s = assign(found->slope, a->value);
    }
}

Local locals_of(std::vector<Slope> const& slopes) {
    Local locals;
    for (auto const& item : slopes) locals.names.push_back({item.slope->name, nullptr});
    return locals;
}

}  // namespace

bool exponential_step(Body& body, Program const& program, Inliner& names) {
    auto changed = body;
    if (!Exponential(program, names)(changed)) return false;
    body = std::move(changed);
    return true;
}

void euler_step(Body& body, Inliner& names) {
    std::vector<Slope> slopes;
    slopes_of(body, names, slopes);
    for (auto const& [x, slope] : slopes) body.push_back(assign(x, add(x, multiply(name("dt"), slope))));
    body.insert(body.begin(), {body[0].at, locals_of(slopes)});
}

void runge_step(Body& body, Inliner& names) {
    std::vector<Slope> slopes;
    slopes_of(body, names, slopes);
    auto const at = body[0].at;
    auto const dt = name("dt", at), half = multiply(number(0.5), dt);
    auto locals = locals_of(slopes);
    auto local = [&](std::string const& wanted) {
        locals.names.push_back({names.fresh(wanted), nullptr});
        return name(locals.names.back().name, at);
    };
    Body out;
    std::vector<Expr> starts, sums;
    for (auto const& item : slopes) {
        starts.push_back(local(item.state->name + "_start"));
        sums.push_back(local(item.state->name + "_sum"));
        out.push_back(assign(starts.back(), item.state));
        out.push_back(assign(sums.back(), number(0, at)));
    }
    struct Stage {
        Expr later, next;  // how far behind t it lies; how far its slopes carry to the next one
        double weight;
    };
    for (auto const& stage :
         {Stage{number(0), half, 1}, Stage{half, half, 2}, Stage{half, dt, 2}, Stage{dt, nullptr, 1}}) {
        Body turn = body;
        rewrite_expressions(turn, [&](Expr const& e) {
            return rewrite(e, [&](Expr const& node) {
                return node->op == Op::name && node->name == "t" ? add(node, stage.later) : node;
            });
        });
        out.push_back({at, If{number(1, at), std::move(turn), {}}});
        for (std::size_t i = 0; i < slopes.size(); ++i) {
            auto const& [x, slope] = slopes[i];
            out.push_back(assign(sums[i], add(sums[i], multiply(number(stage.weight), slope))));
            out.push_back(assign(x, add(starts[i], stage.next ? multiply(stage.next, slope)
                                                              : multiply(divide(dt, number(6)), sums[i]))));
        }
    }
    out.push_back({at, If{number(1, at), body, {}}});  // what it leaves in other variables belongs to the new states
    out.insert(out.begin(), {at, std::move(locals)});
    body = std::move(out);
}

bool is_coupled(Body const& body) {
    std::vector<Assign> equations;
    each_statement(body, [&](Statement const& s) {
        if (auto const* a = std::get_if<Assign>(&s.what); a && a->prime) equations.push_back(*a);
    });
    for (auto const& of : equations) {
        auto names = dependents(body, {of.target});
        for (auto const& in : equations) names.erase(in.target->name);
        for (auto const& in : equations) {
            if (equal(in.target, of.target)) continue;
            if (depends_on(in.value, of.target)) return true;
            for (auto const& variable : variables_of(in.value))
                if (names.contains(variable)) return true;
        }
    }
    return false;
}

}  // namespace rall::nmodl
