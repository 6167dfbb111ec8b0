// Runs a model with the test library and keeps what comes out.
#pragma once

#include <vector>

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

}  // namespace testing
