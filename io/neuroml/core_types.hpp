// The component types of NeuroML that rates and concentrations are made of, in the words that files use for their own.
#pragma once

#include <string_view>

namespace rall::io::neuroml {

/// ComponentTypes in LEMS. Formulas: NeuroML 2.3, core types of channels and cells.
extern std::string_view const core_types;

}  // namespace rall::io::neuroml
