// Where point processes and artificial cells lie once cells are packed: group by group, in a group mechanism by mechanism, instance by instance. Their places are
// numbered in this order, so that the number alone says where one is.
#pragma once

#include <cstdint>
#include <vector>

#include "solver/lowering/group_builder.hpp"
#include "solver/lowering/merging.hpp"

namespace rall::solver {

/// Where an instance of a point set ended up.
struct Target {
    int group = -1;
    int mechanism = -1;
    int instance = -1;
};

class Targets {
public:
    /// Places that follow one another: the instances of a mechanism in a group.
    struct Run {
        std::uint32_t first;
        int group, mechanism;
    };

    /// Instances of a mechanism lie as build_group() lays them: by cell, set and index. Those that are `merged` have the places of the instances that stand for them.
    Targets(Blueprint const& blueprint, std::vector<GroupContent> const& groups, std::vector<Merged> const& merged);

    std::uint32_t size() const { return runs_.back().first; }
    /// Of the model that were lowered, the merged ones among them.
    std::uint32_t n_instances() const { return n_instances_; }
    /// Do several instances of the model have this place?
    bool is_shared(std::uint32_t place) const { return !shared_.empty() && shared_[place]; }
    /// Is an instance among those that were lowered (Portion)? Only these have places.
    bool has(std::uint32_t number) const { return place_[number] != nowhere; }
    /// Of an instance, by Model::number_of.
    std::uint32_t place(std::uint32_t number) const { return place_[number]; }
    /// The number of the instance at a place, of several the first; looks at all.
    std::uint32_t number_at(std::uint32_t place) const;
    Target at(std::uint32_t place) const;
    /// Of an instance that connections may lead to.
    std::uint32_t place(Target const& target) const;

    /// Ascending, and behind the last one that begins where all places end.
    std::vector<Run> const& runs() const { return runs_; }
    /// That of a place, which is not before `from`: the next ones are looked at first.
    Run const* run_of(std::uint32_t place, Run const* from) const;
    /// The first place of a group, or of the next that has any.
    std::uint32_t first_of(int group) const { return first_[static_cast<std::size_t>(group)]; }

    std::size_t bytes() const { return place_.size() * sizeof(std::uint32_t) + runs_.size() * sizeof(Run) + shared_.size() / 8; }

private:
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};
    std::vector<std::uint32_t> place_;  ///< per Model::number_of
    std::vector<Run> runs_;
    std::vector<std::uint32_t> first_;  ///< per group, and where all end
    std::vector<bool> shared_;          ///< per place; empty where none is
    std::uint32_t n_instances_ = 0;
};

}  // namespace rall::solver
