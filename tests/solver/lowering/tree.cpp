#include "solver/lowering/tree.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>

#include "tests/solver/models.hpp"
#include "tests/solver/run.hpp"

using namespace rall;

namespace {

/// One implicit step of passive cells over the full graph, zero-area nodes and all, as a dense system.
Eigen::VectorXd dense_step(morphology::Cable const& cable, double Ra, double cm, double dt, double g,
                           std::vector<double> const& e, Eigen::VectorXd const& v) {
    using At = morphology::Attachment::At;
    int const n = static_cast<int>(cable.compartments.size()), s = static_cast<int>(cable.sections.size());
    Eigen::MatrixXd m = Eigen::MatrixXd::Zero(n + 2 * s, n + 2 * s);
    Eigen::VectorXd rhs = Eigen::VectorXd::Zero(n + 2 * s);
    auto const join = [&](int a, int b, double resistance) {
        double const conductance = 1 / resistance;
        m(a, a) += conductance;
        m(b, b) += conductance;
        m(a, b) -= conductance;
        m(b, a) -= conductance;
    };
    for (int k = 0; k < s; ++k) {
        auto const& section = cable.sections[k];
        auto const& at = section.attachment;
        int before = at.at == At::compartment ? at.compartment
                     : at.at == At::one_end   ? n + at.section
                     : at.at == At::zero_end  ? n + s + at.section
                                              : n + s + k;
        double left = 0;
        for (int c = section.first; c < section.first + section.nseg; ++c) {
            join(before, c, 0.01 * Ra * (left + cable.compartments[c].r_left));
            left = cable.compartments[c].r_right;
            before = c;
        }
        join(before, n + k, 0.01 * Ra * left);
    }
    for (int c = 0; c < n; ++c) {
        double const area = cable.compartments[c].area;
        m(c, c) += cm * area * 1e-5 / dt + g * area * 0.01;
        rhs(c) = cm * area * 1e-5 / dt * v(c) + g * area * 0.01 * e[c];
    }
    for (int i = n; i < n + 2 * s; ++i)
        if (m(i, i) == 0) m(i, i) = 1;  // an end that nothing is joined to
    return m.partialPivLu().solve(rhs).head(n);
}

}  // namespace

TEST_CASE("the level-ordered solver on any tree equals a dense solve of the whole graph") {
    for (unsigned seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        auto const cable = testing::random_cable(seed, 1 + static_cast<int>(seed));
        int const n = static_cast<int>(cable->compartments.size());
        model::Model model;
        model.tstop = 0.1;
        model.types.push_back(testing::cell_type(cable, {"leak"}));
        std::vector<double> e(n);
        for (int c = 0; c < n; ++c) e[c] = -70 + 30 * std::sin(c);
        model.types[0].mechanisms[0].parameters["e"] = e;
        model.cells.push_back({0, 0, ""});
        model::Probe probe{"v", "v", "", {}, model.dt, 0, 0.2};
        for (int c = 0; c < n; ++c) probe.sites.push_back({0, c});
        model.probes.push_back(probe);
        auto const rows = testing::run(model).rows[0];
        REQUIRE(rows.size() == 5);
        Eigen::VectorXd v = Eigen::VectorXd::Constant(n, model.v_init);
        for (int step = 1; step < 5; ++step) {
            v = dense_step(*cable, 100, 1, model.dt, 1e-4, e, v);
            for (int c = 0; c < n; ++c) CHECK(rows[step][c] == doctest::Approx(v(c)).epsilon(1e-11));
        }
    }
}
