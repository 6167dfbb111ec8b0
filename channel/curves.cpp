#include "channel/curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "base/whole.hpp"

namespace rall::channel {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double near_reversal = 3;    ///< mV from Erev, where a conductance is noise
constexpr double visible = 0.01;       ///< parts of the largest current, below which times mean nothing
constexpr double visible_gate = 1e-4;  ///< of a state, below which its relaxation is not fitted
std::string const too_small = "too small: less than 1 % of the largest current";

struct Value {
    double y = nothing, error = nothing;
    std::string gap = {};  ///< why there is no y
};

Value gap(std::string why) { return {nothing, nothing, std::move(why)}; }

void append(Curve& curve, double x, Value value) {
    curve.x.push_back(x);
    curve.y.push_back(value.y);
    curve.error.push_back(value.error);
    curve.gaps.push_back(std::move(value.gap));
}

class Measuring {
public:
    Measuring(Protocol const& protocol, Experiment const& experiment, std::size_t variant, Variant const& what)
        : protocol_(protocol),
          steps_(experiment.steps),
          recordings_(experiment.recordings[variant]),
          steady_(experiment.steady[variant]),
          variant_(what) {
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
            case Measure::m3h:
                return m3h(rule);
            default:
                return finished(rule,
                                relation(rule, axis(rule), [&](Recording const& r, Piece const& p, Sweep const& s) {
                                    auto y = value(rule, r, p);
                                    if (rule.reference < 0) return y;
                                    auto const to = std::ranges::find(s.pieces, rule.reference, &Piece::segment);
                                    auto const reference = value(peak_of(rule), r, *to);
                                    y.y /= reference.y;
                                    if (y.gap.empty()) y.gap = reference.gap;
                                    return y;
                                }));
        }
    }

private:
    // ---- one segment ----

    /// Rows of the samples in the rule's window of a piece: [first, last].
    std::pair<int, int> rows(CurveRule const& rule, Piece const& piece) const {
        auto const step = [&](std::optional<double> ms, int otherwise) {
            return ms ? std::clamp(piece.begin + rounded<int>(std::clamp(*ms / protocol_.dt, -1e9, 1e9)), piece.begin + 1,
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

    Value value(CurveRule const& rule, Recording const& r, Piece const& piece) const {
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
                if (std::abs(r.current[top]) < visible * largest_) return gap(too_small);
                return {time(top) - piece.begin * protocol_.dt};
            default:
                y = r.current[top];
        }
        return rule.driving_force ? over_force(y, piece) : Value{y};
    }

    Value over_force(double y, Piece const& piece) const {
        // What the experimenter knows is the command, not the potential behind the series resistance.
        double const force = piece.to - reversal_;
        if (std::isnan(force)) return gap("no reversal: no ion has one, and the fitted I-V gives none");
        if (std::abs(force) < near_reversal)
            return gap(fmt::format("at the reversal: within {} mV of it", near_reversal));
        return {y / force};
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
        if (std::abs(r.current[to] - r.current[from]) < visible * largest_) return gap(too_small);
        auto const found =
            fitted(from, to, r.current, rule.exponentials == 2 ? Law::double_exponential : Law::exponential);
        if (!found) return gap(found.obstacle);
        return {(*found)[name].value, (*found)[name].error};
    }

    Fitted fitted(int from, int to, std::vector<double> const& values, Law law) const { return fitted(from, to, values, law, time(from)); }
    /// `begin`: where the time of the law begins, ms.
    Fitted fitted(int from, int to, std::vector<double> const& values, Law law, double begin) const {
        std::vector<double> t, y;
        for (int k = from; k <= to; ++k) {
            t.push_back(time(k) - begin);
            y.push_back(values[k]);
        }
        return fit(law, t, y);
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
                curve = all.insert(all.end(), Curve{rule.name, name, x_axis(rule.x), y_axis, {}, {}, {}, {}, {}});
            if (rule.driving_force) reversal_ = reversal_of(s);
            double number = 0;
            for (auto const& piece : sweep.pieces) {
                if (piece.segment != rule.segment) continue;
                ++number;
                append(*curve,
                       rule.x == "number" ? number
                       : rule.x.empty()   ? 0
                                          : sweep.values.at(rule.x),
                       measure(recordings_[s], piece, sweep));
            }
        }
        return all;
    }

    /// tau m, tau h, and the conductance that there would be without inactivation, relative to its largest: m^3 where all h are open.
    std::vector<Curve> m3h(CurveRule const& rule) {
        auto const fit_of = [&](Recording const& r, Piece const& piece) -> Fitted {
            auto const [first, last] = rows(rule, piece);
            if (std::abs(r.current[peak(rule, r, piece)]) < visible * largest_) return {{}, too_small};
            return fitted(first, last, r.current, Law::m3h, piece.begin * protocol_.dt);
        };
        auto times = rule;
        times.laws.clear();
        times.normalised = CurveRule::Normalised::no;
        std::vector<Curve> all;
        for (std::string const name : {"tau m", "tau h"}) {
            auto of_name = relation(times, {name, "ms"}, [&](Recording const& r, Piece const& p, Sweep const&) {
                auto const found = fit_of(r, p);
                return found ? Value{(*found)[name].value, (*found)[name].error} : gap(found.obstacle);
            });
            for (auto& curve : finished(times, std::move(of_name))) all.push_back(named(std::move(curve), name));
            auto const is_known = [](Curve const& curve) { return std::ranges::any_of(curve.y, [](double y) { return std::isfinite(y); }); };
            if (std::ranges::none_of(all, is_known)) return all;  // no such current: it is said once why
        }
        auto conductance = rule;
        conductance.driving_force = true;
        conductance.normalised = CurveRule::Normalised::maximum;
        auto without = relation(conductance, {"relative conductance without inactivation", ""}, [&](Recording const& r, Piece const& p, Sweep const&) {
            auto const found = fit_of(r, p);
            if (!found) return gap(found.obstacle);
            auto y = over_force((*found)["amplitude"].value + (*found)["plateau"].value, p);
            y.error = std::abs(std::hypot((*found)["amplitude"].error, (*found)["plateau"].error) / (p.to - reversal_));
            return y;
        });
        for (auto& curve : finished(conductance, std::move(without))) all.push_back(named(std::move(curve), "G-V"));
        return all;
    }

    static Curve named(Curve curve, std::string const& what) {
        curve.name += " " + what;
        return curve;
    }

    double reversal_of(std::size_t sweep) {
        double const known = recordings_[sweep].reversal;
        if (std::isfinite(known)) return known;
        if (!fitted_reversal_) fitted_reversal_ = reversal_from_currents();
        return *fitted_reversal_;
    }

    /// For a current without an ion: where the fitted I-V of the protocol reverses.
    double reversal_from_currents() {
        auto const rule = std::ranges::find_if(protocol_.curves, [](CurveRule const& r) {
            return std::ranges::find(r.laws, Law::current_voltage) != r.laws.end();
        });
        if (rule == protocol_.curves.end()) return nothing;
        auto const iv = (*this)(*rule);
        bool const known = !iv.empty() && iv.front().fit && iv.front().fit->law == Law::current_voltage;
        return known ? (*iv.front().fit)["Erev"].value : nothing;
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
            if (!rule.laws.empty()) curve.fit = fit(rule.laws, curve.x, curve.y);
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
            Curve curve{rule.name, group(sweep, ""), {"V", "mV"}, {"current", "mA/cm2"}, {}, {}, {}, {}, {}};
            for (int k = first; k <= last; ++k) {
                curve.x.push_back(command(protocol_, sweep, steps_[k]));
                curve.y.push_back(recordings_[s].current[k]);
            }
            if (!rule.laws.empty()) curve.fit = fit(rule.laws, curve.x, curve.y);
            all.push_back(std::move(curve));
        }
        return all;
    }

    /// Two curves per state. Where several sweeps have one x, that in which the state moves most tells its time constant.
    std::vector<Curve> gates(CurveRule const& rule) const {
        std::vector<Curve> all;
        auto const& rest = steady_.at(rule.segment);
        for (std::size_t state = 0; state < variant_.states.size(); ++state) {
            auto const& name = variant_.states[state];
            Curve steady{name + " inf", "", x_axis(rule.x), {name + " inf", ""}, {}, {}, {}, {}, {}};
            Curve tau{name + " tau", "", x_axis(rule.x), {name + " tau", "ms"}, {}, {}, {}, {}, {}};
            std::vector<double> moved;
            for (std::size_t s = 0; s < protocol_.sweeps.size(); ++s) {
                auto const& sweep = protocol_.sweeps[s];
                auto const piece = std::ranges::find(sweep.pieces, rule.segment, &Piece::segment);
                auto const& values = recordings_[s].states[state];
                auto const [first, last] = rows(rule, *piece);
                double const x = rule.x.empty() ? 0 : sweep.values.at(rule.x);
                auto at = static_cast<std::size_t>(std::ranges::find(steady.x, x) - steady.x.begin());
                if (at == steady.x.size()) {
                    append(steady, x, {});
                    append(tau, x, {});
                    moved.push_back(-1);
                }
                // From the last sample before the jump, where it begins to relax.
                double const amplitude = std::abs(values[last] - values[first - 1]);
                if (amplitude <= moved[at]) continue;
                moved[at] = amplitude;
                auto const here = steady_value(values, first - 1, last, rest[s][state]);
                auto const time = relaxation(values, first - 1, last, here);
                std::tie(steady.y[at], steady.gaps[at]) = std::tie(here.y, here.gap);
                std::tie(tau.y[at], tau.error[at], tau.gaps[at]) = std::tie(time.y, time.error, time.gap);
            }
            steady.error.clear();
            steady.fit = sigmoid(steady);
            all.push_back(std::move(steady));
            all.push_back(std::move(tau));
        }
        return all;
    }

    /// Where a state is at rest: where its equations end if that is known, else where its trace has come to rest. The trace decides
    /// where the two differ.
    static Value steady_value(std::vector<double> const& values, int first, int last, double rest) {
        double const end = values[last], size = std::max(1.0, std::abs(end));
        double const way = std::abs(values[first] - end), late = std::abs(values[last - (last - first) / 64 - 1] - end);
        bool const settled = late <= 1e-6 * std::max(way, 1e-3 * size);
        double const y = std::isnan(rest) || (settled && std::abs(rest - end) > 1e-3 * size) ? end : rest;
        if (std::isnan(rest) && !settled) return gap(fmt::format("not settled: it moves by {:.2g} at the end", late));
        return {y < 0 && y > -1e-9 ? 0 : y};  // an occupancy of 0, rounded
    }

    /// The exponential through the relaxation of a state, up to where 1e-6 of it is left.
    Value relaxation(std::vector<double> const& values, int first, int last, Value const& steady) const {
        double const way = std::abs(values[last] - values[first]);
        if (way < visible_gate) return gap(fmt::format("too small: it moves by less than {}", visible_gate));
        while (last > first + 4 && std::abs(values[last - 1] - values[last]) < 1e-6 * way) --last;
        auto const found = fitted(first, last, values, Law::exponential);
        if (!found) return gap(found.obstacle);
        double const plateau = (*found)["plateau"].value;
        if (std::abs(plateau - steady.y) > 0.05 * way)
            return gap(
                fmt::format("not settled: it relaxes to {:.3g} first, and is at rest at {:.3g}", plateau, steady.y));
        return {(*found)["tau"].value, (*found)["tau"].error};
    }

    static Fitted sigmoid(Curve const& steady) {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (double const y : steady.y)
            if (std::isfinite(y)) low = std::min(low, y), high = std::max(high, y);
        if (!(high - low > visible)) return {{}, fmt::format("too small: it changes by less than {}", visible)};
        return fit(Law::boltzmann, steady.x, steady.y);
    }

    Protocol const& protocol_;
    std::vector<int> const& steps_;
    std::vector<Recording> const& recordings_;
    SteadyStates const& steady_;
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

std::string units_of(Curve const& curve, std::string const& parameter) {
    auto const &x = curve.x_axis.units, &y = curve.y_axis.units;
    if (parameter == "V1/2" || parameter == "k" || parameter == "Erev" || parameter.starts_with("tau")) return x;
    if (parameter != "G") return y;
    return y == "mA/cm2" && x == "mV" ? "S/cm2" : fmt::format("{}/{}", y, x);
}

std::string summary_of_gaps(Curve const& curve) {
    std::vector<std::pair<std::string, int>> kinds;
    int missing = 0;
    for (auto const& why : curve.gaps) {
        if (why.empty()) continue;
        ++missing;
        auto const kind = why.substr(0, why.find(':'));
        auto const known = std::ranges::find(kinds, kind, &std::pair<std::string, int>::first);
        if (known == kinds.end()) kinds.emplace_back(kind, 1);
        else ++known->second;
    }
    std::string text;
    for (auto const& [kind, count] : kinds) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, count);
    return missing == 0 ? text : fmt::format("{} of {} missing: {}", missing, curve.gaps.size(), text);
}

MeanRatio mean_ratio(Curve const& one, Curve const& two) {
    std::vector<double> logs;
    for (std::size_t i = 0; i < one.x.size(); ++i) {
        auto const k = static_cast<std::size_t>(std::ranges::find(two.x, one.x[i]) - two.x.begin());
        if (k == two.x.size()) continue;
        double const ratio = two.y[k] / one.y[i];
        if (ratio > 0 && std::isfinite(ratio)) logs.push_back(std::log(ratio));
    }
    auto const n = static_cast<double>(logs.size());
    double sum = 0, squares = 0;
    for (double const x : logs) sum += x;
    for (double const x : logs) squares += (x - sum / n) * (x - sum / n);
    double const ratio = logs.empty() ? nothing : std::exp(sum / n);
    return {ratio, logs.size() < 2 ? nothing : ratio * std::sqrt(squares / (n - 1) / n), static_cast<int>(logs.size())};
}

}  // namespace rall::channel
