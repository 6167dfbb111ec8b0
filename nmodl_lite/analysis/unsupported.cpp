#include "nmodl_lite/analysis/checks.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// abs in an expression, which C's abs of integers computes; where it stands first.
Position first_abs(Program const& program) {
    Position at;
    for (auto const& block : program.blocks)
        each_expression(block.body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::call && node->name == "abs" && at.line == 0) at = node->at;
            });
        });
    return at;
}

}  // namespace

void report_unsupported(Program const& program, Diagnostics& found) {
    auto report = [&](Severity severity, Position at, char const* code, std::string message, std::string advice) {
        found.add(at_source(program, severity, at, code, std::move(message), std::move(advice)));
    };
    auto refuse = [&](Position at, std::string const& what, std::string advice) {
        report(Severity::error, at, "nmodl-not-supported", what + " is not supported", std::move(advice));
    };
    if (auto const at = first_abs(program); at.line != 0 && !find_block(program, "abs"))
        report(Severity::warning, at, "nmodl-abs-of-integers", "abs drops the fraction of its argument, as in NEURON",
               "it is C's abs of integers: write fabs");
    for (auto const& block : program.blocks) {
        if (block.kind == BlockKind::discrete)
            refuse(block.at, "DISCRETE " + block.name, "make it a PROCEDURE that advances the states, and SOLVE that");
        if (block.kind == BlockKind::function_table && (block.args.empty() || block.args.size() > 2))
            refuse(block.at, "a FUNCTION_TABLE of " + std::to_string(block.args.size()) + " arguments",
                   "one of one or two arguments is");
        each_statement(block.body, [&](Statement const& statement) {
            std::visit(overloaded{[&](Table const&) {
                                      report(Severity::note, statement.at, "nmodl-table-ignored", "TABLE is not used",
                                             "the functions are evaluated directly, which is exact and as fast; \"run\": "
                                             "{\"tables\": true} interpolates as NEURON does");
                                  },
                                  [&](Solve const& s) {
                                      if (!s.if_error.empty())
                                          refuse(statement.at, "IFERROR",
                                                 "remove it: a step that fails to converge gives NaN");
                                  },
                                  [&](Plain const& s) {
                                      if (s.keyword == "RESET")
                                          refuse(statement.at, "RESET", "assign to the states what they start from");
                                      if (s.keyword == "FORALL")
                                          refuse(statement.at, "FORALL", "write a loop: FROM i = 0 TO n-1 { ... }");
                                  },
                                  [&](NestedInitial const&) {
                                      if (block.kind != BlockKind::net_receive)
                                          refuse(statement.at, "INITIAL inside a block other than NET_RECEIVE",
                                                 "move what it does to the INITIAL block");
                                  },
                                  [&](Call const& s) {
                                      if (s.call->name == "printf")
                                          report(Severity::warning, statement.at, "nmodl-printf-ignored",
                                                 "printf is not executed", "look at variables with a probe");
                                  },
                                  [](kind_of<Assign, If, While, From, Local, Conductance, Verbatim, Watch, Reaction,
                                             Conserve, Compartment, Diffusion, Equation, Elimination, ForNetcons,
                                             Lag> auto const&) {}},
                       statement.what);
        });
    }
}

}  // namespace rall::nmodl
