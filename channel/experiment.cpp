#include "channel/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "channel/patch.hpp"
#include "network/simulation.hpp"

namespace rall::channel {
namespace {

/// Steps of the protocol that are kept: all, or 64 per doubling of the time since a segment began.
std::vector<int> kept_steps(Protocol const& protocol) {
    int last = 0;
    for (auto const& sweep : protocol.sweeps) last = std::max(last, sweep.steps());
    std::vector<char> keep(static_cast<std::size_t>(last) + 1, protocol.log_samples ? 0 : 1);
    if (protocol.log_samples)
        for (auto const& sweep : protocol.sweeps)
            for (auto const& piece : sweep.pieces)
                for (int k = 0; k <= piece.end - piece.begin; k += 1 + k / 64)
                    keep[piece.begin + k] = keep[piece.end] = 1;
    std::vector<int> steps;
    for (int k = 0; k <= last; ++k)
        if (keep[k]) steps.push_back(k);
    return steps;
}

/// The command of all sweeps, one behind the other, as corners: two at one time where it jumps.
model::FunctionTable command_table(Protocol const& protocol, double sweep_length) {
    model::FunctionTable table;
    auto const corner = [&](double t, double v) {
        table.x.push_back(t);
        table.values.push_back(v);
    };
    double at = 0;
    for (auto const& sweep : protocol.sweeps) {
        for (auto const& piece : sweep.pieces) {
            double const begin = at + piece.begin * protocol.dt, end = at + piece.end * protocol.dt;
            if (piece.waveform) {
                auto const& w = *protocol.waveform;
                for (std::size_t k = 0; k < w.t.size() && begin + w.t[k] <= end; ++k) corner(begin + w.t[k], w.v[k]);
            } else {
                corner(begin, piece.from);
                corner(end, piece.to);
            }
        }
        at += sweep_length;
    }
    table.n = {static_cast<int>(table.x.size())};
    return table;
}

model::IonValue ion_value(std::string const& name, double value) {
    if (name.front() == 'e') return {name.substr(1), IonField::reversal, {0}, value};
    return {name.substr(0, name.size() - 1), name.back() == 'i' ? IonField::inner : IonField::outer, {0}, value};
}

bool uses(MechanismInfo const& mechanism, std::string const& ion) {
    return std::any_of(mechanism.ions, mechanism.ions + mechanism.n_ions,
                       [&](IonInfo const& used) { return ion == used.name; });
}

/// What a probe of a batch looks at, in the order of the probes of a variant.
enum Looks { potential, measured_current, first_other };

class Run {
public:
    Run(Protocol const& protocol, std::vector<Variant> const& variants, Clamp const& clamp, RunOptions const& how)
        : protocol_(protocol), variants_(variants), clamp_(clamp), how_(how) {
        result_.steps = how.keep.empty() ? kept_steps(protocol) : how.keep;
        row_of_.assign(static_cast<std::size_t>(result_.steps.back()) + 2, -1);
        for (std::size_t row = 0; row < result_.steps.size(); ++row)
            row_of_[result_.steps[row]] = static_cast<int>(row);
        with_states_ =
            std::ranges::any_of(protocol.curves, [](CurveRule const& c) { return c.measure == Measure::gates; });
        auto const rows = result_.steps.size();
        for (auto const& variant : variants) {
            Recording blank{std::vector<double>(rows), std::vector<double>(rows), {}, std::nan("")};
            if (with_states_) blank.states.assign(variant.states.size(), std::vector<double>(rows));
            result_.recordings.emplace_back(protocol.sweeps.size(), blank);
        }
    }

    Experiment operator()(Diagnostics& diagnostics) {
        std::vector<std::vector<std::size_t>> batches;
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            auto const alike = std::ranges::find_if(batches, [&](auto const& batch) {
                auto const& other = variants_[batch.front()];
                return other.catalogue == variants_[i].catalogue && other.globals == variants_[i].globals;
            });
            if (alike != batches.end()) alike->push_back(i);
            else batches.push_back({i});
        }
        for (auto const& batch : batches) simulate(batch, diagnostics);
        return std::move(result_);
    }

private:
    void simulate(std::vector<std::size_t> const& batch, Diagnostics& diagnostics) {
        model::Model model;
        std::vector<Looks> looks;
        std::vector<std::size_t> variant_of;
        std::vector<int> state_of;
        model.dt = protocol_.dt;
        model.celsius = clamp_.celsius;
        model.exact_gating = clamp_.exact;
        model.v_init = protocol_.sweeps.front().pieces.front().from;
        double const sweep_length = (result_.steps.back() + 1) * model.dt;  // a step more, for the last currents
        model.tstop = sweep_length;
        model.tables["CommandClamp"]["command"] = command_table(protocol_, sweep_length);
        auto const n = static_cast<int>(protocol_.sweeps.size());
        model::PointSet clamps{"clamp", "CommandClamp", {}, {}, {}, {}, {}};
        std::vector<double> at;
        for (auto const i : batch) {
            auto const& variant = variants_[i];
            auto const type = static_cast<int>(model.types.size());
            auto const first = static_cast<int>(model.cells.size());
            model::CellType kind;
            kind.name = variant.label;
            kind.cable = patch(100 * clamp_.capacitance);  // 1 uF/cm2 is 0.01 pF/um2
            model::Painted painted{variant.mechanism->name, {0}, {}};
            for (auto const& [name, value] : variant.parameters) painted.parameters[name] = value;
            kind.mechanisms.push_back(painted);
            for (auto const& [name, value] : clamp_.ions)
                if (auto const ion = ion_value(name, value); uses(*variant.mechanism, ion.ion))
                    kind.ions.push_back(ion);
            model.types.push_back(std::move(kind));
            if (!variant.globals.empty()) model.globals[variant.mechanism->name] = variant.globals;
            std::vector<model::Site> sites;
            for (int k = 0; k < n; ++k) {
                model.cells.push_back({static_cast<std::uint64_t>(first + k), type, variant.label});
                clamps.cell.push_back(first + k);
                clamps.compartment.push_back(0);
                at.push_back(k * sweep_length);
                sites.push_back({first + k, 0});
            }
            auto const probe = [&](std::string const& variable, bool own, Looks what, int state = -1,
                                   bool once = false) {
                model.probes.push_back({variable, variable, own ? variant.mechanism->name : "", sites, model.dt, 0,
                                        once ? model.dt : model.tstop + model.dt});
                looks.push_back(what);
                variant_of.push_back(i);
                state_of.push_back(state);
            };
            probe("v", false, potential);
            probe(variant.current, true, measured_current);
            if (!variant.reversal.empty()) probe(variant.reversal, false, first_other, -1, true);
            for (std::size_t s = 0; with_states_ && s < variant.states.size(); ++s)
                probe(variant.states[s], true, first_other, static_cast<int>(s));
        }
        clamps.parameters = {{"rs", clamp_.series_resistance}, {"at", model::Values(std::move(at))}};
        model.points.push_back(std::move(clamps));

        network::Options options;
        options.on_samples = [&](network::Samples const& samples) {
            auto const probe = static_cast<std::size_t>(samples.probe);
            auto& sweeps = result_.recordings[variant_of[probe]];
            bool const is_current = looks[probe] == measured_current;
            for (std::int64_t r = 0; r < samples.rows; ++r) {
                // The current sampled at a step is that of the potential and states of the step before.
                auto const step = samples.first + r - (is_current ? 1 : 0);
                int const row = step < 0 ? -1 : row_of_[step];
                double const* const values = samples.values + r * samples.sites;
                for (int k = 0; k < n; ++k) {
                    auto& sweep = sweeps[k];
                    if (looks[probe] == first_other && state_of[probe] < 0) sweep.reversal = values[k];
                    else if (row < 0) continue;
                    else if (looks[probe] == potential) sweep.v[row] = values[k];
                    else if (is_current) sweep.current[row] = values[k];
                    else sweep.states[state_of[probe]][row] = values[k];
                }
            }
        };
        std::vector<int> diverged;
        if (how_.skip_diverged)
            options.on_diverged = [&](int cell, model::PointRef, double) { diverged.push_back(cell); };
        auto const names = model.mechanism_names();
        if (clamp_.tables) model.kernels.tabulated.insert(names.begin(), names.end());
        auto const kernels = variants_[batch.front()].catalogue->library(names, {}, model.kernels);
        diagnostics.append(kernels.findings);
        network::Simulation simulation(model, model.connections, *kernels.library, options, diagnostics);
        simulation.initialize();
        while (simulation.advance()) {
        }
        for (int const cell : diverged) {
            auto& sweep = result_.recordings[batch[static_cast<std::size_t>(cell / n)]][cell % n];
            std::ranges::fill(sweep.current, std::nan(""));
            for (auto& values : sweep.states) std::ranges::fill(values, std::nan(""));
        }
    }

    Protocol const& protocol_;
    std::vector<Variant> const& variants_;
    Clamp const& clamp_;
    RunOptions const& how_;
    Experiment result_;
    std::vector<int> row_of_;  ///< per step: where it is kept, or -1
    bool with_states_;
};

}  // namespace

double command(Protocol const& protocol, Sweep const& sweep, int step) {
    auto const piece = std::ranges::find_if(sweep.pieces, [&](Piece const& p) { return step <= p.end; });
    auto const& p = piece == sweep.pieces.end() ? sweep.pieces.back() : *piece;
    double const since = std::max(step - p.begin - 0.5, 0.0);  // steps
    if (!p.waveform) return p.from + (p.to - p.from) * std::min(since / (p.end - p.begin), 1.0);
    auto const& w = *protocol.waveform;
    auto const after = std::ranges::upper_bound(w.t, since * protocol.dt) - w.t.begin();
    if (after == 0) return w.v.front();
    if (after == std::ssize(w.t)) return w.v.back();
    double const part = (since * protocol.dt - w.t[after - 1]) / (w.t[after] - w.t[after - 1]);
    return w.v[after - 1] + part * (w.v[after] - w.v[after - 1]);
}

Experiment run(Protocol const& protocol, std::vector<Variant> const& variants, Clamp const& clamp,
               Diagnostics& diagnostics, RunOptions const& options) {
    return Run(protocol, variants, clamp, options)(diagnostics);
}

}  // namespace rall::channel
