#include "nmodl_lite/c/unreached.hpp"

#include <algorithm>

#include "nmodl_lite/c/parser.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Variables that NEURON gives their values.
std::set<std::string> from_outside(Program const& program) {
    std::set<std::string> names{"v", "t", "dt", "celsius", "area", "diam"};
    for (auto const& neuron : program.neuron) {
        for (auto const& ion : neuron.ions)
            for (auto const* list : {&ion.read, &ion.write})
                for (auto const& named : *list) names.insert(named.name);
        for (auto const* list : {&neuron.pointer, &neuron.bbcore_pointer})
            for (auto const& named : *list) names.insert(named.name);
    }
    return names;
}

char const* text_of(Op op) {
    switch (op) {
        case Op::add:
            return "+";
        case Op::subtract:
            return "-";
        case Op::multiply:
            return "*";
        case Op::divide:
            return "/";
        case Op::less:
            return "<";
        case Op::greater:
            return ">";
        case Op::less_equal:
            return "<=";
        case Op::greater_equal:
            return ">=";
        case Op::equal:
            return "==";
        case Op::not_equal:
            return "!=";
        default:
            return "";
    }
}

}  // namespace

Reached::Reached(Program const& program) : program_(program) {
    auto const outside = from_outside(program);
    for (auto const* list : {&program.parameters, &program.assigned, &program.constants})
        for (auto const& d : *list)
            if (!d.size && !outside.contains(d.name))
                constant_[d.name] = d.value && is_number(d.value) ? d.value->value : 0.0;
    // Names that mean something else somewhere.
    for (auto const& block : program.blocks) {
        for (auto const& argument : block.args) constant_.erase(argument.name);
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) constant_.erase(item.name);
            if (auto const* visit_all = std::get_if<ForNetcons>(&s.what))
                for (auto const& argument : visit_all->args) constant_.erase(argument);
        });
    }
    // All keep their values until code that is reached gives them others; then more may be reached.
    do {
        helpers_.clear(), read_.clear(), changed_.clear();
        for (auto const& block : program.blocks)
            if (!is_helper(block)) follow(block.body);
        for (auto const& variable : changed_) constant_.erase(variable);
    } while (!changed_.empty());
}

std::optional<double> Reached::value(Expr const& e) const {
    if (e->op == Op::number) return e->value;
    if (e->op == Op::name && e->args.empty()) {
        auto const found = constant_.find(e->name);
        return found == constant_.end() ? std::nullopt : std::optional(found->second);
    }
    if (e->op == Op::negate || e->op == Op::logical_not) {
        auto const x = value(e->args[0]);
        return !x ? x : e->op == Op::negate ? -*x : *x == 0;
    }
    if (e->args.size() != 2) return std::nullopt;
    auto const a = value(e->args[0]), b = value(e->args[1]);
    if (e->op == Op::logical_and || e->op == Op::logical_or) {
        bool const deciding = e->op == Op::logical_or;
        if ((a && (*a != 0) == deciding) || (b && (*b != 0) == deciding)) return deciding;
        return a && b ? std::optional<double>(!deciding) : std::nullopt;
    }
    return a && b ? apply(text_of(e->op), *a, *b, false) : std::nullopt;
}

void Reached::follow(Expr const& e) {
    visit(e, [&](Expr const& node) {
        if (node->op == Op::name) read_.insert(node->name);
        if (node->op != Op::call) return;
        for (auto const& block : program_.blocks)
            if (is_helper(block) && block.name == node->name && helpers_.insert(block.name).second) follow(block.body);
    });
}

void Reached::set(std::string const& variable, std::optional<double> given) {
    auto const start = constant_.find(variable);
    if (start != constant_.end() && given != start->second) changed_.insert(variable);
}

void Reached::follow(Body const& body) {
    for (auto const& s : body) {
        if (auto const* a = std::get_if<Assign>(&s.what)) {
            for (auto const& index : a->target->args) follow(index);
            follow(a->value);
            set(a->target->name, value(a->value));
            continue;
        }
        each_expression(s, [&](Expr const& e) { follow(e); });
        if (auto const* solve = std::get_if<Solve>(&s.what)) follow(call(solve->block, {}));
        if (auto const* loop = std::get_if<From>(&s.what)) set(loop->index, std::nullopt);
        if (auto const* decides = std::get_if<If>(&s.what)) {
            auto const condition = value(decides->condition);
            if (!condition || *condition != 0) follow(decides->then);
            if (!condition || *condition == 0) follow(decides->otherwise);
        } else if (auto const* repeats = std::get_if<While>(&s.what)) {
            if (value(repeats->condition) != 0.0) follow(repeats->body);
        } else {
            for (auto const* inner : bodies_of(s)) follow(*inner);
        }
    }
}

bool Reached::is_missed(LeftOut const& what) const {
    if (!what.condition) return std::ranges::any_of(what.set, [&](auto const& x) { return read_.contains(x); });
    auto const known = value(what.condition);
    return !known || (*known != 0) == what.taken;
}

}  // namespace rall::nmodl
