#include "nmodl_lite/analysis/naming.hpp"

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

Naming::Naming(Mechanism const& mechanism, Symbols const& symbols) {
    for (auto const& variable : mechanism.variables) shared_.insert(variable.name);
    shared_.insert(mechanism.net_args.begin(), mechanism.net_args.end());
    for (auto const& [name, symbol] : symbols.all)
        if (!symbol.is_variable()) shared_.insert(name);
    for (auto const& function : mechanism.functions) shared_.insert(function.name);
    std::unordered_set<std::string> used(shared_.begin(), shared_.end());
    for (auto const& [name, symbol] : symbols.all) used.insert(name);
    for (auto const* body : bodies_of(mechanism)) {
        each_expression(*body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::name) used.insert(node->name);
            });
        });
        each_statement(*body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) used.insert(item.name);
            if (auto const* loop = std::get_if<From>(&s.what)) used.insert(loop->index);
            if (auto const* loop = std::get_if<ForNetcons>(&s.what)) used.insert(loop->args.begin(), loop->args.end());
        });
    }
    fresh_ = FreshNames(std::move(used));
}

}  // namespace rall::nmodl
