// FUNCTIONs and PROCEDUREs that call themselves cannot be replaced by their statements. Each becomes FUNCTIONs without side effects, one
// for each thing it changes: what it reads of the mechanism comes in as arguments. So passes see a call as they see exp(x).
#include <algorithm>
#include <functional>

#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/solve/inliner.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

using Names = std::set<std::string>;

class Lift {
public:
    Lift(Program& program, Symbols const& symbols, Diagnostics& found)
        : program_(program), symbols_(symbols), found_(found), fresh_(declared_names(program, symbols)) {}

    void run() {
        for (auto const& block : program_.blocks)
            if (is_helper(block)) calls_[block.name] = called_in(block);
        for (auto const& [name, calls] : calls_)
            if (reached(name).contains(name)) recursive_.insert(name);
        if (recursive_.empty()) return;
        for (auto& block : program_.blocks)
            if (is_helper(block) && recursive_.contains(block.name)) describe(block);
        Program const before = program_;
        for (auto& block : program_.blocks)
            if (block.recursive) lift(block, before, block.name, block.name, {});
        for (auto const& [name, r] : before.recursions) {
            auto const& block = *find_block(before, name);
            if (!r.result.empty()) add(block, before, r.result, name, r.variables);
            for (auto const& [variable, function] : r.changed) add(block, before, function, variable, r.variables);
        }
        keep_what_counts();
    }

private:
    static Names called_in(Block const& block) {
        Names called;
        each_expression(block.body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::call) called.insert(node->name);
            });
        });
        return called;
    }

    /// What a helper calls, and what these call.
    Names reached(std::string const& name) const {
        Names all;
        std::vector<std::string> next{name};
        while (!next.empty()) {
            auto const calls = calls_.find(next.back());
            next.pop_back();
            if (calls == calls_.end()) continue;
            for (auto const& called : calls->second)
                if (all.insert(called).second) next.push_back(called);
        }
        return all;
    }

    void refuse(Block const& block, std::string const& what, std::string const& advice) {
        found_.add(at_source(program_, Severity::error, block.at, "nmodl-recursion",
                             block.name + " calls itself and " + what + ", which is not supported", advice));
    }

    /// The variables that a recursive block and those it calls read, and which of them they change.
    void describe(Block& block) {
        Recursion r;
        auto helpers = reached(block.name);
        helpers.insert(block.name);
        Names used, assigned;
        for (auto const& helper : helpers) {
            auto const* body = find_block(program_, helper);
            if (!body && (helper.starts_with("net_") || helper.starts_with("random_")))
                refuse(block, "sends events or draws random numbers", "do that outside");
            if (!body || !is_helper(*body)) continue;
            each_expression(body->body, [&](Expr const& e) { used.merge(variables_of(e)); });
            assigned.merge(assigned_in(body->body));
        }
        for (auto const& variable : used) {
            auto const* symbol = symbols_.find(variable);
            if (!symbol || !(symbol->is_variable() || symbol->kind == SymbolKind::special)) continue;
            if (symbol->is_array) refuse(block, "uses the array " + variable, "write it as a loop");
            r.variables.push_back(variable);
            if (assigned.contains(variable)) r.changed.emplace_back(variable, fresh_(block.name + "_" + variable));
        }
        block.recursive = block.kind == BlockKind::function && r.variables.empty();  // it is such a FUNCTION already
        if (block.recursive) return;
        if (block.kind == BlockKind::function) r.result = fresh_(block.name);
        program_.recursions[block.name] = std::move(r);
    }

    void add(Block block, Program const& before, std::string const& function, std::string const& output,
             std::vector<std::string> const& variables) {
        lift(block, before, function, output, variables);
        program_.blocks.push_back(std::move(block));
    }

    /// Makes a block a FUNCTION whose value is what `output` holds at its end.
    void lift(Block& block, Program const& before, std::string const& function, std::string const& output,
              std::vector<std::string> const& variables) {
        bool reads_itself = false;  // the value so far
        each_statement(block.body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            each_expression(s, [&](Expr const& e) {
                reads_itself = reads_itself || (mentions(e, block.name) && !(a && e == a->target));
            });
        });
        if (block.name == function && !reads_itself) {
            Inliner(before, symbols_, found_).recursive_block(block, variables);
            return;
        }
        if (block.kind == BlockKind::function)
            block.body.insert(block.body.begin(), {{block.at, Local{{{block.name, nullptr}}}},
                                                   assign(name(block.name, block.at), number(0, block.at))});
        block.body.push_back(assign(name(function, block.at), name(output, block.at)));
        if (block.name == function) rename_value(block, fresh_(function));
        block.kind = BlockKind::function;
        block.name = function;
        block.recursive = true;
        Inliner(before, symbols_, found_).recursive_block(block, variables);
    }

    /// The value so far under another name: all but the last statement assign to that.
    static void rename_value(Block& block, std::string const& value) {
        rewrite_expressions(block.body, [&](Expr const& e) {
            return rewrite(e, [&](Expr const& node) {
                return node->op == Op::name && node->name == block.name ? name(value, node->at) : node;
            });
        });
        std::get<Local>(block.body.front().what).names[0].name = value;
        std::get<Assign>(block.body.back().what).target = name(block.name, block.at);
    }

    /// Assignments and arguments that do not matter to a result go: with them calls that would be made for nothing, twice as many at each
    /// level where there are two.
    void keep_what_counts() {
        for (bool changed = true; changed;) {
            changed = false;
            for (auto const& block : program_.blocks) {
                if (!block.recursive) continue;
                auto const needed = needed_in(block);
                for (auto const& arg : block.args)
                    if (needed.contains(arg.name)) changed = asked_[block.name].insert(arg.name).second || changed;
            }
        }
        for (auto& block : program_.blocks) {
            if (!block.recursive) continue;
            strip(block.body, needed_in(block));
            rewrite_expressions(block.body, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) { return is_lifted(node) ? with_what_counts(node) : node; });
            });
        }
    }

    bool is_lifted(Expr const& e) const {
        auto const* callee = e->op == Op::call ? find_block(program_, e->name) : nullptr;
        return callee && callee->recursive;
    }

    /// A call with 0 for the arguments that its result does not depend on.
    Expr with_what_counts(Expr const& e) {
        auto args = e->args;
        auto const& formal = find_block(program_, e->name)->args;
        for (std::size_t i = 0; i < args.size(); ++i)
            if (!asked_[e->name].contains(formal[i].name)) args[i] = number(0, e->at);
        return call(e->name, std::move(args), e->at);
    }

    /// The variables from which a block's result is computed, as far as it is known what the arguments of its calls matter.
    Names needed_in(Block const& block) {
        Names needed{block.name};
        for (std::size_t known = 0; known != needed.size();) {
            known = needed.size();
            each_statement(block.body, [&](Statement const& s) {
                auto const* a = std::get_if<Assign>(&s.what);
                bool counts = a && needed.contains(a->target->name);
                for (auto const* inner : bodies_of(s))
                    for (auto const& variable : assigned_in(*inner)) counts = counts || needed.contains(variable);
                if (counts)
                    each_expression(s, [&](Expr const& e) {
                        needed.merge(variables_of(rewrite(
                            e, [&](Expr const& node) { return is_lifted(node) ? with_what_counts(node) : node; })));
                    });
            });
        }
        return needed;
    }

    static void strip(Body& body, Names const& needed) {
        std::erase_if(body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            return a && !needed.contains(a->target->name);
        });
        for (auto& s : body)
            for (auto* inner : bodies_of(s)) strip(*inner, needed);
    }

    Program& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    FreshNames fresh_;
    std::map<std::string, Names> calls_;  // of helpers
    Names recursive_;
    std::map<std::string, Names> asked_;  // by FUNCTION: the arguments that its result depends on
};

}  // namespace

void lift_recursion(Program& program, Symbols const& symbols, Diagnostics& found) {
    Lift(program, symbols, found).run();
}

}  // namespace rall::nmodl
