// Systems of linear equations whose numbers lie in an array, where they are eliminated by a program in a table (base/elimination.hpp).
#pragma once

#include <map>
#include <set>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Which numbers a system has, those that come in while it is eliminated too, where they lie, and how it is eliminated.
class InMemory {
public:
    using Columns = std::vector<std::set<std::size_t>>;  // of each row

    /// x of matrix * x = right, the diagonal entries being the pivots, in this order of unknowns.
    InMemory(Columns rows, std::vector<std::size_t> order);

    /// A Balance (elimination.hpp) whose `replaced` rows are sums. They come last in the order and stay where they are. entry(k, k) of
    /// a row that is none of these is its loss.
    InMemory(Columns rows, std::vector<std::size_t> order, std::vector<bool> replaced);

    int size() const { return size_; }
    int operations() const { return operations_; }  // multiplications and additions

    /// An entry. A matrix as it is goes with negative right sides; a balance with flow, loss and right sides as they are and sums with
    /// negative right sides.
    Expr entry(Expr const& array, std::size_t row, std::size_t column) const { return at(array, place_[row].at(column)); }

    bool has(std::size_t row, std::size_t column) const { return rows_[row].contains(column); }

    /// The right side of a row; in the end the unknown.
    Expr right(Expr const& array, std::size_t row) const { return at(array, right_[row]); }

    Statement eliminated(Expr const& array) const;
    Statement substituted(Expr const& array) const;

private:
    static Expr at(Expr const& array, int place);
    void find_program();
    void fill_in();
    void find_places();
    void eliminate(std::size_t k);
    void substitute(std::size_t k);
    std::vector<std::size_t> rows_with(std::size_t k) const;  // that are not eliminated before k is
    std::vector<std::size_t> later_in(std::size_t k) const;   // columns, in the order of elimination
    bool is_eliminated(std::size_t row) const { return !balance_ || !replaced_[row]; }

    Columns rows_;  // with what comes in
    std::vector<std::size_t> order_;
    std::vector<bool> replaced_;
    bool balance_;
    std::vector<std::size_t> turn_;  // of each unknown
    std::vector<std::map<std::size_t, int>> place_;
    std::vector<int> right_;
    int nowhere_ = 0;  // where goes what nobody wants
    int size_ = 0, operations_ = 0;
    std::vector<int> forward_, back_;
};

}  // namespace rall::nmodl
