#include "sweep/features.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace rall::sweep {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<double const> values) {
    double sum = 0;
    for (double const x : values) sum += x;
    return values.empty() ? none : sum / static_cast<double>(values.size());
}

struct Spike {
    std::size_t peak = 0;
    std::optional<std::size_t> trough;  ///< the minimum that follows
    std::size_t before = 0;             ///< the one before; for the first spike the start of the stimulus
    std::optional<std::size_t> begin;   ///< where dV/dt passes its threshold
};

struct Shape {
    std::span<double const> v;
    double dt;
    Window stimulus;
    std::vector<Spike> spikes;

    double time(std::size_t i) const { return static_cast<double>(i) * dt; }
    /// First sample at or after a time.
    std::size_t at(double t) const {
        return std::min(v.size(), static_cast<std::size_t>(std::max(0.0, std::ceil(t / dt - 1e-9))));
    }
    auto at_index(std::size_t i) const { return v.begin() + static_cast<std::ptrdiff_t>(i); }
    /// First sample after a time.
    std::size_t after(double t) const {
        return std::min(v.size(), static_cast<std::size_t>(std::floor(std::max(0.0, t) / dt + 1e-9)) + 1);
    }
    std::span<double const> samples(std::size_t from, std::size_t to) const {
        return v.subspan(std::min(from, to), to - std::min(from, to));
    }

    /// A spike lies between a crossing of the threshold upwards and the next one downwards; its peak is the highest sample.
    void find_spikes(double threshold) {
        std::size_t up = 0;
        for (std::size_t i = 1; i < v.size(); ++i) {
            if (v[i - 1] <= threshold && v[i] > threshold) up = i;
            if (up > 0 && v[i - 1] > threshold && v[i] <= threshold) {
                auto const highest = std::max_element(at_index(up), at_index(i));
                spikes.push_back({static_cast<std::size_t>(highest - v.begin()), {}, 0, {}});
                up = 0;
            }
        }
    }

    double slope(std::size_t i) const {  ///< mV/ms
        auto const a = i == 0 ? 0 : i - 1, b = std::min(i + 1, v.size() - 1);
        return (v[b] - v[a]) / (static_cast<double>(b - a) * dt);
    }

    /// The first sample after a peak that is below the two that follow it; nothing if the trace ends before.
    std::optional<std::size_t> trough(std::size_t peak, std::size_t end) const {
        for (auto i = peak + 1; i + 2 < end; ++i)
            if (v[i] < v[i + 1] && v[i] < v[i + 2]) return i;
        return std::nullopt;
    }

    /// Where the last stretch of three samples or more with dV/dt >= 10 mV/ms before a peak starts; nothing if there is none.
    std::optional<std::size_t> begin(std::size_t from, std::size_t peak) const {
        constexpr double steep = 10;
        constexpr std::size_t enough = 3;
        auto last = peak;
        while (last > from) {
            while (last > from && slope(last - 1) < steep) --last;
            auto first = last;
            while (first > from && slope(first - 1) >= steep) --first;
            if (last - first >= enough && first > from) return first;
            last = first;
        }
        return std::nullopt;
    }

    /// Troughs, and the begins of the spikes during and after the stimulus.
    void find_shapes() {
        constexpr std::size_t before_onset = 2;
        auto const onset = at(stimulus.from);
        for (std::size_t k = 0; k < spikes.size(); ++k) {
            auto& spike = spikes[k];
            spike.trough = trough(spike.peak, k + 1 < spikes.size() ? spikes[k + 1].peak : v.size());
            spike.before = k > 0 ? spikes[k - 1].trough.value_or(spikes[k - 1].peak) : onset < spike.peak ? onset : 0;
            if (spike.peak <= onset) continue;
            // A step of current is steep from its first sample on: the search begins before it.
            auto const first = std::max(onset, before_onset) - before_onset;
            spike.begin = begin(k > 0 ? std::max(spike.before, first) : first, spike.peak);
        }
    }

    /// Width (ms) of a spike at a level, between the samples nearest to it on both flanks.
    double width_by_samples(Spike const& spike, double level) const {
        auto const nearer = [&](double a, double b) { return std::abs(a - level) < std::abs(b - level); };
        auto const rise = std::min_element(at_index(*spike.begin), at_index(spike.peak), nearer);
        auto const fall = std::min_element(at_index(spike.peak), at_index(*spike.trough), nearer);
        return static_cast<double>(fall - rise) * dt;
    }

    /// Width (ms) of a spike at a level, its crossings interpolated.
    double width(Spike const& spike, double level) const {
        auto const rise =
            std::find_if(at_index(spike.before) + 1, at_index(spike.peak), [&](double x) { return x > level; });
        auto const fall =
            std::find_if(at_index(spike.peak), at_index(*spike.trough), [&](double x) { return x < level; });
        auto const crossing = [&](auto i) {
            return static_cast<double>(i - v.begin()) + (level - *i) / (*i - *(i - 1));
        };
        return dt * (crossing(fall) - crossing(rise));
    }
};

}  // namespace

std::vector<double> measure(std::span<double const> v, double dt, Window stimulus, double threshold) {
    Shape s{v, dt, stimulus, {}};
    s.find_spikes(threshold);
    s.find_shapes();
    auto const& spikes = s.spikes;

    std::vector<double> intervals, during;
    for (std::size_t k = 1; k < spikes.size(); ++k)
        intervals.push_back(static_cast<double>(spikes[k].peak - spikes[k - 1].peak) * dt);
    for (auto const& spike : spikes)
        if (auto const t = s.time(spike.peak); t > stimulus.from && t < stimulus.to) during.push_back(t);

    double isi_cv = none, adaptation = none;
    if (intervals.size() > 2) {
        auto const later = std::span(intervals).subspan(1);
        double const middle = mean(later);
        double squares = 0;
        for (double const x : later) squares += (x - middle) * (x - middle);
        isi_cv = std::sqrt(squares / static_cast<double>(later.size() - 1)) / middle;
    }
    if (during.size() > 3) {
        double sum = 0;
        for (std::size_t k = 3; k < during.size(); ++k)
            sum += (during[k] - 2 * during[k - 1] + during[k - 2]) / (during[k] - during[k - 2]);
        adaptation = sum / static_cast<double>(during.size() - 3);
    }

    double const base = stimulus.from > 0 ? mean(s.samples(s.at(0.9 * stimulus.from), s.after(stimulus.from))) : none;
    double const length = stimulus.to - stimulus.from;
    double const steady = mean(s.samples(s.at(stimulus.to - 0.1 * length), s.at(stimulus.to)));
    auto const response = s.samples(s.at(stimulus.from), s.after(stimulus.to));
    auto const [low, high] = std::ranges::minmax_element(response);
    double const minimum = response.empty() ? none : *low, maximum = response.empty() ? none : *high;

    std::vector<double> begin, amplitude, peak, half, half_to_trough, depth;
    for (auto const& spike : spikes) {
        double const top = v[spike.peak];
        peak.push_back(top);
        if (spike.trough) {
            depth.push_back(v[*spike.trough] - base);
            half_to_trough.push_back(s.width(spike, 0.5 * (top + v[*spike.trough])));
        }
        if (!spike.begin) continue;
        begin.push_back(v[*spike.begin]);
        if (s.time(spike.peak) <= stimulus.to) amplitude.push_back(top - begin.back());
        if (spike.trough) half.push_back(s.width_by_samples(spike, 0.5 * (top + begin.back())));
    }
    bool const sags = steady < base;
    return {static_cast<double>(spikes.size()),
            during.empty() ? 0 : 1000 * static_cast<double>(during.size()) / (during.back() - stimulus.from),
            spikes.empty() ? none : s.time(spikes.front().peak) - stimulus.from,
            isi_cv,
            adaptation,
            mean(begin),
            mean(amplitude),
            mean(peak),
            mean(half),
            mean(half_to_trough),
            mean(depth),
            base,
            steady,
            sags ? steady - minimum : none,
            sags ? (steady - minimum) / (base - minimum) : none,
            minimum,
            maximum};
}

}  // namespace rall::sweep
