// A population of edges as SONATA files have it, read in slabs: an HDF5 file may have more edges than memory has room for. What an edge says of
// itself wins over what its type says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/results/hdf5_read.hpp"
#include "io/text/types_table.hpp"

namespace rall::io::sonata {

/// Some edges, one after the other in the file.
struct EdgeSlab {
    std::uint64_t first = 0;  ///< row of the first
    std::vector<std::uint64_t> source, target, type;
    std::map<std::string, std::vector<double>> columns;  ///< what edges say of themselves, NaN where one does not
    std::size_t size() const { return source.size(); }
    /// Null where no edge has such a column.
    std::vector<double> const* find(std::string const& name) const;
};

class EdgePopulation {
public:
    /// Throws InputError naming file and data set, as all of it does. `typed`: there is a table of types, which edge_type_id is about.
    EdgePopulation(h5::Input const& file, std::filesystem::path const& path, std::string name, bool typed);

    std::string const& name() const { return name_; }
    std::string const& source() const { return source_; }  ///< populations of nodes
    std::string const& target() const { return target_; }
    std::uint64_t size() const { return size_; }
    bool has(std::string const& column) const { return columns_.contains(column); }
    std::vector<std::string> columns() const;

    /// Slab by slab, with the columns of these names.
    void for_each_slab(std::vector<std::string> const& wanted, std::function<void(EdgeSlab const&)> const& take) const;
    /// "edges.h5: '/edges/name/data', row 7": for messages about an edge.
    InputError wrong(std::string const& code, std::string const& data, std::uint64_t row, std::string const& what,
                     std::string const& advice = {}) const;

private:
    std::string node_population(std::string const& ids) const;
    void read_columns(EdgeSlab& slab, std::uint64_t count, std::vector<std::string> const& wanted) const;
    h5::Input const& file_;
    std::filesystem::path path_;
    std::string name_, root_, source_, target_;
    std::uint64_t size_ = 0;
    bool typed_ = false, grouped_ = false;
    std::vector<std::string> groups_;
    /// Column -> per group that has it, its data set and how many values that has.
    std::map<std::string, std::map<std::string, std::pair<std::string, std::uint64_t>>> columns_;
};

}  // namespace rall::io::sonata
