#include "nmodl_lite/passes/events.hpp"

#include <algorithm>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class EventChecker {
public:
    EventChecker(Program const& program, Diagnostics& found) : program_(program), found_(found) {}

    void block(Block const& block) {
        bool const receives = block.kind == BlockKind::net_receive;
        each_expression(block.body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op != Op::call) return;
                if (node->name == "net_send" && !receives && block.kind != BlockKind::initial)
                    misplaced(node->at, "net_send", "INITIAL or NET_RECEIVE");
                if ((node->name == "net_event" || node->name == "net_move") && !receives)
                    misplaced(node->at, node->name, "NET_RECEIVE");
            });
        });
        std::size_t const n_args = block.args.size();
        locals_.clear();
        for (auto const& arg : block.args) locals_.insert(arg.name);
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what)) {
                for (auto const& named : local->names) locals_.insert(named.name);
            } else if (auto const* watch = std::get_if<Watch>(&s.what)) {
                if (!receives) misplaced(s.at, "WATCH", "NET_RECEIVE");
                for (auto const& [condition, flag] : watch->items) item(condition, flag);
            } else if (auto const* loop = std::get_if<ForNetcons>(&s.what)) {
                if (!receives) misplaced(s.at, "FOR_NETCONS", "NET_RECEIVE");
                else if (loop->args.size() != n_args)
                    error(s.at, "nmodl-argument-count",
                          "FOR_NETCONS takes as many arguments as NET_RECEIVE has, " + std::to_string(n_args) +
                              ", here it gets " + std::to_string(loop->args.size()));
            } else if (auto const* nested = std::get_if<NestedInitial>(&s.what)) {
                each_statement(nested->body, [&](Statement const& inner) {
                    if (std::holds_alternative<Watch>(inner.what))
                        error(inner.at, "nmodl-misplaced", "WATCH cannot stand in NET_RECEIVE's INITIAL",
                              "send an event from INITIAL, net_send(0, 1), and WATCH when it arrives");
                });
            }
        });
    }

private:
    void error(Position at, char const* code, std::string message, std::string advice = {}) {
        found_.add(at_source(program_, Severity::error, at, code, std::move(message), std::move(advice)));
    }

    void misplaced(Position at, std::string const& what, std::string const& where) {
        error(at, "nmodl-misplaced", what + " can only stand in " + where,
              "a PROCEDURE may compute what decides; let " + where + " act on it");
    }

    void item(Expr const& condition, Expr const& flag) {
        if (condition->op != Op::greater && condition->op != Op::less)
            error(condition->at, "nmodl-watch-condition", "WATCH takes a condition of the form a > b or a < b",
                  "an event is sent when the difference of both sides changes its sign");
        for (auto const& variable : variables_of(condition))
            if (locals_.contains(variable))
                error(
                    condition->at, "nmodl-watch-condition",
                    "the condition of a WATCH cannot use '" + variable + "': it is looked at when NET_RECEIVE is over",
                    "keep the value in an ASSIGNED variable");
        bool const is_defined = flag->op == Op::name && std::ranges::find(program_.defines, flag->name,
                                                                          &Define::name) != program_.defines.end();
        if (flag->op != Op::number && !is_defined)
            error(flag->at, "nmodl-watch-flag", "the flag of a WATCH is a number", "write WATCH (v > -20) 2");
    }

    Program const& program_;
    Diagnostics& found_;
    std::set<std::string> locals_;  // arguments and LOCALs of the block
};

}  // namespace

void check_events(Program const& program, Diagnostics& found) {
    EventChecker checker(program, found);
    for (auto const& block : program.blocks) checker.block(block);
}

bool collect_watches(Program& program) {
    Watch all;
    std::function<void(Body&)> const collect = [&](Body& body) {
        for (auto& statement : body) {
            if (auto* watch = std::get_if<Watch>(&statement.what)) {
                watch->first = static_cast<int>(all.items.size());
                all.items.insert(all.items.end(), watch->items.begin(), watch->items.end());
            }
            for (auto* inner : bodies_of(statement)) collect(*inner);
        }
    };
    Position at;
    for (auto& block : program.blocks) {
        collect(block.body);
        if (block.kind == BlockKind::net_receive) at = block.at;
    }
    if (all.items.empty()) return false;
    auto& block = program.blocks.emplace_back();
    block.kind = BlockKind::watch;
    block.at = at;
    block.body.push_back({at, std::move(all)});
    return true;
}

Expr watched_value(Expr const& condition) {
    if (is_number(condition)) return condition;  // of two numbers
    auto const difference = make(Op::subtract, condition->args);
    return condition->op == Op::greater ? difference : make(Op::negate, {difference});
}

}  // namespace rall::nmodl
