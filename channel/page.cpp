#include "channel/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "channel/output.hpp"
#include "io/page/data.hpp"

namespace rall::channel {
namespace {

using nlohmann::json;

/// A trace as the page's scripts read it, thinned in bins of `per_bin` samples.
json trace(std::string const& name, double dt, std::vector<double> values, std::size_t per_bin) {
    auto const t = html::binned({name, "", 0, dt, std::move(values), ""}, per_bin);
    std::vector<float> const small(t.values.begin(), t.values.end());
    return {{"name", name}, {"start", t.start}, {"dt", t.dt}, {"values", html::base64(small)}};
}

/// The law of a curve as a line.
void add_line(json& entry, Curve const& curve) {
    if (!curve.fit || curve.x.size() < 2) return;
    auto const [low, high] = std::ranges::minmax(curve.x);
    constexpr int points = 120;
    auto x = json::array(), y = json::array();
    for (int k = 0; k <= points; ++k) {
        double const at = low + (high - low) * k / points;
        x.push_back(at);
        y.push_back((*curve.fit)(at));
    }
    entry["fit_x"] = std::move(x);
    entry["fit_y"] = std::move(y);
}

/// At most this many points of a curve are drawn.
constexpr std::size_t most_points = 800;

json thin(json curve) {
    auto const n = curve["x"].size();
    if (n <= most_points) return curve;
    for (auto const* key : {"x", "y"}) {
        auto kept = json::array();
        for (std::size_t i = 0; i < n; i += 1 + n / most_points) kept.push_back(curve[key][i]);
        curve[key] = std::move(kept);
    }
    return curve;
}

}  // namespace

html::ContentPage page(Results const& results, std::string const& subtitle, Diagnostics const& diagnostics) {
    auto const record = to_json(results);
    std::size_t n_traces = 1;
    for (auto const& outcome : results.outcomes)
        if (!outcome.protocol.log_samples) n_traces += outcome.protocol.sweeps.size() * (results.variants.size() + 1);
    auto const limit = std::clamp<std::size_t>(html::max_trace_values / n_traces, 200, 800);

    json content{{"variants", json::array()}, {"protocols", json::array()}, {"differences", record["differences"]}};
    for (auto const& variant : results.variants) content["variants"].push_back(variant.label);
    bool const ideal = results.clamp.series_resistance <= 1e-6;
    content["facts"] = {{"variants", std::to_string(results.variants.size())},
                        {"temperature", fmt::format("{:.4g}", results.clamp.celsius), "degC"},
                        {"series resistance", ideal ? "none" : fmt::format("{:.4g}", results.clamp.series_resistance),
                         ideal ? "" : "Mohm"},
                        {"capacitance", fmt::format("{:.4g}", results.clamp.capacitance), "pF"}};
    for (std::size_t o = 0; o < results.outcomes.size(); ++o) {
        auto const& protocol = results.outcomes[o].protocol;
        auto const& experiment = results.outcomes[o].experiment;
        auto const& curves = results.outcomes[o].curves;
        json entry{{"name", protocol.name},
                   {"title", protocol.title},
                   {"current", results.variants.front().current},
                   {"command", json::array()},
                   {"variants", json::array()}};
        auto const own_samples = [&](std::size_t sweep, auto const& value) {
            std::vector<double> values;
            for (int k = 0; k <= protocol.sweeps[sweep].steps(); ++k) values.push_back(value(k));
            return values;
        };
        bool const drawn = !protocol.log_samples;
        // All sweeps keep the same times.
        int longest = 1;
        for (auto const& sweep : protocol.sweeps) longest = std::max(longest, static_cast<int>(sweep.steps()));
        auto const per_bin = (2 * static_cast<std::size_t>(longest) + limit - 1) / limit;
        for (std::size_t s = 0; drawn && s < protocol.sweeps.size(); ++s)
            entry["command"].push_back(
                trace(sweep_name(protocol.sweeps[s]), protocol.dt,
                      own_samples(s, [&](int k) { return command(protocol, protocol.sweeps[s], k); }), per_bin));
        for (std::size_t v = 0; v < results.variants.size(); ++v) {
            json own{{"curves", json::array()}, {"currents", json::array()}};
            double low = 0, high = 0;
            for (std::size_t s = 0; drawn && s < protocol.sweeps.size(); ++s) {
                auto values = own_samples(s, [&](int k) { return experiment.recordings[v][s].current[k]; });
                auto const [least, most] = std::ranges::minmax(values);
                low = std::min(low, least);
                high = std::max(high, most);
                own["currents"].push_back(trace(sweep_name(protocol.sweeps[s]), protocol.dt, std::move(values), per_bin));
            }
            own["range"] = {low, high};
            own["step_error"] = step_error_text(experiment.step_error[v], protocol);
            for (std::size_t c = 0; c < curves[v].size(); ++c) {
                auto curve = thin(record["protocols"][o]["variants"][v]["curves"][c]);
                add_line(curve, curves[v][c]);
                own["curves"].push_back(std::move(curve));
            }
            entry["variants"].push_back(std::move(own));
        }
        content["protocols"].push_back(std::move(entry));
    }
    std::string title;
    for (auto const& variant : results.variants) title += (title.empty() ? "" : ", ") + variant.label;
    return {"channel", title, subtitle, std::move(content), diagnostics};
}

}  // namespace rall::channel
