#include "network/procedural.hpp"

#include <fmt/format.h>

#include <set>

#include "base/diagnostics.hpp"
#include "network/exchange.hpp"

namespace rall::network {

Procedural::Procedural(model::Model const& model, solver::Connections const& stored)
    : model_(model), stored_(stored), first_number_(model.first_numbers()) {
    auto const& targets = stored.targets();
    std::set<std::uint32_t> begins{0};
    rows_.reserve(model.projections.size());
    auto const complain = [&](model::Projection const& p, char const* kind, std::string const& what) {
        return InputError(kind, {}, fmt::format("connections to '{}' cannot be procedural: {}", model.points[static_cast<std::size_t>(p.set)].label, what));
    };
    for (auto const& p : model.projections) {
        for (auto const& run : p.sources)
            for (auto k = run.first; k < run.first + run.n; ++k)
                if (leads_on(model, static_cast<int>(k), p.shortest_delay)) throw complain(p, "procedural-delay", "a delay is shorter than a step");
        rows_.emplace_back(model, p);
        longest_delay_ = std::max(longest_delay_, p.longest_delay);
        expected_ += p.expected;
        auto const number = first_number_[static_cast<std::size_t>(p.set)] + static_cast<std::uint32_t>(p.first);
        Own own{0, static_cast<std::uint32_t>(p.n_targets), true};
        auto const is_here = [&](std::uint32_t k) { return targets.place(number + k) < targets.size(); };
        while (own.first < own.last && !is_here(own.first)) ++own.first;
        while (own.first < own.last && !is_here(own.last - 1)) --own.last;
        auto const* run = targets.runs().data();
        auto const group_of = [&](std::uint32_t k) {
            auto const place = targets.place(number + k);
            run = targets.run_of(place, place < run->first ? targets.runs().data() : run);
            return run->group;
        };
        int group = own.first < own.last ? group_of(own.first) : 0;
        for (auto k = own.first + 1; k < own.last && own.ascends; ++k) {
            own.ascends = is_here(k) && group <= group_of(k);
            group = run->group;
        }
        own_.push_back(own);
        for (auto const& run : p.sources) begins.insert({run.first, run.first + run.n});
    }
    segment_.assign(begins.begin(), begins.end());
    // Twice: how many projections each segment has, then which.
    first_part_.assign(segment_.size() + 1, 0);
    auto const for_each = [&](auto const& f) {
        for (std::size_t k = 0; k < model.projections.size(); ++k) {
            std::int64_t number = 0;
            for (auto const& run : model.projections[k].sources) {
                auto const first = std::ranges::lower_bound(segment_, run.first), last = std::ranges::lower_bound(segment_, run.first + run.n);
                for (auto s = first; s != last; ++s) f(static_cast<std::size_t>(s - segment_.begin()), Part{k, run.first - number});
                number += run.n;
            }
        }
    };
    for_each([&](std::size_t segment, Part const&) { ++first_part_[segment + 1]; });
    for (std::size_t s = 1; s < first_part_.size(); ++s) first_part_[s] += first_part_[s - 1];
    parts_.resize(first_part_.back());
    auto next = first_part_;
    for_each([&](std::size_t segment, Part const& part) { parts_[next[segment]++] = part; });
}

std::size_t Procedural::segment_of(int source) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(segment_, static_cast<std::uint32_t>(source)) - segment_.begin()) - 1;
}

double Procedural::expected(int source) const {
    double sum = 0;
    if (rows_.empty()) return sum;
    auto const segment = segment_of(source);
    for (auto k = first_part_[segment]; k < first_part_[segment + 1]; ++k) {
        auto const& p = model_.projections[parts_[k].projection];
        sum += p.expected / static_cast<double>(p.n_sources());
    }
    return sum;
}

/// The targets among which those in these groups are.
std::pair<std::uint32_t, std::uint32_t> Procedural::range(std::size_t projection, int first_group, int last_group) const {
    auto const& p = model_.projections[projection];
    auto const& own = own_[projection];
    if (!own.ascends || own.first == own.last) return {own.first, own.last};
    auto const& targets = stored_.targets();
    auto const number = first_number_[static_cast<std::size_t>(p.set)] + static_cast<std::uint32_t>(p.first);
    auto const before = [&](int group) {
        auto low = own.first, high = own.last;
        auto const first = targets.first_of(group);
        if (first <= targets.place(number + low)) return low;
        if (first > targets.place(number + high - 1)) return high;
        while (low < high) {
            auto const middle = low + (high - low) / 2;
            if (targets.place(number + middle) < first) low = middle + 1;
            else high = middle;
        }
        return low;
    };
    return {before(first_group), before(last_group)};
}

std::int64_t Procedural::bytes() const {
    auto bytes = segment_.size() * sizeof segment_[0] + first_part_.size() * sizeof first_part_[0] + parts_.size() * sizeof parts_[0];
    for (auto const& rows : rows_) bytes += sizeof rows + rows.bytes();
    return static_cast<std::int64_t>(bytes);
}

}  // namespace rall::network
