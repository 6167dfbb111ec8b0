// report.html of a sweep: f-I curves, any feature against any parameter, maps over two, and the members that diverged.
#pragma once

#include "io/page/html.hpp"
#include "sweep/table.hpp"

namespace rall::sweep {

/// `diagnostics`: what was found while the sweep was read.
html::ContentPage report_page(Description const& description, Members const& members, Rows const& rows,
                              Diagnostics const& diagnostics);

}  // namespace rall::sweep
