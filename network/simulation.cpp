#include "network/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "network/exchange.hpp"
#include "solver/lowering/lower.hpp"

namespace rall::network {

namespace {
/// Longest epoch (ms): short enough for a lively progress bar and small sample buffers.
constexpr double longest_epoch = 10;
/// How often voltages are looked at (ms): fixed, so that when a cell is found to diverge depends on nothing else.
constexpr double between_looks = 1;
}  // namespace

struct Simulation::Implementation {
    Implementation(model::Model const& m, KernelLibrary const& library, Options o, Diagnostics& diagnostics)
        : model(m),
          options(std::move(o)),
          epoch(epoch_steps(m, std::max(1, static_cast<int>(std::lround(longest_epoch / m.dt))))),
          last_step(std::llround(std::ceil(m.tstop / m.dt - 1e-9))),
          lowered(m, library, {options.group_bytes, epoch}, diagnostics),
          exchange(m, lowered) {
        auto const& bytes = lowered.bytes();
        for (auto const& cell : m.cells)
            size.compartments += static_cast<std::int64_t>(m.types[cell.type].cable->compartments.size());
        size.cells = static_cast<std::int64_t>(m.cells.size());
        size.nodes = lowered.n_nodes();
        size.groups = lowered.n_groups();
        for (auto const& set : m.points) size.point_processes += static_cast<std::int64_t>(set.cell.size());
        size.connections = static_cast<std::int64_t>(m.connections.size());
        size.node_bytes = bytes.nodes;
        size.mechanism_bytes = bytes.mechanisms;
        size.index_bytes = bytes.indices;
        size.event_bytes = bytes.events + exchange.bytes();
        size.probe_bytes = bytes.probes;
    }

    solver::Advance launch(int steps) const {
        return {step,
                steps,
                model.dt,
                model.celsius,
                model.v_init,
                model.seed,
                model.method == model::Method::crank_nicolson,
                model.exact_gating,
                last_step,
                std::max(1, static_cast<int>(std::lround(between_looks / model.dt))),
                options.lowest_voltage,
                options.highest_voltage};
    }

    /// Spikes of the last launch and of spike trains: to the record and to those who hear them.
    void take(std::vector<solver::SpikeOut> const& heard, std::vector<solver::SpikeOut> const& played) {
        auto const first = spikes.size();
        auto const record = [&](solver::SpikeOut const& s) {
            if (model.sources[s.source].recorded) spikes.push_back({s.time, model.sources[s.source].gid});
        };
        for (auto const& s : heard) {
            exchange.spike(s.source, s.time);
            record(s);
        }
        for (auto const& s : played) record(s);
        std::sort(spikes.begin() + static_cast<std::ptrdiff_t>(first), spikes.end(),
                  [](Spike const& a, Spike const& b) { return std::tie(a.time, a.gid) < std::tie(b.time, b.gid); });
    }

    void tell_diverged() const {
        for (auto const& cell : lowered.diverged()) {
            double const t = static_cast<double>(cell.step) * model.dt;
            if (!options.on_diverged) throw lowered.not_finite(cell, t);
            options.on_diverged(cell.cell, t);
        }
    }

    /// Hands on the samples taken at steps in (after, last].
    void give_samples(std::int64_t after, std::int64_t last) {
        if (!options.on_samples) return;
        auto const& probes = lowered.probes();
        for (std::size_t p = 0; p < probes.size(); ++p) {
            auto const& probe = probes[p];
            auto const samples_until = [&](std::int64_t s) {  // number of samples at steps <= s
                s = std::min(s, probe.stop - 1);
                return s < probe.start ? 0 : (s - probe.start) / probe.period + 1;
            };
            auto const first = samples_until(after), rows = samples_until(last) - first;
            if (rows == 0) continue;
            auto const sites = static_cast<std::int64_t>(model.probes[p].sites.size());
            table.resize(static_cast<std::size_t>(rows * sites));
            for (auto const& part : probe.columns) {
                double const* from = lowered.samples() + part.first;
                for (std::int64_t r = 0; r < rows; ++r)
                    for (int site : part.sites) table[static_cast<std::size_t>(r * sites + site)] = *from++;
            }
            options.on_samples({static_cast<int>(p), first, rows, sites, table.data()});
        }
    }

    model::Model const& model;
    Options options;
    int epoch;
    std::int64_t last_step;
    std::int64_t step = 0;
    solver::Lowered lowered;
    Exchange exchange;
    Size size;
    std::vector<Spike> spikes;
    std::vector<double> table;
};

Simulation::Simulation(model::Model const& model, KernelLibrary const& library, Options options,
                       Diagnostics& diagnostics)
    : implementation_(std::make_unique<Implementation>(model, library, std::move(options), diagnostics)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;

void Simulation::initialize() {
    auto& s = *implementation_;
    s.lowered.initialize(s.launch(0));
    s.take(s.lowered.spikes(), {});
    s.give_samples(-1, 0);
}

bool Simulation::advance() {
    auto& s = *implementation_;
    if (s.step >= s.last_step) return false;
    int const steps = static_cast<int>(std::min<std::int64_t>(s.epoch, s.last_step - s.step));
    double const end = static_cast<double>(s.step + steps) * s.model.dt;
    auto const played = s.exchange.play(end);
    s.lowered.advance(s.launch(steps), s.exchange.due_before(s.step + steps));
    s.tell_diverged();
    s.step += steps;
    s.take(s.lowered.spikes(), played);
    s.give_samples(s.step - steps, s.step);
    return s.step < s.last_step;
}

double Simulation::time() const { return static_cast<double>(implementation_->step) * implementation_->model.dt; }
double Simulation::epoch() const { return implementation_->epoch * implementation_->model.dt; }
std::int64_t Simulation::steps() const { return implementation_->step; }
solver::StepCounts Simulation::step_counts() const { return implementation_->lowered.step_counts(); }
Size const& Simulation::size() const { return implementation_->size; }
std::vector<Spike> const& Simulation::spikes() const { return implementation_->spikes; }

}  // namespace rall::network
