#include "nmodl_lite/passes/steady.hpp"

#include <map>

#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

Steady::Steady(Body const& body, Symbols const& symbols) {
    std::map<std::string, int> assignments;
    for (auto const& s : body) {
        if (auto const* a = std::get_if<Assign>(&s.what))
            assignments[a->target->name] += a->target->args.empty() ? 1 : 2;
        if (auto const* f = std::get_if<From>(&s.what)) changing_.insert(f->index);
        for (auto const* inner : bodies_of(s)) {
            changing_.merge(assigned_in(*inner));
            each_statement(*inner, [&](Statement const& nested) {
                if (auto const* f = std::get_if<From>(&nested.what)) changing_.insert(f->index);
            });
        }
    }
    auto const exposed = analyse(body, symbols).exposed;
    for (auto const& [variable, count] : assignments)
        if (count > 1 || exposed.contains(variable)) changing_.insert(variable);
}

bool Steady::operator()(Expr const& e) const {
    bool result = true;
    visit(e, [&](Expr const& node) {
        if (node->op == Op::name && (changing_.contains(node->name) || !node->args.empty())) result = false;
        if (names_storage(node)) result = false;
    });
    return result;
}

}  // namespace rall::nmodl
