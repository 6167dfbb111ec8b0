// Counter-based random numbers: each number is a function of the stream's key and of how many were drawn before it from the
// same stream, so no stream depends on who draws first, on threads, ranks or back ends.
// Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), from the Random123 library.
#pragma once

#include <Random123/philox.h>

#include <cstdint>

#include "base/math.hpp"
#include "base/whole.hpp"

namespace rall::random {

/// A purpose ("noise", "placement") as a number, for Stream::purpose: 32-bit FNV-1a of its name.
RALL_FUNCTION constexpr std::uint32_t purpose(char const* name) {
    std::uint32_t hash = 2166136261u;
    for (; *name != 0; ++name) hash = (hash ^ static_cast<unsigned char>(*name)) * 16777619u;
    return hash;
}

/// One stream of random numbers. Each call advances `draws` by one. Streams are independent that differ in `purpose`, in
/// `instance`, in `cell` below 2^48 or in `seed` below 2^32, each for its first 2^48 draws.
struct Stream {
    std::uint64_t seed = 0;
    std::uint32_t purpose = 0;
    std::uint64_t cell = 0;      ///< gid
    std::uint32_t instance = 0;  ///< which one of the cell's consumers
    std::uint64_t draws = 0;     ///< made so far

    /// Uniform in the open interval (0, 1): the midpoints of 2^52 equal parts.
    RALL_FUNCTION double uniform() {
        Block const b = next();
        return midpoint(b.v[0], b.v[1]);
    }

    /// Normal with mean 0 and variance 1 (Box and Muller 1958; only the cosine half is used, so that a draw is one step).
    RALL_FUNCTION double normal() {
        Block const b = next();
        double const radius = math::sqrt(-2 * math::log(midpoint(b.v[0], b.v[1])));
        return radius * math::cos(2 * 3.141592653589793 * midpoint(b.v[2], b.v[3]));
    }

    /// Exponential with mean 1.
    RALL_FUNCTION double exponential() { return -math::log(uniform()); }

    /// Poisson with this mean, by inversion: as many terms of the distribution as the result is large. A mean above 500, whose
    /// first term would vanish, is drawn in parts of 500, one draw each; of one above 1e9, which would take minutes, nothing is drawn: NaN.
    RALL_FUNCTION double poisson(double mean) {
        if (mean > 1e9) return math::nan;
        double count = 0;
        for (; mean > 0; mean -= 500) {
            double const part = math::fmin(mean, 500);
            double const u = uniform();
            double term = math::exp(-part), sum = term, k = 0;
            while (u > sum && term > 0) {
                k += 1;
                term *= part / k;
                sum += term;
            }
            count += k;
        }
        return count;
    }

    /// The next draw is number n of this stream, the first one being 0.
    RALL_FUNCTION void go_to(double n) { draws = truncated<std::uint64_t>(n); }

    /// Another stream of this purpose, at its first draw: three whole numbers from 0 to 2^32 - 1, of the last the lower 16 bits.
    RALL_FUNCTION void become(double first, double second, double third) {
        auto const low = [](double id) { return static_cast<std::uint64_t>(truncated<std::int64_t>(id)) & 0xFFFFFFFFu; };
        instance = static_cast<std::uint32_t>(low(first));
        cell = low(second) | (low(third) & 0xFFFFu) << 32;
        draws = 0;
    }

private:
    using Block = r123::Philox4x32::ctr_type;

    RALL_FUNCTION Block next() {
        auto const low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
        auto const high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
        Block const counter = {{low(draws), instance, low(cell), high(cell) ^ (high(draws) << 16)}};
        r123::Philox4x32::key_type const key = {{low(seed), high(seed) ^ purpose}};
        ++draws;
        return r123::Philox4x32()(counter, key);
    }

    /// Of 52 random bits, by writing them into the mantissa of a number in [1, 2).
    RALL_FUNCTION static double midpoint(std::uint32_t high, std::uint32_t low) {
        std::uint64_t const mantissa = ((std::uint64_t(high) << 32) | low) >> 12;
        return math::detail::from_bits(mantissa | math::detail::bits(1.0)) - (1 - 0x1p-53);
    }
};

}  // namespace rall::random
