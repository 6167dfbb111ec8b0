// A NeuroML2 cell as the plain things that a config is made of: a shape, biophysics in the form of a biophysics file, and the NMODL of its
// channels and concentration models (docs/neuroml.md).
//
//     neuroml::Cell const cell = neuroml::read_cell("pyramidal.cell.nml", found);
//     catalogue.add({{}, cell.mechanisms}, found);
//     Node const biophysics = neuroml::biophysics(cell, catalogue.mechanisms(), found);   // read_biophysics reads it
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/text/json.hpp"
#include "mechanisms/info.hpp"
#include "morphology/morphology.hpp"
#include "nmodl_lite/syntax/parse.hpp"

namespace rall::io::neuroml {

class Library;
struct Shape;
struct Density;

struct Cell {
    std::string id;
    bool complete = false;  ///< no error was found
    std::shared_ptr<morphology::Morphology const> morphology;  ///< null where the file has biophysics only
    std::vector<nmodl::Composed> mechanisms;        ///< channels and concentration models that the files define
    std::optional<double> v_init, spike_threshold;  ///< mV
    // What biophysics() reads; nodes it makes have their places in the library's files.
    std::shared_ptr<Library const> library;
    std::shared_ptr<Shape const> shape;
    std::shared_ptr<std::vector<Density> const> densities;
};

/// Is it a name that means NeuroML (.nml)?
bool is_neuroml(std::filesystem::path const& file);

/// Reads a cell, the only one of the file or the one called `id`, with what the file includes. Throws InputError if the file cannot be read or is no
/// XML; what else is wrong, and whatever is not understood, is an error in `found` that names its line.
Cell read_cell(std::filesystem::path const& file, Diagnostics& found, std::string const& id = {});

/// The cell's biophysics as an object of a biophysics file ("regions", "origin"). Channels that the files do not define mean mechanisms of these names:
/// a density gives their `gbar`, `g` or `pbar`, a reversal potential that of the ion, or their `e`. Errors: "mechanism-unknown", "neuroml-parameter".
/// The node is valid as long as the cell's library.
Node biophysics(Cell const& cell, std::map<std::string, MechanismInfo const*> const& mechanisms, Diagnostics& found);

/// The channels of a file and of those it includes, each by itself: 1 mS/cm2 of it, with the reversal potential of its ion (na, k, ca), else its parameter e.
/// By their names.
std::map<std::string, nmodl::Composed> channels_of(std::filesystem::path const& file, Diagnostics& found);

/// The channels and concentration models of a file as they become mechanisms: those that its cells use, or all if it has no cell.
std::vector<nmodl::Composed> mechanisms_of(std::filesystem::path const& file, Diagnostics& found);

}  // namespace rall::io::neuroml
