// Which channels are tested: built-in mechanisms, .mod files and channels of NeuroML files, as they are and with parameters set.
#pragma once

#include <string>
#include <vector>

#include "channel/experiment.hpp"

namespace rall::channel {

/// A mechanism by its name, its .mod file, or its NeuroML file ("hh.nml", or "hh.nml:na" where that has several channels), "NAME=" before it where it shall be
/// called so; once as it is and once more for each of `sets` ("shift=-8,gbar=0.1", or
/// with a name "R859C: shift=-8"). `current`: the
/// variable to measure; empty: its only current, else the first of an ion, and a note names the others. Throws InputError:
/// unknown names, a file with errors, something that has no current of its own.
std::vector<Variant> variants(std::string const& given, std::vector<std::string> const& sets,
                              std::string const& current, Diagnostics& diagnostics);

/// Gives each variant a label of its own: channels of one name get folders of their files before it ("wild/Nav"), and changes of one name
/// the channel; what is the same all the same is numbered.
void tell_apart(std::vector<Variant>& variants);

/// Throws InputError where a variant has no KINETIC scheme that can be advanced exactly (Clamp::exact).
void require_schemes(std::vector<Variant> const& variants);

/// "ena=50" for an ion that one of the variants uses. Throws InputError.
void set_ion(Clamp& clamp, std::string const& text, std::vector<Variant> const& variants, Diagnostics& diagnostics);

/// "name=value". Throws InputError with `option` as its place.
std::pair<std::string, double> assignment(std::string const& text, std::string const& option);

}  // namespace rall::channel
