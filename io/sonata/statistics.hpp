// Sums over nodes and edges for `rall inspect`. Private to io/sonata.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

namespace rall::io::sonata {

/// The least, the mean and the most of some values; NaN is none.
class Spread {
public:
    void take(double value) {
        if (std::isnan(value)) return;
        least_ = std::min(least_, value), most_ = std::max(most_, value);
        sum_ += value;
        ++count_;
    }
    std::uint64_t count() const { return count_; }
    double mean() const { return count_ ? sum_ / static_cast<double>(count_) : std::numeric_limits<double>::quiet_NaN(); }
    nlohmann::json to_json() const { return {{"min", least_}, {"mean", mean()}, {"max", most_}}; }

private:
    double least_ = std::numeric_limits<double>::infinity(), most_ = -least_, sum_ = 0;
    std::uint64_t count_ = 0;
};

/// How many edges each node has. Nodes are known by rows, or, where nobody knows the population, by ids, of which those without edges do not count.
class Degrees {
public:
    Degrees() = default;
    explicit Degrees(std::size_t nodes) : all_(true), by_row_(nodes) {}
    void take(std::uint64_t node) {
        if (node < by_row_.size()) ++by_row_[node];
        else if (node < most_rows) {
            by_row_.resize(std::max<std::size_t>(node + 1, std::min<std::size_t>(2 * by_row_.size(), most_rows)));
            ++by_row_[node];
        } else ++by_id_[node];
    }
    nlohmann::json to_json() const {
        std::vector<std::uint32_t> sorted;
        for (auto const n : by_row_)
            if (all_ || n > 0) sorted.push_back(n);
        for (auto const& [id, n] : by_id_) sorted.push_back(n);
        if (sorted.empty()) return {};
        std::ranges::sort(sorted);
        double sum = 0;
        for (auto const n : sorted) sum += n;
        auto const at = [&](std::size_t quarter) { return sorted[(sorted.size() - 1) * quarter / 4]; };
        return {{"nodes", sorted.size()}, {"min", sorted.front()}, {"mean", sum / static_cast<double>(sorted.size())}, {"max", sorted.back()},
                {"quartiles", {at(1), at(2), at(3)}}};
    }

private:
    static constexpr std::size_t most_rows = 1 << 24;
    bool all_ = false;
    std::vector<std::uint32_t> by_row_;
    std::unordered_map<std::uint64_t, std::uint32_t> by_id_;
};

}  // namespace rall::io::sonata
