// Results as a page: one HTML file with the currents, the curves and their fits.
#pragma once

#include "channel/results.hpp"
#include "io/page/html.hpp"

namespace rall::channel {

html::ContentPage page(Results const& results, std::string const& subtitle, Diagnostics const& diagnostics);

}  // namespace rall::channel
