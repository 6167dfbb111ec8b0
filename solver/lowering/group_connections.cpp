#include "solver/lowering/connections.hpp"

namespace rall::solver {

void lay_connections(BuiltGroup& out, Blueprint const& blueprint, std::vector<std::uint32_t> const& first_number,
                     Connections::Heard const& heard) {
    auto const before = out.arena.size();
    auto const n_mechanisms = out.layout.mechanisms.size();
    std::vector<Delivery> to_start;
    std::vector<std::vector<int>> begin(n_mechanisms);
    std::vector<std::vector<std::uint32_t>> visited(n_mechanisms);
    for (auto const& [point, target] : out.targets) {
        auto const& info = blueprint.mechanisms[target.mechanism];
        auto const number = first_number[point.set] + static_cast<std::uint32_t>(point.index);
        auto const* const first = heard.connection.data() + heard.first[number];
        auto const* const last = heard.connection.data() + heard.first[number + 1];
        if (info.has_connect) {
            for (auto const* k = first; k < last; ++k) to_start.push_back({0, 0, in_no_order, target.mechanism, target.instance, *k});
            if (info.sends_events) out.n_self_senders += static_cast<int>(last - first);
        }
        if (info.visits_connections) {
            auto& list = visited[target.mechanism];
            begin[target.mechanism].push_back(static_cast<int>(list.size()));
            list.insert(list.end(), first, last);
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
