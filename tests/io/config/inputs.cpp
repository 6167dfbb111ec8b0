#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

namespace {

std::string inputs(std::string const& entries) { return ball_and_stick("\"inputs\": {" + entries + "}"); }

model::PointSet one(std::string const& entry) {
    auto const config = read(inputs("\"drive\": {\"input_type\": \"current_clamp\", " + entry + "}"));
    REQUIRE(config.model.points.size() == 1);
    return config.model.points[0];
}

double value(model::PointSet const& set, std::string const& name, std::size_t i = 0) {
    return set.parameters.at(name)[i];
}

}  // namespace

TEST_CASE("a current that stays is a step, one that moves a ramp; each electrode may have numbers of its own") {
    auto const step = one(R"("module": "linear", "amp_start": 0.3, "amp_end": 0.3, "duration": 5)");
    CHECK(step.mechanism == "IClamp");
    CHECK(value(step, "amp") == 0.3);
    auto const ramp =
        one(R"("module": "linear", "amp_start": [1, 2, 3], "amp_end": 2, "delay": [4, 5, 6], "duration": 5)");
    CHECK(ramp.mechanism == "RampClamp");
    CHECK(value(ramp, "amp", 2) == 3);
    CHECK(value(ramp, "amp_end", 2) == 2);
    CHECK(value(ramp, "del", 1) == 5);
}

TEST_CASE("the words of the Blue Brain Project and shorter ones mean the same") {
    for (auto const* words : {R"("module": "sinusoidal", "amp_start": 0.2, "frequency": 40, "dt": 0.1)",
                              R"("module": "sine", "amp": 0.2, "freq": 40)"}) {
        auto const sine = one(std::string(words) + R"(, "delay": 2, "duration": 5)");
        CHECK(sine.mechanism == "SineClamp");
        CHECK(value(sine, "amp") == 0.2);
        CHECK(value(sine, "freq") == 40);
        CHECK(value(sine, "phase") == 0);
        CHECK(value(sine, "del") == 2);
    }
    auto const pulses = one(R"("module": "pulse", "amp": 1, "width": 2, "freq": 100, "duration": 25)");
    CHECK(pulses.mechanism == "PulseClamp");
    CHECK(value(pulses, "interval") == 10);
}

TEST_CASE("currents relative to the threshold take that of each cell") {
    auto text = inputs(
        R"("drive": {"module": "relative_linear", "input_type": "current_clamp", "percent_start": 50, "duration": 5},
                          "less": {"module": "subthreshold", "input_type": "current_clamp", "percent_less": 20, "duration": 5},
                          "hold": {"module": "hyperpolarizing", "input_type": "current_clamp", "duration": 5},
                          "noise": {"module": "noise", "input_type": "current_clamp", "mean_percent": 10, "variance": 2, "duration": 5})");
    text.insert(text.find("\"count\""), R"("threshold_current": [0.1, 0.2, 0.4], "holding_current": -0.05, )");
    auto const& points = read(text).model.points;
    REQUIRE(points.size() == 4);
    for (std::size_t i = 0; i < 3; ++i) {
        double const threshold = 0.1 * (1 << i);
        CHECK(value(points[0], "amp", i) == doctest::Approx(threshold / 2));
        CHECK(value(points[1], "amp", i) == doctest::Approx(threshold * 0.8));
        CHECK(value(points[2], "amp", i) == -0.05);
        CHECK(value(points[3], "mean", i) == doctest::Approx(threshold / 10));
        CHECK(value(points[3], "std", i) == doctest::Approx(std::sqrt(threshold * 0.02)));
    }
}

TEST_CASE("tables of currents: one for all, or one for each electrode") {
    auto const all = one(R"("module": "play", "times": [0, 5, 5], "amps": [1, 2, 3], "interpolation": "linear")");
    CHECK(all.mechanism == "PlayClamp");
    CHECK(all.vectors.at("times") == std::vector<std::vector<double>>{{0, 5, 5}});
    CHECK(all.vectors.at("amps") == std::vector<std::vector<double>>{{1, 2, 3}});
    CHECK(value(all, "linear") == 1);
    CHECK(!all.parameters.contains("dur"));
    auto const each = one(R"("module": "play", "dt": 2, "amps": [[1, 2], [3], [4, 5, 6]], "duration": 3)");
    CHECK(each.vectors.at("amps").size() == 3);
    CHECK(value(each, "interval") == 2);
    CHECK(value(each, "linear") == 0);
    CHECK(value(each, "dur") == 3);
}

TEST_CASE("shots of given moments: Campbell's theorem holds for what is drawn") {
    for (double const skew : {0.0, 0.5, 0.9})
        for (double const mean : {0.05, -0.2}) {
            auto const set = one(fmt::format(
                R"("module": "absolute_shot_noise", "rise_time": 0.5, "decay_time": 4, "mean": {}, "sigma": 0.02, "relative_skew": {}, "duration": 5)",
                mean, skew));
            // Integrals of a shot and of its square, by sums.
            double const R = 0.5, D = 4, step = 1e-4;
            double peak = 0, area = 0, square = 0;
            for (double t = step / 2; t < 100; t += step) {
                double const f = std::exp(-t / D) - std::exp(-t / R);
                peak = std::max(peak, f);
                area += f * step;
                square += f * f * step;
            }
            double const rate = value(set, "rate") / 1000, amp = value(set, "amp_mean"), var = value(set, "amp_var");
            CHECK(rate > 0);
            CHECK(rate * amp * area / peak == doctest::Approx(mean).epsilon(1e-6));
            CHECK(rate * (amp * amp + var) * square / peak / peak == doctest::Approx(0.02 * 0.02).epsilon(1e-6));
            CHECK((var == 0) == (skew == 0));
        }
}

TEST_CASE("cells have positions, rotations, potentials and parameters of their own") {
    auto text = ball_and_stick();
    text.insert(
        text.find("\"count\""),
        R"("position": [[0, 0, 0], [10, 0, 0], [0, 20, 0]], "rotation": [0.5, 0.5, 0.5, 0.5], "v_init": [-70, -60, -50],
        "parameters": {"pas.e": [-65, -64, -63]}, )");
    auto const model = read(text).model;
    CHECK(model.cells[1].placement.position == std::array<double, 3>{10, 0, 0});
    CHECK(model.cells[2].placement.rotation == std::array<double, 4>{0.5, 0.5, 0.5, 0.5});
    CHECK(model.cells[2].v_init == -50);
    REQUIRE(model.cell_parameters.size() == 1);
    CHECK(model.cell_parameters[0].mechanism == "pas");
    CHECK(model.cell_parameters[0].values == std::vector<double>{-65, -64, -63});
}
