#include "nmodl_lite/syntax/statement.hpp"

#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

namespace {

/// What a statement is made of: expressions (some null) and bodies, to be read or replaced in place.
struct Parts {
    std::vector<Expr*> expressions;
    std::vector<Body*> bodies;
};

/// Takes each kind of statement apart by its members: neither a new kind nor a new member compiles before it is named here.
struct TakeApart {
    Parts operator()(Assign& s) const {
        auto& [target, value, prime, once] = s;
        return {{&target, &value}, {}};
    }
    Parts operator()(Call& s) const {
        auto& [call] = s;
        return {{&call}, {}};
    }
    Parts operator()(If& s) const {
        auto& [condition, then, otherwise] = s;
        return {{&condition}, {&then, &otherwise}};
    }
    Parts operator()(While& s) const {
        auto& [condition, body] = s;
        return {{&condition}, {&body}};
    }
    Parts operator()(From& s) const {
        auto& [index, from, to, by, body] = s;
        return {{&from, &to, &by}, {&body}};
    }
    Parts operator()(Local& s) const {
        auto& [names] = s;
        Parts parts;
        for (auto& [name, size] : names) parts.expressions.push_back(&size);
        return parts;
    }
    Parts operator()(Solve& s) const {
        auto& [block, method, steady_state, if_error] = s;
        return {{}, {&if_error}};
    }
    Parts operator()(Conductance&) const { return {}; }
    Parts operator()(Table& s) const {
        auto& [names, depend, from, to, with] = s;
        return {{&from, &to, &with}, {}};
    }
    Parts operator()(Verbatim&) const { return {}; }
    Parts operator()(Watch& s) const {
        auto& [items, first] = s;
        Parts parts;
        for (auto& [condition, flag] : items) parts.expressions.insert(parts.expressions.end(), {&condition, &flag});
        return parts;
    }
    Parts operator()(Reaction& s) const {
        auto& [left, right, arrow, forward, backward] = s;
        Parts parts{{&forward, &backward}, {}};
        for (auto* side : {&left, &right})
            for (auto& [count, name] : *side) parts.expressions.push_back(&name);
        return parts;
    }
    Parts operator()(Conserve& s) const {
        auto& [left, right] = s;
        return {{&left, &right}, {}};
    }
    Parts operator()(Compartment& s) const {
        auto& [diffusion, index, size, names] = s;
        return {{&size}, {}};
    }
    Parts operator()(Diffusion& s) const {
        auto& [state, constant, volume] = s;
        return {{&state, &constant, &volume}, {}};
    }
    Parts operator()(Equation& s) const {
        auto& [left, right] = s;
        return {{&left, &right}, {}};
    }
    Parts operator()(Elimination& s) const {
        auto& [values, program, back] = s;
        return {{&values}, {}};
    }
    Parts operator()(NestedInitial& s) const {
        auto& [body] = s;
        return {{}, {&body}};
    }
    Parts operator()(ForNetcons& s) const {
        auto& [args, body] = s;
        return {{}, {&body}};
    }
    Parts operator()(Lag& s) const {
        auto& [variable, delay] = s;
        return {{&variable, &delay}, {}};
    }
    Parts operator()(Plain& s) const {
        auto& [keyword, body, text] = s;
        return {{}, {&body}};
    }
};

Parts parts_of(Statement& statement) { return std::visit(TakeApart{}, statement.what); }

}  // namespace

std::vector<Body*> bodies_of(Statement& statement) { return parts_of(statement).bodies; }

std::vector<Body const*> bodies_of(Statement const& statement) {
    auto const bodies = bodies_of(const_cast<Statement&>(statement));  // not written to
    return {bodies.begin(), bodies.end()};
}

void each_statement(Body const& body, std::function<void(Statement const&)> const& f) {
    for (auto const& statement : body) {
        f(statement);
        for (auto const* inner : bodies_of(statement)) each_statement(*inner, f);
    }
}

void each_expression(Statement const& statement, std::function<void(Expr const&)> const& f) {
    for (auto const* e : parts_of(const_cast<Statement&>(statement)).expressions)  // not written to
        if (*e) f(*e);
}

void each_expression(Body const& body, std::function<void(Expr const&)> const& f) {
    each_statement(body, [&](Statement const& statement) { each_expression(statement, f); });
}

void rewrite_expressions(Statement& statement, std::function<Expr(Expr const&)> const& f) {
    for (auto* e : parts_of(statement).expressions)
        if (*e) *e = f(*e);
}

void rewrite_expressions(Body& body, std::function<Expr(Expr const&)> const& f) {
    for (auto& statement : body) {
        rewrite_expressions(statement, f);
        for (auto* inner : bodies_of(statement)) rewrite_expressions(*inner, f);
    }
}

std::set<std::string> assigned_in(Body const& body) {
    std::set<std::string> names;
    each_statement(body, [&](Statement const& statement) {
        if (auto const* s = std::get_if<Assign>(&statement.what)) names.insert(s->target->name);
        if (auto const* s = std::get_if<Elimination>(&statement.what)) names.insert(s->values->name);
    });
    return names;
}

bool draws(Body const& body) {
    bool found = false;
    each_expression(body, [&](Expr const& e) {
        visit(e, [&](Expr const& node) {
            bool const traces =
                node->op == Op::call && (node->name.starts_with("random_") || node->name == "vector_store");
            found = found || traces;
        });
    });
    return found;
}

void remove_discontinuities(Body& body) {
    std::erase_if(body, [](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        return a && a->once;
    });
    for (auto& statement : body)
        for (auto* inner : bodies_of(statement)) remove_discontinuities(*inner);
}

void assign_discontinuities(Body& body) {
    for (auto& statement : body) {
        if (auto* a = std::get_if<Assign>(&statement.what)) a->once = false;
        for (auto* inner : bodies_of(statement)) assign_discontinuities(*inner);
    }
}

std::string key_of(Expr const& variable) {
    if (variable->args.empty()) return variable->name;
    auto const& index = variable->args[0];
    return variable->name + (is_number(index) ? "[" + std::to_string(static_cast<long>(index->value)) + "]" : "[]");
}

}  // namespace rall::nmodl
