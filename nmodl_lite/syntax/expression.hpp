// Building, comparing and walking expressions. The builders do the obvious simplifications (x + 0, 1 * x, numbers with
// numbers) and nothing that would change the value of a sum or product by regrouping it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

Expr number(double value, Position at = {});
Expr name(std::string name, Position at = {});
Expr element(std::string name, Expr index, Position at = {});
Expr call(std::string name, std::vector<Expr> args, Position at = {});

/// An operation as written, not simplified.
Expr make(Op op, std::vector<Expr> args, Position at = {});

// Simplifying builders.
Expr add(Expr a, Expr b);
Expr subtract(Expr a, Expr b);
Expr multiply(Expr a, Expr b);
Expr divide(Expr a, Expr b);
Expr power(Expr a, Expr b);
Expr negate(Expr a);
/// For any operator of code as it was written: what is not finite stays what it is.
Expr build(Op op, std::vector<Expr> args, Position at = {});

/// How kernels raise to a constant power: by multiplications, as exp(n log(x)), or by the general function.
enum class PowerKind { product, fraction, any };
PowerKind kind_of_power(double exponent);
/// x^exponent, the bits that kernels compute.
double power(double x, double exponent);

bool is_number(Expr const& e);
bool is_number(Expr const& e, double value);
bool is_comparison(Op op);  ///< comparisons and logic: true or false
bool equal(Expr const& a, Expr const& b);

/// True for a call whose first argument is no number but names what belongs to the instance: a RANDOM stream, a VECTOR. What
/// it gives depends on more than its arguments.
bool names_storage(Expr const& e);

/// A copy in which `f` may replace any node; children first. `f` gets the node with its new children and returns it or another.
Expr rewrite(Expr const& e, std::function<Expr(Expr const&)> const& f);

/// Every node, parents first: f(Expr const&).
template <class F>
void visit(Expr const& e, F const& f) {
    if (!e) return;
    f(e);
    for (auto const& arg : e->args) visit(arg, f);
}

/// True if the variable (or any element of it) occurs.
bool mentions(Expr const& e, std::string const& variable);

/// Number of nodes.
int size_of(Expr const& e);

/// `e` with variables renamed.
Expr substitute(Expr const& e, std::map<std::string, std::string> const& names);

/// Names of all variables that occur.
std::set<std::string> variables_of(Expr const& e);

}  // namespace rall::nmodl
