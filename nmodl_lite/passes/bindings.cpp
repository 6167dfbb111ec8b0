#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

void name_bindings(Program& program, Symbols& symbols) {
    FreshNames fresh(declared_names(program, symbols));
    std::map<std::string, std::string> asking;  // POINTER -> the variable that tells whether it is bound
    for (auto& block : program.blocks)
        rewrite_expressions(block.body, [&](Expr const& e) {
            return rewrite(e, [&](Expr const& node) -> Expr {
                if (node->op != Op::call || node->name != "nrn_pointing" || node->args.size() != 1) return node;
                auto const [variable, is_new] = asking.try_emplace(node->args[0]->name);
                if (is_new) variable->second = fresh(variable->first + "_bound");
                return name(variable->second, node->at);
            });
        });
    for (auto const& [pointer, variable] : asking) {
        symbols.all[variable] = {.name = variable, .kind = SymbolKind::assigned, .asks = pointer};
        symbols.order.push_back(variable);
    }
}

}  // namespace rall::nmodl
