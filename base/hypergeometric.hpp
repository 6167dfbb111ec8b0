// Hypergeometric random numbers, exact for any numbers (base/binomial.hpp: of draws that are put back).
#pragma once

#include "base/random.hpp"

namespace rall::random {

/// How many of `n` things, drawn at once from `all`, are among the `marked` ones: whole numbers, n and marked <= all < 2^53. Inversion of
/// the distribution from its mode on, one draw; nothing is drawn where the result is certain.
double hypergeometric(Stream& stream, double n, double marked, double all);

}  // namespace rall::random
