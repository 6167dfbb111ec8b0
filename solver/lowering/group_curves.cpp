// What a group needs beside the tables of curves (curve_tables.hpp).
#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

/// Where several mechanisms look into tables of curves, places there are found once for all of them.
void Parts::lay_places() {
    if (blueprint.model.method == model::Method::cvode || blueprint.model.exact_rates) return;
    std::size_t looks = 0;
    for (int k = 0; k < blueprint.mechanisms.size(); ++k)
        if (blueprint.mechanisms[k].kind == MechanismKind::density && blueprint.mechanisms.curve_doubles(k) > 0) looks += mechanisms[k].who.size();
    if (looks < 2 * static_cast<std::size_t>(n_nodes) || n_nodes == 0) return;
    auto const before = out.arena.size();
    out.layout.within = put_nodes(std::vector<double>(n_nodes));
    out.layout.interval = out.arena.reserve<int>(out.layout.within.n);
    out.layout.same = out.arena.reserve<int>(out.layout.within.n);
    out.node_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

}  // namespace rall::solver
