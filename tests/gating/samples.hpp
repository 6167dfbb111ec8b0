// Many copies of one patch of membrane, and what their states do.
#pragma once

#include <vector>

#include "morphology/cable.hpp"
#include "network/simulation.hpp"
#include "tests/gating/kernels.hpp"
#include "tests/solver/record.hpp"

namespace testing {

/// `n` cells of one compartment each with one mechanism, at a voltage that nothing changes.
struct Patches {
    std::string mechanism;
    int n = 1;
    double v = -40, dt = 0.025, tstop = 10;
    std::map<std::string, rall::model::Values> parameters = {};
    double channels = 0;  ///< 0: no single channels
    rall::Drawing drawing = rall::Drawing::automatic;
    bool exact = false;
    std::uint64_t seed = 1;
    std::size_t group_bytes = 0;

    /// [state][sample][cell] of states each `every` ms, the first at t = 0.
    std::vector<std::vector<std::vector<double>>> run(std::vector<std::string> const& states, double every) const {
        using namespace rall;
        auto cable = std::make_shared<morphology::Cable>();
        morphology::CableSection section;
        section.name = "soma[0]";
        section.type = 1;
        section.nseg = 1;
        section.L = 10;
        cable->sections.push_back(section);
        morphology::Compartment c;
        c.x = 0.5;
        c.diam = 10;
        c.area = 100 * M_PI;
        c.volume = 250 * M_PI;
        c.r_left = c.r_right = 0.1;
        cable->compartments.push_back(c);
        model::Model model;
        model.dt = dt;
        model.tstop = tstop + dt;  // a sample at tstop itself
        model.v_init = v;
        model.celsius = 37;
        model.seed = seed;
        model.exact_gating = exact;
        auto& type = model.types.emplace_back();
        type.name = "patch";
        type.cable = cable;
        auto given = parameters;
        if (mechanism == "NaV" || mechanism == "resurgent") given["gbar"] = 0;
        if (channels > 0) {
            given[channels_name] = channels;
            given[drawing_name] = static_cast<double>(drawing);
        }
        type.mechanisms.push_back({mechanism, {0}, given});
        std::vector<model::Site> sites;
        for (int i = 0; i < n; ++i) {
            model.cells.push_back({static_cast<std::uint64_t>(i), 0, "patch[" + std::to_string(i) + "]"});
            sites.push_back({i, 0, {-1, -1}});
        }
        for (auto const& state : states)
            model.probes.push_back({state, state, mechanism, sites, every, 0, tstop + every});
        std::vector<std::vector<std::vector<double>>> samples(states.size());
        Diagnostics diagnostics;
        network::Simulation simulation(model, model.connections, *gating_library(),
                                       {group_bytes,
                                        [&](network::Samples const& s) {
                                            for (int r = 0; r < s.rows; ++r)
                                                samples[s.probe].emplace_back(s.values + r * s.sites,
                                                                              s.values + (r + 1) * s.sites);
                                        }},
                                       diagnostics);
        simulation.initialize();
        while (simulation.advance()) {
        }
        record(model, simulation.spikes(), samples);
        return samples;
    }
};

inline std::vector<std::string> const loop_states{"s[0]", "s[1]", "s[2]", "s[3]", "open"};

}  // namespace testing
