#include "base/whole.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace rall;

TEST_CASE("every double has a whole number of every type") {
    constexpr double infinite = std::numeric_limits<double>::infinity(), none = std::numeric_limits<double>::quiet_NaN();
    CHECK(truncated<int>(2.9) == 2);
    CHECK(truncated<int>(-2.9) == -2);
    CHECK(rounded<int>(2.5) == 3);
    CHECK(rounded<int>(-2.5) == -3);
    CHECK(truncated<int>(2147483647.9) == 2147483647);
    CHECK(truncated<int>(2147483648.0) == 2147483647);
    CHECK(truncated<int>(-2147483648.9) == -2147483647 - 1);
    CHECK(truncated<int>(1e300) == std::numeric_limits<int>::max());
    CHECK(truncated<int>(-infinite) == std::numeric_limits<int>::min());
    CHECK(truncated<std::int64_t>(9223372036854775807.0) == std::numeric_limits<std::int64_t>::max());
    CHECK(truncated<std::int64_t>(-9223372036854775808.0) == std::numeric_limits<std::int64_t>::min());
    CHECK(truncated<std::int64_t>(9223372036854774784.0) == 9223372036854774784);
    CHECK(truncated<std::uint64_t>(-0.5) == 0);
    CHECK(truncated<std::uint64_t>(-1e300) == 0);
    CHECK(truncated<std::uint64_t>(18446744073709549568.0) == 18446744073709549568u);
    CHECK(truncated<std::uint64_t>(infinite) == std::numeric_limits<std::uint64_t>::max());
    CHECK(truncated<int>(none) == 0);
    CHECK(truncated<std::uint64_t>(none) == 0);
}
