#include "solver/lowering/packing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/runtime.hpp"
#include "tests/solver/mechanisms.hpp"
#include "tests/solver/models.hpp"

using namespace rall;

namespace {

/// Cells of these types one after the other, and how they are packed.
struct Packed {
    model::Model model;
    std::vector<std::vector<int>> groups;  ///< cells

    Packed(std::vector<model::CellType> types, std::vector<int> const& type_of_cell, std::size_t group_bytes = 0) {
        model.types = std::move(types);
        for (std::size_t k = 0; k < type_of_cell.size(); ++k) model.cells.push_back({k, type_of_cell[k], ""});
        solver::MechanismTable const mechanisms(*test_library());
        solver::IonTable const ions(mechanisms);
        std::vector<solver::TypePlan> plans;
        for (auto const& type : model.types) plans.push_back(solver::plan_type(type, mechanisms, ions));
        std::vector<std::vector<solver::PointRun>> const points(model.cells.size());
        std::vector<std::vector<std::pair<int, int>>> const looked(model.cells.size());
        std::vector<std::vector<int>> const detectors(model.cells.size()), sources;
        std::vector<int> const sets;
        solver::Blueprint const blueprint{model, mechanisms, ions, plans, sets, points, detectors, sources, looked, looked, 1};
        for (auto const& group : solver::pack(blueprint, {}, {}, group_bytes, {}).groups) groups.push_back(group.cells);
        std::vector<int> all;
        for (auto const& cells : groups) all.insert(all.end(), cells.begin(), cells.end());
        std::ranges::sort(all);
        for (std::size_t k = 0; k < type_of_cell.size(); ++k) REQUIRE(all.at(k) == static_cast<int>(k));
        REQUIRE(all.size() == type_of_cell.size());
    }

    std::set<int> types_of(std::vector<int> const& cells) const {
        std::set<int> types;
        for (int const cell : cells) types.insert(model.cells[static_cast<std::size_t>(cell)].type);
        return types;
    }
};

std::vector<int> in_turns(int n, int types) {
    std::vector<int> result;
    for (int k = 0; k < n; ++k) result.push_back(k % types);
    return result;
}

}  // namespace

TEST_CASE("packing: groups are of one shape, and of as many cells as vectors have lanes, or a multiple") {
    if (!on_host()) return;
    int const n = 48 * concurrency();
    for (int const sections : {1, 8, 60}) {
        auto const cable = testing::random_cable(5, sections, 29), other = testing::random_cable(6, sections + 1, 29);
        Packed const packed({testing::cell_type(cable, {"hh", "calcium", "accumulate"}), testing::cell_type(other, {"hh"})}, in_turns(2 * n, 2));
        for (auto const& cells : packed.groups) {
            CHECK(packed.types_of(cells).size() == 1);
            CHECK(cells.size() % lanes == 0);
        }
    }
}

TEST_CASE("packing: types that differ in mechanisms only have one shape") {
    if (!on_host()) return;
    auto const cable = testing::random_cable(5, 3);
    Packed const packed({testing::cell_type(cable, {"hh"}), testing::cell_type(cable, {"leak"})}, in_turns(8 * concurrency(), 2));
    for (auto const& cells : packed.groups) CHECK(cells.size() == lanes);
}

TEST_CASE("packing: few small cells of many shapes share groups, and all threads get some") {
    if (!on_host()) return;
    std::vector<model::CellType> types;
    for (unsigned k = 0; k < 40; ++k) types.push_back(testing::cell_type(testing::random_cable(k, 3), {"hh"}));
    Packed const packed(types, in_turns(40, 40));
    CHECK(static_cast<int>(packed.groups.size()) >= std::min(concurrency(), 40));
    CHECK(static_cast<int>(packed.groups.size()) <= 2 * concurrency());
    Packed const alike({types[0]}, std::vector<int>(static_cast<std::size_t>(3 * concurrency()), 0));
    CHECK(static_cast<int>(alike.groups.size()) == concurrency());
}

TEST_CASE("packing: bytes that are asked for are not exceeded, but by a cell alone") {
    auto const type = testing::cell_type(testing::random_cable(5, 8), {"hh"});
    Packed const one({type}, in_turns(20, 1), 1), all({type}, in_turns(20, 1), std::size_t{1} << 30);
    CHECK(one.groups.size() == 20);
    CHECK(all.groups.size() == 1);
}
