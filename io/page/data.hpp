// The data block of an HTML page: what the structs of html.hpp become as JSON for the scripts in io/page/assets.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "io/page/html.hpp"

namespace rall::html {

/// At most this many values of all traces and points of all shapes go into a page, so that it stays quick to open; the page says where it
/// shows less than there is. Of spikes: spike_picture.hpp.
inline constexpr std::size_t max_trace_values = 400'000;
inline constexpr std::size_t max_shape_points = 400'000;

/// The trace with at most `limit` values (at least 4): time bins of equal length, of which each keeps its smallest and its
/// largest sample in the order they came, so that no peak is lost. Unchanged if it is short enough. NaN counts as no value.
Trace thinned(Trace trace, std::size_t limit);

/// The same with bins of `per_bin` samples, so that traces of different lengths keep common times. Unchanged where bins would hold less than three.
Trace binned(Trace trace, std::size_t per_bin);

/// Little-endian 32-bit floats as base64.
std::string base64(std::vector<float> const& values);

nlohmann::json data(Network const& network);
nlohmann::json data(ReportPage const& page);
nlohmann::json data(MorphologyPage const& page);
nlohmann::json data(ContentPage const& page);

}  // namespace rall::html
