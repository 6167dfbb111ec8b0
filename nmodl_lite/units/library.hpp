// The words for units that every file may use.
#pragma once

#include <optional>
#include <string_view>

#include "nmodl_lite/units/unit.hpp"

namespace rall::nmodl {

/// What a word means: first as NEURON has it (its constants of nature, mho, molar, ...), else as the database of udunits2 has it.
/// Temperatures are differences, without the zero of their scale. Throws MachineError where that database is not installed.
std::optional<Unit> library_unit(std::string_view word);

/// The factor of an SI prefix, in full ("milli") or as its letter ("m"); nothing for other words.
std::optional<double> prefix(std::string_view word);

/// All prefixes that a word begins with, the longest first, the word itself not among them.
std::vector<std::string_view> prefixes_of(std::string_view word);

}  // namespace rall::nmodl
