// Where everything in a lowered model stands among its like when it is called by names: nodes by the gid of the cell and their number in its
// tree; instances of density mechanisms by gid and node; point processes by gid and their order on the cell; artificial cells by gid.
#pragma once

#include <cstdint>
#include <vector>

#include "solver/lowering/lower.hpp"

namespace rall::solver {

struct Places {
    struct Mechanism {
        std::uint64_t n = 0;                  ///< instances in the model
        std::vector<std::vector<int>> place;  ///< per group and instance; -1 where branches join (see Who::filler)
        std::vector<std::uint64_t> gid;       ///< [n] of point processes and artificial cells: whose they are
        std::vector<std::pair<int, int>> merged;  ///< of this rank: the place of an instance, and that of the one that stands for it
    };
    std::vector<std::uint64_t> gids;     ///< of cells with nodes, ascending
    std::vector<std::uint64_t> n_nodes;  ///< ... and how many these have
    std::uint64_t nodes = 0;             ///< of all
    std::vector<std::vector<int>> node;  ///< per group and node
    std::vector<Mechanism> mechanisms;   ///< by number in the library
};

/// What finding places takes. Per group: `node_of[mechanism]` are the nodes of its instances.
struct Placed {
    struct OfGroup {
        std::vector<int> const& cell_of_node;
        std::vector<int> const& compartment_of_node;
        std::vector<int> const& local;
        std::vector<std::vector<int>> node_of;
    };
    std::vector<OfGroup> groups;
};

/// Throws InputError where there are more nodes, or instances of a mechanism, than an int counts.
/// The places are among those of all ranks, which ask at once.
Places find_places(model::Model const& model, KernelLibrary const& library, Placed const& placed, Connections const& connections, Communicator const& ranks);

}  // namespace rall::solver
