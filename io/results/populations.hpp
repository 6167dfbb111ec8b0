// Populations of nodes as files of results name them: a node is known by its population and its id there, in the model by its gid.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rall::io {

/// Nodes whose gids are first_gid, first_gid + 1, ...
struct NodePopulation {
    std::string name;
    std::uint64_t first_gid = 0, size = 0;
    std::uint64_t first_id = 0;           ///< of the node with first_gid, where ids count up
    std::vector<std::uint64_t> ids = {};  ///< of each, ascending, where they do not

    std::uint64_t id(std::uint64_t gid) const {
        return ids.empty() ? first_id + (gid - first_gid) : ids[gid - first_gid];
    }
    std::uint64_t gid(std::uint64_t id) const {
        return first_gid + (ids.empty() ? id - first_id : static_cast<std::uint64_t>(std::ranges::lower_bound(ids, id) - ids.begin()));
    }
};

/// The index of the population that a gid belongs to, and its id there. `populations` ascend in first_gid; the last takes what is beyond.
inline std::pair<std::size_t, std::uint64_t> node_of(std::vector<NodePopulation> const& populations, std::uint64_t gid) {
    std::size_t k = populations.size() - 1;
    while (k > 0 && gid < populations[k].first_gid) --k;
    return {k, populations[k].id(gid)};
}

}  // namespace rall::io
