// "modifications" of the conditions: what experiments do to cells, such as TTX, and values that differ in parts of them.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/config/build.hpp"
#include "io/text/assignments.hpp"

namespace rall::io::sonata {

/// [node, section, place on it] as a compartment set has them.
struct SetPlace {
    std::uint64_t node = 0;
    double section = 0, x = 0.5;
    Node const* where = nullptr;
};
struct CompartmentSet {
    std::string population;
    std::vector<SetPlace> places;
};
/// A set of a "compartment_sets_file"; nothing after an error ("compartment-set").
std::optional<CompartmentSet> read_compartment_set(Build& build, Document const* file, Node const& name);

class Modifications {
public:
    using Choose = std::function<std::vector<std::pair<int, int>>(Node const& names)>;
    /// `choose`: nodes of a node set, population and row.
    void read(Build& build, Node const& list, Document const* compartment_sets, Choose const& choose);
    /// What is done to a node, as a text that is equal for nodes to which the same is done; empty where nothing is.
    std::string key(Build const& build, int population, std::size_t row, std::uint64_t id) const;
    /// Does it to a type of cells of that key, in the order of the config. `section`: of a number, as edges count (-1: none).
    void apply(Build& build, std::string const& key, model::CellType& type, std::function<int(double)> const& section);
    /// Warnings about those that changed nothing.
    void finish(Build& build) const;

private:
    struct One {
        Node const* node;
        std::string what, type;
        std::set<std::pair<int, std::size_t>> nodes;
        std::optional<CompartmentSet> set;
        std::vector<Assignment> assignments;
        std::size_t applied = 0;
    };
    std::vector<One> all_;
};

}  // namespace rall::io::sonata
