#include "channel/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "channel/accuracy.hpp"
#include "io/config/plausible_values.hpp"

namespace rall::channel {
namespace {

/// Two measurements compared; errors propagate to first order.
Difference compared(Comparison comparison, double reference, double reference_error, double value, double value_error) {
    Difference d{{}, {}, {}, {}, {}, 1, comparison, reference, value, 0, 0, 0};
    if (comparison == Comparison::difference) {
        constexpr double rounding = 1e-10;
        d.change = value - reference;
        if (std::abs(d.change) <= rounding * std::abs(reference)) d.change = 0;
        d.error = std::hypot(value_error, reference_error);
    } else {
        d.change = value / reference;
        d.error = std::abs(d.change) * std::hypot(value_error / value, reference_error / reference);
    }
    return d;
}

void compare(Curve const& one, Curve const& two, std::vector<Difference>& all) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (one.fit && two.fit && one.fit->law == two.fit->law)
        for (std::size_t k = 0; k < one.fit->parameters.size(); ++k) {
            auto const &a = one.fit->parameters[k], &b = two.fit->parameters[k];
            all.push_back(compared(a.comparison, a.value, a.error, b.value, b.error));
            all.back().quantity = a.name;
            all.back().units = units_of(one, a.name);
        }
    if (one.y.size() == 1 && two.y.size() == 1) {
        all.push_back(compared(Comparison::ratio, one.y[0], one.error.empty() ? unknown : one.error[0], two.y[0],
                               two.error.empty() ? unknown : two.error[0]));
        all.back().quantity = one.y_axis.name;
        all.back().units = one.y_axis.units;
    } else if (one.y_axis.units == "ms") {
        if (auto const mean = mean_ratio(one, two); mean.n > 0)
            all.push_back({{}, {}, {}, "mean " + one.y_axis.name, "ms", 1, Comparison::ratio, unknown, unknown, mean.ratio, mean.error, mean.n});
    }
}

}  // namespace

std::vector<Difference> differences(Results const& results) {
    std::vector<Difference> all;
    for (auto const& outcome : results.outcomes)
        for (std::size_t v = 1; v < results.variants.size(); ++v)
            for (auto const& one : outcome.curves.front()) {
                // Variants of different mechanisms have different states: only what both have is compared.
                auto const two = std::ranges::find_if(
                    outcome.curves[v], [&](Curve const& c) { return c.name == one.name && c.group == one.group; });
                if (two == outcome.curves[v].end()) continue;
                auto const before = all.size();
                compare(one, *two, all);
                for (auto k = before; k < all.size(); ++k) {
                    all[k].protocol = outcome.protocol.name;
                    all[k].curve = one.name;
                    all[k].group = one.group;
                    all[k].variant = v;
                }
            }
    return all;
}

Results measure(std::vector<Variant> variants, Clamp const& clamp, std::vector<Protocol> protocols,
                Diagnostics& diagnostics) {
    Results results{std::move(variants), clamp, {}};
    if (auto const likely = io::plausible::celsius(clamp.celsius); !likely.empty())
        diagnostics.warning("implausible", {}, fmt::format("celsius is {} degC", clamp.celsius), likely);
    for (auto& protocol : protocols) {
        Outcome outcome{std::move(protocol), {}, {}};
        auto& experiment = outcome.experiment = run(outcome.protocol, results.variants, clamp, diagnostics);
        for (std::size_t v = 0; v < results.variants.size(); ++v) {
            auto const& variant = results.variants[v];
            SteadyStates steady;
            for (auto const& rule : outcome.protocol.curves)
                if (rule.measure == Measure::gates && !steady.contains(rule.segment))
                    steady[rule.segment] = steady_states(outcome.protocol, rule.segment, variant, clamp);
            experiment.steady.push_back(std::move(steady));
            experiment.step_error.push_back(step_is_exact(outcome.protocol, variant, clamp)
                                                ? std::numeric_limits<double>::quiet_NaN()
                                                : step_error(outcome.protocol, experiment, v, variant, clamp));
            outcome.curves.push_back(curves(outcome.protocol, experiment, v, variant));
        }
        results.outcomes.push_back(std::move(outcome));
    }
    return results;
}

}  // namespace rall::channel
