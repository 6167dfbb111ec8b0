// dI/dv: as CONDUCTANCE says; else the derivative where the currents are linear in v, so that it equals NEURON's difference
// over 0.001 mV; else that difference, which evaluates the block twice.
#include <algorithm>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/solve/derivative.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr double above = 0.001;  // mV

Expr sum(std::vector<Expr> const& terms) {
    Expr total = number(0);
    for (auto const& term : terms) total = add(total, term);
    return total;
}

/// True if a second evaluation finds traces of the first: a count, a stream of random numbers, a state_discontinuity.
bool remembers(Body const& body, Symbols const& symbols) {
    auto const flow = analyse(body, symbols);
    bool const counts =
        std::ranges::any_of(flow.written, [&](auto const& variable) { return flow.exposed.contains(variable); });
    bool discontinuous = false;
    each_statement(body, [&](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        discontinuous = discontinuous || (a && a->once);
    });
    return counts || discontinuous || draws(body);
}

void drop_locals(Body& body) {
    std::erase_if(body, [](Statement const& s) { return std::holds_alternative<Local>(s.what); });
}

class Slope {
public:
    Slope(Mechanism& mechanism, Symbols const& symbols)
        : m_(mechanism), symbols_(symbols), naming_(mechanism, symbols) {}

    void run() {
        std::vector<Expr> stated;
        for (auto const& current : m_.currents) currents_.push_back(name(current));
        m_.total_current = sum(currents_);
        std::erase_if(m_.current, [&](Statement const& s) {
            auto const* conductance = std::get_if<Conductance>(&s.what);
            if (conductance) stated.push_back(name(conductance->name, s.at));
            return conductance != nullptr;
        });
        if (!stated.empty()) {
            m_.conductance = "CONDUCTANCE";
            m_.total_conductance = sum(stated);
        } else if (!by_derivative()) {
            m_.conductance = "difference";
            by_difference();
        }
    }

private:
    bool by_derivative() {
        auto& body = m_.current;
        std::vector<Tangents> const tangents{
            {Computed(body), name("v"), [&](std::string const& wanted) { return naming_.fresh(wanted); }}};
        std::vector<Expr> slopes;
        std::set<std::string> wanted;
        for (auto const& current : currents_)
            if (auto const slope = tangents[0].target(current)) {
                slopes.push_back(slope);
                wanted.insert(slope->name);
            }
        Body differentiated;
        std::string unknown;
        if (remembers(body, symbols_) || assigned_in(body).contains("v") ||
            !differentiate(body, tangents, differentiated, unknown) ||
            !constant_tangents(differentiated, tangents, wanted))
            return false;
        m_.conductance = "derivative";
        m_.total_conductance = sum(slopes);
        body = std::move(differentiated);
        return true;
    }

    /// As NEURON: first at v + 0.001 mV, then at v; what the second leaves behind counts.
    void by_difference() {
        auto& body = m_.current;
        Body twice;
        auto const i_above = name(naming_.fresh("i_above"));
        auto const evaluate = [&](Body statements, Expr const& total) {
            twice.insert(twice.end(), statements.begin(), statements.end());
            if (total) twice.push_back(assign(i_above, total));
        };
        auto higher = body;
        drop_locals(higher);
        if (std::map<std::string, std::string> names; apart(higher, names)) {
            twice.push_back(assign(name(names["v"]), make(Op::add, {name("v"), number(above)})));
            rewrite_expressions(higher, [&](Expr const& e) { return substitute(e, names); });
            evaluate(higher, substitute(m_.total_current, names));
        } else {
            auto const v_here = name(naming_.fresh("v_here"));
            twice.push_back(assign(v_here, name("v")));
            twice.push_back(assign(name("v"), make(Op::add, {v_here, number(above)})));
            evaluate(higher, m_.total_current);
            twice.push_back(assign(name("v"), v_here));
        }
        remove_discontinuities(body);
        evaluate(body, nullptr);
        m_.total_conductance = name(naming_.fresh("g_total"));
        twice.push_back(assign(m_.total_conductance, divide(subtract(i_above, m_.total_current), number(above))));
        body = std::move(twice);
    }

    /// Names of its own for all that the first evaluation assigns. False where the second needs what the first leaves.
    bool apart(Body const& body, std::map<std::string, std::string>& names) {
        bool scalars = true;
        each_statement(body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            scalars = scalars && (!a || a->target->args.empty());
        });
        if (!scalars || remembers(body, symbols_)) return false;
        names["v"] = naming_.fresh("v_above");
        for (auto const& variable : assigned_in(body)) names.try_emplace(variable, naming_.fresh(variable + "_above"));
        return true;
    }

    Mechanism& m_;
    Symbols const& symbols_;
    Naming naming_;
    std::vector<Expr> currents_;
};

}  // namespace

void find_conductance(Mechanism& mechanism, Symbols const& symbols) {
    if (mechanism.has_current()) Slope(mechanism, symbols).run();
    for (auto* body : bodies_of(mechanism)) assign_discontinuities(*body);
}

}  // namespace rall::nmodl
