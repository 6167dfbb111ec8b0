// What runs come to, bit by bit, for a comparison of two programs that hold the same tests (tests/emulated/compare.py).
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

#include "network/simulation.hpp"

namespace testing {

/// A line for a run in the file that RALL_RECORD names: the test, and a hash of all spikes and samples.
/// Not of variable steps, which devices do not take.
inline void record(rall::model::Model const& model, std::vector<rall::network::Spike> const& spikes, std::vector<std::vector<std::vector<double>>> const& rows) {
    static char const* const file = std::getenv("RALL_RECORD");
    if (!file || model.method == rall::model::Method::cvode) return;
    std::uint64_t hash = 14695981039346656037ull;
    auto const add = [&](void const* data, std::size_t bytes) {
        for (std::size_t k = 0; k < bytes; ++k) hash = (hash ^ static_cast<unsigned char const*>(data)[k]) * 1099511628211ull;
    };
    for (auto const& spike : spikes) add(&spike.time, sizeof spike.time), add(&spike.gid, sizeof spike.gid);
    std::size_t samples = 0;
    for (auto const& of_probe : rows)
        for (auto const& row : of_probe) {
            samples += row.size();
            for (double const x : row) {
                if (x == x) add(&x, sizeof x);
                else add("none", 4);  // whose sign and payload are nobody's
            }
        }
    auto const* const test = doctest::getContextOptions()->currentTest;
    std::ofstream(file, std::ios::app) << (test ? test->m_name : "") << '\t' << spikes.size() << '\t' << samples << '\t' << std::hex << hash << '\n';
}

}  // namespace testing
