#include "model/model.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/whole.hpp"

namespace rall::model {

std::vector<std::string> Model::mechanism_names() const {
    std::set<std::string> names;
    for (auto const& type : types)
        for (auto const& painted : type.mechanisms) names.insert(painted.mechanism);
    for (auto const& set : points) names.insert(set.mechanism);
    return {names.begin(), names.end()};
}

std::uint32_t Model::number_of(PointRef point) const {
    std::size_t before = 0;
    for (int s = 0; s < point.set; ++s) before += points[s].cell.size();
    return static_cast<std::uint32_t>(before + static_cast<std::size_t>(point.index));
}

std::vector<std::uint32_t> Model::first_numbers() const {
    std::vector<std::uint32_t> first{0};
    for (auto const& set : points) first.push_back(first.back() + static_cast<std::uint32_t>(set.cell.size()));
    return first;
}

Sampling sampling_of(Probe const& probe, double dt) {
    constexpr double same_step = 1e-6;
    auto const whole = [](double steps) { return rounded<std::int64_t>(std::min(steps, most_exact)); };
    auto const first_at_or_after = [&](double steps) { return whole(std::ceil(steps - same_step)); };
    Sampling sampling;
    sampling.period = std::max<std::int64_t>(1, whole(probe.dt / dt));
    sampling.start = first_at_or_after(probe.start / dt);
    auto const room = probe.stop / dt - static_cast<double>(sampling.start);
    if (room > same_step)  // at its start there is a sample, however long the period
        sampling.count = std::max<std::int64_t>(1, first_at_or_after(room / static_cast<double>(sampling.period)));
    return sampling;
}

}  // namespace rall::model
