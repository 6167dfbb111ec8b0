// Walking and rewriting statements. A pass sees expressions by the walks below, which take every kind of statement apart in one place
// (statement.cpp), or visits the kinds themselves by overloaded{}, in which every kind must be named. So no pass can forget one.
#pragma once

#include <concepts>
#include <functional>
#include <set>
#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// One of these kinds of statement: [&](kind_of<If, While> auto const& s) {...} treats both alike.
template <class T, class... Kinds>
concept kind_of = (std::same_as<std::remove_cvref_t<T>, Kinds> || ...);

/// Picks the lambda that takes a statement's kind: std::visit(overloaded{[](Assign const&) {...}, ...}, s.what). The lambdas name every
/// kind; one for "all others" does not compile, so that who adds a kind looks at each place that tells kinds apart.
template <class... F>
struct overloaded : F... {
    using F::operator()...;

private:
    struct Unknown {};
    static_assert((!std::invocable<F&, Unknown const&> && ...), "name the kinds of statement, do not take all others");
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

/// The bodies inside a statement: both of an if, that of a loop.
std::vector<Body*> bodies_of(Statement& statement);
std::vector<Body const*> bodies_of(Statement const& statement);

/// Every statement, outer before inner.
void each_statement(Body const& body, std::function<void(Statement const&)> const& f);

/// Every expression that stands directly in this statement, targets of assignments included, bodies not.
void each_expression(Statement const& statement, std::function<void(Expr const&)> const& f);

/// The same through all statements of a body.
void each_expression(Body const& body, std::function<void(Expr const&)> const& f);

/// Replaces every expression that stands directly in this statement by what `f` makes of it.
void rewrite_expressions(Statement& statement, std::function<Expr(Expr const&)> const& f);

/// Replaces every expression of a body by what `f` makes of it.
void rewrite_expressions(Body& body, std::function<Expr(Expr const&)> const& f);

/// Names of variables that the body assigns to.
std::set<std::string> assigned_in(Body const& body);

/// True if the body draws random numbers or changes a VECTOR: executed a second time it does more than once.
bool draws(Body const& body);

/// Removes state_discontinuity statements, also inside others.
void remove_discontinuities(Body& body);

/// Makes them plain assignments, which they are wherever a block is evaluated once.
void assign_discontinuities(Body& body);

inline Statement assign(Expr target, Expr value) { return {target->at, Assign{target, value, false}}; }

/// One name for what is assigned or read: "m", "a[2]" for a constant index, "a[]" for an index known only when run.
std::string key_of(Expr const& variable);

}  // namespace rall::nmodl
