// One name, one value: what the passes behind this one build on.
#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Gives each assignment to a local a name of its own where the body is straight-line. Returns the last name of each local
/// that got new ones.
std::map<std::string, std::string> name_values_apart(Body& body, Naming& naming) {
    std::set<std::string> nested;
    for (auto const& s : body) {
        for (auto const* inner : bodies_of(s)) nested.merge(assigned_in(*inner));
        if (auto const* local = std::get_if<Local>(&s.what))
            for (auto const& item : local->names)
                if (item.size) nested.insert(item.name);
    }
    std::map<std::string, std::string> latest;
    std::set<std::string> seen;
    for (auto& s : body) {
        Body one{std::move(s)};
        if (auto* a = std::get_if<Assign>(&one[0].what)) {
            a->value = substitute(a->value, latest);
            if (!a->target->args.empty())
                a->target = element(a->target->name, substitute(a->target->args[0], latest), a->target->at);
            auto const variable = a->target->name;
            if (a->target->args.empty() && naming.is_local(variable) && !nested.contains(variable)) {
                if (!seen.insert(variable).second) latest[variable] = naming.fresh(variable);
                a->target = substitute(a->target, latest);
            }
        } else {
            rewrite_expressions(one, [&](Expr const& e) { return substitute(e, latest); });
        }
        s = std::move(one[0]);
    }
    return latest;
}

/// What the locals that are only other names stand for: x = y, where y never changes, or a number.
std::map<std::string, Expr> copies(Body const& body, Symbols const& symbols, Naming const& naming) {
    Steady const steady(body, symbols);
    std::map<std::string, Expr> original;
    for (auto const& s : body) {
        auto const* a = std::get_if<Assign>(&s.what);
        if (!a || !naming.is_local(a->target->name) || !steady(a->target)) continue;
        bool const copy = a->value->op == Op::name && a->value->args.empty() && steady(a->value);
        if (!copy && !is_number(a->value)) continue;
        auto const further = original.find(a->value->name);
        original[a->target->name] = copy && further != original.end() ? further->second : a->value;
    }
    return original;
}

Expr seen_through(Expr const& e, std::map<std::string, Expr> const& original) {
    return rewrite(e, [&](Expr const& node) -> Expr {
        auto const found = node->op == Op::name ? original.find(node->name) : original.end();
        if (found != original.end()) return found->second;
        bool const plain = node->args.empty() || node->op == Op::name || node->op == Op::call;
        return plain ? node : build(node->op, node->args, node->at);
    });
}

}  // namespace

void name_values(Mechanism& mechanism, Symbols const& symbols) {
    Naming naming(mechanism, symbols);
    for (auto* body : loops_of(mechanism)) {
        auto const latest = name_values_apart(*body, naming);
        auto const original = copies(*body, symbols, naming);
        std::erase_if(*body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            return a && original.contains(a->target->name);
        });
        rewrite_expressions(*body, [&](Expr const& e) { return seen_through(e, original); });
        if (body == &mechanism.current)
            for (auto* total : {&mechanism.total_current, &mechanism.total_conductance})
                if (*total) *total = seen_through(substitute(*total, latest), original);
        if (body == &mechanism.transitions)
            for (auto* output : mechanism.transition_outputs())
                *output = seen_through(substitute(*output, latest), original);
    }
}

}  // namespace rall::nmodl
