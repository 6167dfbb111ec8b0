#include "channel/output.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace rall::channel {
namespace {

using nlohmann::json;

/// A field of a CSV file: texts with commas or quotes in quotes.
std::string field(std::string const& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char const c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}
std::string field(double value) { return std::isfinite(value) ? fmt::format("{:.12g}", value) : std::string(); }

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
json numbers(std::vector<double> const& values) {
    auto list = json::array();
    for (double const value : values) list.push_back(number(value));
    return list;
}

json to_json(Curve const& curve, Fit const& fit) {
    auto parameters = json::object();
    for (auto const& p : fit.parameters)
        parameters[p.name] = {{"value", number(p.value)}, {"error", number(p.error)}, {"units", units_of(curve, p.name)}};
    return {{"law", to_string(fit.law)},
            {"parameters", parameters},
            {"r2", number(fit.r2)},
            {"rms", number(fit.rms)},
            {"points", fit.points}};
}

json to_json(Axis const& axis) { return {{"name", axis.name}, {"units", axis.units}}; }

json to_json(Curve const& curve) {
    json result{{"name", curve.name},
                {"group", curve.group},
                {"x_axis", to_json(curve.x_axis)},
                {"y_axis", to_json(curve.y_axis)},
                {"x", numbers(curve.x)},
                {"y", numbers(curve.y)}};
    if (!curve.error.empty()) result["error"] = numbers(curve.error);
    if (curve.fit) result["fit"] = to_json(curve, *curve.fit);
    if (!curve.fit.obstacle.empty()) result["no_fit"] = curve.fit.obstacle;
    if (auto const summary = summary_of_gaps(curve); !summary.empty()) {
        result["missing"] = summary;
        result["why_missing"] = curve.gaps;
    }
    return result;
}

std::string comparison_name(Comparison comparison) { return comparison == Comparison::ratio ? "ratio" : "difference"; }

template <class F>
void each_curve(Results const& results, F const& f) {
    for (auto const& outcome : results.outcomes)
        for (std::size_t v = 0; v < results.variants.size(); ++v)
            for (auto const& curve : outcome.curves[v]) f(outcome.protocol, results.variants[v], curve);
}

/// How the Markov schemes of a variant are advanced; null without one.
json kinetic(Variant const& variant, Clamp const& clamp) {
    auto const& gating = variant.mechanism->gating;
    if (gating.n_transitions == 0 && !gating.obstacle) return nullptr;
    return clamp.exact && gating.n_transitions > 0 && !gating.obstacle ? "exact" : "implicit";
}

/// "-38.12 +- 0.04 mV", the error where there is one.
std::string with_error(double value, double error, std::string const& units) {
    if (!std::isfinite(value)) return "-";
    auto const unit = units.empty() ? units : " " + units;
    if (!(error > 0) || error < 1e-6 * std::abs(value)) return fmt::format("{:.5g}{}", value, unit);
    // Both to the place of the error's second digit.
    auto const decimals = static_cast<int>(1 - std::floor(std::log10(error)));
    if (decimals < 0 || decimals > 7) return fmt::format("{:.5g} +- {:.2g}{}", value, error, unit);
    double const scale = std::pow(10.0, decimals), rounded = std::round(value * scale) / scale;
    return fmt::format("{:.{}f} +- {:.{}f}{}", rounded == 0 ? 0 : rounded, decimals, error, decimals, unit);
}

}  // namespace

std::string sweep_name(Sweep const& sweep) {
    std::string text;
    for (auto const& [name, value] : sweep.values)
        text += fmt::format("{}{} = {:.6g}", text.empty() ? "" : ", ", name, value);
    return text;
}

json to_json(Results const& results) {
    json all{{"variants", json::array()},
             {"clamp",
              {{"series_resistance_Mohm", results.clamp.series_resistance},
               {"capacitance_pF", results.clamp.capacitance},
               {"celsius", results.clamp.celsius},
               {"ions", results.clamp.ions}}},
             {"protocols", json::array()},
             {"differences", json::array()}};
    for (auto const& variant : results.variants)
        all["variants"].push_back({{"label", variant.label},
                                   {"mechanism", variant.mechanism->name},
                                   {"file", variant.catalogue->source(variant.mechanism->name).string()},
                                   {"parameters", variant.parameters},
                                   {"globals", variant.globals},
                                   {"current", variant.current},
                                   {"kinetic", kinetic(variant, results.clamp)},
                                   {"states", variant.states}});
    for (auto const& outcome : results.outcomes) {
        auto const& protocol = outcome.protocol;
        json entry{{"name", protocol.name},           {"title", protocol.title}, {"dt", protocol.dt},
                   {"constants", protocol.constants}, {"sweeps", json::array()}, {"variants", json::array()}};
        for (auto const& sweep : protocol.sweeps) entry["sweeps"].push_back(sweep.values);
        if (protocol.waveform) entry["waveform"] = protocol.waveform->source;
        for (std::size_t v = 0; v < results.variants.size(); ++v) {
            json own{{"label", results.variants[v].label},
                     {"reversal", number(outcome.experiment.recordings[v].front().reversal)},
                     {"step_error", number(outcome.experiment.step_error[v])},
                     {"curves", json::array()}};
            for (auto const& curve : outcome.curves[v]) own["curves"].push_back(to_json(curve));
            entry["variants"].push_back(std::move(own));
        }
        all["protocols"].push_back(std::move(entry));
    }
    for (auto const& d : differences(results))
        all["differences"].push_back({{"protocol", d.protocol},
                                      {"curve", d.curve},
                                      {"group", d.group},
                                      {"quantity", d.quantity},
                                      {"units", d.units},
                                      {"reference", results.variants.front().label},
                                      {"variant", results.variants[d.variant].label},
                                      {"kind", comparison_name(d.comparison)},
                                      {"reference_value", number(d.reference)},
                                      {"value", number(d.value)},
                                      {"change", number(d.change)},
                                      {"error", number(d.error)},
                                      {"n", d.n > 0 ? json(d.n) : json(nullptr)}});
    return all;
}

std::string curves_csv(Results const& results) {
    std::string text = "protocol,variant,curve,group,x_name,x,x_units,y_name,y,y_units,error,fitted,why_missing\n";
    each_curve(results, [&](Protocol const& protocol, Variant const& variant, Curve const& curve) {
        for (std::size_t i = 0; i < curve.x.size(); ++i)
            text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", field(protocol.name), field(variant.label),
                                field(curve.name), field(curve.group), curve.x_axis.name, field(curve.x[i]),
                                curve.x_axis.units, field(curve.y_axis.name), field(curve.y[i]), curve.y_axis.units,
                                curve.error.empty() ? std::string() : field(curve.error[i]),
                                curve.fit ? field((*curve.fit)(curve.x[i])) : std::string(),
                                curve.gaps.empty() ? std::string() : field(curve.gaps[i]));
    });
    return text;
}

std::string fits_csv(Results const& results) {
    std::string text = "protocol,variant,curve,group,law,parameter,value,error,units,r2,rms,points,no_fit\n";
    each_curve(results, [&](Protocol const& protocol, Variant const& variant, Curve const& curve) {
        if (!curve.fit && !curve.fit.obstacle.empty())
            text += fmt::format("{},{},{},{},none,,,,,,,,{}\n", field(protocol.name), field(variant.label),
                                field(curve.name), field(curve.group), field(curve.fit.obstacle));
        if (!curve.fit) return;
        for (auto const& p : curve.fit->parameters)
            text +=
                fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},\n", field(protocol.name), field(variant.label),
                            field(curve.name), field(curve.group), to_string(curve.fit->law), p.name, field(p.value),
                            field(p.error), units_of(curve, p.name), field(curve.fit->r2), field(curve.fit->rms), curve.fit->points);
    });
    return text;
}

std::string differences_csv(Results const& results) {
    std::string text = "protocol,curve,group,quantity,reference,variant,reference_value,value,units,kind,change,error,n\n";
    for (auto const& d : differences(results))
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", field(d.protocol), field(d.curve), field(d.group),
                            field(d.quantity), field(results.variants.front().label),
                            field(results.variants[d.variant].label), field(d.reference), field(d.value), d.units,
                            comparison_name(d.comparison), field(d.change), field(d.error), d.n > 0 ? std::to_string(d.n) : "");
    return text;
}

std::string currents_csv(Results const& results, Outcome const& outcome) {
    auto const& [protocol, experiment, ignored] = outcome;
    std::string text = "t (ms)";
    for (auto const& variant : results.variants)
        for (auto const& sweep : protocol.sweeps) {
            auto const name = sweep_name(sweep);
            text += ',' + field(variant.label + (name.empty() ? "" : ": " + name) + " (mA/cm2)");
        }
    text += '\n';
    for (std::size_t row = 0; row < experiment.steps.size(); ++row) {
        text += fmt::format("{:.10g}", experiment.steps[row] * protocol.dt);
        for (auto const& sweeps : experiment.recordings)
            for (std::size_t s = 0; s < sweeps.size(); ++s) {
                text += ',';
                if (experiment.steps[row] <= protocol.sweeps[s].steps())
                    text += fmt::format("{:.10g}", sweeps[s].current[row]);
            }
        text += '\n';
    }
    return text;
}

std::string step_error_text(double error, Protocol const& protocol) {
    constexpr double worth_telling = 5e-4;
    if (!(error >= worth_telling)) return {};
    return fmt::format("errors of up to {:.2g} % of the largest value from the step of {} ms", 100 * error,
                       protocol.dt);
}

std::string to_text(Results const& results) {
    std::string text;
    for (auto const& outcome : results.outcomes) {
        text += fmt::format("{}\n", outcome.protocol.title);
        for (std::size_t v = 0; v < results.variants.size(); ++v) {
            auto const line = [&](std::string const& name, std::string const& what) {
                text += fmt::format("  {:16} {:24}  {}\n", results.variants[v].label, name, what);
            };
            for (auto const& curve : outcome.curves[v]) {
                auto const name = curve.name + (curve.group.empty() ? "" : " (" + curve.group + ")");
                auto const summary = summary_of_gaps(curve);
                if (curve.fit) {
                    std::string values;
                    for (auto const& p : curve.fit->parameters)
                        values += fmt::format("{} {}  ", p.name, with_error(p.value, p.error, units_of(curve, p.name)));
                    line(name, fmt::format("{}(r2 {:.5f}, n = {})", values, curve.fit->r2, curve.fit->points));
                } else if (!curve.fit.obstacle.empty()) {
                    line(name, "no fit, " + curve.fit.obstacle);
                } else if (curve.y.size() == 1 && summary.empty()) {
                    line(name, fmt::format("{:.5g} {}", curve.y[0], curve.y_axis.units));
                }
                if (!summary.empty()) line(name, summary);
            }
            if (auto const error = step_error_text(outcome.experiment.step_error[v], outcome.protocol); !error.empty())
                line("step", error + "; --dt makes them smaller");
        }
    }
    if (results.variants.size() > 1) {
        text += "Differences\n";
        for (auto const& d : differences(results)) {
            auto const sign = d.comparison == Comparison::ratio ? "x " : d.change < 0 ? "" : "+";
            text += fmt::format("  {:16} {:16} {:20} {:17} {}{}{}\n", results.variants[d.variant].label, d.protocol,
                                d.curve + (d.group.empty() ? "" : " (" + d.group + ")"), d.quantity, sign,
                                with_error(d.change, d.error, d.comparison == Comparison::ratio ? "" : d.units), d.n > 0 ? fmt::format(" (n = {})", d.n) : "");
        }
    }
    return text;
}

}  // namespace rall::channel
