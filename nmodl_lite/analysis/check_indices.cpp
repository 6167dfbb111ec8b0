#include <cmath>

#include "nmodl_lite/analysis/checks.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

void check_indices(Program const& program, Symbols const& symbols, Diagnostics& found) {
    std::set<std::string> reported;
    for (auto const& block : program.blocks) {
        std::map<std::string, double> local_sizes;
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names)
                    if (item.size) local_sizes[item.name] = item.size->value;
        });
        auto size_of = [&](std::string const& array) {
            if (auto const local = local_sizes.find(array); local != local_sizes.end()) return local->second;
            auto const* symbol = symbols.find(array);
            return symbol ? static_cast<double>(symbol->size) : 1.0;
        };
        each_expression(block.body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op != Op::name || node->args.empty() || !is_number(node->args[0])) return;
                double const index = std::trunc(node->args[0]->value), size = size_of(node->name);
                if ((index >= 0 && index < size) || !reported.insert(node->name).second) return;
                found.add(at_source(program, Severity::error, node->at, "nmodl-index-out-of-range",
                                    "'" + node->name + "' has the elements 0 to " +
                                        std::to_string(static_cast<int>(size) - 1) + "; here an index lies outside",
                                    "correct the index or the bounds of its loop"));
            });
        });
    }
}

}  // namespace rall::nmodl
