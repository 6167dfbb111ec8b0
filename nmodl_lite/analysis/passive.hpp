// Mechanisms whose current needs no computing at every step.
#pragma once

#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// MechanismInfo::passive: a density mechanism whose current is g v - c, with g and c that only parameters and the place determine; it does nothing else.
bool is_passive(Mechanism const& mechanism);

}  // namespace rall::nmodl
