// Systems of linear equations solved by straight-line code: no loops, no matrix in memory, only the operations that the
// pattern of the matrix needs. Unknowns are eliminated in an order of minimum degree (Markowitz 1957; Tinney & Walker 1967),
// which keeps a chain of states as cheap as a tridiagonal matrix. Of more than `longest_elimination` operations a C++ compiler would take
// minutes: then the same operations are a program in a table, on numbers in an array (in_memory.hpp).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

inline constexpr double long_time = 1e9;  ///< ms; the step that stands for a steady state

/// A sparse matrix of expressions: entry (row, column) is rows[row].at(column); what is missing is 0.
using Rows = std::vector<std::map<std::size_t, Expr>>;

/// Where statements are written to, and who declares the locals that they need.
struct Writer {
    Body& out;
    std::function<Expr()> local;     // of a number
    std::function<Expr(int)> array;  // of so many

    /// Emits the computation of a value into a local of its own.
    Expr variable(Expr const& value) const;

    /// The same, but for what is a number or a variable already.
    Expr keep(Expr const& value) const { return value->args.empty() ? value : variable(value); }
};

/// The rows of `matrix` in the order in which to eliminate them: fewest neighbours first, ties in their own order; the
/// `last` ones at the end.
std::vector<std::size_t> elimination_order(Rows const& matrix, std::vector<bool> const& last);

// The functions below return nothing, with `unknown` set to the reason, where the pattern alone makes the matrix singular or
// its numbers are too many.

/// x of matrix * x = right. The pivots are the diagonal entries, in elimination_order. Safe where the diagonal dominates, as it does in
/// I/dt - J for any dt that resolves the process.
std::vector<Expr> eliminate(Rows matrix, std::vector<Expr> right, std::vector<bool> const& last, Writer const& to,
                            std::string& unknown);

/// The same for any regular matrix: in each column the largest entry becomes the pivot, by exchanging rows. Always straight-line code.
std::vector<Expr> eliminate_with_pivots(Rows matrix, std::vector<Expr> right, Writer const& to, std::string& unknown);

/// The balance of what flows between compartments and out of them:
///
///     (loss[k] + sum over i of flow[i][k]) * x[k] - sum over j of flow[k][j] * x[j] = right[k]
///
/// where flow[i][k] >= 0 is the rate from k to i and loss[k] > 0 what leaves the balanced compartments (with backward Euler at least
/// 1/dt). Some rows may be replaced by sums that are conserved: sum over j of sums[r][j] * x[j] = right[r].
///
/// Diagonal entries are never computed by subtraction: the pivot of k is its loss plus its flows (Grassmann, Taksar & Heyman
/// 1985). So every operation adds numbers of one sign, no pivot can vanish, the x are accurate to rounding however stiff
/// the rates or long the step, and they are not negative if `right` is not.
struct Balance {
    Rows flow;
    std::vector<Expr> loss;
    std::map<std::size_t, std::map<std::size_t, Expr>> sums;  // of the replaced rows
    std::vector<Expr> right;
};
std::vector<Expr> eliminate(Balance balance, Writer const& to, std::string& unknown);

}  // namespace rall::nmodl
