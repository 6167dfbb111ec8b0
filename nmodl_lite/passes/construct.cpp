// CONSTRUCTOR: NEURON runs it once when an instance is made, before anybody can set a parameter. All it can know are the defaults
// in the file; so it is run here, and what it leaves are other defaults and start values.
#include <utility>

#include "nmodl_lite/analysis/evaluation.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

void set_declared(std::vector<Declaration>& list, std::string const& name, double value) {
    for (auto& d : list)
        if (d.name == name) d.value = number(value, d.at);
}

/// What a variable holds before anybody can have set it.
double default_of(Expr const& e, Symbols const& symbols) {
    auto const* symbol = symbols.find(e->name);
    if (!symbol || symbol->kind == SymbolKind::state) return 0;
    if (symbol->kind == SymbolKind::special || symbol->ion >= 0 ||
        !(symbol->is_variable() || symbol->kind == SymbolKind::constant))
        throw NotComputable{e->at, "'" + e->name + "' has no value then"};
    return symbol->value;
}

}  // namespace

void construct(Program& program, Symbols& symbols, Diagnostics& found) {
    auto refuse = [&](Position at, std::string const& what) {
        found.add(at_source(program, Severity::error, at, "nmodl-constructor",
                            "CONSTRUCTOR cannot be computed when an instance is made: " + what,
                            "move what it says to INITIAL, which runs at the start of each simulation"));
    };
    Body starts;
    for (auto const& block : program.blocks) {
        if (block.kind != BlockKind::constructor) continue;
        Evaluation evaluation([&](Expr const& e) { return default_of(e, symbols); });
        try {
            evaluation.run(block.body);
        } catch (NotComputable const& problem) {
            refuse(problem.at, problem.what);
            continue;
        }
        for (auto const& [name, value] : evaluation.values()) {
            auto const bracket = name.find('[');
            auto const symbol = symbols.all.find(name.substr(0, bracket));
            if (symbol == symbols.all.end() || !symbol->second.is_variable()) continue;  // a LOCAL
            auto& s = symbol->second;
            if (s.kind == SymbolKind::state) continue;  // starts from its own value
            if (bracket != name.npos) {
                if (value != s.value) refuse(block.at, "it sets elements of the array '" + s.name + "'");
                continue;
            }
            s.value = value;
            if (s.kind == SymbolKind::parameter) set_declared(program.parameters, name, value);
            else starts.push_back(assign(nmodl::name(name, block.at), number(value, block.at)));
        }
    }
    std::erase_if(program.blocks, [](Block const& b) { return b.kind == BlockKind::constructor; });
    if (starts.empty()) return;
    // NMODL has no other way to say where an ASSIGNED variable starts.
    program.blocks.emplace_back();
    program.blocks.back().kind = BlockKind::constructor;
    program.blocks.back().body = std::move(starts);
}

}  // namespace rall::nmodl
