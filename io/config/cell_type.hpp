// A morphology and what biophysics paints on it become a cell type: cut into compartments, with a value for every parameter.
#pragma once

#include "io/config/biophysics.hpp"
#include "io/config/mechanisms.hpp"
#include "model/model.hpp"
#include "morphology/morphology.hpp"

namespace rall::io {

/// What sections given in a config say of themselves: by name, "dend[0]" for "dend", too. It wins over the biophysics.
struct SectionValues {
    std::vector<std::pair<std::string, morphology::CutRule>> cuts;
    std::vector<std::pair<std::string, double>> Ra;  ///< ohm cm
    std::vector<std::pair<std::string, double>> cm;  ///< uF/cm2
};

/// Paints a morphology. `rule` cuts sections where the biophysics says nothing. Everything wrong goes to the diagnostics; what is right is painted all the same.
model::CellType paint(std::string const& name, morphology::Morphology const& morphology, Biophysics const& biophysics,
                      std::optional<morphology::CutRule> const& rule, SectionValues const& own,
                      Mechanisms const& mechanisms, Diagnostics& diagnostics);

}  // namespace rall::io
