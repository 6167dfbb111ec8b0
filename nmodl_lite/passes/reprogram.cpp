#include "nmodl_lite/passes/reprogram.hpp"

#include <algorithm>
#include <tuple>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/passes/events.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Declares what a body assigns to and nobody declares: values that passes gave names to.
void declare_new(Body& body, std::set<std::string> const& known) {
    auto missing = assigned_in(body);
    each_statement(body, [&](Statement const& s) {
        if (auto const* local = std::get_if<Local>(&s.what))
            for (auto const& item : local->names) missing.erase(item.name);
        if (auto const* loop = std::get_if<ForNetcons>(&s.what))
            for (auto const& arg : loop->args) missing.erase(arg);
    });
    Local locals;
    for (auto const& variable : missing)
        if (!known.contains(variable)) locals.names.push_back({variable, nullptr});
    if (!locals.names.empty()) body.insert(body.begin(), {{}, locals});
}

/// The values that all instances share, where a body reads them.
void define_common(Body& body, Mechanism const& m) {
    std::set<std::string> read;
    each_expression(body, [&](Expr const& e) { read.merge(variables_of(e)); });
    Body values;
    for (auto const& shared : m.common)
        if (read.contains(shared.name)) values.push_back(assign(name(shared.name), shared.value));
    body.insert(body.begin(), values.begin(), values.end());
}

/// A name that neither the declarations nor the kernels use.
std::string unused(Mechanism const& m, std::set<std::string> used, std::string const& wanted) {
    for (auto const function : functions_of(m))
        each_expression(body_of(m, function), [&](Expr const& e) { used.merge(variables_of(e)); });
    auto name = wanted;
    for (int i = 1; used.contains(name); ++i) name = wanted + "_" + std::to_string(i);
    return name;
}

/// All conductances as one, so that who reads the text need not find it again.
void state_conductance(Body& current, Mechanism const& m, std::set<std::string> const& known) {
    if (!m.total_conductance) return;
    auto const total = unused(m, known, "g_total");
    current.push_back(assign(name(total), m.total_conductance));
    current.push_back({{}, Conductance{total, ""}});
}

/// Conditions that need more than one expression become functions.
void watch_functions(Body& body, std::vector<std::string> const& functions) {
    for (auto& statement : body) {
        if (auto* watch = std::get_if<Watch>(&statement.what))
            for (std::size_t k = 0; k < watch->items.size(); ++k)
                watch->items[k].first =
                    make(Op::greater, {call(functions[static_cast<std::size_t>(watch->first) + k], {}), number(0)});
        for (auto* inner : bodies_of(statement)) watch_functions(*inner, functions);
    }
}

void locals_first(Body& body) {
    Local all;
    for (auto& statement : body) {
        for (auto* inner : bodies_of(statement)) locals_first(*inner);
        if (auto const* local = std::get_if<Local>(&statement.what))
            for (auto const& item : local->names)
                if (std::ranges::find(all.names, item.name, &LocalName::name) == all.names.end())
                    all.names.push_back(item);
    }
    if (all.names.empty()) return;
    std::erase_if(body, [](Statement const& s) { return std::holds_alternative<Local>(s.what); });
    body.insert(body.begin(), {{}, all});
}

}  // namespace

Program to_program(Mechanism const& m, Symbols const& symbols, Program program) {
    std::set<std::string> known(m.net_args.begin(), m.net_args.end());
    known.insert("flag");
    for (auto const& [name, symbol] : symbols.all) known.insert(name);
    auto const* receive = find_block(program, BlockKind::net_receive);
    auto const args = receive ? receive->args : std::vector<Argument>{};
    std::erase_if(program.blocks, [](Block const& b) {
        return !b.recursive && b.kind != BlockKind::constructor && b.kind != BlockKind::function_table;
    });
    auto add = [&](BlockKind kind, Body body, std::string name = {}) -> Block& {
        auto& block = program.blocks.emplace_back();
        block.kind = kind;
        block.name = std::move(name);
        block.body = std::move(body);
        define_common(block.body, m);
        declare_new(block.body, known);
        return block;
    };
    add(BlockKind::initial, m.initial);
    Body breakpoint;
    if (m.has_state()) {
        auto const advance = unused(m, known, "advance");
        auto body = m.has_curves() ? m.curves : m.state;
        if (m.has_curves()) body.insert(body.end(), m.state_on_curves.begin(), m.state_on_curves.end());
        add(BlockKind::procedure, std::move(body), advance);
        breakpoint.push_back({{}, Solve{advance, "", false, {}}});
    }
    breakpoint.insert(breakpoint.end(), m.current.begin(), m.current.end());
    state_conductance(breakpoint, m, known);
    add(BlockKind::breakpoint, std::move(breakpoint));
    if (m.has_receive) {
        auto body = m.receive;
        if (m.watch.size() > 1) {
            std::vector<std::string> functions;
            for (auto const& [condition, flag] : std::get<Watch>(m.watch.back().what).items) {
                functions.push_back(unused(m, known, "condition_" + std::to_string(functions.size())));
                Body value(m.watch.begin(), m.watch.end() - 1);
                value.push_back(assign(name(functions.back()), watched_value(condition)));
                known.insert(functions.back());
                add(BlockKind::function, std::move(value), functions.back());
            }
            watch_functions(body, functions);
        }
        if (m.has_connect) {
            auto connect = m.connect;
            define_common(connect, m);
            declare_new(connect, known);
            body.insert(body.begin(), {{}, NestedInitial{std::move(connect)}});
        }
        auto& added = add(BlockKind::net_receive, std::move(body));
        added.args = args;
        added.flag = m.flag;
    }
    for (auto const& [kind, moment, body] : {std::tuple{BlockKind::before, "INITIAL", &m.before_initial},
                                             {BlockKind::after, "INITIAL", &m.after_initial},
                                             {BlockKind::before, "BREAKPOINT", &m.before_breakpoint},
                                             {BlockKind::after, "SOLVE", &m.after_solve},
                                             {BlockKind::before, "STEP", &m.before_step}})
        if (!body->empty()) add(kind, *body, moment);
    auto const declare = [&](std::string const& variable) {
        program.assigned.emplace_back().name = variable;
        known.insert(variable);
    };
    for (auto const& ode : m.odes) declare(ode.derivative->name);
    for (auto const& entry : m.jacobian) declare(entry);
    for (auto const function : {KernelFunction::derivative, KernelFunction::relax, KernelFunction::settle,
                                KernelFunction::next_discontinuity}) {  // that nobody calls
        if (body_of(m, function).empty()) continue;
        auto& block = add(BlockKind::procedure, body_of(m, function), unused(m, known, to_string(function)));
        if (function == KernelFunction::relax) block.args.push_back({m.gamma, ""});
    }
    return program;
}

void say_in_nmodl(Program& program, Symbols const& symbols) {
    for (auto const& [original, recursion] : program.recursions)
        if (find_block(program, original))  // calls still name it
            std::erase_if(program.blocks, [&, &r = recursion](Block const& b) {
                return b.recursive && (b.name == r.result || std::ranges::any_of(r.changed, [&](auto const& c) {
                                           return c.second == b.name;
                                       }));
            });
    for (auto& block : program.blocks) {
        rewrite_expressions(block.body, [&](Expr const& e) {
            return rewrite(e, [&](Expr const& node) {
                auto const* symbol = node->op == Op::name ? symbols.find(node->name) : nullptr;
                return symbol && !symbol->asks.empty() ? call("nrn_pointing", {name(symbol->asks)}) : node;
            });
        });
        if (block.kind != BlockKind::net_receive || block.flag == "flag") continue;
        auto const own = name(block.flag, block.at);
        std::erase_if(block.body, [&](Statement const& s) {
            auto* local = std::get_if<Local>(&s.what);
            return local && local->names.size() == 1 && local->names[0].name == own->name;
        });
        block.body.insert(block.body.begin(),
                          {{block.at, Local{{{own->name, nullptr}}}}, assign(own, name("flag", block.at))});
    }
}

void locals_first(Program& program) {
    for (auto& block : program.blocks) locals_first(block.body);
}

}  // namespace rall::nmodl
