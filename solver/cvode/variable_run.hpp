// The variable step of a whole model: an integrator per group, side by side through an epoch.
#pragma once

#include "solver/cvode/integrator.hpp"

namespace rall::solver {

class VariableRun {
public:
    /// `compartments[g]`: of the nodes of group g, -1 where branches join.
    VariableRun(model::Model const& model, KernelLibrary const& library, Group const* groups,
                std::vector<std::vector<int>> const& compartments);

    /// At t = 0, when the library has run INITIAL.
    void initialize();
    void advance(Group const* groups, Advance const& advance);
    StepCounts counts() const;

    /// Of each group: see Integrator.
    void restart();
    double now(int group) const { return integrators_[group]->now(); }
    void resume(int group, double now, std::int64_t step) { integrators_[group]->resume(now, step); }

private:
    VariableKernels const& kernels_;
    std::vector<std::unique_ptr<Integrator>> integrators_;
};

}  // namespace rall::solver
