// Members side by side: the models of several members become one, whose cells run together, and keep all that is theirs. A
// member's result does not depend on the others (docs/design.md, section 5).
#pragma once

#include <vector>

#include "model/model.hpp"

namespace rall::sweep {

class Batch {
public:
    /// Whether a member's conditions (dt, tstop, celsius, v_init, seed, method and its settings, GLOBAL parameters, tables), which a model has
    /// once, are those of the members that are here already.
    bool fits(model::Model const& member) const;
    /// Adds a member; the voltage at `site` is sampled at every step.
    void add(model::Model member, model::Site site);

    /// Of all members; probe 0 samples their sites in order.
    model::Model const& model() const { return model_; }
    std::size_t size() const { return first_cell_.size(); }
    /// Which member (by order of adding) a cell belongs to.
    std::size_t member_of(int cell) const;
    std::size_t member_of(model::PointRef point) const;

private:
    model::Model model_;
    std::vector<int> first_cell_, first_set_;  ///< per member
    std::uint64_t next_gid_ = 0;
};

}  // namespace rall::sweep
