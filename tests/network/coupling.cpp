// Cells that see one another at every step through POINTERs.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/communicator.hpp"
#include "solver/lowering/coupling.hpp"
#include "tests/network/random_network.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

constexpr std::size_t one_group = std::size_t{1} << 30;

/// Binds POINTERs of a new set of point processes, one in each first cell: "v_other" to a potential of the second.
struct Junctions {
    Junctions(model::Model& m, std::string const& mechanism, std::vector<std::array<int, 2>> const& pairs)
        : set(static_cast<int>(m.points.size())) {
        model::PointSet points{mechanism, mechanism, {}, {}, {}, {}};
        model::PointerBinding v{mechanism, "v_other", {}, "v", "", {}};
        for (int i = 0; auto const& [cell, other] : pairs) {
            points.cell.push_back(cell);
            points.compartment.push_back(i % 3);
            v.instances.push_back(at(i++));
            v.targets.push_back({other, 1});
        }
        m.points.push_back(points);
        m.pointers.push_back(v);
    }
    model::Site at(int i) const { return {-1, -1, {set, i}}; }
    int set;
};

/// "s_other" of instance i to the state of instance of(i) of gaps.
template <class Of>
void follow_state(model::Model& m, std::string const& mechanism, Junctions const& from, Junctions const& gaps, Of const& of) {
    model::PointerBinding s{mechanism, "s_other", {}, "s", "gap", {}};
    for (int i = 0; i < static_cast<int>(m.points[from.set].cell.size()); ++i) {
        s.instances.push_back(from.at(i));
        s.targets.push_back(gaps.at(of(i)));
    }
    m.pointers.push_back(s);
}

std::vector<std::array<int, 2>> const pairs{{2, 17}, {17, 2}, {17, 9}, {5, 6}, {6, 5}, {20, 20}};

/// Gap junctions that are seen as the solution leaves potentials (gap), and as a step finds them (storm), with events of all kinds.
model::Model coupled_network(bool with_storm) {
    auto m = testing::random_network(3, 23, 5);
    Junctions const gaps(m, "gap", pairs);
    follow_state(m, "gap", gaps, gaps, [](int i) { return i; });
    m.probes.push_back({"s", "s", "gap", {}, 0.1, 0, 60});
    for (int i = 0; i < static_cast<int>(pairs.size()); ++i) m.probes.back().sites.push_back(gaps.at(i));
    if (with_storm) {
        Junctions const storms(m, "storm", {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {9, 10}, {22, 5}});
        follow_state(m, "storm", storms, gaps, [](int i) { return i; });
        for (int i = 0; i < 3; ++i) {
            m.sources.push_back({static_cast<std::uint64_t>(100 + i), model::PointRef{storms.set, i}});
            m.connect(static_cast<int>(m.sources.size()) - 1, {storms.set, i + 3}, 0, 1 + 0.3 * i);
            m.connect(static_cast<int>(m.sources.size()) - 1, {0, 5 * i}, 1e-5, 1.25);
        }
        m.probes.push_back({"g", "g", "storm", {}, 0.1, 0, 60});
        for (int i = 0; i < 6; ++i) m.probes.back().sites.push_back(storms.at(i));
    }
    return m;
}

int launches = 0;

KernelLibrary counting() {
    KernelLibrary library = *test_library();
    library.advance_together = [](solver::Lockstep const& lockstep, solver::Advance const& advance) {
        ++launches;
        test_library()->advance_together(lockstep, advance);
    };
    return library;
}

KernelLibrary by_turns() {
    KernelLibrary library = *test_library();
    library.advance_together = advance_by_turns;
    return library;
}

}  // namespace

TEST_CASE("cells that see one another at every step have the same results in one group and in many") {
    for (bool const with_storm : {false, true}) {
        auto const model = coupled_network(with_storm);
        auto const whole = testing::run(model, one_group);
        CHECK(whole.size.groups == 2);  // the cells, and the artificial cells
        CHECK(whole.spikes.size() > 100);
        for (std::size_t const bytes : {1, 20000, 60000}) {
            auto const each = testing::run(model, bytes, counting());
            if (bytes == 1) CHECK(each.size.groups > 1 + 20);
            CHECK(testing::same(whole, each));
            CHECK(testing::same(whole, testing::run(model, bytes, by_turns())));
        }
    }
}

TEST_CASE("a group that runs out of room in the middle of an epoch holds up those that see it, and nobody can tell") {
    auto model = coupled_network(true);
    model.tstop = 10;
    auto const whole = testing::run(model, one_group);
    launches = 0;
    CHECK(testing::same(whole, testing::run(model, 1, counting())));
    CHECK(launches > 10);  // an epoch lasts 1 ms
    CHECK(testing::same(whole, testing::run(model, 1, by_turns())));
}

// One process when it is run with all other tests; network_ranks (CMakeLists.txt) starts three.
TEST_CASE("cells that see one another at every step have the same results on several ranks") {
    auto const& ranks = testing::launched_ranks();
    for (bool const with_storm : {false, true}) {
        auto model = coupled_network(with_storm);
        model.tstop = 20;
        auto const whole = testing::run(model, one_group);
        network::Shares shares{{}, {ranks.size() - 1}, {}};
        for (int cell = 0; cell < static_cast<int>(model.cells.size()); ++cell) shares.of_cell.push_back(cell % ranks.size());
        for (std::size_t const bytes : {1, 20000})
            for (auto const& library : {counting(), by_turns()}) {
                launches = 0;
                auto const shared = testing::run(model, bytes, library, &ranks, &shares);
                if (with_storm && bytes == 1 && launches > 0) CHECK(ranks.sum(launches) > 20 * ranks.size());  // some ran out of room: an epoch lasts 1 ms
                if (ranks.is_first()) CHECK(testing::same(whole, shared));
            }
    }
}

TEST_CASE("what is seen as a step finds it needs no copy within the step") {
    auto model = testing::random_network(4, 9, 3);
    Junctions const storms(model, "storm", {{0, 1}, {1, 0}, {4, 5}, {5, 7}, {7, 4}});
    model::PointerBinding s{"storm", "s_other", {}, "v", "", {}};
    for (int i = 0; i < 5; ++i) {
        s.instances.push_back(storms.at(i));
        s.targets.push_back({8 - i, 0});
    }
    model.pointers.push_back(s);
    auto const whole = testing::run(model, one_group);
    for (std::size_t const bytes : {1, 30000}) {
        CHECK(testing::same(whole, testing::run(model, bytes)));
        CHECK(testing::same(whole, testing::run(model, bytes, by_turns())));
    }
}

TEST_CASE("cells share a group where one could tell a copy from the variable, and a note says why") {
    auto model = testing::random_network(3, 23, 5);
    Junctions const gaps(model, "gap", pairs);
    follow_state(model, "gap", gaps, gaps, [](int i) { return i / 2 * 2; });  // 17 sees 2, 5 sees 17, 20 sees 6
    auto const whole = testing::run(model, one_group);
    auto const each = testing::run(model, 1);
    CHECK(each.size.groups == 1 + 23 - 3);  // 2, 17 and 5 are one, and so are 6 and 20; the artificial cells another
    CHECK(testing::same(whole, each));
    CHECK(testing::same(whole, testing::run(model, 60000)));
    auto const& notes = each.diagnostics.items();
    CHECK(std::ranges::count_if(notes, [](auto const& d) { return d.code == "cells-share-a-thread"; }) == 1);
    CHECK(std::ranges::any_of(notes, [](auto const& d) {
        return d.message.find("POINTER s_other of gap couples are advanced by one thread") != std::string::npos;
    }));
    model.pointers.pop_back();
    CHECK_THROWS_WITH_AS(testing::run(model), doctest::Contains("POINTER s_other of gap is bound to nothing"),
                         InputError);
}

TEST_CASE("a cell that diverges is seen by those coupled to it as if it shared their group") {
    auto model = coupled_network(false);
    model.types.push_back(testing::cell_type(testing::random_cable(5, 8), {"hh"}));
    model.types.back().mechanisms.push_back(
        {"leak", testing::all_compartments(*model.types.back().cable), {{"g", -2e-3}, {"e", -70.0}}});
    model.cells.push_back({1000, 3, ""});
    Junctions const into(model, "gap", {{0, 23}, {23, 0}});
    follow_state(model, "gap", into, into, [](int i) { return i; });
    auto const run = [&](std::size_t bytes) {
        std::vector<std::vector<double>> rows;
        network::Options options;
        options.group_bytes = bytes;
        options.highest_voltage = 250;
        options.lowest_voltage = -250;
        int diverged = 0;
        options.on_diverged = [&](int, model::PointRef, double) { ++diverged; };
        options.on_samples = [&](network::Samples const& s) {
            if (s.probe == 0)
                for (int r = 0; r < s.rows; ++r) rows.emplace_back(s.values + r * s.sites, s.values + (r + 1) * s.sites);
        };
        Diagnostics diagnostics;
        network::Simulation simulation(model, model.connections, *test_library(), options, diagnostics);
        simulation.initialize();
        while (simulation.advance()) {
        }
        CHECK(diverged > 0);
        testing::record(model, simulation.spikes(), {rows});
        return rows;
    };
    model.tstop = 12;
    auto const whole = run(one_group), each = run(1);
    CHECK(whole.size() == each.size());
    // Bit by bit: no number is not equal to itself.
    bool same = true;
    for (std::size_t r = 0; r < whole.size(); ++r)
        for (std::size_t c = 0; c < whole[r].size(); ++c)
            same = same && (whole[r][c] == each[r][c] || (std::isnan(whole[r][c]) && std::isnan(each[r][c])));
    CHECK(same);
}

TEST_CASE("what kernels read and write decides whether coupled cells may be apart") {
    using enum solver::Link::Way;
    using namespace phase;
    struct Case {
        std::string variable, owner;
        unsigned read, written;
        bool writes_pointers;
        solver::Link::Way way;
        std::string reason;
    };
    Case const cases[] = {
        {"v", "", before_solve, 0, false, at_begin, ""},
        {"v", "", before_solve | phase::after_solve, 0, false, solver::Link::Way::after_solve, ""},
        {"v", "", any, 0, false, solver::Link::Way::after_solve, ""},
        {"v", "", before_solve, 0, true, together, "v is also written through a POINTER"},
        {"i_membrane", "", before_solve, 0, false, at_begin, ""},
        {"cai", "", before_solve, 0, false, at_begin, ""},
        {"cai", "", phase::after_solve, 0, false, together, "cai where that changes"},
        {"ica", "", before_solve, 0, false, together, "ica changes within a step"},
        {"eca", "", before_solve, 0, false, together, "eca changes within a step"},
        {"x", "pool", before_solve, at_start | phase::after_solve, false, at_begin, ""},
        {"x", "pool", before_solve, at_start | before_solve, false, together, "x of pool changes within a step"},
        {"x", "pool", at_start | before_solve, at_start | phase::after_solve, false, together, "its INITIAL reads x of pool"},
        {"x", "pool", phase::after_solve, at_start | phase::after_solve, false, together, "x of pool where that changes"},
        {"x", "pool", phase::after_solve, at_start, false, at_begin, ""},
    };
    for (auto const& c : cases) {
        CAPTURE(c.variable);
        CAPTURE(c.reason);
        VariableInfo const pointer{"p", "", Role::pointer, 0, 1, -1, IonField::none, c.read, 0};
        VariableInfo const x{"x", "", Role::state, 0, 1, -1, IonField::none, any, c.written};
        MechanismInfo const reader{.name = "reader", .variables = &pointer, .n_variables = 1, .has_pointers = true,
                                   .writes_pointers = c.writes_pointers};
        MechanismInfo const pool{.name = "pool", .variables = &x, .n_variables = 1};
        model::Model model;
        model.pointers.push_back({"reader", "p", {}, c.variable, c.owner, {{0, 0}}});
        auto const links = solver::find_links(model, [&](std::string const& name) -> MechanismInfo const* {
            return name == "reader" ? &reader : name == "pool" ? &pool : nullptr;
        });
        REQUIRE(links.size() == 1);
        CHECK(links[0].way == c.way);
        CHECK(links[0].reason.find(c.reason) != std::string::npos);
        model.method = model::Method::cvode;
        CHECK(solver::find_links(model, [&](std::string const&) { return &reader; })[0].way == together);
    }
}
