#include "nmodl_lite/syntax/statement.hpp"

#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

std::vector<Body*> bodies_of(Statement& statement) {
    return std::visit(overloaded{[](If& s) {
                                     return std::vector<Body*>{&s.then, &s.otherwise};
                                 },
                                 [](Solve& s) { return std::vector<Body*>{&s.if_error}; },
                                 [](auto& s) {
                                     if constexpr (requires { s.body; }) return std::vector<Body*>{&s.body};
                                     else return std::vector<Body*>{};
                                 }},
                      statement.what);
}

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

namespace {

/// The expressions of a statement, to be read or replaced in place.
std::vector<Expr*> slots_of(Statement& statement) {
    return std::visit(overloaded{[](Assign& s) {
                                     return std::vector<Expr*>{&s.target, &s.value};
                                 },
                                 [](Call& s) { return std::vector<Expr*>{&s.call}; },
                                 [](If& s) { return std::vector<Expr*>{&s.condition}; },
                                 [](While& s) { return std::vector<Expr*>{&s.condition}; },
                                 [](From& s) {
                                     return std::vector<Expr*>{&s.from, &s.to, &s.by};
                                 },
                                 [](Table& s) {
                                     return std::vector<Expr*>{&s.from, &s.to, &s.with};
                                 },
                                 [](Local& s) {
                                     std::vector<Expr*> sizes;
                                     for (auto& local : s.names) sizes.push_back(&local.size);
                                     return sizes;
                                 },
                                 [](Watch& s) {
                                     std::vector<Expr*> all;
                                     for (auto& [condition, flag] : s.items) all.insert(all.end(), {&condition, &flag});
                                     return all;
                                 },
                                 [](Reaction& s) {
                                     std::vector<Expr*> all{&s.forward, &s.backward};
                                     for (auto& r : s.left) all.push_back(&r.name);
                                     for (auto& r : s.right) all.push_back(&r.name);
                                     return all;
                                 },
                                 [](Conserve& s) {
                                     return std::vector<Expr*>{&s.left, &s.right};
                                 },
                                 [](Compartment& s) { return std::vector<Expr*>{&s.size}; },
                                 [](Equation& s) {
                                     return std::vector<Expr*>{&s.left, &s.right};
                                 },
                                 [](auto&) { return std::vector<Expr*>{}; }},
                      statement.what);
}

}  // namespace

void each_expression(Statement const& statement, std::function<void(Expr const&)> const& f) {
    for (auto const* slot : slots_of(const_cast<Statement&>(statement)))  // not written to
        if (*slot) f(*slot);
}

void each_expression(Body const& body, std::function<void(Expr const&)> const& f) {
    each_statement(body, [&](Statement const& statement) { each_expression(statement, f); });
}

void rewrite_expressions(Body& body, std::function<Expr(Expr const&)> const& f) {
    for (auto& statement : body) {
        for (auto* slot : slots_of(statement))
            if (*slot) *slot = f(*slot);
        for (auto* inner : bodies_of(statement)) rewrite_expressions(*inner, f);
    }
}

std::set<std::string> assigned_in(Body const& body) {
    std::set<std::string> names;
    each_statement(body, [&](Statement const& statement) {
        if (auto const* s = std::get_if<Assign>(&statement.what)) names.insert(s->target->name);
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
