// The words for units that every file may use.
#pragma once

#include <optional>
#include <string_view>

#include "nmodl_lite/units/unit.hpp"

namespace rall::nmodl {

/// What a word means: first as NEURON has it (its constants of nature, mho, molar, ...), else as the database of udunits2 has it.
/// Temperatures are differences, without the zero of their scale. Throws MachineError where that database is not installed.
std::optional<Unit> library_unit(std::string_view word);

/// What a word means where `whole` knows some: as it stands, behind SI prefixes ("milli", "m"), in the plural, or a prefix alone.
std::optional<Unit> unit_of(std::string_view word, Words const& whole);

}  // namespace rall::nmodl
