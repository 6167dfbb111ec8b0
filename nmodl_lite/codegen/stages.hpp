// Short loops in the place of a long one: where each instance's results wait for one another (an exponential, a division by it, an
// exponential of that), a processor idles through most of a loop over whole functions; several loops, none of which waits for long, keep it busy.
#pragma once

#include <vector>

#include "nmodl_lite/analysis/access.hpp"

namespace rall::nmodl {

/// The statements of a body by stages: none waits within its stage longer than an exponential takes, or a few divisions; what a
/// statement reads or overwrites was written or read before it or in an earlier stage. A single stage where more would not pay.
std::vector<Body> stages_of(Mechanism const& mechanism, Body const& body);

}  // namespace rall::nmodl
