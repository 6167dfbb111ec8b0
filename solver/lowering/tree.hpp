// The tree of nodes of one cell: its compartments and the nodes without area where three or more cables meet or something is placed.
#pragma once

#include <vector>

#include "model/model.hpp"
#include "morphology/cable.hpp"

namespace rall::solver {

/// Nodes of one cell, parents before children. Of the ends of sections the cable keeps some (morphology::keep_node); any other
/// zero-area node with one neighbour carries no current and is left out; one
/// with two is merged into the resistance between them; both change nothing. The root is the middle of the longest path (in nodes), which
/// halves the number of levels and changes only the order of elimination.
struct CellTree {
    std::vector<int> parent;        ///< -1 at roots; a cell of several unconnected trees has several
    std::vector<double> axial;      ///< uS, conductance to the parent; 0 at roots
    std::vector<double> axial_sum;  ///< uS, to the parent and all children
    std::vector<int> compartment;   ///< -1 at nodes without area: where branches join, and ends that are kept
    std::vector<int> place;         ///< the compartment, or the end (behind the compartments); -1 where branches join
    std::vector<int> node;          ///< per compartment and kept end its node
    std::vector<int> height;        ///< levels below the node; 0 at leaves
    std::vector<int> child_begin;   ///< [nodes + 1] into child
    std::vector<int> child;         ///< tallest first, then by place in the cell
    std::vector<int> roots;

    int size() const { return static_cast<int>(parent.size()); }
};

/// `Ra` in ohm cm over sections. Throws InputError ("axial-resistance") where neighbours are joined by no positive resistance.
CellTree build_tree(morphology::Cable const& cable, model::Values const& Ra);

/// The trees that these compartments (ascending) make for what diffuses between neighbours: those of a section one after the other,
/// the first of a section next to the one that the section is attached to. `axial` is 1 / distance of their middles, 1/um.
CellTree build_diffusion_tree(morphology::Cable const& cable, std::vector<int> const& compartments);

/// The nodes of several cells in the order of solver::Tree, as host arrays.
struct Levels {
    struct Node {
        int cell;    ///< index into the cells given
        int local;   ///< node of its CellTree
        int parent;  ///< position of the parent in this order, -1 at roots
    };
    std::vector<Node> nodes;
    std::vector<int> level_begin, n_parents, child_begin, first_child;
    std::vector<int> extra_begin, extra_parent, extra_child_begin, extra_child;

    /// Tree::Alike, for cells of one shape.
    struct {
        int n_cells = 0;
        std::vector<int> node, parent, place;
    } alike;
};

/// Orders the nodes of `cells` by level and height (see solver::Tree). The order in which one cell's sums run does not depend
/// on the other cells.
Levels order_by_level(std::vector<CellTree const*> const& cells);

}  // namespace rall::solver
