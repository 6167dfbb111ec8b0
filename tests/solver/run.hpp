// Runs a model with the test library and keeps what comes out.
#pragma once

#include <vector>

#include "network/simulation.hpp"
#include "tests/solver/mechanisms.hpp"

namespace testing {

struct Run {
    std::vector<rall::network::Spike> spikes;
    std::vector<std::vector<std::vector<double>>> rows;  ///< per probe, per sample, per site
    rall::network::Size size;
    rall::Diagnostics diagnostics;
};

inline Run run(rall::model::Model const& model, std::size_t group_bytes = 0,
               rall::KernelLibrary const& library = *test_library()) {
    Run result;
    result.rows.resize(model.probes.size());
    rall::network::Simulation simulation(model, model.connections, library,
                                         {group_bytes,
                                          [&](rall::network::Samples const& s) {
                                              auto& rows = result.rows[s.probe];
                                              for (int r = 0; r < s.rows; ++r)
                                                  rows.emplace_back(s.values + r * s.sites,
                                                                    s.values + (r + 1) * s.sites);
                                          }},
                                         result.diagnostics);
    simulation.initialize();
    while (simulation.advance()) {
    }
    result.spikes = simulation.spikes();
    result.size = simulation.size();
    return result;
}

inline bool same(Run const& a, Run const& b) {
    if (a.spikes.size() != b.spikes.size() || a.rows != b.rows) return false;
    for (std::size_t i = 0; i < a.spikes.size(); ++i)
        if (a.spikes[i].time != b.spikes[i].time || a.spikes[i].gid != b.spikes[i].gid) return false;
    return true;
}

}  // namespace testing
