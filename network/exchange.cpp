#include "network/exchange.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <ranges>
#include <tuple>

#include "base/runtime.hpp"
#include "base/whole.hpp"

namespace rall::network {
namespace {

/// No run has so many steps.
constexpr auto never = std::numeric_limits<std::int64_t>::max();

}  // namespace

int epoch_steps(model::Model const& model, int longest) {
    double shortest = longest * model.dt;
    for (auto const& connection : model.connections)
        if (!leads_on(model, connection)) shortest = std::min(shortest, connection.delay);
    return std::clamp(truncated<int>(shortest / model.dt + 1e-9), 1, longest);
}

bool leads_on(model::Model const& model, model::Connection const& connection) {
    auto const* from = std::get_if<model::PointRef>(&model.sources[connection.source].origin);
    return from && connection.delay < model.dt * (1 - 1e-9) &&
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

Exchange::Exchange(model::Model const& model, solver::Lowered const& lowered, int epoch)
    : model_(model), epoch_(epoch), due_(lowered.n_groups()) {
    constexpr double longest_ring = 64;          // buckets
    constexpr std::size_t worth_threads = 5000;  // connections
    auto const n_sources = model.sources.size(), n = model.connections.size();
    std::vector<std::size_t> first_point{0};
    for (std::size_t s = 0; s < model.points.size(); ++s) {
        for (std::size_t i = 0; i < model.points[s].cell.size(); ++i)
            targets_.push_back(lowered.target({static_cast<int>(s), static_cast<int>(i)}));
        first_point.push_back(targets_.size());
    }
    auto const group_of = [&](model::PointRef point) { return targets_[first_point[point.set] + point.index].group; };

    // Counted by source, sources in the order of their gids.
    std::vector<std::uint32_t> by_gid(n_sources);
    std::iota(by_gid.begin(), by_gid.end(), 0);
    std::sort(by_gid.begin(), by_gid.end(),
              [&](auto a, auto b) { return model.sources[a].gid < model.sources[b].gid; });
    std::vector<std::size_t> count(n_sources, 0);
    for (auto const& c : model.connections) ++count[c.source];
    first_.resize(n_sources);
    std::size_t next = 0;
    for (auto const source : by_gid) first_[source] = next, next += count[source];
    last_ = first_;
    std::vector<std::uint32_t> order(n);
    double longest = 0;
    for (std::size_t k = 0; k < n; ++k) {
        order[last_[model.connections[k].source]++] = static_cast<std::uint32_t>(k);
        longest = std::max(longest, model.connections[k].delay);
    }
    for (std::size_t source = 0; source < n_sources; ++source)
        std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(first_[source]),
                         order.begin() + static_cast<std::ptrdiff_t>(last_[source]), [&](auto a, auto b) {
                             return group_of(model.connections[a].target) < group_of(model.connections[b].target);
                         });
    point_.reserve(n), args_.reserve(n), delay_.reserve(n);
    for (auto const k : order) {
        auto const& c = model.connections[k];
        point_.push_back(static_cast<std::uint32_t>(first_point[c.target.set] + static_cast<std::size_t>(c.target.index)));
        args_.push_back(static_cast<std::uint32_t>(lowered.args(static_cast<int>(k))));
        delay_.push_back(c.delay);
    }
    in_parallel_ = n > worth_threads;
    auto const ring = std::min(longest_ring, longest / (epoch * model.dt) + 3);
    mailboxes_.assign(static_cast<std::size_t>(lowered.n_groups()), Mailbox(static_cast<int>(ring)));
    all_.resize(mailboxes_.size());
    std::iota(all_.begin(), all_.end(), 0);

    for (int k = 0; k < static_cast<int>(model.sources.size()); ++k)
        if (auto const* train = std::get_if<model::SpikeTrain>(&model.sources[k].origin))
            for (double time : train->times) played_.push_back({time, k});
    std::sort(played_.begin(), played_.end(), [&](auto const& a, auto const& b) {
        return std::tuple(a.time, model.sources[a.source].gid) < std::tuple(b.time, model.sources[b.source].gid);
    });
}

std::int64_t Exchange::step(double time) const {
    return model_.method == model::Method::cvode ? step_of(time, model_.dt) : delivery_step(time, model_.dt);
}

void Exchange::send(std::vector<solver::SpikeOut> const& spikes) {
    std::size_t events = 0;
    for (auto const& spike : spikes) events += last_[spike.source] - first_[spike.source];
    if (events == 0) return;
    constexpr std::size_t worth_a_thread = 2000;  // events
    auto const groups = static_cast<std::int64_t>(mailboxes_.size());
    auto const parts = std::clamp<std::int64_t>(static_cast<std::int64_t>(events / worth_a_thread), 1, concurrency());
    on_host_threads(static_cast<int>(parts), [&](int part) {
        send(spikes, static_cast<int>(groups * part / parts), static_cast<int>(groups * (part + 1) / parts));
    });
}

/// To some of the groups.
void Exchange::send(std::vector<solver::SpikeOut> const& spikes, int first_group, int last_group) {
    auto const group_of = [&](std::size_t k) { return targets_[point_[k]].group; };
    for (auto const& spike : spikes) {
        bool const crossed = std::holds_alternative<model::ThresholdSource>(model_.sources[spike.source].origin);
        double const sent = spike.time + (crossed ? solver::threshold_epsilon : 0);
        auto const end = last_[spike.source];
        auto k = first_[spike.source];
        if (first_group > 0) {
            auto const numbers = std::views::iota(k, end);
            k += static_cast<std::size_t>(
                std::ranges::partition_point(numbers, [&](std::size_t i) { return group_of(i) < first_group; }) -
                numbers.begin());
        }
        for (; k < end; ++k) {
            auto const& to = targets_[point_[k]];
            if (to.group >= last_group) break;
            double const due = sent + delay_[k];
            mailboxes_[to.group].put(step(due) / epoch_, {due, sent, to.mechanism, to.instance,
                                                          static_cast<int>(args_[k]), static_cast<std::uint32_t>(k)});
        }
    }
}

std::vector<solver::SpikeOut> Exchange::play(double end) {
    auto const first = next_played_;
    while (next_played_ < played_.size() && played_[next_played_].time < end) ++next_played_;
    std::vector<solver::SpikeOut> now(played_.begin() + static_cast<std::ptrdiff_t>(first),
                                      played_.begin() + static_cast<std::ptrdiff_t>(next_played_));
    send(now);
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
    std::size_t bytes = (first_.size() + last_.size()) * sizeof(std::size_t) +
                        played_.size() * sizeof(solver::SpikeOut) + targets_.size() * sizeof(solver::Target) +
                        point_.size() * (2 * sizeof(std::uint32_t) + sizeof(double));
    for (auto const& mailbox : mailboxes_) bytes += mailbox.bytes();
    return static_cast<std::int64_t>(bytes);
}

}  // namespace rall::network
