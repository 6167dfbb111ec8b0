// The readers of edges: those of the Allen form, those of the Blue Brain form, and gap junctions. Private to io/sonata.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/progress.hpp"
#include "io/sonata/circuit_config.hpp"
#include "io/text/types_table.hpp"

namespace rall::io::sonata {

class EdgePopulation;
struct EdgeSlab;
class Network;
class NumpyStream;
struct Carried;
struct Override;

/// Instances and connections are counted by an int.
inline constexpr std::size_t most_connections = 2'000'000'000;

/// Synapses and connections of a population of the Allen form (synapses.cpp). `streams`: of places, by cell. `carried`: what the edges
/// carry instead of the spikes of their sources, or null. Throws InputError naming file, data set and row.
void read_allen_edges(Build& build, Network& network, EdgePopulation const& edges, TypesTable const* types, Components const& own,
                      std::map<int, NumpyStream>& streams, Carried const* carried, Steps& steps);

/// Places in their populations of the nodes that edge number `i` of a slab leads from and to. Throws InputError ("edge-node").
std::pair<std::size_t, std::size_t> ends_of(EdgePopulation const& edges, Population const& source, Population const& target, EdgeSlab const& slab, std::size_t i);

/// Model::number_of of the nodes of a population that are artificial cells; -1 of the others.
std::vector<std::int64_t> artificial_numbers(Build const& build, Population const& target);

/// Synapses and connections of one population. Throws InputError naming file, data set and row: "edge-column", "edge-node", "edge-number", "edge-delay",
/// "edge-section", "edge-place", "edge-target", "mechanism-unknown", "synapse-unsupported", "too-many".
void read_chemical_edges(Build& build, Network& network, EdgePopulation const& edges, PopulationEntry const& entry,
                         std::vector<Override> const& overrides);

/// Gap junctions of one population (gap_junctions.cpp). Errors as above, and "edge-junction".
void read_gap_junctions(Build& build, Network& network, EdgePopulation const& edges);

}  // namespace rall::io::sonata
