#include "sweep/features.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/whole.hpp"

namespace rall::sweep {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double steep = 10;              ///< mV/ms, where a spike begins
constexpr double down = -12;              ///< mV/ms, where its fall ends
constexpr std::size_t steep_samples = 3;  ///< a begin stays steep for so many
constexpr std::size_t before_onset = 2;   ///< samples: a step of current is steep from its first one on

double mean(std::span<double const> values) {
    double sum = 0;
    for (double const x : values) sum += x;
    return values.empty() ? none : sum / static_cast<double>(values.size());
}

struct Spike {
    std::size_t peak = 0;
    std::optional<std::size_t> trough;  ///< the minimum that follows
    std::optional<std::size_t> begin;   ///< where dV/dt passes its threshold; of those after the start of the stimulus
    std::optional<std::size_t> end;     ///< where the fall slows down; of the same
};

/// The spikes of a trace as eFEL finds them.
struct Shape {
    std::span<double const> v;
    double dt;
    Window stimulus;
    std::vector<Spike> spikes;

    Shape(std::span<double const> trace, double step, Window when, double threshold)
        : v(trace), dt(step), stimulus(when) {
        find_spikes(threshold);
        for (std::size_t k = 0; k < spikes.size(); ++k) spikes[k].trough = trough(spikes[k].peak, next_peak(k));
        find_begins();
        for (std::size_t k = 0; k < spikes.size(); ++k)
            if (spikes[k].peak > onset()) spikes[k].end = end_of_fall(spikes[k].peak, next_peak(k));
    }

    double time(std::size_t i) const { return static_cast<double>(i) * dt; }
    /// First sample at or after a time.
    std::size_t at(double t) const {
        return std::min(v.size(), truncated<std::size_t>(std::ceil(t / dt - 1e-9)));
    }
    /// First sample after a time.
    std::size_t after(double t) const {
        return std::min(v.size(), truncated<std::size_t>(std::floor(std::max(0.0, t) / dt + 1e-9) + 1));
    }
    auto at_index(std::size_t i) const { return v.begin() + static_cast<std::ptrdiff_t>(i); }
    std::size_t index(auto iterator) const { return static_cast<std::size_t>(iterator - v.begin()); }
    std::span<double const> samples(std::size_t from, std::size_t to) const {
        return v.subspan(std::min(from, to), to - std::min(from, to));
    }
    std::size_t onset() const { return at(stimulus.from); }
    bool during_stimulus(Spike const& spike) const {
        double const t = time(spike.peak), rounding = 1e-9 * dt;
        return t >= stimulus.from - rounding && t <= stimulus.to + rounding;
    }
    std::size_t next_peak(std::size_t k) const { return k + 1 < spikes.size() ? spikes[k + 1].peak : v.size(); }

    /// A spike lies between a crossing of the threshold upwards and the next one downwards; its peak is the highest sample. A trace
    /// that begins above the threshold does not begin with a spike, one that ends above does not end with one.
    void find_spikes(double threshold) {
        std::vector<std::size_t> up, fall;
        for (std::size_t i = 1; i < v.size(); ++i) {
            if (v[i - 1] < threshold && v[i] > threshold) up.push_back(i);
            if (v[i - 1] > threshold && v[i] < threshold && !up.empty()) fall.push_back(i);
        }
        for (std::size_t k = 0; k < std::min(up.size(), fall.size()); ++k)
            if (up[k] < fall[k])
                spikes.push_back({index(std::max_element(at_index(up[k]), at_index(fall[k]))), {}, {}, {}});
    }

    double slope(std::size_t i) const {  ///< mV/ms
        auto const a = i == 0 ? 0 : i - 1, b = std::min(i + 1, v.size() - 1);
        return (v[b] - v[a]) / (static_cast<double>(b - a) * dt);
    }

    /// The first minimum after a peak, which two samples follow that are no lower; else the lowest sample, unless the trace ends there.
    std::optional<std::size_t> trough(std::size_t peak, std::size_t end) const {
        for (auto i = peak; i + 2 < end; ++i)
            if (v[i + 1] >= v[i] && v[i + 2] >= v[i]) return i;
        auto const lowest = index(std::min_element(at_index(peak), at_index(end)));
        return lowest + 1 < v.size() ? std::optional(lowest) : std::nullopt;
    }

    /// Where the last stretch of samples with dV/dt above its threshold before a peak starts; nothing if there is none after `from`.
    std::optional<std::size_t> begin(std::size_t from, std::size_t peak) const {
        for (auto last = peak;;) {
            auto first = last;
            while (first > from && slope(first - 1) > steep) --first;
            first = std::min(first, v.size() - std::min(v.size(), steep_samples));
            if (first <= from) return std::nullopt;
            bool lasts = true;
            for (std::size_t k = 0; k < steep_samples; ++k) lasts = lasts && slope(first + k) >= steep;
            if (lasts) return first;
            last = first - 1;
        }
    }

    /// Begins of the spikes after the start of the stimulus. Each is sought behind a minimum: the first behind the start, the
    /// others behind the minima after the start, in their order.
    void find_begins() {
        std::vector<std::size_t> minima{std::max(onset(), before_onset) - before_onset};
        for (auto const& spike : spikes)
            if (spike.trough && *spike.trough > onset()) minima.push_back(*spike.trough);
        auto const late = std::ranges::count_if(spikes, [&](Spike const& spike) { return spike.peak > onset(); });
        if (std::ssize(minima) < late) return;
        auto minimum = minima.begin();
        for (auto& spike : spikes)
            if (spike.peak > onset()) spike.begin = begin(*minimum++, spike.peak);
    }

    /// Behind the steepest fall, where dV/dt is back above its threshold.
    std::optional<std::size_t> end_of_fall(std::size_t peak, std::size_t next) const {
        auto const last = std::min(next, v.size() - 1);
        if (peak + 1 >= last) return std::nullopt;
        auto steepest = peak + 1;
        for (auto i = steepest; i < last; ++i)
            if (slope(i) < slope(steepest)) steepest = i;
        for (auto i = steepest; i < last; ++i)
            if (slope(i) >= down) return i;
        return std::nullopt;
    }

    /// Width (ms) of a spike half way between begin and peak, between the samples nearest to it on both flanks.
    double width_above_begin(Spike const& spike) const {
        double const level = 0.5 * (v[spike.peak] + v[*spike.begin]);
        auto const nearer = [&](double a, double b) { return std::abs(a - level) < std::abs(b - level); };
        auto const rise = std::min_element(at_index(*spike.begin), at_index(spike.peak), nearer);
        auto const fall = std::min_element(at_index(spike.peak), at_index(*spike.end), nearer);
        return static_cast<double>(fall - rise) * dt;
    }

    /// Width (ms) of a spike half way between peak and trough, its crossings interpolated; the rise is sought from sample `from` on.
    double width_above_trough(Spike const& spike, std::size_t from) const {
        double const level = 0.5 * (v[spike.peak] + v[*spike.trough]);
        if (from > spike.peak) return none;
        auto const rise =
            index(std::find_if(at_index(from), at_index(spike.peak), [&](double x) { return x >= level; }));
        auto const fall =
            index(std::find_if(at_index(spike.peak), at_index(*spike.trough), [&](double x) { return x <= level; }));
        if (rise == 0 || fall == 0) return none;
        auto const crossing = [&](std::size_t i) {
            return static_cast<double>(i) + (level - v[i]) / (v[i] - v[i - 1]);
        };
        return dt * (crossing(fall) - crossing(rise));
    }
};

/// Values of all spikes, whose mean is the feature. One that is not defined, where eFEL would take that of another spike, leaves none.
struct PerSpike {
    std::vector<double> values;
    bool mixed = false;

    double mean() const { return mixed ? none : sweep::mean(values); }
};

/// What differences of equal intervals leave, times being sums, is no irregularity.
double without_rounding(double relative) { return std::abs(relative) < 1e-12 ? 0 : relative; }

double isi_cv(std::vector<double> const& intervals) {
    if (intervals.size() < 3) return none;
    auto const later = std::span(intervals).subspan(1);
    double const middle = mean(later);
    double squares = 0;
    for (double const x : later) squares += (x - middle) * (x - middle);
    return without_rounding(std::sqrt(squares / static_cast<double>(later.size() - 1)) / middle);
}

double adaptation_index2(std::vector<double> const& times) {
    if (times.size() < 4) return none;
    double sum = 0;
    for (std::size_t k = 3; k < times.size(); ++k)
        sum += (times[k] - 2 * times[k - 1] + times[k - 2]) / (times[k] - times[k - 2]);
    return without_rounding(sum / static_cast<double>(times.size() - 3));
}

/// eFEL's rate. It has none for a trace without spikes, and 0 where all spikes are outside the stimulus.
double mean_frequency(Shape const& s, std::vector<double> const& during) {
    if (s.spikes.empty()) return none;
    double const time = (during.empty() ? 0 : during.back()) - s.stimulus.from;
    return time == 0 ? none : 1000 * static_cast<double>(during.size()) / std::abs(time);
}

}  // namespace

std::string heading(Feature const& feature) {
    return *feature.units ? std::string(feature.name) + " (" + feature.units + ")" : feature.name;
}

std::vector<double> measure(std::span<double const> v, double dt, Window stimulus, double threshold) {
    if (v.size() < 2) return std::vector<double>(features.size(), none);
    Shape const s(v, dt, stimulus, threshold);
    auto const& spikes = s.spikes;

    std::vector<double> intervals, during;
    for (std::size_t k = 1; k < spikes.size(); ++k)
        intervals.push_back(static_cast<double>(spikes[k].peak - spikes[k - 1].peak) * dt);
    for (auto const& spike : spikes)
        if (s.during_stimulus(spike)) during.push_back(s.time(spike.peak));

    double const last = s.time(v.size() - 1), length = stimulus.to - stimulus.from;
    double const on = std::min(stimulus.to, last) - std::max(stimulus.from, 0.0);
    double const base = stimulus.from > 0 && 0.9 * stimulus.from <= last
                            ? mean(s.samples(s.at(0.9 * stimulus.from), s.after(stimulus.from)))
                            : none;
    double const steady = mean(s.samples(s.at(stimulus.to - 0.1 * length), s.at(stimulus.to)));
    auto const response = s.samples(s.onset(), s.at(std::min(stimulus.to, last)));
    double const minimum = response.empty() ? none : *std::ranges::min_element(response),
                 maximum = response.empty() ? none : *std::ranges::max_element(response);

    PerSpike begin, amplitude, peak, half, half_to_trough, depth;
    for (std::size_t k = 0; k < spikes.size(); ++k) {
        auto const& spike = spikes[k];
        double const top = v[spike.peak];
        peak.values.push_back(top);
        if (spike.begin) begin.values.push_back(v[*spike.begin]);
        if (s.during_stimulus(spike)) {
            amplitude.mixed = amplitude.mixed || !spike.begin;
            if (spike.begin) amplitude.values.push_back(top - v[*spike.begin]);
        }
        bool const follows = k == half.values.size();  // all spikes so far have a begin
        if (spike.begin) half.mixed = half.mixed || !follows || !spike.end;
        if (spike.begin && spike.end) half.values.push_back(s.width_above_begin(spike));
        if (spike.trough) {
            depth.values.push_back(v[*spike.trough] - base);
            half_to_trough.values.push_back(
                s.width_above_trough(spike, k > 0 ? spikes[k - 1].trough.value_or(0) : s.onset()));
        }
    }
    bool const sags = steady <= base;
    return {static_cast<double>(spikes.size()),
            static_cast<double>(during.size()),
            on > 0 ? 1000 * static_cast<double>(during.size()) / on : none,
            mean_frequency(s, during),
            spikes.empty() ? none : s.time(spikes.front().peak) - stimulus.from,
            isi_cv(intervals),
            adaptation_index2(during),
            begin.mean(),
            amplitude.mean(),
            peak.mean(),
            half.mean(),
            half_to_trough.mean(),
            depth.mean(),
            base,
            steady,
            sags ? steady - minimum : none,
            sags && base != minimum ? (steady - minimum) / (base - minimum) : none,
            minimum,
            maximum};
}

}  // namespace rall::sweep
