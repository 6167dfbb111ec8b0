#include "nmodl_lite/solve/elimination.hpp"

#include <algorithm>
#include <set>

#include "nmodl_lite/solve/in_memory.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

// Operations of straight-line code, for each of which compilers take 1 to 2 ms. An operation of a table takes 0.6 ns of one instance, of
// straight-line code 0.2 ns.
constexpr int longest_elimination = 4000;
constexpr int most_numbers = 20'000;  // of a system in memory: they lie on the stack, eightfold where kernels are vector code

bool fits(InMemory const& memory, std::string& unknown) {
    if (memory.size() <= most_numbers) return true;
    unknown = "it takes " + std::to_string(memory.size()) + " numbers to eliminate their unknowns, " +
              std::to_string(most_numbers) + " at most";
    return false;
}

InMemory::Columns columns_of(Rows const& matrix) {
    InMemory::Columns columns(matrix.size());
    for (std::size_t i = 0; i < matrix.size(); ++i)
        for (auto const& [j, e] : matrix[i]) columns[i].insert(j);
    return columns;
}

std::vector<Expr> unknowns_of(InMemory const& memory, Expr const& array, std::size_t n) {
    std::vector<Expr> x;
    for (std::size_t i = 0; i < n; ++i) x.push_back(memory.right(array, i));
    return x;
}

/// If |a| < |b| the values of every pair of locals are exchanged.
Statement exchange(Expr const& a, Expr const& b, std::vector<std::pair<Expr, Expr>> const& pairs, Expr const& other) {
    Body swap;
    for (auto const& [x, y] : pairs) {
        swap.push_back(assign(other, x));
        swap.push_back(assign(x, y));
        swap.push_back(assign(y, other));
    }
    return {a->at, If{make(Op::less, {call("fabs", {a}), call("fabs", {b})}), std::move(swap), {}}};
}

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
                  Writer const& to) {
    Solved result;
    bool const alone = row.empty() || (row.size() == 1 && row.begin()->first == k);
    if (alone) return {{}, to.keep(divide(right, pivot))};
    auto const inverse = to.keep(divide(number(1), pivot));
    for (auto const& [j, e] : row)
        if (j != k) result.row[j] = to.keep(multiply(e, inverse));
    result.right = to.keep(multiply(right, inverse));
    return result;
}

void substitute_back(std::map<std::size_t, Solved> const& solved, std::vector<std::size_t> const& order,
                     std::vector<Expr>& x, Writer const& to) {
    for (auto k = order.rbegin(); k != order.rend(); ++k) {
        auto const found = solved.find(*k);
        if (found == solved.end()) continue;
        auto value = found->second.right;
        for (auto const& [j, e] : found->second.row) value = add(value, multiply(e, x[j]));
        x[*k] = to.keep(value);
    }
}

}  // namespace

Expr Writer::variable(Expr const& value) const {
    auto const place = local();
    out.push_back(assign(place, value));
    return place;
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

std::vector<Expr> eliminate(Rows matrix, std::vector<Expr> right, std::vector<bool> const& last, Writer const& to,
                            std::string& unknown) {
    auto const n = matrix.size();
    auto const order = elimination_order(matrix, last);
    InMemory const memory(columns_of(matrix), order);
    if (memory.operations() > longest_elimination) {
        if (!fits(memory, unknown)) return {};
        auto const array = to.array(memory.size());
        for (std::size_t i = 0; i < n; ++i) {
            for (auto const& [j, e] : matrix[i]) to.out.push_back(assign(memory.entry(array, i, j), e));
            if (!matrix[i].contains(i)) to.out.push_back(assign(memory.entry(array, i, i), number(0)));
            to.out.push_back(assign(memory.right(array, i), negate(right[i])));
        }
        to.out.push_back(memory.eliminated(array));
        to.out.push_back(memory.substituted(array));
        return unknowns_of(memory, array, n);
    }
    for (auto& row : matrix)
        for (auto& [j, e] : row) e = to.keep(e);
    for (auto& e : right) e = to.keep(e);
    std::map<std::size_t, Solved> solved;
    for (std::size_t at = 0; at < n; ++at) {
        auto const k = order[at];
        std::map<std::size_t, Expr> others;
        for (auto const& [j, e] : matrix[k])
            if (j != k) others[j] = negate(e);
        solved[k] = solved_for(k, entry(matrix[k], k), others, right[k], to);
        for (std::size_t later = at + 1; later < n; ++later) {
            auto const i = order[later];
            auto const factor = entry(matrix[i], k);
            if (is_number(factor, 0)) continue;
            matrix[i].erase(k);
            for (auto const& [j, e] : solved[k].row)
                matrix[i][j] = to.keep(add(entry(matrix[i], j), multiply(factor, e)));
            right[i] = to.keep(subtract(right[i], multiply(factor, solved[k].right)));
        }
    }
    std::vector<Expr> x(n);
    substitute_back(solved, order, x, to);
    return x;
}

std::vector<Expr> eliminate_with_pivots(Rows matrix, std::vector<Expr> right, Writer const& to, std::string& unknown) {
    auto const n = matrix.size();
    for (auto& row : matrix)
        for (auto& [j, e] : row) e = to.variable(e);
    for (auto& e : right) e = to.variable(e);
    Expr other;  // over which values are exchanged
    std::map<std::size_t, Solved> solved;
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t first = k;
        while (first < n && !matrix[first].contains(k)) ++first;
        if (first == n) {
            unknown = "they do not determine every unknown";
            return {};
        }
        std::swap(matrix[k], matrix[first]);
        std::swap(right[k], right[first]);
        for (auto i = first + 1; i < n; ++i) {
            if (!matrix[i].contains(k)) continue;
            std::vector<std::pair<Expr, Expr>> pairs{{right[k], right[i]}};
            for (auto const& [from, into] : {std::pair{k, i}, std::pair{i, k}})
                for (auto const& [j, e] : matrix[from])
                    if (!matrix[into].contains(j)) matrix[into][j] = to.variable(number(0));
            for (auto const& [j, e] : matrix[k]) pairs.emplace_back(e, matrix[i][j]);
            if (!other) other = to.local();
            to.out.push_back(exchange(matrix[k][k], matrix[i][k], pairs, other));
        }
        std::map<std::size_t, Expr> others;
        for (auto const& [j, e] : matrix[k])
            if (j != k) others[j] = negate(e);
        solved[k] = solved_for(k, matrix[k][k], others, right[k], to);
        order.push_back(k);
        for (auto i = k + 1; i < n; ++i) {
            if (!matrix[i].contains(k)) continue;
            auto const factor = matrix[i][k];
            matrix[i].erase(k);
            for (auto const& [j, e] : solved[k].row)
                matrix[i][j] = to.variable(add(entry(matrix[i], j), multiply(factor, e)));
            right[i] = to.variable(subtract(right[i], multiply(factor, solved[k].right)));
        }
    }
    std::vector<Expr> x(n);
    substitute_back(solved, order, x, to);
    return x;
}

namespace {

using Sums = std::map<std::size_t, std::map<std::size_t, Expr>>;

/// What is left when all but the replaced unknowns are eliminated.
std::vector<Expr> solve_sums(Sums const& sums, std::vector<Expr> const& right, Writer const& to, std::string& unknown) {
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
    return eliminate_with_pivots(rest, totals, to, unknown);
}

std::vector<Expr> eliminate_in_memory(Balance const& balance, InMemory const& memory, std::vector<bool> const& replaced,
                                      Writer const& to, std::string& unknown) {
    auto const& [flow, loss, sums, right] = balance;
    auto const n = flow.size();
    auto const array = to.array(memory.size());
    auto const put = [&](Expr const& place, Expr const& value) { to.out.push_back(assign(place, value)); };
    for (std::size_t i = 0; i < n; ++i) {
        if (replaced[i]) continue;
        for (auto const& [j, e] : flow[i])
            if (i != j) put(memory.entry(array, i, j), e);
        put(memory.entry(array, i, i), loss[i]);
        put(memory.right(array, i), right[i]);
    }
    for (auto const& [r, row] : sums) {
        for (auto const& [j, e] : row) put(memory.entry(array, r, j), e);
        put(memory.right(array, r), negate(right[r]));
    }
    to.out.push_back(memory.eliminated(array));
    Sums left;
    std::vector<Expr> totals(n);
    for (auto const& [r, row] : sums) {
        for (auto const& [other, unused] : sums) 
            if (memory.has(r, other)) left[r][other] = memory.entry(array, r, other);
        totals[r] = negate(memory.right(array, r));
    }
    auto const found = solve_sums(left, totals, to, unknown);
    if (found.size() != sums.size()) return {};
    std::size_t next = 0;
    for (auto const& [r, row] : sums) put(memory.right(array, r), found[next++]);
    to.out.push_back(memory.substituted(array));
    return unknowns_of(memory, array, n);
}

}  // namespace

std::vector<Expr> eliminate(Balance balance, Writer const& to, std::string& unknown) {
    auto& [flow, loss, sums, right] = balance;
    auto const n = flow.size();
    std::vector<bool> replaced(n, false);
    for (auto const& [r, row] : sums) replaced[r] = true;
    auto const order = elimination_order(flow, replaced);
    auto columns = columns_of(flow);
    for (auto const& [r, row] : sums)
        for (auto const& [j, e] : row) columns[r].insert(j);
    InMemory const memory(columns, order, replaced);
    if (memory.operations() > longest_elimination)
        return fits(memory, unknown) ? eliminate_in_memory(balance, memory, replaced, to, unknown) : std::vector<Expr>{};
    for (auto& row : flow)
        for (auto& [j, e] : row) e = to.keep(e);
    for (auto& e : loss) e = to.keep(e);
    for (auto& e : right) e = to.keep(e);
    std::map<std::size_t, Solved> solved;
    for (std::size_t at = 0; at + sums.size() < n; ++at) {
        auto const k = order[at];
        auto pivot = loss[k];
        std::vector<std::size_t> fed;  // by k
        for (std::size_t later = at + 1; later < n; ++later)
            if (flow[order[later]].contains(k)) fed.push_back(order[later]);
        for (auto const i : fed) pivot = add(pivot, flow[i][k]);
        solved[k] = solved_for(k, to.keep(pivot), flow[k], right[k], to);
        for (auto const& [j, share] : solved[k].row) {
            if (!replaced[j]) loss[j] = to.keep(add(loss[j], multiply(loss[k], share)));
            for (auto const i : fed)
                if (i != j) flow[i][j] = to.keep(add(entry(flow[i], j), multiply(flow[i][k], share)));
        }
        for (auto const i : fed) {
            right[i] = to.keep(add(right[i], multiply(flow[i][k], solved[k].right)));
            flow[i].erase(k);
        }
        for (auto& [r, row] : sums) {
            auto const weight = entry(row, k);
            if (is_number(weight, 0)) continue;
            row.erase(k);
            for (auto const& [j, share] : solved[k].row) row[j] = to.keep(add(entry(row, j), multiply(weight, share)));
            right[r] = to.keep(subtract(right[r], multiply(weight, solved[k].right)));
        }
    }
    auto const found = solve_sums(sums, right, to, unknown);
    if (found.size() != sums.size()) return {};
    std::vector<Expr> x(n);
    std::size_t next = 0;
    for (auto const& [r, row] : sums) x[r] = found[next++];
    substitute_back(solved, order, x, to);
    return x;
}

}  // namespace rall::nmodl
