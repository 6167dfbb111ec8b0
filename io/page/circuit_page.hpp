// The page of `rall inspect --html` for circuits: where somata lie, who is connected with whom, and tables of populations.
#pragma once

#include "io/page/html.hpp"
#include "io/sonata/inspect.hpp"

namespace rall::html {

ContentPage circuit_page(io::sonata::Inspection const& inspection, Diagnostics const& diagnostics);

}  // namespace rall::html
