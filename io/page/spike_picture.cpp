#include "io/page/spike_picture.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/whole.hpp"
#include "io/page/thinning.hpp"

namespace rall::html {
namespace {

/// ms
double bin_for(double until) {
    double bin = 1;
    for (int k = 0; until > bin * max_bins; ++k) bin *= k % 3 == 1 ? 2.5 : 2;  // 1, 2, 5, 10
    return bin;
}

std::vector<std::uint64_t> first_rows(std::vector<Population> const& populations, std::uint64_t step) {
    std::vector<std::uint64_t> first{0};
    for (auto const& population : populations) first.push_back(first.back() + shown(population, step));
    return first;
}

}  // namespace

SpikePicture::SpikePicture(std::string file_population, std::vector<Population> populations, double until,
                           std::uint64_t limit)
    : until_(until) {
    spikes_.file_population = std::move(file_population);
    spikes_.populations = std::move(populations);
    spikes_.step = step_for(spikes_.populations, max_rows);
    spikes_.bin = bin_for(until);
    first_row_ = first_rows(spikes_.populations, spikes_.step);
    spikes_.rows.resize(first_row_.back());
    seen_.resize(first_row_.back());
    limit_ = std::max(limit, first_row_.back());
    auto const bins = std::max<std::int64_t>(1, rounded<std::int64_t>(until / spikes_.bin));
    in_bins_.assign(spikes_.populations.size(), std::vector<std::uint64_t>(static_cast<std::size_t>(bins)));
}

std::optional<std::uint64_t> SpikePicture::add(std::span<double const> times, std::span<std::uint64_t const> nodes) {
    auto const& populations = spikes_.populations;
    for (std::size_t i = 0; i < times.size(); ++i) {
        auto const next = std::ranges::upper_bound(populations, nodes[i], {}, &Population::first);
        if (next == populations.begin() || nodes[i] - std::prev(next)->first >= std::prev(next)->count) return nodes[i];
        auto const p = static_cast<std::size_t>(next - populations.begin()) - 1;
        auto& bins = in_bins_[p];
        auto const bin = std::clamp(times[i] / spikes_.bin, 0.0, static_cast<double>(bins.size() - 1));
        ++bins[static_cast<std::size_t>(bin)];
        ++spikes_.total;
        auto const member = nodes[i] - populations[p].first;
        if (member % spikes_.step != 0) continue;
        auto const row = first_row_[p] + member / spikes_.step;
        if (seen_[row]++ % spikes_.spike_step != 0) continue;
        spikes_.rows[row].push_back(static_cast<float>(times[i]));
        if (++drawn_ > limit_) draw_less();
    }
    return {};
}

/// Every other of the rows; of few rows every other spike.
void SpikePicture::draw_less() {
    auto& rows = spikes_.rows;
    drawn_ = 0;
    if (auto const fewer = shown(spikes_.populations, 2 * spikes_.step); fewer >= few_rows && fewer < rows.size()) {
        auto const first = first_rows(spikes_.populations, 2 * spikes_.step);
        for (std::size_t p = 0; p < spikes_.populations.size(); ++p)
            for (auto row = first[p]; row < first[p + 1]; ++row) {
                auto const from = first_row_[p] + 2 * (row - first[p]);
                if (row != from) rows[row] = std::move(rows[from]);
                seen_[row] = seen_[from];
            }
        spikes_.step *= 2;
        first_row_ = first;
        rows.resize(first.back());
        seen_.resize(first.back());
    } else {
        spikes_.spike_step *= 2;
        for (auto& row : rows) {
            for (std::size_t k = 1; 2 * k < row.size(); ++k) row[k] = row[2 * k];
            row.resize((row.size() + 1) / 2);
        }
    }
    for (auto const& row : rows) drawn_ += row.size();
    if (drawn_ > limit_) draw_less();
}

Spikes SpikePicture::finish() && {
    for (std::size_t p = 0; p < in_bins_.size(); ++p) {
        auto const& counts = in_bins_[p];
        std::vector<double> rates;
        for (std::size_t k = 0; k < counts.size(); ++k) {
            auto const begin = static_cast<double>(k) * spikes_.bin;
            auto const width = k + 1 < counts.size() ? spikes_.bin : until_ - begin;  // ms
            auto const members = static_cast<double>(spikes_.populations[p].count);
            rates.push_back(width > 0 ? static_cast<double>(counts[k]) / (members * width / 1000) : 0);
        }
        spikes_.rates.push_back(std::move(rates));
    }
    return std::move(spikes_);
}

}  // namespace rall::html
