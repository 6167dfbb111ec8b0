#include "model/distribution.hpp"

#include <cmath>

namespace rall::model {

double Distribution::inside() const { return kind == Kind::uniform ? 1 : cumulative(high) - cumulative(low); }

double Distribution::cumulative(double x) const {
    switch (kind) {
        case Kind::uniform:
            break;
        case Kind::normal:
            return std::erfc((a - x) / (b * std::sqrt(2.0))) / 2;
        case Kind::lognormal:
            return x <= 0 ? 0 : std::erfc((a - std::log(x)) / (b * std::sqrt(2.0))) / 2;
        case Kind::exponential:
            return x <= 0 ? 0 : -std::expm1(-x / a);
    }
    return 0;
}

double Distribution::draw_freely(random::Stream& stream) const {
    switch (kind) {
        case Kind::uniform:
            return low + (high - low) * stream.uniform();
        case Kind::normal:
            return a + b * stream.normal();
        case Kind::lognormal:
            return math::exp(a + b * stream.normal());
        case Kind::exponential:
            return a * stream.exponential();
    }
    return 0;
}

double Distribution::draw(random::Stream stream, std::uint64_t number) const {
    for (;; stream.purpose += 0x9e3779b9u) {  // each try has a stream of its own
        stream.draws = number;
        if (double const value = draw_freely(stream); value >= low && value <= high) return value;
    }
}

}  // namespace rall::model
