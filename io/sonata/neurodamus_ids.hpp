// Numbers that neurodamus gives to cells and populations, of which the ids of its random streams are made: with them stochastic synapses, spontaneous
// events and noise draw what they draw there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rall::io::sonata {

/// Of a population: 12 bits of the MD5 of its name (RFC 1321).
std::uint32_t population_number(std::string const& name);

/// What is added to a node's id to make it unique: populations in the order of their names, each behind the last id of the one before, on a whole
/// thousand. `last`: names with their largest id.
std::map<std::string, std::uint64_t> id_offsets(std::map<std::string, std::uint64_t> const& last);

}  // namespace rall::io::sonata
