// A morphology and what biophysics paints on it become a cell type: cut into compartments, with a value for every parameter.
#pragma once

#include "io/config/biophysics.hpp"
#include "io/config/mechanisms.hpp"
#include "model/model.hpp"
#include "morphology/morphology.hpp"

namespace rall::io {

/// Paints a morphology. `rule` cuts sections where the biophysics says nothing; `overrides` are cuts of single sections
/// (stylized cells) and win over all. Everything wrong goes to the diagnostics; what is right is painted all the same.
model::CellType paint(std::string const& name, morphology::Morphology const& morphology, Biophysics const& biophysics,
                      std::optional<morphology::CutRule> const& rule,
                      std::vector<std::pair<std::string, morphology::CutRule>> const& overrides,
                      Mechanisms const& mechanisms, Diagnostics& diagnostics);

}  // namespace rall::io
