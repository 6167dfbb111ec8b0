// Generated kernels, run.
#include <cmath>
#include <utility>
#include <vector>

#include "cascade.hpp"
#include "hh.hpp"
#include "plastic.hpp"
#include "tests/nmodl_lite/helpers.hpp"
#include "tests/nmodl_lite/one.hpp"

using namespace rall;
using nmodl::test::One;

TEST_CASE("hh's kernel computes what Hodgkin and Huxley's equations give by hand") {
    using M = mechanism::hh_n;
    One<M> hh;
    hh[M::element::ena_n] = 50;
    hh[M::element::ek_n] = -77;
    hh.initial();
    double const am = 0.1 * 25 / (std::exp(2.5) - 1), bm = 4;  // at -65 mV, per ms
    double const ah = 0.07, bh = 1 / (std::exp(3.0) + 1), an = 0.01 * 10 / (std::exp(1.0) - 1), bn = 0.125;
    double const m = am / (am + bm), h = ah / (ah + bh), n = an / (an + bn);
    CHECK(hh[M::element::m_n] == doctest::Approx(m).epsilon(1e-14));
    CHECK(hh[M::element::h_n] == doctest::Approx(h).epsilon(1e-14));
    CHECK(hh[M::element::n_n] == doctest::Approx(n).epsilon(1e-14));
    auto const current = hh.current();
    double const gna = 0.12 * m * m * m * h, gk = 0.036 * n * n * n * n;
    CHECK(current.g == doctest::Approx(gna + gk + 0.0003).epsilon(1e-14));
    CHECK(current.i == doctest::Approx(gna * -115 + gk * 12 + 0.0003 * (-65 + 54.3)).epsilon(1e-13));
    CHECK(hh[M::element::ik_n] == doctest::Approx(gk * 12).epsilon(1e-14));

    hh.v = -30;  // m' = am*(1 - m) - bm*m, solved exactly over dt
    hh.state();
    double const am2 = 0.1 * -10 / (std::exp(-1.0) - 1), bm2 = 4 * std::exp(-35.0 / 18), limit = am2 / (am2 + bm2);
    CHECK(hh[M::element::m_n] == doctest::Approx(limit + (m - limit) * std::exp(-0.025 * (am2 + bm2))).epsilon(1e-13));
}

TEST_CASE("hh's rates pass through their removable singularity") {
    using M = mechanism::hh_n;
    One<M> hh;
    hh.v = -40;  // am is 0/0 as written
    hh.initial();
    double const bm = 4 * std::exp(-25.0 / 18);
    CHECK(hh[M::element::m_n] == doctest::Approx(1 / (1 + bm)).epsilon(1e-12));
}

TEST_CASE("an implicit step of a linear chain satisfies its equations and keeps what flows in a circle") {
    using M = mechanism::cascade_n;
    One<M> chain;
    chain.initial();
    chain.state();
    double const a = chain[M::element::a_n], b = chain[M::element::b_n], c = chain[M::element::c_n], dt = 0.025;
    double const k1 = 0.3 * std::exp(-0.65);
    CHECK(a == doctest::Approx(1 + dt * (-k1 * a + 0.05 * c)).epsilon(1e-14));
    CHECK(b == doctest::Approx(dt * (k1 * a - 0.1 * b)).epsilon(1e-14));
    CHECK(a + b + c == doctest::Approx(1).epsilon(1e-14));
}

TEST_CASE("NET_RECEIVE keeps its arguments per connection and sends events to itself") {
    using M = mechanism::plastic_n;
    One<M> synapse;
    synapse.initial();
    REQUIRE(synapse.sent.size() == 1);
    CHECK(synapse.sent[0] == std::pair(2.005, 7.0));
    double first[] = {0.002, 0, 0}, second[] = {0.004, 0, 0};
    for (auto* args : {first, second})
        M::connect(synapse.context, synapse.common(), synapse.instance(), -65, args, synapse);
    CHECK(first[1] == 1);
    CHECK(first[2] == -100);
    synapse.context.t = 5;
    M::receive(synapse.context, synapse.common(), synapse.instance(), -65, first, 0, synapse);
    CHECK(first[2] == 5);
    CHECK(second[2] == -100);
    double const use = 1 - 0.4 * std::exp(-105.0 / 20);
    CHECK(synapse[M::element::g_n] == doctest::Approx(0.002 * use));
    CHECK(synapse.sent.back() == std::pair(1.3, 1.0));
    M::receive(synapse.context, synapse.common(), synapse.instance(), -65, first, 1, synapse);
    CHECK(synapse[M::element::seen_n] == 1);
}
