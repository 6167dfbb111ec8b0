#include "solver/lowering/connections.hpp"

namespace rall::solver {

void lay_connections(BuiltGroup& out, Blueprint const& blueprint, int group, Targets const& targets, Connections::Heard const& heard) {
    auto const before = out.arena.size();
    auto const n_mechanisms = out.layout.mechanisms.size();
    std::vector<Delivery> to_start;
    std::vector<std::vector<int>> begin(n_mechanisms);
    std::vector<std::vector<std::uint32_t>> visited(n_mechanisms);
    auto const* run = targets.runs().data();
    for (auto place = targets.first_of(group); place < targets.first_of(group + 1) && !heard.first.empty(); ++place) {
        run = targets.run_of(place, run);
        int const k = run->mechanism;
        auto const& info = blueprint.mechanisms[k];
        auto const* const first = heard.connection.data() + heard.first[place];
        auto const* const last = heard.connection.data() + heard.first[place + 1];
        if (info.has_connect) {
            for (auto const* c = first; c < last; ++c) to_start.push_back({0, 0, {*c}, in_no_order, 0, static_cast<int>(place - run->first), static_cast<std::int16_t>(k), false});
            if (info.sends_events) out.n_self_senders += static_cast<int>(last - first);
        }
        if (info.visits_connections) {
            begin[k].push_back(static_cast<int>(visited[k].size()));
            visited[k].insert(visited[k].end(), first, last);
        }
    }
    out.layout.connections = out.arena.put(to_start);
    for (std::size_t k = 0; k < n_mechanisms; ++k) {
        if (begin[k].empty()) continue;
        begin[k].push_back(static_cast<int>(visited[k].size()));
        out.layout.mechanisms[k].visited_begin = out.arena.put(begin[k]);
        out.layout.mechanisms[k].visited = out.arena.put(visited[k]);
    }
    out.event_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

}  // namespace rall::solver
