// Parameters of a model that change after it was read: what its description says of some places.
#pragma once

#include <string>
#include <vector>

#include "model/model.hpp"

namespace rall::session {

/// Gives a RANGE parameter of a mechanism one value per site, compartments that have it or instances of point sets. `missing`: what it is where nothing is said.
/// A cell that is no longer like others of its type gets a type of its own: of which these are copies is returned, in order.
std::vector<int> set_parameter(model::Model& model, std::string const& mechanism, std::string const& parameter, double missing,
                               std::vector<model::Site> const& sites, std::vector<double> const& values);

}  // namespace rall::session
