#include "nmodl_lite/analysis/names.hpp"

#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

std::set<std::string> declared_names(Program const& program, Symbols const& symbols) {
    std::set<std::string> names{"flag", "f_flux", "b_flux"};
    for (auto const& [name, symbol] : symbols.all) names.insert(name);
    for (auto const& [name, recursion] : program.recursions) {
        names.insert(recursion.result);
        for (auto const& [variable, function] : recursion.changed) names.insert(function);
    }
    for (auto const& block : program.blocks) {
        for (auto const& arg : block.args) names.insert(arg.name);
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) names.insert(item.name);
            if (auto const* loop = std::get_if<From>(&s.what)) names.insert(loop->index);
        });
    }
    return names;
}

}  // namespace rall::nmodl
