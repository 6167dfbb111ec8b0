#include "model/model.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace rall::model {

std::vector<std::string> Model::mechanism_names() const {
    std::set<std::string> names;
    for (auto const& type : types)
        for (auto const& painted : type.mechanisms) names.insert(painted.mechanism);
    for (auto const& set : points) names.insert(set.mechanism);
    return {names.begin(), names.end()};
}

Sampling sampling_of(Probe const& probe, double dt) {
    constexpr double same_step = 1e-6;
    auto const first_at_or_after = [&](double steps) { return std::llround(std::ceil(steps - same_step)); };
    Sampling sampling;
    sampling.period = std::max<std::int64_t>(1, std::llround(probe.dt / dt));
    sampling.start = first_at_or_after(probe.start / dt);
    auto const room = probe.stop / dt - static_cast<double>(sampling.start);
    sampling.count = std::max<std::int64_t>(0, first_at_or_after(room / static_cast<double>(sampling.period)));
    return sampling;
}

}  // namespace rall::model
