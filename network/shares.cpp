#include "network/shares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

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

}  // namespace

solver::Portion Shares::portion(int rank) const {
    solver::Portion portion;
    for (int const owner : of_cell) portion.cells.push_back(owner == rank);
    for (int const owner : of_artificial) portion.artificial.push_back(owner == rank);
    return portion;
}

Shares share_out(model::Model const& model, solver::Describe const& describe, int ranks, Diagnostics& diagnostics,
                 std::vector<std::uint32_t> const& edges_onto_cell) {
    Shares shares{std::vector<int>(model.cells.size(), 0), {}, std::vector<double>(static_cast<std::size_t>(ranks), 0)};
    auto of_cell = costs_of_cells(model, describe), of_artificial = costs_of_artificial(model, describe);
    for (std::size_t cell = 0; cell < edges_onto_cell.size(); ++cell) of_cell[cell] += of_some_synapse * edges_onto_cell[cell];
    shares.of_artificial.assign(of_artificial.size(), 0);
    std::vector<std::vector<int>> sets;
    if (model.method == model::Method::cvode && model.variable_step.global) {
        sets.emplace_back(model.cells.size());
        std::iota(sets[0].begin(), sets[0].end(), 0);
    } else {
        sets = solver::coupled_cells(model, solver::find_links(model, describe), false);
    }
    struct Piece {
        double cost;
        std::size_t number;  // of sets, then of groups of artificial cells
    };
    std::vector<Piece> pieces;
    for (auto const& cells : sets) {
        double cost = 0;
        for (int const cell : cells) cost += of_cell[static_cast<std::size_t>(cell)];
        pieces.push_back({cost, pieces.size()});
    }
    for (double const cost : of_artificial) pieces.push_back({cost, pieces.size()});
    double const all = std::accumulate(pieces.begin(), pieces.end(), 0.0, [](double sum, Piece const& piece) { return sum + piece.cost; });
    std::ranges::stable_sort(pieces, std::greater{}, &Piece::cost);
    if (!pieces.empty() && pieces[0].number < sets.size() && sets[pieces[0].number].size() > 1 && pieces[0].cost > all / ranks)
        diagnostics.note("ranks-without-work", {},
                         fmt::format("{} cells, {:.0f} % of the work, see one another at every step and stay on one rank: no more than {:.3g} of {} ranks' work "
                                     "is done at once",
                                     sets[pieces[0].number].size(), 100 * pieces[0].cost / all, all / pieces[0].cost, ranks));
    using Load = std::pair<double, int>;
    std::priority_queue<Load, std::vector<Load>, std::greater<>> least;
    for (int rank = 0; rank < ranks; ++rank) least.emplace(0, rank);
    for (auto const& piece : pieces) {
        auto const [load, rank] = least.top();
        least.pop();
        least.emplace(load + piece.cost, rank);
        shares.cost[static_cast<std::size_t>(rank)] = load + piece.cost;
        if (piece.number >= sets.size()) shares.of_artificial[piece.number - sets.size()] = rank;
        else
            for (int const cell : sets[piece.number]) shares.of_cell[static_cast<std::size_t>(cell)] = rank;
    }
    return shares;
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
    if (portion.cells.empty() && portion.artificial.empty()) return;
    auto const own = instances_of(model, portion);
    if (std::erase_if(connections, [&](model::Connection const& connection) { return !own[connection.target]; }) > 0) connections.shrink_to_fit();
}

}  // namespace rall::network
