// Reads SWC reconstructions in every dialect found in the wild; see docs/morphology.md.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"
#include "morphology/options.hpp"

namespace rall::morphology {

/// Reads an SWC file. Each anomaly and what was done about it is added to `diagnostics`, with its line; an anomaly found on
/// many lines is one diagnostic with the first line and the count. Throws InputError, carrying all findings so far, when the
/// file is no single tree of finite numbers. Time is linear in the number of points.
Morphology read_swc(std::filesystem::path const& path, SwcOptions const& options, Diagnostics& diagnostics);

/// The same from text in memory; `file` is the name used in messages.
Morphology parse_swc(std::string_view text, std::string const& file, SwcOptions const& options,
                     Diagnostics& diagnostics);

}  // namespace rall::morphology
