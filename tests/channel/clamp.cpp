// Channels under the clamp: hh against its closed forms, and what a series resistance does.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "channel/output.hpp"
#include "channel/results.hpp"
#include "channel/variants.hpp"

using namespace rall;
using namespace rall::channel;

namespace {

Results measured(std::string const& protocol, Clamp const& clamp = {}, std::vector<std::string> const& sets = {},
                 Variables const& constants = {}) {
    Diagnostics found;
    auto const channels = variants("hh", sets, "ina", found);
    return measure(channels, clamp, {read_protocol(protocol, {constants, {}}, found)}, found);
}

Curve const& curve(Results const& results, std::string const& name, std::size_t variant = 0) {
    auto const& all = results.outcomes[0].curves[variant];
    auto const one = std::ranges::find(all, name, &Curve::name);
    REQUIRE(one != all.end());
    return *one;
}

/// Hodgkin and Huxley (1952) at 6.3 degC, rest near -65 mV: {steady value, time constant in ms}.
std::pair<double, double> closed_form(char gate, double v) {
    auto const vtrap = [](double x, double y) {
        return std::abs(x / y) < 1e-6 ? y * (1 - x / y / 2) : x / (std::exp(x / y) - 1);
    };
    double a = 0, b = 0;
    if (gate == 'm') a = .1 * vtrap(-(v + 40), 10), b = 4 * std::exp(-(v + 65) / 18);
    if (gate == 'h') a = .07 * std::exp(-(v + 65) / 20), b = 1 / (std::exp(-(v + 35) / 10) + 1);
    if (gate == 'n') a = .01 * vtrap(-(v + 55), 10), b = .125 * std::exp(-(v + 65) / 80);
    return {a / (a + b), 1 / (a + b)};
}

}  // namespace

TEST_CASE("the gates of hh are their closed forms, and so are V1/2 and slope") {
    auto const results = measured("gates");
    for (char const gate : {'m', 'h', 'n'}) {
        CAPTURE(gate);
        auto const& steady = curve(results, std::string(1, gate) + " inf");
        auto const& tau = curve(results, std::string(1, gate) + " tau");
        REQUIRE(steady.x.size() == 37);
        std::vector<double> exact;
        for (std::size_t k = 0; k < steady.x.size(); ++k) {
            CAPTURE(steady.x[k]);
            auto const [x, t] = closed_form(gate, steady.x[k]);
            exact.push_back(x);
            CHECK(steady.y[k] == doctest::Approx(x).epsilon(1e-6));
            CHECK(tau.y[k] == doctest::Approx(t).epsilon(1e-6));
        }
        auto const expected = fit(Law::boltzmann, steady.x, exact);
        REQUIRE(steady.fit);
        REQUIRE(expected);
        for (auto const& p : expected->parameters) {
            CAPTURE(p.name);
            CHECK((*steady.fit)[p.name].value == doctest::Approx(p.value).epsilon(1e-5));
        }
    }
    // Half of the channels' gates, read off the closed forms by bisection, lie where the fits say within their errors.
    CHECK((*curve(results, "h inf").fit)["V1/2"].value == doctest::Approx(-62.3).epsilon(0.01));
}

TEST_CASE("m^3 h fitted to the sodium current gives the gates back, where the Boltzmann of the peak conductance mixes them") {
    auto const results = measured("activation");
    auto const &m = curve(results, "m3h tau m"), &h = curve(results, "m3h tau h");
    int found = 0;
    for (std::size_t k = 0; k < m.x.size(); ++k) {
        if (!m.gaps[k].empty()) continue;
        CAPTURE(m.x[k]);
        ++found;
        CHECK(m.y[k] == doctest::Approx(closed_form('m', m.x[k]).second).epsilon(1e-3));
        CHECK(h.y[k] == doctest::Approx(closed_form('h', h.x[k]).second).epsilon(1e-3));
    }
    CHECK(found > 15);
    auto const &without = curve(results, "m3h G-V"), &peak = curve(results, "G-V");
    REQUIRE(without.fit);
    CHECK(without.fit->law == Law::boltzmann_cubed);
    CHECK(units_of(without, "V1/2") == "mV");
    for (std::size_t k = 0; k < without.x.size(); ++k)
        if (without.gaps[k].empty() && without.x[k] > -30)
            CHECK(without.y[k] / without.y.back() ==
                  doctest::Approx(std::pow(closed_form('m', without.x[k]).first / closed_form('m', without.x.back()).first, 3)).epsilon(5e-3));
    CHECK((*without.fit)["V1/2"].value == doctest::Approx(-40).epsilon(0.05));
    CHECK((*peak.fit)["V1/2"].value > (*without.fit)["V1/2"].value + 5);
}

TEST_CASE("an ideal clamp holds the potential at the command") {
    auto const results = measured("activation");
    auto const& [protocol, experiment, curves] = results.outcomes[0];
    for (std::size_t s = 0; s < protocol.sweeps.size(); ++s)
        for (std::size_t row = 1; row < experiment.steps.size(); ++row)
            CHECK(std::abs(experiment.recordings[0][s].v[row] -
                           command(protocol, protocol.sweeps[s], experiment.steps[row])) < 1e-6);
    CHECK((*curve(results, "I-V").fit)["Erev"].value == doctest::Approx(50).epsilon(0.01));
}

TEST_CASE("a series resistance makes the error that it must") {
    auto const ideal = measured("activation");
    double const area = 1000;  // um2: 10 pF

    SUBCASE("to first order, the potential is off by I Rs in the steady state") {
        Clamp clamp;
        clamp.series_resistance = 0.01;  // Mohm: 0.5 mV at most
        auto const with = measured("activation", clamp, {}, {{"duration", 60}});
        auto const& [protocol, experiment, ignored] = with.outcomes[0];
        for (std::size_t s = 0; s < protocol.sweeps.size(); ++s) {
            auto const& recording = experiment.recordings[0][s];
            double const v = protocol.sweeps[s].values.at("V"), last = recording.v[protocol.sweeps[s].pieces[1].end];
            CAPTURE(v);
            double const m = closed_form('m', v).first, h = closed_form('h', v).first, n = closed_form('n', v).first;
            double const density =
                .12 * m * m * m * h * (v - 50) + .036 * n * n * n * n * (v + 77) + .0003 * (v + 54.3);
            double const current = density * area * 1e-2;  // mA/cm2 um2 -> nA
            CHECK(last - v == doctest::Approx(-current * clamp.series_resistance).epsilon(0.01));
        }
    }
    SUBCASE("the G-V moves to the left and steepens") {
        Clamp clamp;
        clamp.series_resistance = 0.5;  // Mohm: some 10 mV at the peak
        auto const with = measured("activation", clamp);
        auto const &before = *curve(ideal, "G-V").fit, &after = *curve(with, "G-V").fit;
        CHECK(after["V1/2"].value < before["V1/2"].value - 2);
        CHECK(after["k"].value < 0.9 * before["k"].value);
    }
    SUBCASE("the potential lags behind the command while the membrane is charged") {
        Clamp clamp;
        clamp.series_resistance = 5;
        auto const with = measured("activation", clamp);
        auto const& sweep = with.outcomes[0].protocol.sweeps.front();
        double const lag = with.outcomes[0].experiment.recordings[0].front().v[sweep.pieces[1].begin + 2];
        double const tau = 5 * 10e-3;  // Mohm pF -> ms
        CHECK(lag == doctest::Approx(-120 + 30 * (1 - std::pow(1 + 0.025 / tau, -2))).epsilon(0.01));
    }
}

TEST_CASE("variants are compared: a larger conductance changes nothing but the size of the current") {
    auto const results = measured("activation", {}, {"gnabar=0.24"});
    REQUIRE(results.variants.size() == 2);
    int seen = 0;
    for (auto const& d : differences(results)) {
        CAPTURE(d.curve);
        CAPTURE(d.quantity);
        bool const is_shift = d.comparison == Comparison::difference;
        if (d.quantity != "V1/2" && d.quantity != "k" && d.quantity != "G" && d.quantity != "mean tau") continue;
        ++seen;
        CHECK(d.change == doctest::Approx(is_shift ? 0 : d.quantity == "G" ? 2 : 1).epsilon(1e-6));
        if (d.quantity == "mean tau") CHECK(d.n > 10);
        else CHECK(d.n == 0);
    }
    CHECK(seen == 9);
}

TEST_CASE("results do not depend on what else is measured beside them") {
    auto const alone = measured("recovery"), beside = measured("recovery", {}, {"gnabar=0.01", "gl=0.1"});
    CHECK(alone.outcomes[0].experiment.recordings[0][3].current ==
          beside.outcomes[0].experiment.recordings[0][3].current);
}

TEST_CASE("the train uses the channel up, and recovery restores it") {
    auto const train = measured("train");
    auto const& all = train.outcomes[0].curves[0];
    REQUIRE(all.size() == 4);  // one per interval
    for (auto const& one : all) {
        CHECK(one.x.size() == 20);
        CHECK(one.y.front() == 1);
    }
    CHECK(all.front().y.back() < all.back().y.back());
    auto const recovery = measured("recovery");
    auto const& fraction = curve(recovery, "recovery");
    CHECK(fraction.y.front() < 0.2);
    CHECK(fraction.y.back() == doctest::Approx(1).epsilon(1e-3));
}
