// What blocks that no step solves see of concentrations. NEURON hands BEFORE and AFTER blocks and NET_RECEIVE a copy of each; it takes
// back only what NET_RECEIVE made of a STATE that an equation advances.
#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

Position first_assignment(Body const& body, std::string const& variable) {
    Position at{};
    each_statement(body, [&](Statement const& s) {
        auto const* to = std::get_if<Assign>(&s.what);
        if (to && to->target->name == variable && at.line == 0) at = s.at;
    });
    return at;
}

/// The statements of a block without INITIAL of NET_RECEIVE, which is another.
Body own_statements(Block const& block) {
    Body own = block.body;
    std::erase_if(own, [](Statement const& s) { return std::holds_alternative<NestedInitial>(s.what); });
    return own;
}

class Copies {
public:
    Copies(Program& program, Symbols const& symbols, Solved const& solved, Diagnostics& found)
        : program_(program), symbols_(symbols), found_(found), fresh_(declared_names(program, symbols)) {
        for (auto const& method : solved.methods) advanced_.insert(method.states.begin(), method.states.end());
    }

    void run() {
        for (auto& block : program_.blocks)
            if (block.kind == BlockKind::before || block.kind == BlockKind::after) copy_in(block, "a BEFORE or AFTER block", false);
            else if (block.kind == BlockKind::net_receive) copy_in(block, "NET_RECEIVE", true);
    }

private:
    void copy_in(Block& block, std::string const& who, bool keeps_states) {
        std::map<std::string, std::string> copies;
        auto const own = own_statements(block);
        for (auto const& variable : assigned_in(own)) {
            auto const* symbol = symbols_.find(variable);
            bool const concentration = symbol && symbol->ion >= 0 && (symbol->field == IonField::inner || symbol->field == IonField::outer);
            if (!concentration || (keeps_states && advanced_.contains(variable))) continue;
            copies[variable] = fresh_(variable + "_copy");
            found_.add(at_source(program_, Severity::warning, first_assignment(own, variable), "nmodl-assignment-lost",
                                 "what " + who + " assigns to " + variable + " is lost where the block ends, as in NEURON",
                                 "a step changes a concentration: in the DERIVATIVE block, or in a PROCEDURE that BREAKPOINT solves"));
        }
        if (copies.empty()) return;
        Body body;
        for (auto const& [variable, copy] : copies) {
            body.push_back({block.at, Local{{{copy, nullptr}}}});
            body.push_back(assign(name(copy, block.at), name(variable, block.at)));
        }
        for (auto& statement : block.body) {
            Body one{std::move(statement)};
            if (!std::holds_alternative<NestedInitial>(one[0].what)) rewrite_expressions(one, [&](Expr const& e) { return substitute(e, copies); });
            body.push_back(std::move(one[0]));
        }
        block.body = std::move(body);
    }

    Program& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    FreshNames fresh_;
    std::set<std::string> advanced_;  // by equations
};

}  // namespace

void keep_ion_copies(Program& program, Symbols const& symbols, Solved const& solved, Diagnostics& found) {
    Copies(program, symbols, solved, found).run();
}

}  // namespace rall::nmodl
