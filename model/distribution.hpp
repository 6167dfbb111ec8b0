// Distributions of weights and delays.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace rall::model {

/// Values outside [low, high] are drawn again.
struct Distribution {
    enum class Kind { uniform, normal, lognormal, exponential };
    Kind kind = Kind::uniform;
    double a = 0, b = 1;  ///< mean and standard deviation, or those of the logarithm; of exponential `a` is the mean
    double low = 0, high = 0;

    /// The share of all values that lies within the limits; 1 of uniform.
    double inside() const;
    /// Value number `number` (below 2^48) of a stream.
    double draw(random::Stream stream, std::uint64_t number) const;

private:
    double cumulative(double x) const;
    double draw_freely(random::Stream& stream) const;
};

}  // namespace rall::model
