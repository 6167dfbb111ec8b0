// Places on cells as edges and compartment sets give them: the number of a section, and where on it.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "io/config/build.hpp"

namespace rall::io::sonata {

class Network;

/// Section ids of edges: sections in NEURON's order, soma, axon, dend, apic, then others, the stub that replaced an axon last.
std::vector<int> sections_by_id(morphology::Cable const& cable, bool axon_replaced);
/// The same by the numbers that a template gave sections; -1 where it has left none with this number.
std::vector<int> sections_by_number(std::vector<int> const& numbers);
/// The id of each of `sections` sections, from one of these; those that have none follow the largest id.
std::vector<int> ids_of_sections(std::vector<int> const& by_id, std::size_t sections);

class SectionPlaces {
public:
    SectionPlaces(Build& build, Network const& network) : build_(&build), network_(&network), orders_(build.model.types.size()), ends_(build.model.types.size()) {}

    /// How many numbers there are.
    std::size_t count(int cell) { return order(cell).size(); }
    /// Index into Cable::sections; -1 where it went with the axon, or there is no such number.
    int section(int cell, double number);
    /// The compartment; ends of sections are nodes of their own (run.section_ends).
    int compartment(int cell, int section, double x);

private:
    std::vector<int> const& order(int cell);
    Build* build_;
    Network const* network_;
    std::vector<std::vector<int>> orders_;  ///< per type of cell
    std::vector<std::map<std::pair<int, bool>, int>> ends_;
};

}  // namespace rall::io::sonata
