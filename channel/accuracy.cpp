#include "channel/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rall::channel {
namespace {

constexpr double endless = 1e9;  ///< ms: 1 / (1 + endless / tau) is left of a distance from rest
constexpr int repetitions = 8;   ///< with a series resistance potential and states settle in turn

bool looks_at_gates(Protocol const& protocol) {
    return std::ranges::any_of(protocol.curves, [](CurveRule const& c) { return c.measure == Measure::gates; });
}

/// Largest |a - b| over the largest |a|, of the steps that a sweep has.
class Largest {
public:
    void add(std::vector<double> const& a, std::vector<double> const& b, std::vector<int> const& steps, int last) {
        for (std::size_t row = 0; row < steps.size() && steps[row] <= last; ++row) {
            difference_ = std::max(difference_, std::abs(a[row] - b[row]));
            size_ = std::max(size_, std::abs(a[row]));
        }
    }
    double relative() const { return size_ > 0 ? difference_ / size_ : 0; }

private:
    double difference_ = 0, size_ = 0;
};

}  // namespace

std::vector<std::vector<double>> steady_states(Protocol const& protocol, int segment, Variant const& variant,
                                               Clamp const& clamp) {
    Protocol still;
    still.name = protocol.name;
    still.dt = endless;
    still.curves.emplace_back().measure = Measure::gates;
    double const holding = protocol.sweeps.front().pieces.front().from;
    for (auto const& sweep : protocol.sweeps) {
        double const v = std::ranges::find(sweep.pieces, segment, &Piece::segment)->to;
        still.sweeps.push_back({sweep.values, {{0, 0, 1, holding, holding}, {1, 1, 1 + repetitions, v, v}}});
    }
    std::vector<std::vector<double>> rest(protocol.sweeps.size(),
                                          std::vector<double>(variant.states.size(), std::nan("")));
    auto implicit = clamp;
    implicit.exact = false;
    Diagnostics said_before;
    // Explicit methods, and time constants below zero, leave all bounds in such a step.
    auto const experiment = run(still, {variant}, implicit, said_before, {{}, true});
    for (std::size_t s = 0; s < rest.size(); ++s)
        for (std::size_t state = 0; state < rest[s].size(); ++state) {
            auto const& values = experiment.recordings[0][s].states[state];
            double const last = values[repetitions + 1], before = values[repetitions];
            if (std::abs(last - before) <= 1e-9 * std::max(1.0, std::abs(last))) rest[s][state] = last;
        }
    return rest;
}

bool step_is_exact(Protocol const& protocol, Variant const& variant, Clamp const& clamp) {
    auto const& gating = variant.mechanism->gating;
    bool const scheme = gating.n_transitions > 0 && !gating.obstacle &&
                        static_cast<std::size_t>(gating.n_states) == variant.states.size();
    constexpr double ideal = 1e-6;  // Mohm
    return scheme && clamp.exact && clamp.series_resistance <= ideal &&
           std::ranges::all_of(protocol.sweeps, [](Sweep const& sweep) {
               return std::ranges::none_of(sweep.pieces, [](Piece const& p) { return p.waveform || p.from != p.to; });
           });
}

double step_error(Protocol const& protocol, Experiment const& experiment, std::size_t v, Variant const& variant,
                  Clamp const& clamp) {
    auto halved = protocol;
    halved.dt /= 2;
    for (auto& sweep : halved.sweeps)
        for (auto& piece : sweep.pieces) {
            piece.begin *= 2;
            piece.end *= 2;
        }
    auto keep = experiment.steps;
    for (int& step : keep) step *= 2;
    Diagnostics said_before;
    auto const finer = run(halved, {variant}, clamp, said_before, {std::move(keep), false});
    std::vector<Largest> largest(looks_at_gates(protocol) ? variant.states.size() : 1);
    for (std::size_t s = 0; s < protocol.sweeps.size(); ++s) {
        auto const &coarse = experiment.recordings[v][s], &fine = finer.recordings[0][s];
        int const last = protocol.sweeps[s].steps();
        if (!looks_at_gates(protocol)) largest[0].add(coarse.current, fine.current, experiment.steps, last);
        else
            for (std::size_t k = 0; k < largest.size(); ++k)
                largest[k].add(coarse.states[k], fine.states[k], experiment.steps, last);
    }
    double error = 0;
    for (auto const& one : largest) error = std::max(error, 2 * one.relative());
    return error;
}

}  // namespace rall::channel
