#include "network/shares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

#include "base/whole.hpp"
#include "morphology/cable.hpp"

namespace rall::network {
namespace {

/// What the tree of a compartment keeps: potential, matrix, geometry.
constexpr double of_compartment = 10;
/// A synapse of which no more is known than that there will be one.
constexpr double of_some_synapse = 5;

std::vector<double> costs_of_cells(model::Model const& model, solver::Describe const& describe) {
    auto const of_instance = [&](std::string const& mechanism) {
        auto const* info = describe(mechanism);
        return 1.0 + (info ? info->n_elements : 0);
    };
    std::vector<double> of_type;
    for (auto const& type : model.types) {
        double cost = of_compartment * static_cast<double>(type.cable->n_cut());
        for (auto const& painted : type.mechanisms) cost += of_instance(painted.mechanism) * static_cast<double>(painted.compartments.size());
        of_type.push_back(cost);
    }
    std::vector<double> costs;
    for (auto const& cell : model.cells) costs.push_back(of_type[static_cast<std::size_t>(cell.type)]);
    for (auto const& set : model.points) {
        double const cost = of_instance(set.mechanism);
        for (int const cell : set.cell)
            if (cell >= 0) costs[static_cast<std::size_t>(cell)] += cost;
    }
    return costs;
}

/// Costs of groups of artificial cells, as they are listed.
std::vector<double> costs_of_artificial(model::Model const& model, solver::Describe const& describe) {
    std::vector<double> costs;
    std::size_t n = 0;
    for (auto const& set : model.points) {
        auto const* info = describe(set.mechanism);
        for (int const cell : set.cell) {
            if (cell >= 0) continue;
            if (n++ % solver::artificial_per_group == 0) costs.push_back(0);
            costs.back() += 1.0 + (info ? info->n_elements : 0);
        }
    }
    return costs;
}

/// Of cells that must share a group, where they are more than a rank's share.
template <class Cost>
void tell_too_large(std::vector<std::vector<int>> const& together, Cost const& cost_of, double all, int ranks, Diagnostics& diagnostics) {
    std::vector<int> const* largest = nullptr;
    double cost = 0;
    for (auto const& cells : together)
        if (double const here = cost_of(cells); cells.size() > 1 && here > cost) largest = &cells, cost = here;
    if (!largest || cost <= all / ranks) return;
    diagnostics.note("ranks-without-work", {},
                     fmt::format("{} cells, {:.0f} % of the work, must be simulated together and stay on one rank: no more than {:.3g} of {} ranks' work is done "
                                 "at once",
                                 largest->size(), 100 * cost / all, all / cost, ranks));
}

}  // namespace

solver::Portion Shares::portion(int rank) const {
    return {rank, of_cell, of_artificial};
}

Shares share_out(model::Model const& model, solver::Describe const& describe, int ranks, Diagnostics& diagnostics,
                 std::vector<std::uint32_t> const& edges_onto_cell) {
    Shares shares{std::vector<int>(model.cells.size(), 0), {}, std::vector<double>(static_cast<std::size_t>(ranks), 0)};
    auto of_cell = costs_of_cells(model, describe), of_artificial = costs_of_artificial(model, describe);
    for (std::size_t cell = 0; cell < edges_onto_cell.size(); ++cell) of_cell[cell] += of_some_synapse * edges_onto_cell[cell];
    shares.of_artificial.assign(of_artificial.size(), 0);
    std::vector<std::vector<int>> coupled, together;  // cells that see one another at every step, and those that must share a group
    if (model.method == model::Method::cvode && model.variable_step.global) {
        together.emplace_back(model.cells.size());
        std::iota(together[0].begin(), together[0].end(), 0);
        coupled = together;
    } else {
        auto const links = solver::find_links(model, describe);
        coupled = solver::coupled_cells(model, links, false);
        together = solver::coupled_cells(model, links, true);
    }
    auto const cost_of = [&](std::vector<int> const& cells) {
        return std::accumulate(cells.begin(), cells.end(), 0.0, [&](double sum, int cell) { return sum + of_cell[static_cast<std::size_t>(cell)]; });
    };
    double const all = std::accumulate(of_cell.begin(), of_cell.end(), std::accumulate(of_artificial.begin(), of_artificial.end(), 0.0)), share = all / ranks;
    tell_too_large(together, cost_of, all, ranks, diagnostics);
    auto const give = [&](std::vector<int> const& cells, int rank) {
        for (int const cell : cells) shares.of_cell[static_cast<std::size_t>(cell)] = rank;
        shares.cost[static_cast<std::size_t>(rank)] += cost_of(cells);
    };
    auto const is_too_large = [&](std::vector<int> const& cells) { return cells.size() > 1 && cost_of(cells) > share; };
    // What takes several ranks, along these.
    std::vector<std::vector<int> const*> set_of(of_cell.size());  // of the first cell of those that must share a group
    for (auto const& cells : together) set_of[static_cast<std::size_t>(cells.front())] = &cells;
    double before = 0;
    for (auto const& cells : coupled) {
        if (!is_too_large(cells)) continue;
        for (int const cell : cells) {
            auto const* const set = set_of[static_cast<std::size_t>(cell)];
            if (!set) continue;
            auto const cost = cost_of(*set);
            give(*set, std::min(ranks - 1, truncated<int>((before + cost / 2) / share)));
            before += cost;
        }
    }
    // What one rank can have, to the one with least.
    struct Piece {
        double cost;
        std::vector<int> const* cells;
        std::size_t artificial;  // where there are no cells
    };
    std::vector<Piece> pieces;
    for (auto const& cells : coupled)
        if (!is_too_large(cells)) pieces.push_back({cost_of(cells), &cells, 0});
    for (std::size_t k = 0; k < of_artificial.size(); ++k) pieces.push_back({of_artificial[k], nullptr, k});
    std::ranges::stable_sort(pieces, std::greater{}, &Piece::cost);
    using Load = std::pair<double, int>;
    std::priority_queue<Load, std::vector<Load>, std::greater<>> least;
    for (int rank = 0; rank < ranks; ++rank) least.emplace(shares.cost[static_cast<std::size_t>(rank)], rank);
    for (auto const& piece : pieces) {
        auto const [load, rank] = least.top();
        least.pop();
        least.emplace(load + piece.cost, rank);
        if (piece.cells) {
            give(*piece.cells, rank);
        } else {
            shares.of_artificial[piece.artificial] = rank;
            shares.cost[static_cast<std::size_t>(rank)] += piece.cost;
        }
    }
    return shares;
}

void share_rest(Shares& shares, model::Model const& model, solver::Describe const& describe) {
    auto const costs = costs_of_artificial(model, describe);
    for (auto k = shares.of_artificial.size(); k < costs.size(); ++k) {
        auto const least = std::ranges::min_element(shares.cost);
        *least += costs[k];
        shares.of_artificial.push_back(static_cast<int>(least - shares.cost.begin()));
    }
}

std::vector<char> instances_of(model::Model const& model, solver::Portion const& portion) {
    std::vector<char> own;
    own.reserve(model.first_numbers().back());
    std::size_t artificial = 0;
    for (auto const& set : model.points)
        for (int const cell : set.cell) own.push_back(cell >= 0 ? portion.has(cell) : portion.has_artificial(artificial++));
    return own;
}

void keep_own(model::Model const& model, solver::Portion const& portion, std::vector<model::Connection>& connections) {
    if (portion.is_all()) return;
    auto const own = instances_of(model, portion);
    if (std::erase_if(connections, [&](model::Connection const& connection) { return !own[connection.target]; }) > 0) connections.shrink_to_fit();
}

}  // namespace rall::network
