// Whole numbers from doubles: what C++ leaves undefined, a double that the whole type cannot hold, is defined here.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>

#include "base/function.hpp"

namespace rall {

/// Up to here doubles are whole numbers exactly, and so steps of a run can be counted.
inline constexpr double most_exact = 9007199254740992;  // 2^53

/// x without its fraction; the nearest T where it has none, 0 for what is no number.
template <std::integral T>
RALL_FUNCTION constexpr T truncated(double x) {
    using Limits = std::numeric_limits<T>;
    constexpr double end = 2.0 * static_cast<double>(T(1) << (Limits::digits - 1));  // one more than the highest T
    if (x >= end) return Limits::max();
    if (Limits::is_signed ? x <= -end : x <= 0) return Limits::min();
    return x == x ? static_cast<T>(x) : T(0);
}

/// The whole number nearest to x, halves away from 0; limits as above.
template <std::integral T>
T rounded(double x) {
    return truncated<T>(std::round(x));
}

/// The same number as an index of a container: what is not below 0.
constexpr std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace rall
