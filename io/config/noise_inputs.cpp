// "inputs" that are drawn: noise, Ornstein-Uhlenbeck processes and shot noise.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/random.hpp"
#include "io/config/input_keys.hpp"
#include "io/config/mechanisms.hpp"

namespace rall::io {
namespace {

constexpr char const *threshold = "threshold_current", *resistance = "input_resistance";

/// As neurodamus draws them: a stream of each cell, of ids that its number, the seed of stimuli and the place of the input among those of noise (by name) make. Choosing
/// the distribution has drawn a number; and as many as would have been used until `delay`.
void draw_as_neurodamus(Input& input, model::Values const& delay, model::Values const& duration, model::Values const& interval) {
    auto& build = input.build;
    auto const& cells = input.cells();
    if (!build.circuit || input.has("random_seed") || std::set<int>(cells.begin(), cells.end()).size() != cells.size()) return;
    auto const* inputs = build.root->find("inputs");
    double before = 0;
    for (auto const& other : inputs->children)
        if (auto const* module = other.find("module"); module && module->is_string() && module->text() == "noise") before += other.key < input.object.node().key;
    double const second = build.seeds.stimulus + 500, dt = build.model.dt;
    std::vector<double> third, begin;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        third.push_back(build.circuit->cell_number(build, cells[i]) + 300);
        double used = 0;
        for (double t = 0; t < delay[i] - dt && duration[i] > dt;) {
            double const until = std::min(t + duration[i] - dt, delay[i] - dt);
            used += std::floor((until - t + 1e-11) / interval[i]) + 1;
            t = until + dt;
        }
        random::Ids const ids{static_cast<std::uint32_t>(before + 100), static_cast<std::uint32_t>(second), static_cast<std::uint32_t>(third.back()), true};
        random::InstanceStream stream(build.model.seed, 0, random::InstanceStream::first_of(ids), random::InstanceStream::second_of(ids), 0);
        for (; used > 0; --used) stream.normal();  // what a Random draws of which nothing else is said
        double const picks = std::floor(stream.number(2) / 2);
        stream.go_to(2 * picks);  // a new distribution keeps no second number of a pair
        stream.normal();
        begin.push_back(stream.number(2));
    }
    if (!cells.empty()) input.stream("r", {before + 100, second, compact(std::move(third)), true, compact(std::move(begin))});
}

void add_noise(Input& input) {
    auto& diagnostics = input.build.diagnostics;
    bool const relative = input.has("mean_percent");
    if (relative && input.has("mean"))
        error(diagnostics, "config-conflict", input.object.at("mean"),
              "'mean' and 'mean_percent' both say how much flows; expected one of them");
    input.set("mean", relative ? input.percent("mean_percent", threshold) : input.values("mean"));
    auto const* sd = relative ? "sd_percent" : "sd";
    if (input.has("variance") == input.has(sd))
        error(diagnostics, input.has(sd) ? "config-conflict" : "config-missing", input.object.node(),
              fmt::format("{} needs either 'variance' or '{}'", input.object.what(), sd));
    auto const root = [](double variance, double) { return std::sqrt(variance); };
    // A relative variance is percent of the threshold current too, in nA, as neurodamus takes it.
    if (!input.has("variance"))
        input.set("std", relative ? input.percent(sd, threshold) : input.values(sd));
    else
        input.set("std", combine(root,
                                 relative ? input.percent("variance", threshold) : input.values("variance"),
                                 0));
    // What comes more often than steps is never seen.
    auto const interval = input.values("dt", {input.build.model.dt, true}, std::max(0.5, input.build.model.dt));
    input.set("interval", interval);
    input.set("linear", input.object.choice("interpolation") == "linear");
    input.window();
    input.seed();
    draw_as_neurodamus(input, input.values("delay"), input.values("duration"), interval);
    input.place("NoiseClamp");
}

/// Sets mean and standard deviation of a process, a current or a conductance.
void place_process(Input& input, bool relative) {
    bool const conducts = input.object.optional_text("input_type") == "conductance";
    if (!relative) {
        input.set("mean", input.values("mean"));
        input.set("std", input.values("sigma"));
    } else if (!conducts) {
        input.set("mean", input.percent("mean_percent", threshold));
        input.set("std", input.percent("sd_percent", threshold));
    } else {  // of what lets the cell's input resistance pass, uS of Mohm
        auto const part = [](double R, double percent) { return percent / 100 / R; };
        auto const whole = input.of_cells(resistance);
        input.set("mean", combine(part, whole, input.values("mean_percent")));
        input.set("std", combine(part, whole, input.values("sd_percent")));
    }
    input.set("tau", input.values("tau"));
    if (conducts) input.set("e", input.values("reversal"));
    input.window();
    input.seed();
    input.place(conducts ? "OUConductance" : "OUNoise");
}

/// Times of a shot, and what is drawn.
void place_shots(Input& input, model::Values const& rise, model::Values const& decay, model::Values const& rate) {
    constexpr double most = 1e7;  // Hz
    for (std::size_t i = 0; i < rate.size(); ++i)
        if (!(rate[i] <= most)) {
            error(input.build.diagnostics, "config-range", input.object.node().at("rate"),
                  fmt::format("{}: {:.4g} shots in a second; expected at most {:.4g}", input.object.what(), rate[i],
                              most),
                  input.object.has("rate") ? "" : "a larger standard deviation, or a smaller relative skew, takes fewer");
            break;
        }
    input.set("rate", rate);
    bool const given = input.object.has("rise_time") && input.object.has("decay_time");
    for (std::size_t i = 0; given && i < std::max(rise.size(), decay.size()); ++i)
        if (rise[i] >= decay[i]) {
            error(input.build.diagnostics, "config-range", input.object.at("rise_time"),
                  fmt::format("{}: a rise time of {} ms with a decay time of {} ms", input.object.what(), rise[i],
                              decay[i]),
                  "expected a rise time shorter than the decay time");
            break;
        }
    input.set("tau1", rise);
    input.set("tau2", decay);
    input.window();
    input.seed();
    input.place("ShotNoise");
}

void add_shot_noise(Input& input) {
    auto const rise = input.values("rise_time"), decay = input.values("decay_time");
    auto const rate = input.values("rate");
    input.set("amp_mean", input.values("amp_mean"));
    input.set("amp_var", input.values("amp_var"));
    place_shots(input, rise, decay, rate);
}

/// Shots whose current has the mean and the standard deviation asked for. A shot is f(t) = (exp(-t/D) - exp(-t/R)) / h, h its peak, times an
/// amplitude A; the cumulants of the current are rate E[A^k] integral f^k (Campbell's theorem; Rice, S. O. (1944), Mathematical analysis of
/// random noise, Bell Syst Tech J 23:282). Amplitudes are drawn from a gamma distribution with scale q s and mean q (1 - s), where s is the
/// relative skew and q = (sd^2 / mean) integral f / integral f^2: s = 0 are equal shots, the least skewed.
void add_shots_of_moments(Input& input, model::Values const& mean, model::Values const& sd) {
    auto const rise = input.values("rise_time"), decay = input.values("decay_time");
    auto const skew = input.values("relative_skew");
    auto const n = std::max({mean.size(), sd.size(), rise.size(), decay.size(), skew.size()});
    std::vector<double> rate, amplitude, variance;
    for (std::size_t i = 0; i < n; ++i) {
        double const R = rise[i], D = decay[i];
        if (mean[i] == 0 || skew[i] == 1) {
            error(input.build.diagnostics, "config-range", input.object.node(),
                  fmt::format("{}: no shots have {}", input.object.what(),
                              mean[i] == 0 ? "a mean of 0" : "a relative skew of 1"),
                  mean[i] == 0 ? "expected another mean; a current without one: ornstein_uhlenbeck"
                               : "expected less than 1");
            return;
        }
        double const peak = D * R / (D - R) * std::log(D / R), h = std::exp(-peak / D) - std::exp(-peak / R);
        double const area = (D - R) / h, square = (D - R) * (D - R) / (2 * (D + R) * h * h);
        double const q = sd[i] * sd[i] / mean[i] * area / square;
        amplitude.push_back(q * (1 - skew[i]));
        variance.push_back(amplitude.back() * q * skew[i]);
        rate.push_back(1000 * mean[i] / (amplitude.back() * area));  // 1/ms to Hz
    }
    input.set("amp_mean", compact(std::move(amplitude)));
    input.set("amp_var", compact(std::move(variance)));
    place_shots(input, rise, decay, compact(std::move(rate)));
}

void add_absolute_shot_noise(Input& input) {
    auto const mean = input.values("mean");
    add_shots_of_moments(input, mean, input.values("sigma"));
}

void add_relative_shot_noise(Input& input) {
    auto const mean = input.percent("mean_percent", threshold);
    add_shots_of_moments(input, mean, input.percent("sd_percent", threshold));
}

}  // namespace

std::vector<InputModule> noise_modules() {
    return {{"noise", add_noise},
            {"ornstein_uhlenbeck", [](Input& input) { place_process(input, false); }},
            {"relative_ornstein_uhlenbeck", [](Input& input) { place_process(input, true); }},
            {"shot_noise", add_shot_noise},
            {"absolute_shot_noise", add_absolute_shot_noise},
            {"relative_shot_noise", add_relative_shot_noise}};
}

}  // namespace rall::io
