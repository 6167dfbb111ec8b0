// Reads Neurolucida ASC (V3 text) reconstructions by the rules of NEURON's Import3d; see docs/morphology.md.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"
#include "morphology/options.hpp"

namespace rall::morphology {

/// Reads an ASC file: cell body contours, trees of axon, dendrite and apical dendrite; markers, spines and text are passed
/// over and counted in a note. Of the options, those on radii, duplicate points, empty sections and precision apply.
/// Throws InputError with line and column when the text does not follow the format.
Morphology read_asc(std::filesystem::path const& path, SwcOptions const& options, Diagnostics& diagnostics);
Morphology parse_asc(std::string_view text, std::string const& file, SwcOptions const& options,
                     Diagnostics& diagnostics);

/// Reads a reconstruction in either format: by the extension (.swc, .asc), else by the contents.
Morphology read_morphology(std::filesystem::path const& path, SwcOptions const& options, Diagnostics& diagnostics);

}  // namespace rall::morphology
