#include "nmodl_lite/lexer.hpp"
#include "nmodl_lite/passes.hpp"
#include "nmodl_lite/statement.hpp"

namespace rall::nmodl {

namespace {

char const* unsupported_name(BlockKind kind) {
    switch (kind) {
        case BlockKind::discrete:
            return "DISCRETE";
        default:
            return nullptr;
    }
}

}  // namespace

void report_unsupported(Program const& program, Diagnostics& found) {
    auto report = [&](Severity severity, Position at, char const* code, std::string message, std::string advice) {
        found.add(at_source(program, severity, at, code, std::move(message), std::move(advice)));
    };
    auto not_yet = [&](Position at, std::string const& what, std::string advice = {}) {
        report(Severity::error, at, "nmodl-not-supported", what + " is not supported yet", std::move(advice));
    };
    for (auto const& block : program.blocks) {
        std::string where;
        if (auto const* name = unsupported_name(block.kind)) {
            not_yet(block.at, std::string(name) + (block.name.empty() ? "" : " " + block.name));
            continue;  // what stands inside says no more
        }
        if (block.kind == BlockKind::function_table && (block.args.empty() || block.args.size() > 2))
            not_yet(block.at, "a FUNCTION_TABLE of " + std::to_string(block.args.size()) + " arguments",
                    "one of one or two arguments is");
        each_statement(block.body, [&](Statement const& statement) {
            std::visit(overloaded{[&](Table const&) {
                                      report(Severity::note, statement.at, "nmodl-table-ignored", "TABLE is not used",
                                             "the functions are evaluated directly, which is exact and as fast");
                                  },
                                  [&](Solve const& s) {
                                      if (!s.if_error.empty())
                                          not_yet(statement.at, "IFERROR",
                                                  "remove it: a step that fails to converge gives NaN");
                                  },
                                  [&](Plain const& s) {
                                      if (s.keyword == "LAG" || s.keyword == "RESET" || s.keyword == "FORALL")
                                          not_yet(statement.at, s.keyword);
                                  },
                                  [&](NestedInitial const&) {
                                      if (block.kind != BlockKind::net_receive)
                                          not_yet(statement.at, "INITIAL inside another block");
                                  },
                                  [&](Call const& s) {
                                      if (s.call->name == "printf")
                                          report(Severity::warning, statement.at, "nmodl-printf-ignored",
                                                 "printf is not executed", "look at variables with a probe");
                                  },
                                  [](auto const&) {}},
                       statement.what);
        });
    }
}

}  // namespace rall::nmodl
