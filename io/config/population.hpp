// Nodes as node sets choose them: by their population, their number there, and what is known of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/results/populations.hpp"

namespace rall::io {

/// What is known of each node under one name: a number or a text.
struct Attribute {
    std::vector<double> numbers;     ///< NaN where it is not given; empty where all are texts
    std::vector<std::string> names;  ///< texts that occur, each once
    std::vector<int> texts;          ///< index into `names`, -1 where it is not given; empty where all are numbers
};

struct Population {
    NodePopulation nodes;
    std::vector<int> cell = {};    ///< of each node: index into Model::cells, -1 where it has no compartments
    std::vector<int> source = {};  ///< index into Model::sources
    std::map<std::string, Attribute> attributes = {};

    std::size_t size() const { return nodes.size; }
    /// The place of the node with this id; -1 if there is none.
    std::int64_t row(std::uint64_t id) const;
};

}  // namespace rall::io
