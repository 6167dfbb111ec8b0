#include "nmodl_lite/codegen/gating_pattern.hpp"

namespace rall::nmodl {

GatingPattern gating_pattern(Mechanism const& m) {
    GatingPattern p;
    for (auto const& scheme : m.schemes) {
        if (!scheme.usable()) {
            if (p.obstacle.empty() || (scheme.leaks && !p.leaks)) {
                p.obstacle = "KINETIC " + scheme.block + ": " + scheme.obstacle;
                p.leaks = scheme.leaks;
            }
            continue;
        }
        p.exact = p.exact || scheme.exact;
        auto const first = static_cast<int>(p.state.size());
        for (auto const& state : scheme.states) {
            auto const index = state->args.empty() ? 0 : static_cast<int>(state->args[0]->value);
            p.state.push_back(m.destination(state->name)->element + index);
        }
        for (auto const part : scheme.part) p.part.push_back(p.n_parts + static_cast<int>(part));
        p.n_parts += static_cast<int>(scheme.totals.size());
        for (auto const& transition : scheme.transitions) {
            p.from.push_back(first + static_cast<int>(transition.from));
            p.to.push_back(first + static_cast<int>(transition.to));
        }
    }
    if (!p.state.empty()) p.channels = m.find("CHANNELS")->element;
    return p;
}

}  // namespace rall::nmodl
