#include <doctest/doctest.h>

#include <set>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// Regions with other mechanisms each, some of them passive or without any, and point processes here and there.
model::CellType patchy(unsigned seed) {
    auto const cable = testing::random_cable(seed, 14);
    model::CellType type = testing::cell_type(cable, {"leak"});
    std::vector<int> spiking, calcium;
    for (int const c : testing::all_compartments(*cable)) {
        int const section = cable->compartments[static_cast<std::size_t>(c)].section;
        if (section % 3 == 0) spiking.push_back(c);
        if (section % 4 == 0) calcium.push_back(c);
    }
    type.mechanisms.push_back({"hh", spiking, {}});
    type.mechanisms.push_back({"calcium", calcium, {}});
    type.mechanisms.push_back({"accumulate", calcium, {}});
    return type;
}

/// Cells of these types, each with synapses, a current, and probes of v everywhere and of what flows through the membrane in some places.
model::Model cells(std::vector<model::CellType> types, std::vector<int> const& type_of_cell, bool looks_at_membrane) {
    model::Model model;
    model.tstop = 12;
    model.types = std::move(types);
    model.probes.push_back({"v", "v", "", {}, 0.1, 0, 12});
    model::PointSet clamps{"step", "clamp", {}, {}, {}, {{"amp", 0.4}, {"del", 1.0}, {"dur", 8.0}}, {}},
        synapses{"syn", "synapse", {}, {}, {}, {}, {}};
    if (looks_at_membrane) model.probes.push_back({"i", "i_membrane", "", {}, 0.1, 0, 12});
    for (int k = 0; k < static_cast<int>(type_of_cell.size()); ++k) {
        int const n = model.types[static_cast<std::size_t>(type_of_cell[static_cast<std::size_t>(k)])].cable->n_cut();
        model.cells.push_back({static_cast<std::uint64_t>(k), type_of_cell[static_cast<std::size_t>(k)], ""});
        for (int c = 0; c < n; ++c) model.probes[0].sites.push_back({k, c});
        if (looks_at_membrane)
            for (int c = 0; c < n; c += 5) model.probes[1].sites.push_back({k, c});
        clamps.cell.push_back(k), clamps.compartment.push_back(k % 3);
        for (int const c : {n / 2, n / 3}) synapses.cell.push_back(k), synapses.compartment.push_back(c);
    }
    model.points = {clamps, synapses};
    return model;
}

/// The columns of the first cells' probes, for cells whose probes have `n` columns each.
std::vector<std::vector<double>> first(std::vector<std::vector<double>> rows, std::size_t n) {
    for (auto& row : rows) row.resize(n);
    return rows;
}

}  // namespace

TEST_CASE("a cell's potentials have the same bits alone, beside others of its shape, and among others") {
    for (unsigned seed = 0; seed < 6; ++seed)
        for (bool const looks : {false, true}) {
            CAPTURE(seed);
            CAPTURE(looks);
            auto const type = patchy(seed), other = patchy(seed + 100);
            auto const alone = testing::run(cells({type}, {0}, looks));
            std::set<double> values;
            for (auto const& row : alone.rows[0]) values.insert(row.begin(), row.end());
            REQUIRE(values.size() > 1000);
            auto const compare = [&](std::vector<model::CellType> const& types, std::vector<int> const& type_of_cell, std::size_t group_bytes) {
                CAPTURE(type_of_cell.size());
                CAPTURE(group_bytes);
                auto const run = testing::run(cells(types, type_of_cell, looks), group_bytes);
                for (std::size_t p = 0; p < alone.rows.size(); ++p) CHECK(first(run.rows[p], alone.rows[p][0].size()) == alone.rows[p]);
            };
            for (std::size_t const n : {2, 3, 4, 8, 9, 12, 16}) compare({type}, std::vector<int>(n, 0), std::size_t{1} << 30);
            compare({type, other}, {0, 1, 0, 1, 1}, std::size_t{1} << 30);
            auto passive = type;  // of one shape, but with other mechanisms
            passive.mechanisms.resize(1);
            compare({type, passive}, {0, 1, 0, 1}, std::size_t{1} << 30);
        }
}

TEST_CASE("of a cell that is lost the same place is told, alone and among others") {
    auto const told = [](std::vector<int> const& type_of_cell, std::vector<model::CellType> types, std::size_t group_bytes) {
        auto model = cells(std::move(types), type_of_cell, false);
        network::Options options;
        options.group_bytes = group_bytes;
        options.highest_voltage = -66;  // beyond which many compartments are at once
        Diagnostics diagnostics;
        network::Simulation simulation(model, model.connections, *test_library(), options, diagnostics);
        simulation.initialize();
        try {
            while (simulation.advance()) {
            }
        } catch (InputError const& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    for (unsigned seed = 0; seed < 6; ++seed) {
        CAPTURE(seed);
        auto const type = patchy(seed), other = patchy(seed + 100);
        auto const alone = told({0}, {type, other}, 0);
        CHECK(alone.find("cell 0") != std::string::npos);
        CHECK(told({0, 1}, {type, other}, std::size_t{1} << 30) == alone);
    }
}
