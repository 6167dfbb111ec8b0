// Names as configs write them, for a model that has been read: cells and places in them, instances of entries.
#pragma once

#include <string>
#include <vector>

#include "io/config/config.hpp"

namespace rall::session {

/// See Session::places.
std::vector<model::Site> find_places(io::Config const& config, std::string const& name, std::string const& location);

}  // namespace rall::session
