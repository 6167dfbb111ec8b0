#include "network/exchange.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/runtime.hpp"
#include "base/whole.hpp"

namespace rall::network {
namespace {

/// No run has so many steps.
constexpr auto never = std::numeric_limits<std::int64_t>::max();

/// The first order of spikes that answer events: those of trains come before.
constexpr std::uint32_t behind_trains = 1u << 31;

/// The order of spikes of one time is that of the events that they answer, as in NEURON, whose queue gives them back in the order in which they
/// were put in: by when these were sent, then by the order of the spikes that sent them, then by who answers.
auto earlier_in(std::vector<model::SpikeSource> const& sources) {
    return [&sources](solver::SpikeOut const& a, solver::SpikeOut const& b) {
        return std::tuple(a.time, a.sent, a.order, sources[a.source].gid) < std::tuple(b.time, b.sent, b.order, sources[b.source].gid);
    };
}

}  // namespace

int epoch_steps(model::Model const& model, std::vector<model::Connection> const& connections, int longest) {
    double shortest = longest * model.dt;
    for (auto const& connection : connections)
        if (!leads_on(model, static_cast<int>(connection.source), connection.delay)) shortest = std::min(shortest, connection.delay);
    for (auto const& projection : model.projections) shortest = std::min(shortest, projection.shortest_delay);
    return std::clamp(truncated<int>(shortest / model.dt + 1e-9), 1, longest);
}

bool leads_on(model::Model const& model, int source, double delay) {
    auto const* from = std::get_if<model::PointRef>(&model.sources[source].origin);
    return from && delay < model.dt * (1 - 1e-9) &&
           (model.method != model::Method::cvode || model.points[from->set].cell[from->index] < 0);
}

std::int64_t step_of(double time, double dt) {
    if (!(time / dt < most_exact)) return never;
    auto step = std::max<std::int64_t>(0, truncated<std::int64_t>(std::floor(time / dt)));
    while (static_cast<double>(step + 1) * dt <= time) ++step;
    while (step > 0 && static_cast<double>(step) * dt > time) --step;
    return step;
}

std::int64_t delivery_step(double time, double dt) {
    if (!(time / dt < most_exact)) return never;
    auto step = std::max<std::int64_t>(0, truncated<std::int64_t>(std::ceil(time / dt - 0.5)));
    auto const late = [&](std::int64_t s) { return static_cast<double>(s) * dt + 0.5 * dt < time; };
    while (late(step)) ++step;
    while (step > 0 && !late(step - 1)) --step;
    return step;
}

Exchange::Exchange(model::Model const& model, solver::Lowered const& lowered, int epoch, double longest_delay)
    : model_(model),
      connections_(lowered.connections()),
      procedural_(model, connections_),
      longest_delay_(std::max(longest_delay, procedural_.longest_delay())),
      epoch_(epoch),
      due_(lowered.n_groups()) {
    constexpr double longest_ring = 64;          // buckets
    constexpr std::size_t worth_threads = 5000;  // connections
    in_parallel_ = static_cast<double>(connections_.size()) + procedural_.expected() > worth_threads;
    auto const ring = std::min(longest_ring, longest_delay_ / (epoch * model.dt) + 3);
    mailboxes_.assign(static_cast<std::size_t>(lowered.n_groups()), Mailbox(static_cast<int>(ring)));
    all_.resize(mailboxes_.size());
    std::iota(all_.begin(), all_.end(), 0);

    sort_trains();
}

/// A spike of a train answers the one before it, as that of NEURON's VecStim, which sends itself the next event when one comes.
void Exchange::sort_trains() {
    for (int k = 0; k < static_cast<int>(model_.sources.size()); ++k)
        if (auto const* train = std::get_if<model::SpikeTrain>(&model_.sources[k].origin))
            for (std::size_t i = 0; i < train->times.size(); ++i)
                played_.push_back({train->times[i], k, 0, i > 0 ? train->times[i - 1] : 0});
    std::ranges::sort(played_, {}, &solver::SpikeOut::time);
    std::vector<std::uint32_t> last(model_.sources.size());  // order of the last spike of a train so far
    for (auto first = played_.begin(), end = first; first != played_.end(); first = end) {
        end = std::ranges::upper_bound(first, played_.end(), first->time, {}, &solver::SpikeOut::time);
        for (auto spike = first; spike != end; ++spike) spike->order = last[spike->source];
        std::sort(first, end, earlier_in(model_.sources));
        for (auto spike = first; spike != end; ++spike)
            spike->order = last[spike->source] = static_cast<std::uint32_t>(spike - first);
    }
}

/// Gives spikes that answer events their order.
void Exchange::order(std::vector<solver::SpikeOut>& spikes) {
    auto const answers = std::partition(spikes.begin(), spikes.end(), [](auto const& spike) { return std::isinf(spike.sent); });
    std::sort(answers, spikes.end(), earlier_in(model_.sources));
    for (auto spike = answers; spike != spikes.end(); ++spike) {
        if (spike->time != instant_.time) instant_ = {spike->time, behind_trains};
        spike->order = instant_.next++;
    }
}

std::int64_t Exchange::step(double time) const {
    return model_.method == model::Method::cvode ? step_of(time, model_.dt) : delivery_step(time, model_.dt);
}

void Exchange::send(std::vector<solver::SpikeOut> spikes) {
    order(spikes);
    distribute(spikes);
    recent_.insert(recent_.end(), spikes.begin(), spikes.end());
}

double Exchange::when_sent(solver::SpikeOut const& spike) const {
    bool const crossed = std::holds_alternative<model::ThresholdSource>(model_.sources[spike.source].origin);
    return spike.time + (crossed ? solver::threshold_epsilon : 0);
}

bool Exchange::under_way(double due, std::int64_t step_now) const { return step_now == 0 ? due > 0 : step(due) >= step_now; }

void Exchange::forget(double time, std::int64_t step_now) {
    std::erase_if(recent_, [&](solver::SpikeOut const& spike) {
        return spike.time < time && !under_way(when_sent(spike) + longest_delay_, step_now);
    });
    recent_enough_ = std::max<std::size_t>(1 << 12, 2 * recent_.size());
}

std::vector<solver::SpikeOut> Exchange::sent_since(double time, std::int64_t step_now) {
    forget(time, step_now);
    auto spikes = recent_;
    std::ranges::sort(spikes, {}, [&](solver::SpikeOut const& s) { return std::tuple(s.time, model_.sources[s.source].gid, s.order); });
    return spikes;
}

std::vector<solver::SpikeOut> Exchange::resume(std::int64_t step_now, std::vector<solver::SpikeOut> const& spikes, double time) {
    for (auto& mailbox : mailboxes_) mailbox = Mailbox(mailbox.ring()), mailbox.begin_at(step_now / epoch_);
    recent_ = spikes;
    resumed_at_ = step_now;
    double const now = static_cast<double>(step_now) * model_.dt;
    auto const is_played = [&](solver::SpikeOut const& spike) { return step_now == 0 ? spike.time <= 0 : spike.time < now; };
    next_played_ = static_cast<std::size_t>(std::ranges::partition_point(played_, is_played) - played_.begin());
    std::vector<solver::SpikeOut> again, of_trains;
    for (std::size_t k = 0; k < next_played_; ++k) {
        if (under_way(when_sent(played_[k]) + longest_delay_, step_now)) again.push_back(played_[k]);
        if (played_[k].time >= time) of_trains.push_back(played_[k]);
    }
    again.insert(again.end(), spikes.begin(), spikes.end());
    distribute(again);
    resumed_at_ = -1;
    return of_trains;
}

void Exchange::distribute(std::vector<solver::SpikeOut> const& spikes) {
    double events = 0;
    for (auto const& spike : spikes)
        events += static_cast<double>(connections_.last(spike.source) - connections_.first(spike.source)) + procedural_.expected(spike.source);
    if (events == 0) return;
    constexpr double worth_a_thread = 2000;  // events
    auto const groups = static_cast<std::int64_t>(mailboxes_.size());
    auto const parts = std::clamp<std::int64_t>(static_cast<std::int64_t>(events / worth_a_thread), 1, host_threads());
    on_host_threads(static_cast<int>(parts), [&](int part) {
        distribute(spikes, static_cast<int>(groups * part / parts), static_cast<int>(groups * (part + 1) / parts));
    });
}

/// To some of the groups.
void Exchange::distribute(std::vector<solver::SpikeOut> const& spikes, int first_group, int last_group) {
    auto const& targets = connections_.targets();
    model::Row row;
    double last_due = -1;
    std::int64_t last_bucket = 0;
    auto const bucket_of = [&](double due) {  // many are due at one time
        if (due != last_due) last_due = due, last_bucket = step(due) / epoch_;
        return last_bucket;
    };
    for (auto const& spike : spikes) {
        double const sent = when_sent(spike);
        auto const rank = connections_.rank(spike.source);
        auto const end = connections_.last(spike.source);
        auto k = connections_.first(spike.source);
        if (first_group > 0)
            for (auto last = end; k < last;) {  // connections of a source lie by their targets' groups
                auto const middle = k + (last - k) / 2;
                if (connections_.place(middle) < targets.first_of(first_group)) k = middle + 1;
                else last = middle;
            }
        auto const* to = targets.runs().data();
        for (; k < end; ++k) {
            auto const place = connections_.place(k);
            to = targets.run_of(place, to);
            if (to->group >= last_group) break;
            double const due = sent + connections_.delay(k);
            if (resumed_at_ >= 0 && !under_way(due, resumed_at_)) continue;
            mailboxes_[to->group].put(bucket_of(due),
                                      {due, sent, {k}, spike.order, rank, static_cast<int>(place - to->first), static_cast<std::int16_t>(to->mechanism), false});
        }
        if (procedural_.empty()) continue;
        procedural_.each(spike.source, first_group, last_group, row, [&](solver::Targets::Run const& run, std::uint32_t at, double weight, double delay) {
            double const due = sent + delay;
            if (resumed_at_ >= 0 && !under_way(due, resumed_at_)) return;
            solver::Delivery event{due, sent, {}, spike.order, rank, static_cast<int>(at - run.first), static_cast<std::int16_t>(run.mechanism), true};
            event.weight = weight;
            mailboxes_[run.group].put(bucket_of(due), event);
        });
    }
}

void Exchange::put(solver::Target const& target, double time, double weight) {
    solver::Delivery event{time, time, {}, solver::in_no_order, solver::made_again, target.instance, static_cast<std::int16_t>(target.mechanism), true};
    event.weight = weight;
    mailboxes_[target.group].put(step(time) / epoch_, event);
}

std::vector<solver::SpikeOut> Exchange::play(double end) {
    auto const first = next_played_;
    while (next_played_ < played_.size() && played_[next_played_].time < end) ++next_played_;
    std::vector<solver::SpikeOut> now(played_.begin() + static_cast<std::ptrdiff_t>(first),
                                      played_.begin() + static_cast<std::ptrdiff_t>(next_played_));
    distribute(now);
    return now;
}

/// Clears all lists and fills those of `groups` by take(group, list).
template <class Take>
std::vector<std::vector<solver::Delivery>> const& Exchange::gather(std::vector<int> const& groups, Take const& take) {
    for (auto& list : due_) list.clear();
    constexpr int groups_at_once = 16;
    int const n = static_cast<int>(groups.size()), parts = (n + groups_at_once - 1) / groups_at_once;
    auto const part = [&](int p) {
        for (int i = p * groups_at_once; i < std::min(n, (p + 1) * groups_at_once); ++i)
            take(mailboxes_[groups[i]], due_[groups[i]]);
    };
    if (in_parallel_) on_host_threads(parts, part);
    else
        for (int p = 0; p < parts; ++p) part(p);
    return due_;
}

std::vector<std::vector<solver::Delivery>> const& Exchange::due_before(std::int64_t end) {
    return gather(all_, [&](Mailbox& mailbox, std::vector<solver::Delivery>& list) {
        mailbox.take((end - 1) / epoch_, [&](solver::Delivery const& event) { return step(event.time) < end; }, list);
    });
}

std::vector<std::vector<solver::Delivery>> const& Exchange::due_until(std::vector<int> const& groups, double until) {
    return gather(groups, [&](Mailbox& mailbox, std::vector<solver::Delivery>& list) {
        mailbox.take(step(until) / epoch_, [&](solver::Delivery const& event) { return event.time <= until; }, list);
    });
}

std::int64_t Exchange::bytes() const {
    auto bytes = played_.size() * sizeof(solver::SpikeOut) + static_cast<std::size_t>(procedural_.bytes());
    for (auto const& mailbox : mailboxes_) bytes += mailbox.bytes();
    return static_cast<std::int64_t>(bytes);
}

}  // namespace rall::network
