// Inside the readers: what all formats share.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"
#include "morphology/options.hpp"

namespace rall::morphology {

/// Rounds points to the precision asked for, names the sections, and warns of sections without length and of somata that
/// cannot be meant.
/// Throws InputError when a coordinate does not fit in the precision.
void finish(Morphology& morphology, SwcOptions const& options, Diagnostics& diagnostics);

bool is_utf8(std::string_view text);

/// A piece of a file for a message: at most `limit` bytes, without control characters, and always UTF-8.
std::string printable(std::string_view text, std::size_t limit);

}  // namespace rall::morphology
