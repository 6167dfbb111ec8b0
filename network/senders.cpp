#include "network/senders.hpp"

#include <algorithm>
#include <utility>

namespace rall::network {

Senders::Senders(model::Model const& model, solver::Lowered const& lowered) {
    std::vector<char> sends(lowered.n_groups(), false);
    auto const& connections = lowered.connections();
    std::vector<std::pair<int, std::size_t>> on;  // source, connection
    for (int source = 0; source < static_cast<int>(model.sources.size()); ++source)
        for (auto k = connections.first(source); k < connections.last(source); ++k)
            if (leads_on(model, source, connections.delay(k))) on.emplace_back(source, k);
    for (auto const& [source, k] : on)
        sends[lowered.target(std::get<model::PointRef>(model.sources[source].origin)).group] = true;
    for (auto const& [source, k] : on)
        if (sends[connections.targets().at(connections.place(k)).group]) back = std::min(back, connections.delay(k));
    for (int g = 0; g < lowered.n_groups(); ++g)
        if (sends[g]) {
            groups.push_back(g);
            run_ahead &= lowered.is_artificial(g) && !lowered.watches(g);
        }
}

}  // namespace rall::network
