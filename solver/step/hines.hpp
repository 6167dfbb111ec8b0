// Hines' solver for the trees of a group (Hines 1984, Int J Biomed Comput 15:69): Gaussian elimination from the leaves to the
// roots and substitution back, without fill-in, one level of all trees at a time. Sums run over a parent's children in the
// order of the cell, whatever else is in the group.
#pragma once

#include "solver/step/group.hpp"
#include "solver/step/team.hpp"

namespace rall::solver {

/// Eliminates child `c` from its parent's row; keeps 1/d of the child for the way back.
RALL_FUNCTION void eliminate_child(double* d, double* rhs, double const* axial, int parent, int c) {
    double const inverse = 1 / d[c];
    double const factor = axial[c] * inverse;
    d[c] = inverse;
    d[parent] -= factor * axial[c];
    rhs[parent] += factor * rhs[c];
}

/// The same where 1/d of the child is known and the parent's d is what it will be.
RALL_FUNCTION void eliminate_again(double const* inverse, double* rhs, double const* axial, int parent, int c) {
    rhs[parent] += axial[c] * inverse[c] * rhs[c];
}

/// f(parent, child) for all parents of a level: first for the first child of each, then for the others in their order.
template <class F>
RALL_FUNCTION void for_each_child(Team const& team, Tree const& tree, int level, F const& f) {
    int const first = tree.level_begin[level];
    int const n = tree.n_parents[level];
    if (int const child = tree.child_begin[level]; child >= 0) for_each(team, n, [=](int j) { f(first + j, child + j); });
    else for_each_place(team, n, tree.first_child + first, [=](int j, int child) { f(first + j, child); });
    int const extra = tree.extra_begin[level];
    int const n_extra = tree.extra_begin[level + 1] - extra;
    if (n_extra > 0)
        for_each_scalar(team, n_extra, [=](int k) {
            for (int e = tree.extra_child_begin[extra + k]; e < tree.extra_child_begin[extra + k + 1]; ++e)
                f(tree.extra_parent[extra + k], tree.extra_child[e]);
        });
}

/// How many nodes lie below a level.
RALL_FUNCTION int n_below(Tree const& tree, int level) { return level + 1 < tree.n_levels ? tree.n_nodes - tree.level_begin[level + 1] : 0; }

/// Where d changes in nothing from level `constant` on, its elimination there, for many solutions: leaves the inverse pivots of the levels below that one.
RALL_KERNEL_LOOP void eliminate_constant(Team const& team, Tree const& tree, int constant, double* d, double const* axial, double* inverse) {
    auto const eliminate = [=](int parent, int c) {
        inverse[c] = 1 / d[c];
        double const factor = axial[c] * inverse[c];
        d[parent] -= factor * axial[c];
    };
    if (tree.is_alike()) {
        Tree::Alike const alike = tree.alike;
        for (int k = 0; k < n_below(tree, constant) / alike.n_cells; ++k)
            for (int i = 0; i < alike.n_cells; ++i) eliminate(alike.parent[k] + i, alike.node[k] + i);
    } else {
        for (int level = tree.n_levels - 2; level >= constant; --level) for_each_child(team, tree, level, eliminate);
    }
}

/// f(i) for i in [0, n): one, or a multiple of `together`, which are a vector.
template <int together, class F>
RALL_FUNCTION void for_alike(int n, F const& f) {
    if constexpr (together == 0) {
        f(0);
    } else {
        for (int first = 0; first < n; first += together) {
#pragma omp simd
            for (int i = 0; i < together; ++i) f(first + i);
        }
    }
}

/// solve() for cells of one shape: place after place, of all cells at once. No loop has an end that a processor does not foresee.
template <int together>
RALL_FUNCTION void solve_alike(Tree const& tree, int constant, double* d, double* rhs, double const* axial, double* x) {
    Tree::Alike const alike = tree.alike;
    int const cells = alike.n_cells;
    int const known = n_below(tree, constant) / cells, children = (tree.n_nodes - tree.level_begin[1]) / cells, all = tree.n_nodes / cells;
    for (int k = 0; k < known; ++k) {
        int const c = alike.node[k], parent = alike.parent[k];
        for_alike<together>(cells, [=](int i) { eliminate_again(d, rhs, axial, parent + i, c + i); });
    }
    for (int k = known; k < children; ++k) {
        int const c = alike.node[k], parent = alike.parent[k];
        for_alike<together>(cells, [=](int i) { eliminate_child(d, rhs, axial, parent + i, c + i); });
    }
    for (int k = children; k < all; ++k) {
        int const root = alike.node[k];
        for_alike<together>(cells, [=](int i) { x[root + i] = rhs[root + i] / d[root + i]; });
    }
    for (int k = children - 1; k >= 0; --k) {
        int const c = alike.node[k], parent = alike.parent[k];
        for_alike<together>(cells, [=](int i) { x[c + i] = (rhs[c + i] + axial[c + i] * x[parent + i]) * d[c + i]; });
    }
}

/// Solves (diagonal d, off-diagonals -axial) x = rhs. x may be rhs itself. On return d holds the inverse pivots; below level `constant` it does before.
RALL_KERNEL_LOOP void solve(Team const& team, Tree const& tree, int constant, double* d, double* rhs, double const* axial, double* x) {
    if (tree.is_alike()) {
        int const cells = tree.alike.n_cells;
        if (cells % lanes == 0) return solve_alike<lanes>(tree, constant, d, rhs, axial, x);
        if (cells % 4 == 0) return solve_alike<4>(tree, constant, d, rhs, axial, x);
        if (cells == 1) return solve_alike<0>(tree, constant, d, rhs, axial, x);
        return solve_alike<1>(tree, constant, d, rhs, axial, x);
    }
    for (int level = tree.n_levels - 2; level >= 0; --level) {
        if (level >= constant) for_each_child(team, tree, level, [=](int parent, int c) { eliminate_again(d, rhs, axial, parent, c); });
        else for_each_child(team, tree, level, [=](int parent, int c) { eliminate_child(d, rhs, axial, parent, c); });
    }
    for_each(team, tree.level_begin[1], [=](int i) { x[i] = rhs[i] / d[i]; });
    for (int level = 1; level < tree.n_levels; ++level) {
        int const first = tree.level_begin[level];
        int const n = tree.level_begin[level + 1] - first;
        for_each_place(team, n, tree.parent + first, [=](int j, int parent) {
            int const i = first + j;
            x[i] = (rhs[i] + axial[i] * x[parent]) * d[i];
        });
    }
}

}  // namespace rall::solver
