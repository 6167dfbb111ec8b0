#include "network/exchange.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

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

Exchange::Exchange(model::Model const& model, solver::Lowered const& lowered)
    : model_(model), pending_(lowered.n_groups()), due_(lowered.n_groups()) {
    std::vector<std::size_t> count(model.sources.size() + 1, 0);
    for (auto const& c : model.connections) ++count[c.source + 1];
    std::partial_sum(count.begin(), count.end(), count.begin());
    edge_begin_ = count;
    edges_.resize(model.connections.size());
    for (int k = 0; k < static_cast<int>(model.connections.size()); ++k) {
        auto const& c = model.connections[k];
        edges_[count[c.source]++] = {lowered.target(c.target), lowered.args(k), k, c.delay};
    }
    for (int k = 0; k < static_cast<int>(model.sources.size()); ++k)
        if (auto const* train = std::get_if<model::SpikeTrain>(&model.sources[k].origin))
            for (double time : train->times) played_.push_back({time, k});
    std::sort(played_.begin(), played_.end(), [&](auto const& a, auto const& b) {
        return std::tuple(a.time, model.sources[a.source].gid) < std::tuple(b.time, model.sources[b.source].gid);
    });
}

bool Exchange::later(Pending const& a, Pending const& b) {
    return std::tie(a.delivery.step, a.delivery.time, a.gid, a.connection) >
           std::tie(b.delivery.step, b.delivery.time, b.gid, b.connection);
}

void Exchange::spike(int source, double time) {
    auto const& from = model_.sources[source];
    if (std::holds_alternative<model::ThresholdSource>(from.origin)) time += solver::threshold_epsilon;
    for (std::size_t k = edge_begin_[source]; k < edge_begin_[source + 1]; ++k) {
        auto const& edge = edges_[k];
        double const due = time + edge.delay;
        bool const variable = model_.method == model::Method::cvode;
        auto const step = variable ? step_of(due, model_.dt) : delivery_step(due, model_.dt);
        auto& queue = pending_[edge.target.group];
        queue.push_back(
            {{due, time, step, edge.target.mechanism, edge.target.instance, edge.args}, from.gid, edge.connection});
        std::push_heap(queue.begin(), queue.end(), later);
    }
}

std::vector<solver::SpikeOut> Exchange::play(double end) {
    std::vector<solver::SpikeOut> now;
    for (; next_played_ < played_.size() && played_[next_played_].time < end; ++next_played_) {
        now.push_back(played_[next_played_]);
        spike(now.back().source, now.back().time);
    }
    return now;
}

/// Moves what is `due` of a group's events to its list.
template <class Due>
void Exchange::take(std::size_t group, Due const& due) {
    auto& queue = pending_[group];
    while (!queue.empty() && due(queue.front().delivery)) {
        due_[group].push_back(queue.front().delivery);
        std::pop_heap(queue.begin(), queue.end(), later);
        queue.pop_back();
    }
}

std::vector<std::vector<solver::Delivery>> const& Exchange::due_before(std::int64_t end) {
    for (std::size_t g = 0; g < pending_.size(); ++g) {
        due_[g].clear();
        take(g, [&](solver::Delivery const& event) { return event.step < end; });
    }
    return due_;
}

std::vector<std::vector<solver::Delivery>> const& Exchange::due_until(std::vector<int> const& groups, double until) {
    for (auto& list : due_) list.clear();
    for (int g : groups)
        take(static_cast<std::size_t>(g), [&](solver::Delivery const& event) { return event.time <= until; });
    return due_;
}

double Exchange::next(int group) const {
    auto const& queue = pending_[group];
    return queue.empty() ? std::numeric_limits<double>::infinity() : queue.front().delivery.time;
}

std::int64_t Exchange::bytes() const {
    return static_cast<std::int64_t>(edges_.size() * sizeof(Edge) + edge_begin_.size() * sizeof(std::size_t) +
                                     played_.size() * sizeof(solver::SpikeOut));
}

}  // namespace rall::network
