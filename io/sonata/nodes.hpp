// A population of nodes as SONATA files have it: an HDF5 file, and a CSV file of types. What a node says of itself wins over what its type
// says. Nodes are sorted by their ids.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/config/population.hpp"
#include "io/text/types_table.hpp"

namespace rall::io::sonata {

struct NodeFile {
    std::filesystem::path nodes;
    std::optional<std::filesystem::path> types;
};

struct NodePopulationFile {
    std::string name;
    std::filesystem::path file;
    TypesTable types;
    std::vector<std::uint64_t> ids;         ///< ascending
    std::vector<std::uint64_t> lines;       ///< row in the file, of each
    std::vector<std::uint64_t> type;        ///< node_type_id, of each
    std::map<std::string, Attribute> attributes;  ///< of nodes and of their types
    bool oriented = false;                  ///< has a key that only the Blue Brain form has

    std::size_t size() const { return ids.size(); }
    /// A text, or a number as text; nothing where it is not given.
    std::optional<std::string> text(std::size_t node, std::string const& name) const;
    /// Throws InputError ("node-number") naming file and row where it is a text.
    std::optional<double> number(std::size_t node, std::string const& name) const;
    Location where(std::size_t node) const;  ///< of its type, or of the file
};

/// All populations of a file. Throws InputError naming file and data set, and the row where there is one: "hdf5-unreadable", "node-id", "node-type",
/// "node-group", and those of TypesTable.
std::vector<NodePopulationFile> read_nodes(NodeFile const& file);

}  // namespace rall::io::sonata
