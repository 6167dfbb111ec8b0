// The cell that is clamped: one compartment.
#pragma once

#include <memory>

#include "morphology/cable.hpp"

namespace rall::channel {

/// A cylinder as long as wide, of this area (um2).
std::shared_ptr<morphology::Cable const> patch(double area);

}  // namespace rall::channel
