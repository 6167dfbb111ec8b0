// What run.json keeps of a network, so that a page can be made from an output directory alone: populations, how many connections lead
// from one to the other, and where cells lie. Its size is bounded whatever the network's.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "base/communicator.hpp"
#include "io/config/config.hpp"
#include "io/page/html.hpp"

namespace rall::io {

/// More populations of cells than this, and more generators, are taken together from the last on.
inline constexpr std::size_t most_populations = 40;
/// More pathways than this are summed over the entries of "synapses" that they lead through.
inline constexpr std::size_t most_pathways = 4'000;
/// Places of cells that are kept.
inline constexpr std::size_t most_somata = 10'000;

/// The network of a model. Takes one look at each of its connections. Where these are shared among ranks (Config::connections_of_chosen), all of them ask at once.
html::Network network_of(Config const& config, Communicator const& ranks = Communicator::or_alone(nullptr));

nlohmann::json to_json(html::Network const& network);
/// Of a record of a run. Throws json::exception.
html::Network network_from(nlohmann::json const& stored);

}  // namespace rall::io
