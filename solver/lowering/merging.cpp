#include "solver/lowering/merging.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

#include "base/parallel.hpp"
#include "base/runtime.hpp"

namespace rall::solver {
namespace {

/// An instance that may be merged.
struct Candidate {
    int mechanism, compartment, set, index;
};

class Merger {
public:
    Merger(model::Model const& model, MechanismTable const& mechanisms, std::vector<int> const& mechanism_of_set)
        : model_(model), mechanism_of_set_(mechanism_of_set), first_number_(model.first_numbers()), looked_at_(first_number_.back(), false) {
        for (std::size_t s = 0; s < model.points.size(); ++s) {
            auto const& set = model.points[s];
            auto& settings = settings_.emplace_back();
            auto const& info = mechanisms[mechanism_of_set[s]];
            settings.merges = info.additive;
            for (int k = 0; k < info.n_variables && info.additive; ++k) {
                if (!is_settable(info.variables[k])) continue;
                auto const given = set.parameters.find(info.variables[k].name);
                settings.values.push_back(given == set.parameters.end() ? nullptr : &given->second);
                settings.missing.push_back(info.variables[k].value);
            }
        }
        auto const look = [&](std::vector<model::Site> const& sites) {
            for (auto const& site : sites)
                if (site.point.set >= 0) looked_at_[number(site.point.set, site.point.index)] = true;
        };
        for (auto const& probe : model.probes) look(probe.sites);
        for (auto const& binding : model.pointers) look(binding.instances), look(binding.targets);
    }

    bool merges_any() const { return std::ranges::any_of(settings_, &Settings::merges); }

    /// Of one cell.
    std::vector<Merged> merge(std::vector<PointRun>& runs) const {
        std::vector<Candidate> all;
        for (auto const& run : runs)
            for (int i = run.first; i < run.first + run.n && settings_[static_cast<std::size_t>(run.set)].merges; ++i)
                if (!looked_at_[number(run.set, i)])
                    all.push_back({mechanism_of_set_[static_cast<std::size_t>(run.set)], model_.points[static_cast<std::size_t>(run.set)].compartment[static_cast<std::size_t>(i)], run.set, i});
        std::ranges::stable_sort(all, [&](Candidate const& a, Candidate const& b) { return order(a, b) < 0; });
        std::vector<Merged> merged;
        for (std::size_t first = 0, k = 1; k < all.size(); ++k) {
            if (order(all[first], all[k]) == 0) merged.push_back({number(all[k]), number(all[first])});
            else first = k;
        }
        if (!merged.empty()) take_out(merged, runs);
        return merged;
    }

private:
    struct Settings {
        bool merges = false;
        std::vector<model::Values const*> values;  ///< per variable that can be set; null where the set gives none
        std::vector<double> missing;               ///< what stands for these
        double value(std::size_t variable, int index) const {
            return values[variable] ? (*values[variable])[static_cast<std::size_t>(index)] : missing[variable];
        }
    };

    std::uint32_t number(int set, int index) const { return first_number_[static_cast<std::size_t>(set)] + static_cast<std::uint32_t>(index); }
    std::uint32_t number(Candidate const& c) const { return number(c.set, c.index); }

    /// 0 where nobody can tell them apart.
    int order(Candidate const& a, Candidate const& b) const {
        auto const compare = [](auto x, auto y) { return x < y ? -1 : y < x ? 1 : 0; };
        if (int const o = compare(a.mechanism, b.mechanism)) return o;
        if (int const o = compare(a.compartment, b.compartment)) return o;
        auto const electrode = [&](Candidate const& c) {
            auto const& given = model_.points[static_cast<std::size_t>(c.set)].electrode;
            return given ? 1 + *given : 0;
        };
        if (int const o = compare(electrode(a), electrode(b))) return o;
        auto const &of_a = settings_[static_cast<std::size_t>(a.set)], &of_b = settings_[static_cast<std::size_t>(b.set)];
        for (std::size_t k = 0; k < of_a.missing.size(); ++k)
            if (int const o = compare(std::bit_cast<std::uint64_t>(of_a.value(k, a.index)), std::bit_cast<std::uint64_t>(of_b.value(k, b.index)))) return o;
        return 0;
    }

    /// Runs of what is left.
    void take_out(std::vector<Merged> const& merged, std::vector<PointRun>& runs) const {
        std::vector<std::uint32_t> gone;
        for (auto const& one : merged) gone.push_back(one.number);
        std::ranges::sort(gone);
        std::vector<PointRun> left;
        for (auto const& run : runs) {
            int next = run.first;
            auto const keep = [&](int end) {
                if (end > next) left.push_back({run.set, next, end - next});
                next = end + 1;
            };
            for (auto at = std::ranges::lower_bound(gone, number(run.set, run.first)); at != gone.end() && *at < number(run.set, run.first + run.n); ++at)
                keep(run.first + static_cast<int>(*at - number(run.set, run.first)));
            keep(run.first + run.n);
        }
        runs = std::move(left);
    }

    model::Model const& model_;
    std::vector<int> const& mechanism_of_set_;
    std::vector<std::uint32_t> first_number_;
    std::vector<Settings> settings_;  ///< per set
    std::vector<bool> looked_at_;     ///< by number
};

}  // namespace

std::vector<Merged> merge_instances(model::Model const& model, MechanismTable const& mechanisms, std::vector<int> const& mechanism_of_set,
                                    Portion const& portion, std::vector<std::vector<PointRun>>& points_of_cell) {
    if (!model.merge_synapses || model.method == model::Method::cvode) return {};
    Merger const merger(model, mechanisms, mechanism_of_set);
    if (!merger.merges_any()) return {};
    std::vector<std::vector<Merged>> of_cell(points_of_cell.size());
    in_parallel(static_cast<int>(of_cell.size()), host_threads(), [&](int cell) {
        auto const c = static_cast<std::size_t>(cell);
        if (portion.has(cell)) of_cell[c] = merger.merge(points_of_cell[c]);
    });
    std::vector<Merged> all;
    for (auto& merged : of_cell) {
        std::ranges::copy(merged, std::back_inserter(all));
        merged = {};
    }
    return all;
}

void tell_merged(model::Model const& model, MechanismTable const& mechanisms, std::vector<int> const& mechanism_of_set, std::vector<Merged> const& merged,
                 Communicator const& ranks, Diagnostics& diagnostics) {
    if (!model.merge_synapses) return;
    auto const first = model.first_numbers();
    std::vector<std::int64_t> gone(static_cast<std::size_t>(mechanisms.size())), left(gone.size());
    for (std::size_t k = 0; k < merged.size(); ++k) {
        auto const set = std::ranges::upper_bound(first, merged[k].into) - first.begin() - 1;
        auto const of = static_cast<std::size_t>(mechanism_of_set[static_cast<std::size_t>(set)]);
        ++gone[of];
        left[of] += k == 0 || merged[k].into != merged[k - 1].into;
    }
    for (int k = 0; k < mechanisms.size(); ++k) {
        if (!mechanisms[k].additive) continue;
        auto const one = static_cast<std::size_t>(k);
        auto const n_gone = ranks.sum(gone[one]), n_left = ranks.sum(left[one]);
        if (n_gone > 0)
            diagnostics.note("synapses-merged", {},
                             std::to_string(n_gone + n_left) + " instances of " + mechanisms[k].name + " are computed as " + std::to_string(n_left) +
                                 ": those that lie in one compartment, have all parameters in common and are not recorded one by one hold the sum of their states",
                             "\"merge_synapses\": false in \"run\" keeps them apart; results then differ by rounding");
    }
}

}  // namespace rall::solver
