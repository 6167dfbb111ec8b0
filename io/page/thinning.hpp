// Which members of large populations a picture shows: the first of each and every k-th after it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "io/page/html.hpp"

namespace rall::html {

/// How many of a population are shown.
inline std::uint64_t shown(Population const& population, std::uint64_t step) {
    return (population.count + step - 1) / step;
}

/// How many of all are shown.
inline std::uint64_t shown(std::vector<Population> const& populations, std::uint64_t step) {
    std::uint64_t n = 0;
    for (auto const& population : populations) n += shown(population, step);
    return n;
}

/// The smallest step with which at most `limit` are shown, or one of each population where these are more.
inline std::uint64_t step_for(std::vector<Population> const& populations, std::uint64_t limit) {
    std::uint64_t low = 1, high = 1;
    for (auto const& population : populations) high = std::max(high, population.count);
    while (low < high) {
        auto const middle = low + (high - low) / 2;
        if (shown(populations, middle) <= limit) high = middle;
        else low = middle + 1;
    }
    return low;
}

}  // namespace rall::html
