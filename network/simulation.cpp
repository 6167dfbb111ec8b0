#include "network/simulation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/whole.hpp"
#include "network/exchange.hpp"
#include "network/senders.hpp"
#include "solver/lowering/lower.hpp"

namespace rall::network {

namespace {
/// Longest epoch (ms): short enough for a lively progress bar and small sample buffers.
constexpr double longest_epoch = 10;
/// Samples of an epoch take no more than this (bytes), but where a single step has more: 10^6 compartments at every step would fill 3 GB in 10 ms.
constexpr double sample_room = 64 << 20;
/// An epoch that would take longer (s) is cut, so that whoever waits for its end, to write results or to stop, does not wait long.
constexpr double longest_wait = 5;
/// What a step takes before one has been measured (s): so much that the first epoch is short.
constexpr double guessed_step = longest_wait / 10;
/// How often voltages are looked at (ms): fixed, so that when a cell is found to diverge depends on nothing else.
constexpr double between_looks = 1;

/// More steps are not made between two exchanges, so that what they send needs little room.
constexpr int most_steps_at_once = 1 << 20;

/// NEURON's number of steps: as long as t is below tstop - dt/2. With variable steps the last one ends at tstop.
std::int64_t steps_of(model::Model const& m) {
    bool const variable = m.method == model::Method::cvode;
    double const steps = std::ceil(m.tstop / m.dt - (variable ? 0 : 0.5) - 1e-9);
    if (!(m.dt > 0 && steps <= most_exact))
        throw InputError("too-many-steps", {},
                         std::to_string(m.tstop) + " ms cannot be cut into steps of " + std::to_string(m.dt) + " ms",
                         "a run has at most 2^53 steps");
    return std::max<std::int64_t>(1, truncated<std::int64_t>(steps));
}

/// Steps that an interval (ms) comes to, as far as they are counted.
int steps_in(double interval, double dt, std::int64_t most) {
    return static_cast<int>(
        std::clamp<std::int64_t>(rounded<std::int64_t>(interval / dt), 1, std::min<std::int64_t>(most, most_steps_at_once)));
}

/// Steps whose samples fit into sample_room.
int sampled_steps(model::Model const& m) {
    double bytes = 0;  // a step
    for (auto const& probe : m.probes)
        bytes += static_cast<double>(probe.sites.size() * sizeof(double)) / static_cast<double>(model::sampling_of(probe, m.dt).period);
    return static_cast<int>(std::clamp(sample_room / std::max(bytes, 1.0), 1.0, static_cast<double>(most_steps_at_once)));
}

/// Ranks that have read different files must not begin.
Communicator const& with_same_model(model::Model const& m, Communicator const& ranks) {
    if (ranks.is_alone()) return ranks;
    std::uint64_t digest = 14695981039346656037ull;
    auto const add = [&](std::uint64_t number) { digest = (digest ^ number) * 1099511628211ull; };
    for (double const number : {m.dt, m.tstop, m.v_init, m.celsius}) add(std::bit_cast<std::uint64_t>(number));
    add(m.seed), add(m.types.size()), add(m.pointers.size());
    for (auto const& cell : m.cells) add(cell.gid), add(static_cast<std::uint64_t>(cell.type));
    for (auto const& source : m.sources) add(source.gid);
    for (auto const& set : m.points)
        for (char const c : set.mechanism) add(static_cast<std::uint64_t>(c));
    for (auto const& probe : m.probes) add(probe.sites.size());
    std::vector<std::uint64_t> all;
    ranks.gather_to_all(digest, all);
    for (auto const other : all)
        if (other != all[0])
            throw InputError("ranks-differ", {}, "the ranks have read different models", "make sure that all machines see the same config and the files that it names");
    return ranks;
}
}  // namespace

struct Simulation::Implementation {
    Implementation(model::Model const& m, std::vector<model::Connection> connections, KernelLibrary const& library,
                   Options o, Diagnostics& diagnostics)
        : model(m),
          options(std::move(o)),
          last_step(steps_of(m)),
          all_ranks(with_same_model(m, Communicator::or_alone(options.ranks))),
          epoch(rounded<int>(all_ranks.least(epoch_steps(m, connections, std::min(steps_in(longest_epoch, m.dt, last_step), sampled_steps(m)))))),
          end(m.method == model::Method::cvode ? m.tstop : static_cast<double>(last_step) * m.dt),
          lowered(m, own(std::move(connections)), library, {options.group_bytes, epoch, options.on_progress, portion(), options.ranks}, diagnostics),
          exchange(m, lowered, epoch, all_ranks.most(lowered.connections().longest_delay())),
          senders(m, lowered, all_ranks),
          ranks(all_ranks, lowered),
          sampled(all_ranks.any(static_cast<bool>(options.on_samples))) {
        if (senders.any && !senders.run_ahead) epoch = 1;
        for (int g = 0; g < lowered.n_groups(); ++g) all.push_back(g);
        auto const& bytes = lowered.bytes();
        for (auto const& cell : m.cells)
            size.compartments += static_cast<std::int64_t>(m.types[cell.type].cable->n_cut());
        size.cells = static_cast<std::int64_t>(m.cells.size());
        size.nodes = all_ranks.sum(lowered.n_nodes());
        size.groups = all_ranks.sum(lowered.n_groups());
        size.point_processes = all_ranks.sum(lowered.connections().targets().n_instances());
        size.connections = all_ranks.sum(static_cast<std::int64_t>(lowered.connections().size())) + rounded<std::int64_t>(exchange.n_made_again());
        size.node_bytes = all_ranks.sum(bytes.nodes);
        size.mechanism_bytes = all_ranks.sum(bytes.mechanisms);
        size.index_bytes = all_ranks.sum(bytes.indices);
        size.event_bytes = all_ranks.sum(bytes.events + exchange.bytes());
        size.probe_bytes = all_ranks.sum(bytes.probes);
    }

    solver::Portion portion() const { return options.shares ? options.shares->portion(all_ranks.rank()) : solver::Portion{}; }
    std::vector<model::Connection> own(std::vector<model::Connection> connections) const {
        keep_own(model, portion(), connections);
        return connections;
    }

    solver::Advance launch(int steps) const {
        return {step,
                steps,
                model.dt,
                model.celsius,
                model.seed,
                model.method == model::Method::crank_nicolson,
                model.exact_gating,
                last_step,
                end,
                std::max(1, rounded<int>(between_looks / model.dt)),
                options.lowest_voltage,
                options.highest_voltage};
    }

    void record(solver::SpikeOut const& s) {
        if (all_ranks.is_first() && model.sources[s.source].recorded) spikes.push_back({s.time, model.sources[s.source].gid});
    }

    /// Spikes of trains before `until` (ms).
    void play(double until) {
        for (auto const& s : exchange.play(until)) record(s);
    }

    /// Spikes of the last launch: to the record and to those who hear them.
    void take() {
        auto sent = lowered.spikes();
        ranks.exchange(sent, lowered.trade_seconds());
        for (auto const& s : sent) record(s);
        exchange.send(std::move(sent));
    }

    /// Puts the spikes recorded since there were `first` of them into their places.
    void sort_spikes(std::size_t first) {
        auto const earlier = [](Spike const& a, Spike const& b) {
            return std::tie(a.time, a.gid) < std::tie(b.time, b.gid);
        };
        auto const middle = spikes.begin() + static_cast<std::ptrdiff_t>(first);
        std::sort(middle, spikes.end(), earlier);
        if (middle != spikes.end())
            std::inplace_merge(std::upper_bound(spikes.begin(), middle, *middle, earlier), middle, spikes.end(),
                               earlier);
    }

    /// Events of senders until `until` (ms), and what they send on: each is delivered when no earlier one can come any more. As in NEURON,
    /// conditions are looked at between what is due by the begin of the step and what is due later.
    void settle(double until) {
        if (!senders.any) return exchange.end_instant();
        constexpr int most_rounds = 10'000;  // at one time
        double const begin = static_cast<double>(step) * model.dt;
        double last = -1;
        for (int rounds = 0;; ++rounds) {
            double next = std::numeric_limits<double>::infinity();
            for (int g : senders.groups) next = std::min({next, lowered.next_event(g, step), exchange.next(g)});
            next = all_ranks.least(next);
            if (next > until) return exchange.end_instant();
            if (next > last) rounds = 0;
            if (rounds > most_rounds)
                throw InputError("events-without-end", {},
                                 "events at t = " + std::to_string(next) + " ms cause one another without end",
                                 "give a connection between artificial cells a delay above 0");
            last = next;
            // What they send back comes after what is dealt with now, or at its very time.
            double const before_answers = senders.back > 0 ? std::nextafter(next + senders.back, 0) : next;
            double const to = std::min(next <= begin ? std::min(begin, until) : until, before_answers);
            lowered.deliver(launch(0), senders.groups, exchange.due_until(senders.groups, to), to);
            take();
        }
    }

    /// All events due until `until` (ms), without a step.
    void deliver(double until) {
        play(std::nextafter(until, std::numeric_limits<double>::max()));
        settle(until);
        lowered.deliver(launch(0), all, exchange.due_until(all, until), until);
        take();
    }

    void tell_diverged() const {
        for (auto const& cell : lowered.diverged()) {
            double const t = static_cast<double>(cell.step) * model.dt;
            if (!options.on_diverged) throw lowered.not_finite(cell, t);
            options.on_diverged(cell.cell, cell.point, t);
        }
    }

    /// What comes after step `at` - 1 spikes later than its middle, since all events due by then have happened.
    double settled(std::int64_t at) const { return static_cast<double>(std::max<std::int64_t>(0, at - 1)) * model.dt; }

    /// Hands on the samples taken at steps in (after, last].
    void give_samples(std::int64_t after, std::int64_t last) {
        if (!sampled) return;
        std::vector<Ranks::Taken> taken;
        std::vector<std::int64_t> firsts;
        std::vector<std::size_t> sites;
        for (std::size_t p = 0; p < model.probes.size(); ++p) {
            auto const sampling = model::sampling_of(model.probes[p], model.dt);
            auto const samples_until = [&](std::int64_t s) {  // number of samples at steps <= s
                return s < sampling.start ? 0 : std::min(sampling.count, (s - sampling.start) / sampling.period + 1);
            };
            auto const first = samples_until(after), rows = samples_until(last) - first;
            if (rows == 0 || model.probes[p].sites.empty()) continue;
            taken.push_back({static_cast<int>(p), rows});
            firsts.push_back(first);
            sites.push_back(model.probes[p].sites.size());
        }
        if (taken.empty()) return;
        ranks.samples(taken, lowered.samples(), sites, [&](std::size_t k, double const* values) {
            if (options.on_samples) options.on_samples({taken[k].probe, firsts[k], taken[k].rows, static_cast<std::int64_t>(sites[k]), values});
        });
    }

    /// An event that no connection brings.
    struct Sent {
        model::PointRef target;
        double time, weight;
    };
    void put(Sent const& event) {
        exchange.put(lowered.target(event.target), event.time, event.weight);
        put_in.push_back(event);
    }
    /// Of these, those that are under way; the others are forgotten.
    std::vector<Sent> const& put_under_way() {
        std::erase_if(put_in, [&](Sent const& event) { return !exchange.under_way(event.time, step); });
        return put_in;
    }

    model::Model const& model;
    Options options;
    std::int64_t last_step;
    Communicator const& all_ranks;
    int epoch;
    double end;  ///< ms
    std::int64_t step = 0;
    double seconds_per_step = guessed_step;  ///< of the last epoch. Changes no result
    solver::Lowered lowered;
    Exchange exchange;
    Senders senders;
    Ranks ranks;
    bool sampled;          ///< does anybody want samples?
    std::vector<int> all;  ///< groups
    Size size;
    std::vector<Spike> spikes;
    std::vector<Sent> put_in;
};

Simulation::Simulation(model::Model const& model, std::vector<model::Connection> connections,
                       KernelLibrary const& library, Options options, Diagnostics& diagnostics)
    : implementation_(std::make_unique<Implementation>(model, std::move(connections), library, std::move(options), diagnostics)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;

void Simulation::initialize() {
    auto& s = *implementation_;
    s.ranks.begin();
    s.lowered.initialize(s.launch(0));
    s.take();
    s.deliver(0);
    s.lowered.begin(s.launch(0));
    s.take();
    s.sort_spikes(0);
    s.give_samples(-1, 0);
}

bool Simulation::advance(std::int64_t last) {
    auto& s = *implementation_;
    if (s.step >= s.last_step) return false;
    int const patience = std::clamp(truncated<int>(longest_wait / s.seconds_per_step), 1, s.epoch);
    int const steps = static_cast<int>(std::clamp<std::int64_t>(std::min(last, s.last_step) - s.step, 1, patience));
    s.ranks.begin_epoch();
    auto const recorded = s.spikes.size();
    double const end = static_cast<double>(s.step + steps) * s.model.dt;
    s.play(end);
    if (s.model.method == model::Method::cvode) s.settle(std::nextafter(std::min(end, s.end), 0));
    else s.settle(static_cast<double>(s.step + steps - 1) * s.model.dt + 0.5 * s.model.dt);
    s.lowered.advance(s.launch(steps), s.exchange.due_before(s.step + steps));
    s.take();
    s.tell_diverged();
    s.step += steps;
    if (s.step == s.last_step) s.deliver(s.end);
    s.sort_spikes(recorded);
    if (s.exchange.has_much_to_forget()) s.exchange.forget(settled(), s.step);
    s.give_samples(s.step - steps, s.step);
    s.seconds_per_step = s.ranks.epoch_seconds() / steps;
    return s.step < s.last_step;
}

void Simulation::send(model::PointRef target, double time, double weight) {
    auto& s = *implementation_;
    auto const& set = s.model.points[static_cast<std::size_t>(target.set)];
    auto const& info = s.lowered.mechanism(target);
    if (!info.has_receive)
        throw InputError("event-not-received", {}, set.mechanism + " has no NET_RECEIVE, so that no event reaches it");
    if (auto const* why = model::must_be_stored(info))
        throw InputError("event-needs-connection", {}, "an event for " + set.mechanism + " needs a connection: " + why,
                         "connect a generator with it");
    if (!(time >= this->time()) || time == std::numeric_limits<double>::infinity())
        throw InputError("event-in-the-past", {}, "an event at " + std::to_string(time) + " ms cannot be sent at " + std::to_string(this->time()) + " ms");
    s.put({target, time, weight});
}

solver::Seats Simulation::find(std::string const& variable, std::string const& owner, std::vector<model::Site> const& sites) {
    return implementation_->lowered.find(variable, owner, sites);
}
void Simulation::read(solver::Seats const& seats, double* values) { implementation_->lowered.read(seats, values); }
void Simulation::write(solver::Seats const& seats, double const* values) {
    implementation_->lowered.write(seats, values, implementation_->step);
}

void Simulation::ask(int wish) { implementation_->ranks.ask(wish); }
int Simulation::asked() const { return implementation_->ranks.asked(); }

double Simulation::settled() const { return implementation_->settled(implementation_->step); }
double Simulation::settled(model::Snapshot const& snapshot) { return snapshot.list("spikes/since", 1)[0]; }

model::Snapshot Simulation::save() {
    auto& s = *implementation_;
    model::Snapshot snapshot;
    snapshot.step = s.step;
    s.lowered.save(snapshot);
    // The first variable step goes no further than the epoch: that must end where it ends in a simulation that is restored.
    s.seconds_per_step = guessed_step;
    snapshot.numbers["spikes/since"] = {settled()};
    auto& times = snapshot.numbers["spikes/time"];
    auto &gids = snapshot.counts["spikes/gid"], &orders = snapshot.counts["spikes/order"];
    for (auto const& spike : s.exchange.sent_since(settled(), s.step)) {
        times.push_back(spike.time);
        gids.push_back(s.model.sources[spike.source].gid);
        orders.push_back(spike.order);
    }
    for (auto const& event : s.put_under_way()) {
        snapshot.counts["sent/set"].push_back(static_cast<std::uint64_t>(event.target.set));
        snapshot.counts["sent/instance"].push_back(static_cast<std::uint64_t>(event.target.index));
        snapshot.numbers["sent/time"].push_back(event.time);
        snapshot.numbers["sent/weight"].push_back(event.weight);
    }
    return snapshot;
}

void Simulation::restore(model::Snapshot const& snapshot, std::vector<Spike> spikes) {
    auto& s = *implementation_;
    s.ranks.begin();
    if (snapshot.step < 0 || snapshot.step >= s.last_step)
        model::snapshot_misfit("it was made after " + std::to_string(snapshot.step) + " steps, of which there are " + std::to_string(s.last_step));
    auto const& times = snapshot.numbers_of("spikes/time");
    auto const &gids = snapshot.counts_of("spikes/gid"), &orders = snapshot.counts_of("spikes/order");
    if (gids.size() != times.size() || orders.size() != times.size()) model::snapshot_misfit("spikes are not as many as their times");
    s.lowered.initialize(s.launch(0));
    s.lowered.restore(snapshot);
    s.step = snapshot.step;
    std::unordered_map<std::uint64_t, int> source;
    for (int k = 0; k < static_cast<int>(s.model.sources.size()); ++k) source.emplace(s.model.sources[k].gid, k);
    std::vector<solver::SpikeOut> sent;
    for (std::size_t i = 0; i < times.size(); ++i) {
        auto const found = source.find(gids[i]);
        if (found == source.end()) model::snapshot_misfit("nothing spikes under the gid " + std::to_string(gids[i]));
        sent.push_back({times[i], found->second, static_cast<std::uint32_t>(orders[i])});
    }
    auto const since = settled(snapshot);
    s.spikes = std::move(spikes);
    if (snapshot.counts.contains("sent/set")) {
        auto const &sets = snapshot.counts_of("sent/set"), &instances = snapshot.counts_of("sent/instance");
        auto const &at = snapshot.numbers_of("sent/time"), &weights = snapshot.numbers_of("sent/weight");
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (sets[i] >= s.model.points.size() || instances.size() != sets.size() || at.size() != sets.size() || weights.size() != sets.size() ||
                instances[i] >= s.model.points[sets[i]].cell.size())
                model::snapshot_misfit("events that were sent lead nowhere");
            s.put_in.push_back({{static_cast<int>(sets[i]), static_cast<int>(instances[i])}, at[i], weights[i]});
        }
    }
    for (auto const& spike : s.exchange.resume(s.step, sent, since)) s.record(spike);
    for (auto const& spike : sent)
        if (spike.time >= since) s.record(spike);
    s.sort_spikes(0);
    for (auto const& event : std::exchange(s.put_in, {})) s.put(event);
}

double Simulation::time() const { return static_cast<double>(implementation_->step) * implementation_->model.dt; }
double Simulation::epoch() const { return implementation_->epoch * implementation_->model.dt; }
std::int64_t Simulation::last_step() const { return implementation_->last_step; }
std::int64_t Simulation::steps() const { return implementation_->step; }
solver::StepCounts Simulation::step_counts() const { return implementation_->lowered.step_counts(); }
Size const& Simulation::size() const { return implementation_->size; }
RankSeconds const& Simulation::seconds() const { return implementation_->ranks.seconds(); }
std::vector<Spike> const& Simulation::spikes() const { return implementation_->spikes; }

}  // namespace rall::network
