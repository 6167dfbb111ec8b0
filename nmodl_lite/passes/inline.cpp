#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/solve/inliner.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// FUNCTIONs that conditions of WATCH statements call, and those that these call.
std::set<std::string> called_by_conditions(Program const& program) {
    std::set<std::string> called;
    std::function<void(Expr const&)> const follow = [&](Expr const& e) {
        visit(e, [&](Expr const& node) {
            auto const* block = node->op == Op::call ? find_block(program, node->name) : nullptr;
            if (block && called.insert(node->name).second) each_expression(block->body, follow);
        });
    };
    for (auto const& block : program.blocks)
        each_statement(block.body, [&](Statement const& s) {
            if (std::holds_alternative<Watch>(s.what)) each_expression(s, follow);
        });
    return called;
}

}  // namespace

void inline_calls(Program& program, Symbols const& symbols, Diagnostics& found) {
    std::set<std::string> solved;
    for (auto const& block : program.blocks)
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* solve = std::get_if<Solve>(&s.what)) solved.insert(solve->block);
        });
    bool const collected = find_block(program, BlockKind::watch);
    auto const watched = collected ? std::set<std::string>{} : called_by_conditions(program);
    Program const before = program;
    Inliner inliner(before, symbols, found);
    std::vector<Block> kept;
    for (auto& block : program.blocks) {
        if (block.recursive) {
            kept.push_back(std::move(block));
            continue;
        }
        bool const helper = is_helper(block);
        bool const is_solved = solved.contains(block.name) && block.args.empty();
        if (helper && !is_solved && !watched.contains(block.name)) continue;
        if (!helper || is_solved) inliner.block(block);
        kept.push_back(std::move(block));
    }
    program.blocks = std::move(kept);
}

}  // namespace rall::nmodl
