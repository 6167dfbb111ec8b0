// A network in which everything happens at once, for tests that results do not depend on how it is run.
#pragma once

#include <random>

#include "tests/solver/models.hpp"

namespace testing {

/// Cells of different shapes with noise, tickers that drive them and random connections between all.
inline rall::model::Model random_network(unsigned seed, int n_cells, int n_tickers) {
    std::mt19937 engine(seed);
    auto const uniform = [&](double a, double b) { return std::uniform_real_distribution<>(a, b)(engine); };
    auto const below = [&](int n) { return std::uniform_int_distribution<>(0, n - 1)(engine); };
    using namespace rall;
    model::Model model;
    model.tstop = 60;
    model.seed = seed;
    for (int t = 0; t < 3; ++t)
        model.types.push_back(
            cell_type(random_cable(seed + t, 5 + 10 * t), {"hh", "calcium", "accumulate"}));
    model::PointSet synapses{"syn", "synapse", {}, {}, {}, {}, {}}, noise{"noise", "noise", {}, {}, {}, {{"sd", 0.05}}, {}};
    model::PointSet tickers{"tick", "ticker", {}, {}, {}, {}, {}};
    std::vector<double> tau, interval, start;
    for (int c = 0; c < n_cells; ++c) {
        int const type = below(3);
        int const n = static_cast<int>(model.types[type].cable->compartments.size());
        model.cells.push_back({static_cast<std::uint64_t>(c), type, ""});
        for (int k = 0; k < 4; ++k) {
            synapses.cell.push_back(c);
            synapses.compartment.push_back(k < 2 ? 0 : below(n));  // two share a compartment
            tau.push_back(uniform(1, 5));
        }
        noise.cell.push_back(c);
        noise.compartment.push_back(below(n));
        model.sources.push_back({static_cast<std::uint64_t>(c), model::ThresholdSource{c, 0, -10}});
    }
    for (int k = 0; k < n_tickers; ++k) {
        tickers.cell.push_back(-1);
        tickers.compartment.push_back(-1);
        tickers.gid.push_back(static_cast<std::uint64_t>(n_cells + k));
        interval.push_back(k % 2 ? 5 : uniform(3, 9));  // half of them spike at the same times
        start.push_back(k % 2 ? 2 : uniform(0, 9));
        model.sources.push_back({static_cast<std::uint64_t>(n_cells + k), model::PointRef{2, k}});
    }
    synapses.parameters["tau"] = tau;
    tickers.parameters["interval"] = interval;
    tickers.parameters["start"] = start;
    model.points = {synapses, noise, tickers};
    for (int k = 0; k < 12 * n_cells; ++k) {
        int const source = below(static_cast<int>(model.sources.size()));
        model::PointRef const target{0, below(4 * n_cells)};
        double const weight = uniform(0, 0.02);
        model.connect(source, target, weight, k % 3 ? 1 + 0.5 * below(6) : uniform(1, 4));
    }
    model.probes.push_back({"v", "v", "", {}, 0.1, 0, 60});
    model.probes.push_back({"heard", "heard", "synapse", {}, 1, 5, 60});
    model.probes.push_back({"cai", "cai", "", {}, 0.5, 0, 60});
    for (int c = 0; c < n_cells; ++c) {
        model.probes[0].sites.push_back({c, 0});
        model.probes[2].sites.push_back({c, 0});
    }
    for (int k = 0; k < 4 * n_cells; ++k) model.probes[1].sites.push_back({-1, -1, {0, k}});
    return model;
}

/// The same with ten synapses to a cell in two of its compartments, of a `mechanism` that is additive ("fading", "tiring"), with two time constants: of those
/// that nobody records, up to three are alike.
inline rall::model::Model crowded_network(unsigned seed, int n_cells, std::string const& mechanism) {
    using namespace rall;
    auto model = random_network(seed, n_cells, 7);
    std::mt19937 engine(seed);
    auto const below = [&](int n) { return std::uniform_int_distribution<>(0, n - 1)(engine); };
    model::PointSet synapses{"syn", mechanism, {}, {}, {}, {}, {}};
    std::vector<double> tau;
    for (int c = 0; c < n_cells; ++c)
        for (int k = 0; k < 10; ++k) {
            synapses.cell.push_back(c);
            synapses.compartment.push_back(k % 2);
            tau.push_back(k % 3 ? 2 : 3);
        }
    synapses.parameters["tau"] = tau;
    model.points[0] = synapses;
    model.connections.clear();
    for (int k = 0; k < 20 * n_cells; ++k)
        model.connect(below(static_cast<int>(model.sources.size())), {0, below(10 * n_cells)}, 0.002 * (1 + below(3)), 1 + 0.5 * below(6));
    model.probes[1] = {"g", "g", mechanism, {}, 1, 5, 60};
    for (int c = 0; c < n_cells; ++c) model.probes[1].sites.push_back({-1, -1, {0, 10 * c + 4}});
    model.merge_synapses = true;
    return model;
}

}  // namespace testing
