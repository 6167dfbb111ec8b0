#include "channel/curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rall::channel {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double near_reversal = 3;    ///< mV from Erev, where a conductance is noise
constexpr double visible = 0.01;       ///< parts of the largest current, below which times mean nothing
constexpr double visible_gate = 1e-4;  ///< of a state, below which its relaxation is not fitted

struct Value {
    double y = nothing, error = nothing;
};

class Measuring {
public:
    Measuring(Protocol const& protocol, Experiment const& experiment, std::size_t variant, Variant const& what)
        : protocol_(protocol), steps_(experiment.steps), recordings_(experiment.recordings[variant]), variant_(what) {
        for (auto const& recording : recordings_)
            for (double const i : recording.current) largest_ = std::max(largest_, std::abs(i));
    }

    std::vector<Curve> operator()(CurveRule const& rule) {
        switch (rule.measure) {
            case Measure::gates:
                return gates(rule);
            case Measure::trace:
                return traces(rule);
            case Measure::tau_decay:
            case Measure::tau_rise: {
                if (rule.exponentials == 1)
                    return finished(rule, relation(rule, {"tau", "ms"},
                                                   [&](auto const&... at) { return tau(rule, at..., "tau"); }));
                std::vector<Curve> all;
                for (std::string const name : {"tau 1", "tau 2"})
                    for (auto& curve :
                         relation(rule, {name, "ms"}, [&](auto const&... at) { return tau(rule, at..., name); })) {
                        curve.name += " " + name.substr(4);
                        all.push_back(std::move(curve));
                    }
                return finished(rule, std::move(all));
            }
            default:
                return finished(rule,
                                relation(rule, axis(rule), [&](Recording const& r, Piece const& p, Sweep const& s) {
                                    double const y = value(rule, r, p);
                                    if (rule.reference < 0) return Value{y};
                                    auto const to = std::ranges::find(s.pieces, rule.reference, &Piece::segment);
                                    return Value{y / value(peak_of(rule), r, *to)};
                                }));
        }
    }

private:
    // ---- one segment ----

    /// Rows of the samples in the rule's window of a piece: [first, last].
    std::pair<int, int> rows(CurveRule const& rule, Piece const& piece) const {
        auto const step = [&](std::optional<double> ms, int otherwise) {
            return ms ? std::clamp(piece.begin + static_cast<int>(std::lround(*ms / protocol_.dt)), piece.begin + 1,
                                   piece.end)
                      : otherwise;
        };
        auto const row = [&](int k) { return static_cast<int>(std::ranges::lower_bound(steps_, k) - steps_.begin()); };
        return {row(step(rule.window_begin, piece.begin + 1)), row(step(rule.window_end, piece.end))};
    }

    /// What a rule divides by: the peak in the whole of its reference.
    static CurveRule peak_of(CurveRule rule) {
        rule.measure = Measure::peak;
        rule.window_begin = rule.window_end = std::nullopt;
        return rule;
    }

    int peak(CurveRule const& rule, Recording const& r, Piece const& piece) const {
        auto const [first, last] = rows(rule, piece);
        int best = first;
        for (int k = first; k <= last; ++k)
            if (std::abs(r.current[k]) > std::abs(r.current[best])) best = k;
        return best;
    }

    double time(int row) const { return steps_[row] * protocol_.dt; }

    double value(CurveRule const& rule, Recording const& r, Piece const& piece) const {
        auto const [first, last] = rows(rule, piece);
        int const top = peak(rule, r, piece);
        double y = 0;
        switch (rule.measure) {
            case Measure::start:
                y = r.current[first];
                break;
            case Measure::mean:
            case Measure::charge: {
                for (int k = first; k <= last; ++k) y += r.current[k];
                y *= rule.measure == Measure::charge ? protocol_.dt : 1.0 / (last - first + 1);
                break;
            }
            case Measure::time_to_peak:
                return std::abs(r.current[top]) < visible * largest_ ? nothing : time(top) - piece.begin * protocol_.dt;
            default:
                y = r.current[top];
        }
        if (!rule.driving_force) return y;
        // What the experimenter knows is the command, not the potential behind the series resistance.
        double const force = piece.to - reversal_;
        return std::abs(force) < near_reversal ? nothing : y / force;
    }

    /// Time constants of the current before or after its peak.
    Value tau(CurveRule const& rule, Recording const& r, Piece const& piece, Sweep const&,
              std::string const& name) const {
        auto const [first, last] = rows(rule, piece);
        int const top = peak(rule, r, piece);
        int from = top, to = last;
        if (rule.measure == Measure::tau_rise) {
            from = first;
            while (from < top && std::abs(r.current[from]) < 0.5 * std::abs(r.current[top])) ++from;
            to = top;
        }
        if (std::abs(r.current[to] - r.current[from]) < visible * largest_) return {};
        auto const found =
            fitted(from, to, r.current, rule.exponentials == 2 ? Law::double_exponential : Law::exponential);
        if (!found) return {};
        return {(*found)[name].value, (*found)[name].error};
    }

    std::optional<Fit> fitted(int from, int to, std::vector<double> const& values, Law law) const {
        std::vector<double> t, y;
        for (int k = from; k <= to; ++k) {
            t.push_back(time(k) - time(from));
            y.push_back(values[k]);
        }
        auto found = fit(law, t, y);
        if (!found) return found;
        // A time constant far beyond the window, or below a step, is a guess.
        for (auto const& p : found->parameters)
            if (p.name.starts_with("tau") && (p.value > 3 * t.back() || p.value < protocol_.dt / 4))
                return std::nullopt;
        return found;
    }

    // ---- many sweeps ----

    Axis axis(CurveRule const& rule) const {
        if (rule.normalised != CurveRule::Normalised::no || rule.reference >= 0) return {"relative " + what(rule), ""};
        switch (rule.measure) {
            case Measure::time_to_peak:
                return {"time to peak", "ms"};
            case Measure::charge:
                return {"charge", "uC/cm2"};
            default:
                return rule.driving_force ? Axis{"conductance", "S/cm2"} : Axis{"current", "mA/cm2"};
        }
    }
    static std::string what(CurveRule const& rule) {
        return rule.driving_force ? "conductance" : rule.measure == Measure::charge ? "charge" : "current";
    }

    /// Millivolts where a sweep variable is a level of some segment, else milliseconds where it is a duration: by its name.
    static Axis x_axis(std::string const& name) {
        if (name == "number" || name.empty()) return {name, ""};
        return {name, name.front() == 'V' ? "mV" : "ms"};
    }

    /// Values of the sweep variables but `x`, as a name of the curve: "interval = 10".
    static std::string group(Sweep const& sweep, std::string const& x) {
        std::string text;
        for (auto const& [name, value] : sweep.values)
            if (name != x) text += fmt::format("{}{} = {:.6g}", text.empty() ? "" : ", ", name, value);
        return text;
    }

    /// measure(recording, piece, sweep) for every sweep, or for every repetition of a segment.
    template <class F>
    std::vector<Curve> relation(CurveRule const& rule, Axis const& y_axis, F const& measure) {
        std::vector<Curve> all;
        for (std::size_t s = 0; s < protocol_.sweeps.size(); ++s) {
            auto const& sweep = protocol_.sweeps[s];
            auto const name = group(sweep, rule.x);
            auto curve = std::ranges::find(all, name, &Curve::group);
            if (curve == all.end())
                curve = all.insert(all.end(), Curve{rule.name, name, x_axis(rule.x), y_axis, {}, {}, {}, {}});
            if (rule.driving_force) reversal_ = reversal_of(s);
            double number = 0;
            for (auto const& piece : sweep.pieces) {
                if (piece.segment != rule.segment) continue;
                ++number;
                auto const [y, error] = measure(recordings_[s], piece, sweep);
                curve->x.push_back(rule.x == "number" ? number : rule.x.empty() ? 0 : sweep.values.at(rule.x));
                curve->y.push_back(y);
                curve->error.push_back(error);
            }
        }
        return all;
    }

    double reversal_of(std::size_t sweep) {
        double const known = recordings_[sweep].reversal;
        if (std::isfinite(known)) return known;
        if (!fitted_reversal_) fitted_reversal_ = reversal_from_currents();
        return *fitted_reversal_;
    }

    /// For a current without an ion: where the fitted I-V of the protocol reverses.
    double reversal_from_currents() {
        auto const rule = std::ranges::find(protocol_.curves, Law::current_voltage, &CurveRule::law);
        if (rule == protocol_.curves.end()) return nothing;
        auto const iv = (*this)(*rule);
        return iv.empty() || !iv.front().fit ? nothing : (*iv.front().fit)["Erev"].value;
    }

    std::vector<Curve> finished(CurveRule const& rule, std::vector<Curve> all) const {
        for (auto& curve : all) {
            double divisor = 1;
            if (rule.normalised == CurveRule::Normalised::first && !curve.y.empty()) divisor = curve.y.front();
            if (rule.normalised == CurveRule::Normalised::maximum) {
                divisor = 0;
                for (double const y : curve.y)
                    if (std::abs(y) > std::abs(divisor)) divisor = y;
            }
            for (double& y : curve.y) y /= divisor;
            for (double& e : curve.error) e /= std::abs(divisor);
            if (std::ranges::all_of(curve.error, [](double e) { return std::isnan(e); })) curve.error.clear();
            if (rule.law) curve.fit = fit(*rule.law, curve.x, curve.y);
        }
        return all;
    }

    // ---- whole traces, and states ----

    std::vector<Curve> traces(CurveRule const& rule) const {
        std::vector<Curve> all;
        for (std::size_t s = 0; s < protocol_.sweeps.size(); ++s) {
            auto const& sweep = protocol_.sweeps[s];
            auto const piece = std::ranges::find(sweep.pieces, rule.segment, &Piece::segment);
            auto const [first, last] = rows(rule, *piece);
            Curve curve{rule.name, group(sweep, ""), {"V", "mV"}, {"current", "mA/cm2"}, {}, {}, {}, {}};
            for (int k = first; k <= last; ++k) {
                curve.x.push_back(command(protocol_, sweep, steps_[k]));
                curve.y.push_back(recordings_[s].current[k]);
            }
            if (rule.law) curve.fit = fit(*rule.law, curve.x, curve.y);
            all.push_back(std::move(curve));
        }
        return all;
    }

    /// Two curves per state. Where several sweeps have one x, that in which the state moves most tells its time constant.
    std::vector<Curve> gates(CurveRule const& rule) const {
        std::vector<Curve> all;
        for (std::size_t state = 0; state < variant_.states.size(); ++state) {
            auto const& name = variant_.states[state];
            Curve steady{name + " inf", "", x_axis(rule.x), {name + " inf", ""}, {}, {}, {}, {}};
            Curve tau{name + " tau", "", x_axis(rule.x), {name + " tau", "ms"}, {}, {}, {}, {}};
            std::vector<double> moved;
            for (std::size_t s = 0; s < protocol_.sweeps.size(); ++s) {
                auto const& sweep = protocol_.sweeps[s];
                auto const piece = std::ranges::find(sweep.pieces, rule.segment, &Piece::segment);
                auto const& values = recordings_[s].states[state];
                auto const [first, last] = rows(rule, *piece);
                double const x = rule.x.empty() ? 0 : sweep.values.at(rule.x);
                auto at = static_cast<std::size_t>(std::ranges::find(steady.x, x) - steady.x.begin());
                if (at == steady.x.size()) {
                    for (auto* curve : {&steady, &tau}) {
                        curve->x.push_back(x);
                        curve->y.push_back(nothing);
                        curve->error.push_back(nothing);
                    }
                    moved.push_back(-1);
                }
                // From the last sample before the jump, where it begins to relax.
                double const amplitude = std::abs(values[last] - values[first - 1]);
                if (amplitude <= moved[at]) continue;
                moved[at] = amplitude;
                steady.y[at] = values[last];
                auto const found = amplitude < visible_gate ? std::nullopt : relaxation(first - 1, last, values);
                if (!found) continue;
                steady.y[at] = (*found)["plateau"].value;
                steady.error[at] = (*found)["plateau"].error;
                tau.y[at] = (*found)["tau"].value;
                tau.error[at] = (*found)["tau"].error;
            }
            bool const sigmoid = monotonic(steady.y);
            if (sigmoid) steady.fit = fit(Law::boltzmann, steady.x, steady.y);
            all.push_back(std::move(steady));
            all.push_back(std::move(tau));
        }
        return all;
    }

    /// The exponential through the relaxation of a state, up to where 1e-6 of it is left.
    std::optional<Fit> relaxation(int first, int last, std::vector<double> const& values) const {
        double const left = 1e-6 * std::abs(values[last] - values[first]);
        while (last > first + 4 && std::abs(values[last - 1] - values[last]) < left) --last;
        return fitted(first, last, values, Law::exponential);
    }

    /// A curve that a sigmoid may describe: it rises, or falls, all the way.
    static bool monotonic(std::vector<double> const& y) {
        auto const [low, high] = std::ranges::minmax(y);
        double const slack = 1e-3 * (high - low);
        bool rises = true, falls = true;
        for (std::size_t k = 1; k < y.size(); ++k) {
            rises = rises && y[k] >= y[k - 1] - slack;
            falls = falls && y[k] <= y[k - 1] + slack;
        }
        return high - low > 0.01 && rises != falls;
    }

    Protocol const& protocol_;
    std::vector<int> const& steps_;
    std::vector<Recording> const& recordings_;
    Variant const& variant_;
    double largest_ = 0;
    double reversal_ = nothing;
    std::optional<double> fitted_reversal_;
};

}  // namespace

std::vector<Curve> curves(Protocol const& protocol, Experiment const& experiment, std::size_t v,
                          Variant const& variant) {
    Measuring measuring(protocol, experiment, v, variant);
    std::vector<Curve> all;
    for (auto const& rule : protocol.curves)
        for (auto& curve : measuring(rule)) all.push_back(std::move(curve));
    return all;
}

double mean_ratio(Curve const& one, Curve const& two) {
    double sum = 0;
    int n = 0;
    for (std::size_t i = 0; i < one.x.size(); ++i) {
        auto const k = static_cast<std::size_t>(std::ranges::find(two.x, one.x[i]) - two.x.begin());
        if (k == two.x.size()) continue;
        double const ratio = two.y[k] / one.y[i];
        if (!(ratio > 0) || !std::isfinite(ratio)) continue;
        sum += std::log(ratio);
        ++n;
    }
    return n > 0 ? std::exp(sum / n) : nothing;
}

}  // namespace rall::channel
