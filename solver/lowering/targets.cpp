#include "solver/lowering/targets.hpp"

#include <algorithm>
#include <utility>

namespace rall::solver {

Targets::Targets(Blueprint const& blueprint, std::vector<GroupContent> const& groups, std::vector<Merged> const& merged) {
    auto const numbers = blueprint.model.first_numbers();
    place_.assign(numbers.back(), nowhere);
    std::uint32_t next = 0;
    std::vector<std::uint32_t> count(static_cast<std::size_t>(blueprint.mechanisms.size()));
    for (int g = 0; g < static_cast<int>(groups.size()); ++g) {
        auto const& group = groups[static_cast<std::size_t>(g)];
        first_.push_back(next);
        // f(set, first, n) for instances that lie side by side.
        auto const for_each = [&](auto const& f) {
            for (int const cell : group.cells)
                for (auto const& run : blueprint.points_of_cell[cell]) f(run.set, run.first, run.n);
            for (auto const& point : group.artificial) f(point.set, point.index, 1);
        };
        std::ranges::fill(count, 0);
        for_each([&](int set, int, int n) { count[blueprint.mechanism_of_set[set]] += static_cast<std::uint32_t>(n); });
        for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
            auto const n = count[k];
            count[k] = next;
            if (n > 0) runs_.push_back({next, g, k});
            next += n;
        }
        for_each([&](int set, int first, int n) {
            auto& place = count[blueprint.mechanism_of_set[set]];
            for (int i = 0; i < n; ++i) place_[numbers[set] + static_cast<std::uint32_t>(first + i)] = place++;
        });
    }
    first_.push_back(next);
    runs_.push_back({next, static_cast<int>(groups.size()), -1});
    n_instances_ = next + static_cast<std::uint32_t>(merged.size());
    if (!merged.empty()) shared_.assign(next, false);
    for (auto const& one : merged) {
        place_[one.number] = place_[one.into];
        shared_[place_[one.into]] = true;
    }
}

std::uint32_t Targets::number_at(std::uint32_t place) const {
    return static_cast<std::uint32_t>(std::ranges::find(place_, place) - place_.begin());
}

Targets::Run const* Targets::run_of(std::uint32_t place, Run const* from) const {
    auto const* const end = runs_.data() + runs_.size();
    for (int k = 0; k < 4; ++k, ++from)
        if (from + 1 == end || place < from[1].first) return from;
    return std::upper_bound(from + 1, end, place, [](std::uint32_t p, Run const& run) { return p < run.first; }) - 1;
}

std::uint32_t Targets::place(Target const& target) const {
    auto const before = [](Run const& run, Target const& t) { return std::pair(run.group, run.mechanism) < std::pair(t.group, t.mechanism); };
    return std::lower_bound(runs_.begin(), runs_.end(), target, before)->first + static_cast<std::uint32_t>(target.instance);
}

Target Targets::at(std::uint32_t place) const {
    auto const& run = *run_of(place, runs_.data());
    return {run.group, run.mechanism, static_cast<int>(place - run.first)};
}

}  // namespace rall::solver
