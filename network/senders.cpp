#include "network/senders.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace rall::network {

Senders::Senders(model::Model const& model, solver::Lowered const& lowered, Communicator const& ranks) {
    std::vector<char> sends(lowered.n_groups(), false);
    auto const& connections = lowered.connections();
    std::vector<std::pair<int, std::size_t>> on;  // source, connection
    for (int source = 0; source < static_cast<int>(model.sources.size()); ++source)
        for (auto k = connections.first(source); k < connections.last(source); ++k)
            if (leads_on(model, source, connections.delay(k))) on.emplace_back(source, k);
    any = ranks.any(!on.empty());
    if (!any) return;
    std::vector<int> heard;  // a connection lies where its target does
    for (auto const& [source, k] : on)
        if (heard.empty() || heard.back() != source) heard.push_back(source);
    std::vector<std::size_t> counts;
    ranks.gather_to_all(heard.size(), counts);
    for (int const source : ranks.gather_lists_to_all(std::span<int const>(heard), counts)) {
        auto const point = std::get<model::PointRef>(model.sources[source].origin);
        if (lowered.has(point)) sends[lowered.target(point).group] = true;
    }
    for (auto const& [source, k] : on)
        if (sends[connections.targets().at(connections.place(k)).group]) back = std::min(back, connections.delay(k));
    for (int g = 0; g < lowered.n_groups(); ++g)
        if (sends[g]) {
            groups.push_back(g);
            run_ahead &= lowered.is_artificial(g) && !lowered.watches(g);
        }
    back = ranks.least(back);
    run_ahead = !ranks.any(!run_ahead);
}

}  // namespace rall::network
