#include "nmodl_lite/solve/elimination.hpp"

#include <algorithm>
#include <set>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

Expr entry(std::map<std::size_t, Expr> const& row, std::size_t column) {
    auto const found = row.find(column);
    return found == row.end() ? number(0) : found->second;
}

/// x of pivot * x = sum over j of row[j] * x[j] + right, kept until the x[j] are known.
struct Solved {
    std::map<std::size_t, Expr> row;
    Expr right;
};

Solved solved_for(std::size_t k, Expr const& pivot, std::map<std::size_t, Expr> const& row, Expr const& right,
                  Keep const& keep) {
    Solved result;
    bool const alone = row.empty() || (row.size() == 1 && row.begin()->first == k);
    if (alone) return {{}, keep(divide(right, pivot))};
    auto const inverse = keep(divide(number(1), pivot));
    for (auto const& [j, e] : row)
        if (j != k) result.row[j] = keep(multiply(e, inverse));
    result.right = keep(multiply(right, inverse));
    return result;
}

void substitute_back(std::map<std::size_t, Solved> const& solved, std::vector<std::size_t> const& order,
                     std::vector<Expr>& x, Keep const& keep) {
    for (auto k = order.rbegin(); k != order.rend(); ++k) {
        auto const found = solved.find(*k);
        if (found == solved.end()) continue;
        auto value = found->second.right;
        for (auto const& [j, e] : found->second.row) value = add(value, multiply(e, x[j]));
        x[*k] = keep(value);
    }
}

}  // namespace

Exchange exchange_in(Body& out, Expr other) {
    return [&out, other](Expr a, Expr b, std::vector<std::pair<Expr, Expr>> const& pairs) {
        Body swap;
        for (auto const& [x, y] : pairs) {
            swap.push_back(assign(other, x));
            swap.push_back(assign(x, y));
            swap.push_back(assign(y, other));
        }
        out.push_back({a->at, If{make(Op::less, {call("fabs", {a}), call("fabs", {b})}), std::move(swap), {}}});
    };
}

std::vector<std::size_t> elimination_order(Rows const& matrix, std::vector<bool> const& last) {
    auto const n = matrix.size();
    std::vector<std::set<std::size_t>> neighbours(n);
    for (std::size_t i = 0; i < n; ++i)
        for (auto const& [j, e] : matrix[i])
            if (i != j) {
                neighbours[i].insert(j);
                neighbours[j].insert(i);
            }
    std::vector<std::size_t> order;
    std::set<std::size_t> left;
    for (std::size_t i = 0; i < n; ++i) left.insert(i);
    while (!left.empty()) {
        auto const k = *std::ranges::min_element(left, {}, [&](std::size_t i) {
            return std::pair{static_cast<bool>(last[i]), neighbours[i].size()};
        });
        for (auto const i : neighbours[k]) {
            neighbours[i].insert(neighbours[k].begin(), neighbours[k].end());
            neighbours[i].erase(i);
            neighbours[i].erase(k);
        }
        left.erase(k);
        order.push_back(k);
    }
    return order;
}

std::vector<Expr> eliminate(Rows matrix, std::vector<Expr> right, std::vector<bool> const& last, Keep const& keep) {
    auto const n = matrix.size();
    auto const order = elimination_order(matrix, last);
    std::map<std::size_t, Solved> solved;
    for (std::size_t at = 0; at < n; ++at) {
        auto const k = order[at];
        std::map<std::size_t, Expr> others;
        for (auto const& [j, e] : matrix[k])
            if (j != k) others[j] = negate(e);
        solved[k] = solved_for(k, entry(matrix[k], k), others, right[k], keep);
        for (std::size_t later = at + 1; later < n; ++later) {
            auto const i = order[later];
            auto const factor = entry(matrix[i], k);
            if (is_number(factor, 0)) continue;
            matrix[i].erase(k);
            for (auto const& [j, e] : solved[k].row) matrix[i][j] = keep(add(entry(matrix[i], j), multiply(factor, e)));
            right[i] = keep(subtract(right[i], multiply(factor, solved[k].right)));
        }
    }
    std::vector<Expr> x(n);
    substitute_back(solved, order, x, keep);
    return x;
}

std::vector<Expr> eliminate_with_pivots(Rows matrix, std::vector<Expr> right, Keep const& variable,
                                        Exchange const& exchange) {
    auto const n = matrix.size();
    for (auto& row : matrix)
        for (auto& [j, e] : row) e = variable(e);
    for (auto& e : right) e = variable(e);
    std::map<std::size_t, Solved> solved;
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t first = k;
        while (first < n && !matrix[first].contains(k)) ++first;
        if (first == n) return {};
        std::swap(matrix[k], matrix[first]);
        std::swap(right[k], right[first]);
        for (auto i = first + 1; i < n; ++i) {
            if (!matrix[i].contains(k)) continue;
            std::vector<std::pair<Expr, Expr>> pairs{{right[k], right[i]}};
            for (auto const& [from, to] : {std::pair{k, i}, std::pair{i, k}})
                for (auto const& [j, e] : matrix[from])
                    if (!matrix[to].contains(j)) matrix[to][j] = variable(number(0));
            for (auto const& [j, e] : matrix[k]) pairs.emplace_back(e, matrix[i][j]);
            exchange(matrix[k][k], matrix[i][k], pairs);
        }
        std::map<std::size_t, Expr> others;
        for (auto const& [j, e] : matrix[k])
            if (j != k) others[j] = negate(e);
        solved[k] = solved_for(k, matrix[k][k], others, right[k], variable);
        order.push_back(k);
        for (auto i = k + 1; i < n; ++i) {
            if (!matrix[i].contains(k)) continue;
            auto const factor = matrix[i][k];
            matrix[i].erase(k);
            for (auto const& [j, e] : solved[k].row)
                matrix[i][j] = variable(add(entry(matrix[i], j), multiply(factor, e)));
            right[i] = variable(subtract(right[i], multiply(factor, solved[k].right)));
        }
    }
    std::vector<Expr> x(n);
    substitute_back(solved, order, x, variable);
    return x;
}

std::vector<Expr> eliminate(Balance balance, Keep const& keep, Keep const& variable, Exchange const& exchange) {
    auto& [flow, loss, sums, right] = balance;
    auto const n = flow.size();
    std::vector<bool> replaced(n, false);
    for (auto const& [r, row] : sums) replaced[r] = true;
    auto const order = elimination_order(flow, replaced);
    std::map<std::size_t, Solved> solved;
    for (std::size_t at = 0; at + sums.size() < n; ++at) {
        auto const k = order[at];
        auto pivot = loss[k];
        std::vector<std::size_t> fed;  // by k
        for (std::size_t later = at + 1; later < n; ++later)
            if (flow[order[later]].contains(k)) fed.push_back(order[later]);
        for (auto const i : fed) pivot = add(pivot, flow[i][k]);
        solved[k] = solved_for(k, keep(pivot), flow[k], right[k], keep);
        for (auto const& [j, share] : solved[k].row) {
            if (!replaced[j]) loss[j] = keep(add(loss[j], multiply(loss[k], share)));
            for (auto const i : fed)
                if (i != j) flow[i][j] = keep(add(entry(flow[i], j), multiply(flow[i][k], share)));
        }
        for (auto const i : fed) {
            right[i] = keep(add(right[i], multiply(flow[i][k], solved[k].right)));
            flow[i].erase(k);
        }
        for (auto& [r, row] : sums) {
            auto const weight = entry(row, k);
            if (is_number(weight, 0)) continue;
            row.erase(k);
            for (auto const& [j, share] : solved[k].row) row[j] = keep(add(entry(row, j), multiply(weight, share)));
            right[r] = keep(subtract(right[r], multiply(weight, solved[k].right)));
        }
    }
    std::vector<Expr> x(n);
    Rows rest;
    std::vector<Expr> totals;
    std::vector<std::size_t> place;
    for (auto const& [r, row] : sums) place.push_back(r);
    for (auto const& [r, row] : sums) {
        rest.emplace_back();
        for (auto const& [j, e] : row)
            rest.back()[static_cast<std::size_t>(std::ranges::find(place, j) - place.begin())] = e;
        totals.push_back(right[r]);
    }
    auto const found = eliminate_with_pivots(rest, totals, sums.size() > 1 ? variable : keep, exchange);
    if (found.size() != place.size()) return {};
    for (std::size_t i = 0; i < place.size(); ++i) x[place[i]] = found[i];
    substitute_back(solved, order, x, keep);
    return x;
}

}  // namespace rall::nmodl
