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

    /// Cell, instance and draws as an instance of a mechanism keeps them; a negative cell (InstanceStream) counts by its size. Plain casts, since loops
    /// that draw are vector code.
    RALL_FUNCTION static Stream of(std::uint64_t seed, std::uint32_t purpose, double cell, double instance, double draws) {
        return {seed, purpose, static_cast<std::uint64_t>(math::fabs(cell)), static_cast<std::uint32_t>(static_cast<std::uint64_t>(instance)),
                static_cast<std::uint64_t>(draws)};
    }
    RALL_FUNCTION double number(int i) const { return static_cast<double>(i == 0 ? cell : i == 1 ? instance : draws); }

    /// Another stream of this purpose, at its first draw: three whole numbers from 0 to 2^32 - 1, of the last the lower 16 bits.
    RALL_FUNCTION void become(double first, double second, double third) {
        auto const low = [](double id) { return static_cast<std::uint64_t>(truncated<std::int64_t>(id)) & 0xFFFFFFFFu; };
        instance = static_cast<std::uint32_t>(low(first));
        cell = low(second) | (low(third) & 0xFFFFu) << 32;
        draws = 0;
    }

    using Block = r123::Philox4x32::ctr_type;

    /// The 128 random bits of a draw.
    RALL_FUNCTION Block next() {
        auto const low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
        auto const high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
        Block const counter = {{low(draws), instance, low(cell), high(cell) ^ (high(draws) << 16)}};
        r123::Philox4x32::key_type const key = {{low(seed), high(seed) ^ purpose}};
        ++draws;
        return r123::Philox4x32()(counter, key);
    }

private:
    /// Of 52 random bits, by writing them into the mantissa of a number in [1, 2).
    RALL_FUNCTION static double midpoint(std::uint32_t high, std::uint32_t low) {
        std::uint64_t const mantissa = ((std::uint64_t(high) << 32) | low) >> 12;
        return math::detail::from_bits(mantissa | math::detail::bits(1.0)) - (1 - 0x1p-53);
    }
};

/// Three ids of a stream of Random123 as NEURON numbers it (nrnran123_newstream3, Random.Random123), whose key is the seed of the run (NEURON's
/// Random123_globalindex).
struct Ids {
    std::uint32_t first = 0, second = 0, third = 0;
    bool paired = false;  ///< normal numbers come in pairs, as from NEURON's class Random; nrnran123_normal drops the second of each
};

/// What a mechanism's RANDOM stream draws from in INITIAL and NET_RECEIVE: three numbers of its instance. Usually these are cell, instance and draws made of a Stream; a negative
/// first one means a stream that has been given Ids, whose numbers are NEURON's, bit for bit where they are uniform.
/// Loops over all instances, which are vector code, draw from a Stream, whatever the ids.
class InstanceStream {
public:
    RALL_FUNCTION InstanceStream(std::uint64_t seed, std::uint32_t purpose, double first, double second, double draws)
        : own_{seed, purpose, 0, 0, truncated<std::uint64_t>(draws)} {
        if (first < 0) {
            auto const a = truncated<std::uint64_t>(-first - 1), b = truncated<std::uint64_t>(second);
            given_ = true;
            ids_ = {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b),
                    static_cast<std::uint32_t>((a >> 32) | (b >> 32 & 0xFFFu) << 20), (b >> 44 & 1) != 0};
        } else {
            own_.cell = truncated<std::uint64_t>(first);
            own_.instance = static_cast<std::uint32_t>(truncated<std::uint64_t>(second));
        }
    }

    /// The first two numbers of an instance whose stream is given ids.
    RALL_FUNCTION static double first_of(Ids const& ids) { return -1 - static_cast<double>(std::uint64_t{ids.third & 0xFFFFFu} << 32 | ids.first); }
    RALL_FUNCTION static double second_of(Ids const& ids) {
        return static_cast<double>(std::uint64_t{ids.paired} << 44 | std::uint64_t{ids.third >> 20} << 32 | ids.second);
    }

    RALL_FUNCTION double uniform() { return given_ ? pick() : own_.uniform(); }
    RALL_FUNCTION double exponential() { return given_ ? -math::log(pick()) : own_.exponential(); }
    RALL_FUNCTION double poisson(double mean) { return given_ ? knuth(mean) : own_.poisson(mean); }
    RALL_FUNCTION double normal() { return given_ ? polar() : own_.normal(); }
    RALL_FUNCTION void go_to(double n) { own_.go_to(n); }
    RALL_FUNCTION void become(double a, double b, double c) {
        given_ = false;
        own_.become(a, b, c);
    }

    /// Number i, as the constructor takes it.
    RALL_FUNCTION double number(int i) const {
        if (i == 2) return static_cast<double>(own_.draws);
        if (!given_) return i == 0 ? static_cast<double>(own_.cell) : static_cast<double>(own_.instance);
        return i == 0 ? first_of(ids_) : second_of(ids_);
    }

private:
    /// Of 32 random bits u: (u + 1) / (2^32 + 1). A block has four.
    RALL_FUNCTION double at(std::uint64_t n) const {
        r123::Philox4x32::ctr_type const counter = {{static_cast<std::uint32_t>(n >> 2), ids_.third, ids_.first, ids_.second}};
        r123::Philox4x32::key_type const key = {{static_cast<std::uint32_t>(own_.seed), 0}};
        return (static_cast<double>(r123::Philox4x32()(counter, key).v[n & 3]) + 1.0) * (1 / 4294967297.0);
    }
    RALL_FUNCTION double pick() { return at(own_.draws++); }

    /// Marsaglia's polar method. Where both numbers of a pair count, `draws` is twice as many as picks, and odd between the two.
    RALL_FUNCTION double polar() {
        if (!ids_.paired) return pair(own_.draws).first;
        auto picks = own_.draws >> 1;
        if (own_.draws & 1) {
            own_.draws -= 1;
            picks -= 2;
            return pair(picks).second;
        }
        double const first = pair(picks).first;
        own_.draws = 2 * picks + 1;
        return first;
    }
    struct Pair {
        double first, second;
    };
    RALL_FUNCTION Pair pair(std::uint64_t& picks) const {
        for (;;) {
            double const a = 2 * at(picks) - 1, b = 2 * at(picks + 1) - 1, w = a * a + b * b;
            picks += 2;
            if (w > 1) continue;
            double const length = math::sqrt(-2 * math::log(w) / w);
            return {a * length, b * length};
        }
    }

    /// As NEURON's: exponential waiting times until they exceed the mean, as a product.
    RALL_FUNCTION double knuth(double mean) {
        double const bound = math::exp(-mean);
        double count = 0;
        for (double product = 1;; count += 1) {
            product *= pick();
            if (!(product > bound)) return count;
        }
    }

    Stream own_;
    Ids ids_;
    bool given_ = false;
};

}  // namespace rall::random
