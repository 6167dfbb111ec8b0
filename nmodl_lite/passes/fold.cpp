#include <algorithm>
#include <cmath>

#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr double most_unrolled = 2000;    // statements that a loop may become
constexpr double most_together = 20'000;  // and all loops
constexpr double most_rarely = 200;       // a loop of more turns than these where it is not run in every step
constexpr double few_turns = 16;

double count(Body const& body) {
    double n = 0;
    each_statement(body, [&](Statement const&) { ++n; });
    return n;
}

class Folder {
public:
    explicit Folder(Symbols const& symbols) : symbols_(symbols) {}

    void block(Block& block) {
        rare_ = block.kind == BlockKind::initial || block.kind == BlockKind::net_receive;
        hidden_.clear();
        for (auto const& arg : block.args) hidden_.insert(arg.name);
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) hidden_.insert(item.name);
            if (auto const* loop = std::get_if<From>(&s.what)) hidden_.insert(loop->index);
        });
        rewrite_expressions(block.body, [&](Expr const& e) { return folded(e); });
        block.body = unrolled(block.body);
    }

private:
    Expr folded(Expr const& e) {
        return rewrite(e, [&](Expr const& node) -> Expr {
            if (node->op == Op::name && !hidden_.contains(node->name)) {
                auto const* symbol = symbols_.find(node->name);
                if (symbol && symbol->kind == SymbolKind::constant) return number(symbol->value, node->at);
            }
            if (node->op == Op::number || node->op == Op::string || node->op == Op::name || node->op == Op::prime ||
                node->op == Op::call)
                return node;
            return build(node->op, node->args, node->at);
        });
    }

    Body unrolled(Body const& body) {
        Body result;
        for (auto statement : body) {
            for (auto* inner : bodies_of(statement)) *inner = unrolled(*inner);
            if (auto const* choice = std::get_if<If>(&statement.what); choice && is_number(choice->condition)) {
                append(result, choice->condition->value != 0 ? choice->then : choice->otherwise, statement.at);
                continue;
            }
            auto const* loop = std::get_if<From>(&statement.what);
            if (loop && is_number(loop->from) && is_number(loop->to) && (!loop->by || is_number(loop->by))) {
                double const from = loop->from->value, to = loop->to->value, by = loop->by ? loop->by->value : 1;
                double const turns = std::floor((to - from) / by) + 1;
                double const statements = turns * (1 + count(loop->body));
                double const most = rare_ && turns > few_turns ? most_rarely : most_unrolled;
                if (by > 0 && statements <= std::min(most, left_)) {
                    left_ -= statements;
                    for (int i = 0; i < turns; ++i) append(result, *loop, from + i * by, statement.at);
                    continue;
                }
            }
            result.push_back(std::move(statement));
        }
        return result;
    }

    /// Statements in the place of the block they stood in; a block of their own where they declare LOCALs.
    static void append(Body& into, Body const& more, Position at) {
        bool const scoped =
            std::ranges::any_of(more, [](Statement const& s) { return std::holds_alternative<Local>(s.what); });
        if (scoped) into.push_back({at, If{number(1, at), more, {}}});
        else into.insert(into.end(), more.begin(), more.end());
    }

    /// One turn of a loop.
    void append(Body& into, From const& loop, double i, Position at) {
        Body turn = loop.body;
        rewrite_expressions(turn, [&](Expr const& e) {
            return rewrite(e, [&](Expr const& node) -> Expr {
                if (node->op == Op::name && node->name == loop.index) return number(i, node->at);
                if (node->args.empty() || node->op == Op::name || node->op == Op::call) return node;
                return build(node->op, node->args, node->at);
            });
        });
        append(into, unrolled(turn), at);
    }

    Symbols const& symbols_;
    std::set<std::string> hidden_;
    bool rare_ = false;  // not run in every step
    double left_ = most_together;
};

}  // namespace

void fold(Program& program, Symbols const& symbols) {
    Folder folder(symbols);
    for (auto& block : program.blocks) folder.block(block);
}

}  // namespace rall::nmodl
