// From rows to a tree: numbers become indices, cycles and missing parents are refused, parents come before children.
#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/whole.hpp"
#include "morphology/swc_points.hpp"

namespace rall::morphology::swc {
namespace {


void find_parents(std::vector<Row>& rows, Reader const& reader) {
    std::unordered_map<std::int64_t, int> index;
    index.reserve(rows.size());
    int errors = 0;
    auto const fail = [&](char const* code, Row const& row, std::string message, std::string advice) {
        if (++errors <= most_errors)
            reader.diagnostics.error(code, reader.at(row.line), std::move(message), std::move(advice));
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const [it, is_new] = index.emplace(rows[i].id, static_cast<int>(i));
        if (!is_new)
            fail("swc-duplicate-id", rows[i],
                 "the number " + std::to_string(rows[i].id) + " was given before, on line " +
                     std::to_string(rows[at(it->second)].line),
                 "give each point its own number");
    }
    Tally zero_roots;
    for (auto& row : rows) {
        if (row.parent_id < 0) continue;
        auto const it = index.find(row.parent_id);
        if (row.parent_id == row.id) {
            fail("swc-cycle", row, "point " + std::to_string(row.id) + " is its own parent",
                 "the root has the parent -1");
        } else if (it != index.end()) {
            row.parent = it->second;
        } else if (row.parent_id == 0) {
            zero_roots.hit(row.line);
        } else {
            fail("swc-missing-parent", row,
                 "the parent of point " + std::to_string(row.id) + ", number " + std::to_string(row.parent_id) +
                     ", is not in this file",
                 "the file may be cut short; a root has the parent -1");
        }
    }
    if (errors > most_errors)
        reader.diagnostics.error("swc-more-errors", reader.at(0),
                                 "and " + std::to_string(errors - most_errors) + " more points with wrong numbers");
    if (zero_roots)
        reader.report(reader.options.strict, "swc-root-parent-zero", zero_roots.first(),
                      counted(zero_roots, "point has", "points have", " the parent 0, which is not in this file"),
                      "read as -1, a root; strict=yes makes this an error");
    reader.stop_if_errors();
}

/// Children of each row in the order of the file, as one array with offsets.
struct Children {
    std::vector<int> offset, items;
    explicit Children(std::vector<Row> const& rows) : offset(rows.size() + 1, 0), items(rows.size()) {
        for (auto const& row : rows)
            if (row.parent >= 0) ++offset[at(row.parent) + 1];
        std::partial_sum(offset.begin(), offset.end(), offset.begin());
        auto next = offset;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].parent >= 0) items[at(next[at(rows[i].parent)]++)] = static_cast<int>(i);
    }
};

/// Depth first from the roots; what is not reached lies on or behind a cycle.
std::vector<int> depth_first(std::vector<Row> const& rows, Reader const& reader) {
    Children const children(rows);
    std::vector<int> order, stack;
    order.reserve(rows.size());
    for (std::size_t i = rows.size(); i-- > 0;)
        if (rows[i].parent < 0) stack.push_back(static_cast<int>(i));
    std::vector<char> reached(rows.size(), 0);
    while (!stack.empty()) {
        int const i = stack.back();
        stack.pop_back();
        order.push_back(i);
        reached[at(i)] = 1;
        for (int k = children.offset[at(i) + 1]; k-- > children.offset[at(i)];) stack.push_back(children.items[at(k)]);
    }
    if (order.size() < rows.size()) {
        // Walk towards the root from any point not reached: after as many steps as there are points, one is on the cycle.
        int on_cycle = static_cast<int>(std::find(reached.begin(), reached.end(), 0) - reached.begin());
        for (std::size_t step = 0; step < rows.size(); ++step) on_cycle = rows[at(on_cycle)].parent;
        int first = on_cycle;
        for (int i = rows[at(on_cycle)].parent; i != on_cycle; i = rows[at(i)].parent) first = std::min(first, i);
        on_cycle = first;
        throw InputError(
            "swc-cycle", reader.at(rows[at(on_cycle)].line),
            "point " + std::to_string(rows[at(on_cycle)].id) + " is its own ancestor; " +
                std::to_string(rows.size() - order.size()) + " points are not connected to a root",
            "a reconstruction is a tree: correct the parent's number on this line or on one of its ancestors");
    }
    return order;
}

std::vector<Row> permute(std::vector<Row> const& rows, std::vector<int> const& order) {
    std::vector<int> place(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[at(order[i])] = static_cast<int>(i);
    std::vector<Row> result;
    result.reserve(rows.size());
    for (int const i : order) {
        result.push_back(rows[at(i)]);
        if (result.back().parent >= 0) result.back().parent = place[at(result.back().parent)];
    }
    return result;
}

/// Puts parents before children. A file that is so already keeps its order, as Import3d does; else the order of the
/// numbers is taken if that suffices; else depth first.
std::vector<Row> sort(std::vector<Row> rows, Reader const& reader) {
    auto const preorder = depth_first(rows, reader);
    Tally forward, descending;
    bool ids_suffice = true;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].parent > static_cast<int>(i)) forward.hit(rows[i].line);
        if (i > 0 && rows[i].id < rows[i - 1].id) descending.hit(rows[i].line);
        if (rows[i].parent >= 0 && rows[i].parent_id > rows[i].id) ids_suffice = false;
    }
    bool const reject = reader.options.order == Order::reject;
    std::string const otherwise = reject ? "order=sort accepts it" : "order=reject makes this an error";
    if (forward) {
        reader.report(reject, "swc-forward-reference", forward.first(),
                      counted(forward, "point is", "points are", " listed before the parent"),
                      std::string("sorted ") + (ids_suffice ? "by number" : "depth first") + "; " + otherwise);
        if (ids_suffice) {
            std::vector<int> by_id(rows.size());
            std::iota(by_id.begin(), by_id.end(), 0);
            std::sort(by_id.begin(), by_id.end(), [&](int a, int b) { return rows[at(a)].id < rows[at(b)].id; });
            return permute(rows, by_id);
        }
        return permute(rows, preorder);
    }
    if (descending)
        reader.report(reject, "swc-ids-not-ascending", descending.first(),
                      counted(descending, "point has", "points have", " a smaller number than the one before"),
                      "the order of the lines is kept; " + otherwise);
    return rows;
}

std::vector<Row> choose_trees(std::vector<Row> rows, Reader const& reader) {
    std::vector<int> tree(rows.size()), size;
    Tally further;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].parent < 0) {
            if (!size.empty()) further.hit(rows[i].line);
            tree[i] = static_cast<int>(size.size());
            size.push_back(0);
        } else {
            tree[i] = tree[at(rows[i].parent)];
        }
        ++size[at(tree[i])];
    }
    if (!further) return rows;
    auto const choice = reader.options.trees;
    std::string const found = "this file has " + std::to_string(size.size()) + " trees; the second starts here";
    if (choice == Trees::reject || choice == Trees::attach) {
        reader.report(choice == Trees::reject, "swc-several-trees", further.first(), found,
                      choice == Trees::reject
                          ? "trees=first or trees=largest keeps one of them; trees=attach joins them as NEURON does"
                          : "as in NEURON, the others are joined to the first: to the middle of a soma, else by a "
                            "cable to the far end "
                            "of the first section; trees=first or trees=largest keeps one tree, trees=reject makes "
                            "this an error");
        return rows;
    }
    int const kept =
        choice == Trees::first ? 0 : static_cast<int>(std::max_element(size.begin(), size.end()) - size.begin());
    reader.report(false, "swc-several-trees", further.first(), found,
                  "only the tree number " + std::to_string(kept + 1) + " is kept, " + std::to_string(size[at(kept)]) +
                      " of " + std::to_string(rows.size()) + " points; trees=attach joins them as NEURON does");
    std::vector<Row> result;
    std::vector<int> place(rows.size(), -1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (tree[i] != kept) continue;
        place[i] = static_cast<int>(result.size());
        result.push_back(rows[i]);
        if (rows[i].parent >= 0) result.back().parent = place[at(rows[i].parent)];
    }
    return result;
}

}  // namespace

std::vector<Row> link(std::vector<Row> rows, Reader const& reader) {
    find_parents(rows, reader);
    return choose_trees(sort(std::move(rows), reader), reader);
}

std::vector<Row> gather_soma(std::vector<Row> const& rows) {
    auto const is_soma = [&](int i) { return i >= 0 && rows[at(i)].type == soma_type; };
    std::vector<int> soma(rows.size());  // the first point of the soma that a point belongs to
    std::vector<int> order(rows.size());
    std::iota(order.begin(), order.end(), 0);
    for (int const i : order) {
        int const p = rows[at(i)].parent;
        soma[at(i)] = is_soma(i) && is_soma(p) ? soma[at(p)] : i;
    }
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return soma[at(a)] < soma[at(b)]; });
    return permute(rows, order);
}

}  // namespace rall::morphology::swc
