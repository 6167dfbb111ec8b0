// Sums up populations of nodes and edges for `rall inspect`. Private to io/sonata.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/config/population.hpp"
#include "io/sonata/edges.hpp"
#include "io/sonata/inspect.hpp"
#include "io/sonata/nodes.hpp"

namespace rall::io::sonata {

/// What is told of a population; `type` is its model_type where neither nodes nor types say.
nlohmann::json describe(NodePopulationFile const& nodes, std::string const& type);

class Inspector {
public:
    Inspector(Diagnostics& diagnostics, OnProgress on_progress) : diagnostics_(diagnostics), on_progress_(std::move(on_progress)) {}

    /// Each as kinds of its own, where there are not too many.
    void add_nodes(std::vector<NodePopulationFile const*> const& populations, std::vector<bool> const& is_virtual);

    struct Edges {
        nlohmann::json data;
        std::vector<std::uint64_t> types;  ///< that occur
    };
    /// Takes all edges of a population; `done` edges of `all` were taken before.
    Edges add_edges(EdgePopulation const& edges, TypesTable const* types, std::uint64_t& done, std::uint64_t all);

    /// Null where no population has this name.
    Population const* find(std::string const& name) const;

    Inspection inspection;

private:
    struct Known {
        Population nodes;
        std::size_t first_kind = 0;
        std::vector<std::uint16_t> kind;  ///< of each row, from `first_kind`
    };
    Diagnostics& diagnostics_;
    OnProgress on_progress_;
    std::map<std::string, Known> known_;
};

}  // namespace rall::io::sonata
