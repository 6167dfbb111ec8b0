// report.html of a sweep: f-I curves, any feature against any parameter, maps over two, and a table of members that leads to their traces.
#pragma once

#include <algorithm>

#include "io/page/html.hpp"
#include "mechanisms/catalogue.hpp"
#include "sweep/table.hpp"

namespace rall::sweep {

/// Of a sweep of `members`, whose voltage traces the page shows (every so manieth), and how many values each has. They depend on the number of
/// members only, so that a sweep that was interrupted ends with the same page.
inline constexpr std::size_t most_traces = 1000;
inline bool keeps_trace(std::size_t members, std::size_t member) {
    return member % ((members + most_traces - 1) / most_traces) == 0;
}
inline std::size_t trace_values(std::size_t members) {
    return std::clamp<std::size_t>(400'000 / std::min(members, most_traces), 400, 4000);
}

/// The units of the parameters' values come from the config's own keys and from `catalogue`. `diagnostics`: what was found while the sweep was read.
html::ContentPage report_page(Description const& description, Members const& members, Rows const& rows,
                              Catalogue const& catalogue, Diagnostics const& diagnostics);

}  // namespace rall::sweep
