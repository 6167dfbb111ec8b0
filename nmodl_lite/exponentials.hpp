// Fewer exponentials: the rates of a channel are full of exp((v + 40)/10), exp((v + 55)/10), exp(-(v + 65)/20), whose arguments
// are multiples of one another up to a constant. One of them is computed, the others are its powers times a constant.
// Changes results by rounding only (a few units in the last place).
#pragma once

#include "nmodl_lite/divisions.hpp"

namespace rall::nmodl {

/// Replaces exponentials in a body whose values have been named apart (name_values_apart).
void share_exponentials(Body& body, Symbols const& symbols, Naming const& naming);

}  // namespace rall::nmodl
