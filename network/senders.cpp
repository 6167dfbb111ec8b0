#include "network/senders.hpp"

#include <algorithm>

namespace rall::network {

Senders::Senders(model::Model const& model, solver::Lowered const& lowered) {
    std::vector<char> sends(lowered.n_groups(), false);
    std::vector<model::Connection const*> on;
    for (auto const& connection : model.connections)
        if (leads_on(model, connection)) on.push_back(&connection);
    for (auto const* c : on)
        sends[lowered.target(std::get<model::PointRef>(model.sources[c->source].origin)).group] = true;
    for (auto const* c : on)
        if (sends[lowered.target(c->target).group]) back = std::min(back, c->delay);
    for (int g = 0; g < lowered.n_groups(); ++g)
        if (sends[g]) {
            groups.push_back(g);
            run_ahead &= lowered.is_artificial(g) && !lowered.watches(g);
        }
}

}  // namespace rall::network
