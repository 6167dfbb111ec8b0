// Runs a model with the test library and keeps what comes out.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/communicator.hpp"
#include "base/runtime.hpp"
#include "network/simulation.hpp"
#include "tests/solver/mechanisms.hpp"
#include "tests/solver/record.hpp"

namespace testing {

struct Run {
    std::vector<rall::network::Spike> spikes;
    std::vector<std::vector<std::vector<double>>> rows;  ///< per probe, per sample, per site
    rall::network::Size size;
    rall::Diagnostics diagnostics;
};

/// Those that the program was started on: MPI begins and ends once in a process.
inline rall::Communicator const& launched_ranks() {
    static auto const ranks = rall::Communicator::of_launcher(nullptr, nullptr);
    return ranks;
}

/// `ranks`, `shares`: as in network::Options; then what comes out does at rank 0.
inline Run run(rall::model::Model const& model, std::size_t group_bytes = 0, rall::KernelLibrary const& library = *test_library(),
               rall::Communicator const* ranks = nullptr, rall::network::Shares const* shares = nullptr) {
    Run result;
    result.rows.resize(model.probes.size());
    rall::network::Options options;
    options.group_bytes = group_bytes, options.ranks = ranks, options.shares = shares;
    options.on_samples = [&](rall::network::Samples const& s) {
        auto& rows = result.rows[s.probe];
        for (int r = 0; r < s.rows; ++r) rows.emplace_back(s.values + r * s.sites, s.values + (r + 1) * s.sites);
    };
    rall::network::Simulation simulation(model, model.connections, library, options, result.diagnostics);
    simulation.initialize();
    while (simulation.advance()) {
    }
    result.spikes = simulation.spikes();
    result.size = simulation.size();
    record(model, result.spikes, result.rows);
    return result;
}

/// Methods that the kernels of this program have: the variable step is one for hosts.
inline std::vector<rall::model::Method> methods() {
    using rall::model::Method;
    return rall::on_host() ? std::vector{Method::backward_euler, Method::cvode} : std::vector{Method::backward_euler};
}

inline bool same(Run const& a, Run const& b) {
    if (a.spikes.size() != b.spikes.size() || a.rows != b.rows) return false;
    for (std::size_t i = 0; i < a.spikes.size(); ++i)
        if (a.spikes[i].time != b.spikes[i].time || a.spikes[i].gid != b.spikes[i].gid) return false;
    return true;
}

/// The most by which samples differ; infinite where spikes do.
inline double distance(Run const& a, Run const& b) {
    constexpr double other = std::numeric_limits<double>::infinity();
    if (!std::ranges::equal(a.spikes, b.spikes, [](auto const& x, auto const& y) { return x.time == y.time && x.gid == y.gid; })) return other;
    double most = 0;
    for (std::size_t p = 0; p < a.rows.size(); ++p) {
        if (a.rows[p].size() != b.rows[p].size()) return other;
        for (std::size_t r = 0; r < a.rows[p].size(); ++r)
            for (std::size_t k = 0; k < a.rows[p][r].size(); ++k) most = std::max(most, std::abs(a.rows[p][r][k] - b.rows[p][r][k]));
    }
    return most;
}

}  // namespace testing
