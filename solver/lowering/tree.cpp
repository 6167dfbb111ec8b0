#include "solver/lowering/tree.hpp"

#include <algorithm>
#include <numeric>

namespace rall::solver {

namespace {

struct Edge {
    int to;
    double resistance;  // Megohm; of what diffuses, a distance in um
};

/// Compartments, ends of sections, and the resistances between them.
class Graph {
public:
    explicit Graph(std::size_t n) : edges(n) {}

    void join(int a, int b, double resistance) {
        edges[a].push_back({b, resistance});
        edges[b].push_back({a, resistance});
    }

    /// Leaves out end nodes (those from `first_end` on) with fewer than three neighbours, but those to be kept.
    void drop_ends(int first_end, std::vector<int> const& kept) {
        std::vector<int> work(edges.size() - first_end);
        std::iota(work.begin(), work.end(), first_end);
        while (!work.empty()) {
            int const node = work.back();
            work.pop_back();
            auto const around = edges[node];
            if (around.empty() || around.size() > 2 || std::ranges::count(kept, node) > 0) continue;
            for (Edge const& e : around) {
                std::erase_if(edges[e.to], [&](Edge const& back) { return back.to == node; });
                if (e.to >= first_end) work.push_back(e.to);
            }
            if (around.size() == 2) join(around[0].to, around[1].to, around[0].resistance + around[1].resistance);
            edges[node].clear();
        }
    }

    /// All nodes reachable from `start`, breadth first, each with the node it was reached from.
    std::vector<std::pair<int, int>> walk(int start) const {
        std::vector<std::pair<int, int>> order{{start, -1}};
        for (std::size_t i = 0; i < order.size(); ++i) {
            auto const [node, from] = order[i];
            for (Edge const& e : edges[node])
                if (e.to != from) order.emplace_back(e.to, node);
        }
        return order;
    }

    /// The middle of the longest path through the tree that holds `start`.
    int centre(int start) const {
        auto const end = walk(walk(start).back().first);  // the last one reached is farthest from the start
        std::vector<int> from(edges.size(), -1);
        for (auto const& [node, before] : end) from[node] = before;
        std::vector<int> path;
        for (int node = end.back().first; node >= 0; node = from[node]) path.push_back(node);
        return path[path.size() / 2];
    }

    std::vector<std::vector<Edge>> edges;
};

/// The graph's node of a section's end.
int end_node(morphology::Cable const& cable, int section, bool one_end) {
    return cable.n_cut() + section + (one_end ? 0 : static_cast<int>(cable.sections.size()));
}

Graph connect(morphology::Cable const& cable, model::Values const& Ra) {
    using At = morphology::Attachment::At;
    int const n = cable.n_cut();
    int const n_sections = static_cast<int>(cable.sections.size());
    auto const one_end = [&](int section) { return end_node(cable, section, true); };
    auto const zero_end = [&](int section) { return end_node(cable, section, false); };
    Graph graph(static_cast<std::size_t>(n + 2 * n_sections));
    for (int s = 0; s < n_sections; ++s) {
        auto const& section = cable.sections[s];
        double const megohm = 0.01 * Ra[s];  // ohm cm / um -> Megohm
        auto const& at = section.attachment;
        int before = at.at == At::compartment ? at.compartment
                     : at.at == At::one_end   ? one_end(at.section)
                     : at.at == At::zero_end  ? zero_end(at.section)
                                              : zero_end(s);
        double resistance = 0;
        for (int c = section.first; c < section.first + section.nseg; ++c) {
            graph.join(before, c, megohm * (resistance + cable.compartments[c].r_left));
            resistance = cable.compartments[c].r_right;
            before = c;
        }
        graph.join(before, one_end(s), megohm * resistance);
    }
    return graph;
}

/// The trees of a graph, those of its nodes before `n_compartments` that are in `wanted`. `kept`: nodes of the ends that are kept.
CellTree tree_of(Graph const& graph, int n_compartments, std::vector<int> const& wanted,
                 std::vector<int> const& kept = {}) {
    CellTree tree;
    int const n_graph = static_cast<int>(graph.edges.size());
    std::vector<int> place(n_graph, -1);  // graph node -> tree node
    std::vector<int> graph_node;
    for (int const start : wanted) {
        if (place[start] >= 0) continue;
        tree.roots.push_back(tree.size());
        for (auto const& [node, from] : graph.walk(graph.centre(start))) {
            place[node] = tree.size();
            graph_node.push_back(node);
            tree.parent.push_back(from < 0 ? -1 : place[from]);
            tree.compartment.push_back(node < n_compartments ? node : -1);
            auto const end = std::ranges::find(kept, node);
            tree.place.push_back(node < n_compartments ? node
                                 : end == kept.end()   ? -1
                                                       : n_compartments + static_cast<int>(end - kept.begin()));
        }
    }
    int const n = tree.size();
    tree.node.assign(place.begin(), place.begin() + n_compartments);
    for (int const node : kept) tree.node.push_back(place[node]);
    tree.axial.assign(n, 0);
    tree.axial_sum.assign(n, 0);
    tree.height.assign(n, 0);
    for (int i = n - 1; i >= 0; --i) {
        int const parent = tree.parent[i];
        if (parent < 0) continue;
        tree.height[parent] = std::max(tree.height[parent], tree.height[i] + 1);
        for (Edge const& e : graph.edges[graph_node[i]]) {
            if (place[e.to] != parent) continue;
            if (!(e.resistance > 0))
                throw InputError("axial-resistance", {},
                                 "the axial resistance between two compartments is " + std::to_string(e.resistance) +
                                     " Megohm, expected a positive one",
                                 "check Ra and the diameters of this cell");
            tree.axial[i] = 1 / e.resistance;
        }
    }
    std::vector<std::vector<int>> children(n);
    for (int i = 0; i < n; ++i) {
        tree.axial_sum[i] += tree.axial[i];
        if (tree.parent[i] < 0) continue;
        tree.axial_sum[tree.parent[i]] += tree.axial[i];
        children[tree.parent[i]].push_back(i);
    }
    tree.child_begin.push_back(0);
    for (auto& list : children) {
        std::stable_sort(list.begin(), list.end(), [&](int a, int b) { return tree.height[a] > tree.height[b]; });
        tree.child.insert(tree.child.end(), list.begin(), list.end());
        tree.child_begin.push_back(static_cast<int>(tree.child.size()));
    }
    return tree;
}

}  // namespace

CellTree build_tree(morphology::Cable const& cable, model::Values const& Ra) {
    int const n = cable.n_cut();
    std::vector<int> kept, all(n);
    for (auto c = static_cast<std::size_t>(n); c < cable.compartments.size(); ++c)
        kept.push_back(end_node(cable, cable.compartments[c].section, cable.compartments[c].x > 0));
    std::iota(all.begin(), all.end(), 0);
    Graph graph = connect(cable, Ra);
    graph.drop_ends(n, kept);
    return tree_of(graph, n, all, kept);
}

CellTree build_diffusion_tree(morphology::Cable const& cable, std::vector<int> const& compartments) {
    using At = morphology::Attachment::At;
    auto const n = static_cast<std::size_t>(cable.n_cut());
    auto const has = [&](int c) { return std::binary_search(compartments.begin(), compartments.end(), c); };
    Graph graph(n);
    for (auto const& section : cable.sections) {
        auto const& at = section.attachment;
        int before = -1;
        double half = 0;  // um
        if (at.section >= 0) {
            auto const& parent = cable.sections[at.section];
            before = at.at == At::compartment ? at.compartment
                     : at.at == At::one_end   ? parent.first + parent.nseg - 1
                                              : parent.first;
            half = parent.L / parent.nseg / 2;
        }
        double const own_half = section.L / section.nseg / 2;
        for (int c = section.first; c < section.first + section.nseg; ++c) {
            if (before >= 0 && has(before) && has(c)) graph.join(before, c, half + own_half);
            before = c;
            half = own_half;
        }
    }
    return tree_of(graph, static_cast<int>(n), compartments);
}

Levels order_by_level(std::vector<CellTree const*> const& cells) {
    Levels levels;
    auto const height = [&](Levels::Node const& node) { return cells[node.cell]->height[node.local]; };
    auto const by_height = [&](Levels::Node const& a, Levels::Node const& b) { return height(a) > height(b); };
    std::vector<Levels::Node> next;
    for (int c = 0; c < static_cast<int>(cells.size()); ++c)
        for (int root : cells[c]->roots) next.push_back({c, root, -1});
    std::size_t n = 0;
    for (auto const* cell : cells) n += cell->parent.size();
    levels.nodes.reserve(n);
    levels.first_child.assign(n, -1);
    levels.extra_child_begin.push_back(0);
    while (!next.empty()) {
        std::stable_sort(next.begin(), next.end(), by_height);
        int const begin = static_cast<int>(levels.nodes.size());
        levels.level_begin.push_back(begin);
        levels.nodes.insert(levels.nodes.end(), next.begin(), next.end());
        levels.n_parents.push_back(static_cast<int>(
            std::count_if(next.begin(), next.end(), [&](auto const& node) { return height(node) > 0; })));
        next.clear();
        std::vector<Levels::Node> extras;
        for (int i = begin; i < static_cast<int>(levels.nodes.size()); ++i) {
            auto const [cell, local, parent] = levels.nodes[i];
            auto const& tree = *cells[cell];
            for (int k = tree.child_begin[local]; k < tree.child_begin[local + 1]; ++k)
                (k == tree.child_begin[local] ? next : extras).push_back({cell, tree.child[k], i});
        }
        next.insert(next.end(), extras.begin(), extras.end());
    }
    int const n_levels = static_cast<int>(levels.level_begin.size());
    levels.level_begin.push_back(static_cast<int>(n));

    // Children of a node stand in the next level in the order of the cell: the first one ahead of the others.
    std::vector<std::vector<int>> extra(n);
    for (int i = 0; i < static_cast<int>(n); ++i) {
        auto const& node = levels.nodes[i];
        if (node.parent < 0) continue;
        auto const& tree = *cells[node.cell];
        bool const first = tree.child[tree.child_begin[levels.nodes[node.parent].local]] == node.local;
        if (first) levels.first_child[node.parent] = i;
        else extra[node.parent].push_back(i);
    }
    for (int level = 0; level < n_levels; ++level) {
        int const begin = levels.level_begin[level];
        int const n_parents = levels.n_parents[level];
        bool consecutive = true;
        for (int j = 1; j < n_parents; ++j)
            consecutive = consecutive && levels.first_child[begin + j] == levels.first_child[begin] + j;
        levels.child_begin.push_back(n_parents > 0 && consecutive ? levels.first_child[begin] : -1);
        levels.extra_begin.push_back(static_cast<int>(levels.extra_parent.size()));
        for (int i = begin; i < begin + n_parents; ++i) {
            if (extra[i].empty()) continue;
            levels.extra_parent.push_back(i);
            levels.extra_child.insert(levels.extra_child.end(), extra[i].begin(), extra[i].end());
            levels.extra_child_begin.push_back(static_cast<int>(levels.extra_child.size()));
        }
    }
    levels.extra_begin.push_back(static_cast<int>(levels.extra_parent.size()));
    return levels;
}

}  // namespace rall::solver
