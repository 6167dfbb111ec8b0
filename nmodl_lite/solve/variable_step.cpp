// The bodies of the variable step. The equations of all blocks that BREAKPOINT solves become assignments of derivatives; their
// Jacobian, v held fixed, comes from the chain rule (derivative.hpp); a step of the solver's Newton iteration,
// (1 - gamma J) x = b, becomes straight-line elimination: one division where equations do not see one another. A
// Jacobian need not be exact for the iteration to converge, so that a function without a known derivative counts as constant.
#include "nmodl_lite/solve/variable_step.hpp"

#include <algorithm>
#include <cstdlib>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/solve/derivative.hpp"
#include "nmodl_lite/solve/elimination.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

void append(Body& into, Body const& more) { into.insert(into.end(), more.begin(), more.end()); }

/// The equations taken out, from branches too.
Body without_equations(Body body) {
    std::erase_if(body, [](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        return a && a->prime;
    });
    for (auto& s : body)
        for (auto* inner : bodies_of(s)) *inner = without_equations(std::move(*inner));
    return body;
}

class VariableStep {
public:
    VariableStep(Mechanism& mechanism, Program const& program, Symbols const& symbols, Solved const& solved)
        : m_(mechanism), program_(program), symbols_(symbols), solved_(solved) {}

    void run() {
        auto const* breakpoint = find_block(program_, BlockKind::breakpoint);
        if (!breakpoint) return;
        for (auto const& s : breakpoint->body) {
            if (auto const* solve = std::get_if<Solve>(&s.what)) solves(*solve);
            else rest_.push_back(s);
        }
        settle();
        restrictions();
        if (!m_.fixed_step_only.empty()) return drop();
        Naming naming(m_, symbols_);
        fresh_ = [&](std::string const& wanted) { return naming.fresh(wanted); };
        derivatives();
        if (m_.odes.empty()) return;
        jacobian();
        relax();
        if (!m_.fixed_step_only.empty()) drop();
    }

private:
    void solves(Solve const& solve) {
        auto const equations = solved_.equations.find(solve.block);
        if (equations != solved_.equations.end()) append(m_.derivative, find_block(program_, equations->second)->body);
        else if (solved_.timeless.contains(solve.block)) append(m_.settle, find_block(program_, solve.block)->body);
        else refuse("SOLVE " + solve.block + " is a PROCEDURE that takes steps of dt");
    }

    /// What follows from the states at once: BREAKPOINT where no current is computed in it, and what DERIVATIVE blocks leave
    /// for BREAKPOINT and for others, such as cai = ca.
    void settle() {
        auto const beside = without_equations(m_.derivative);
        auto const in_beside = assigned_in(beside);
        auto const read = analyse(rest_, symbols_).exposed;
        if (std::ranges::any_of(in_beside, [&](std::string const& variable) {
                auto const* symbol = symbols_.find(variable);
                return read.contains(variable) ||
                       (symbol && (symbol->ion_write || symbol->pointer) && !symbol->current);
            }))
            append(m_.settle, beside);
        if (!m_.has_current()) append(m_.settle, rest_);
    }

    void restrictions() {
        if (!m_.diffusions.empty()) refuse("LONGITUDINAL_DIFFUSION takes steps of dt");
        Body all;
        bool jumps = false, hidden_index = false;
        for (auto const* body :
             {&m_.current, &m_.derivative, &m_.settle, &m_.before_breakpoint, &m_.after_solve, &m_.before_step}) {
            append(all, *body);
            each_statement(*body, [&](Statement const& s) {
                auto const* a = std::get_if<Assign>(&s.what);
                jumps = jumps || (a && a->once);
                hidden_index = hidden_index || (a && a->prime && key_of(a->target).ends_with("[]"));
            });
        }
        if (jumps) refuse("it has a state_discontinuity in BREAKPOINT");
        for (auto const& variable : dependents(all, {name("dt")}))
            if (auto const* symbol = symbols_.find(variable);
                symbol &&
                (symbol->kind == SymbolKind::state || symbol->ion_write || symbol->pointer || symbol->current))
                refuse("its " + variable + " depends on dt (so does at_time in a condition)");
        if (draws(all)) refuse("it draws random numbers in each step");
        if (hidden_index)
            refuse("it has an equation for an element of an array whose index is only known when it runs");
    }

    void drop() {
        for (auto* body : {&m_.derivative, &m_.settle, &m_.relax}) body->clear();
        m_.odes.clear();
        m_.jacobian.clear();
    }

    void refuse(std::string const& why) {
        if (m_.fixed_step_only.empty()) m_.fixed_step_only = why;
    }

    /// Equations become assignments to derivatives, which are 0 where no equation is reached.
    void derivatives() {
        assign_derivatives(m_.derivative);
        auto const certain = analyse(m_.derivative, symbols_).certain;
        Body zeros;
        for (auto& ode : m_.odes) {
            if (!certain.contains(ode.derivative->name)) zeros.push_back(assign(ode.derivative, number(0)));
            for (auto const& declared : program_.states)
                if (declared.name == ode.state->name && !declared.tolerance.empty())
                    ode.tolerance = std::strtod(declared.tolerance.c_str(), nullptr);
        }
        m_.derivative.insert(m_.derivative.begin(), zeros.begin(), zeros.end());
    }

    void assign_derivatives(Body& body) {
        for (auto& s : body) {
            for (auto* inner : bodies_of(s)) assign_derivatives(*inner);
            auto* a = std::get_if<Assign>(&s.what);
            if (a && a->prime) *a = Assign{derivative_of(a->target), a->value};
        }
    }

    Expr derivative_of(Expr const& state) {
        for (auto const& ode : m_.odes)
            if (equal(ode.state, state)) return ode.derivative;
        auto const number = state->args.empty() ? "" : "_" + std::to_string(static_cast<int>(state->args[0]->value));
        m_.odes.push_back({state, name(fresh_(state->name + "_derivative" + number), state->at)});
        return m_.odes.back().derivative;
    }

    void jacobian() {
        std::vector<Tangents> tangents;
        Computed const computed(m_.derivative);
        for (auto const& ode : m_.odes) tangents.emplace_back(computed, ode.state, fresh_);
        auto const singular = may_be_singular(m_.derivative, tangents);
        Body differentiated;
        std::string unknown;
        differentiate(m_.derivative, tangents, differentiated, unknown, true);
        m_.derivative = std::move(differentiated);
        std::set<std::string> nonzero;
        each_statement(m_.derivative, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && !is_number(a->value, 0)) nonzero.insert(a->target->name);
        });
        entries_.resize(m_.odes.size());
        for (std::size_t i = 0; i < m_.odes.size(); ++i)
            for (std::size_t j = 0; j < m_.odes.size(); ++j) {
                auto const entry = tangents[j].target(m_.odes[i].derivative);
                if (!entry || !nonzero.contains(entry->name)) continue;
                if (singular[j])  // a Jacobian that is roughly right will do
                    m_.derivative.push_back({entry->at, If{is_finite(entry), {}, {assign(entry, number(0))}}});
                m_.jacobian.push_back(entry->name);
                entries_[i][j] = entry;
            }
    }

    void relax() {
        m_.gamma = fresh_("gamma");
        Local arrays;
        Writer const to{m_.relax, [this] { return name(fresh_("x")); },
                        [&](int size) {
                            arrays.names.push_back({fresh_("matrix"), number(size)});
                            return name(arrays.names.back().name);
                        }};
        auto matrix = entries_;
        std::vector<Expr> right;
        for (std::size_t i = 0; i < m_.odes.size(); ++i) {
            for (auto& [j, e] : matrix[i]) e = negate(multiply(name(m_.gamma), e));
            auto& diagonal = matrix[i].try_emplace(i, number(0)).first->second;
            diagonal = add(number(1), diagonal);
            right.push_back(m_.odes[i].derivative);
        }
        std::string unknown;
        auto const x = eliminate(matrix, right, std::vector<bool>(m_.odes.size(), false), to, unknown);
        if (x.empty()) return refuse(unknown);
        for (std::size_t i = 0; i < m_.odes.size(); ++i)
            if (!equal(right[i], x[i])) m_.relax.push_back(assign(right[i], x[i]));
        if (!arrays.names.empty()) m_.relax.insert(m_.relax.begin(), {{}, arrays});
    }

    Mechanism& m_;
    Program const& program_;
    Symbols const& symbols_;
    Solved const& solved_;
    Body rest_;  // of BREAKPOINT
    std::function<std::string(std::string const&)> fresh_;
    Rows entries_;
};

}  // namespace

void variable_step(Mechanism& mechanism, Program const& program, Symbols const& symbols, Solved const& solved) {
    VariableStep(mechanism, program, symbols, solved).run();
}

}  // namespace rall::nmodl
