#include "solver/cvode/variable_run.hpp"

namespace rall::solver {

VariableRun::VariableRun(model::Model const& model, KernelLibrary const& library, Group const* groups,
                         std::vector<std::vector<int>> const& compartments)
    : kernels_(*library.variable) {
    MechanismTable const mechanisms(library);
    for (std::size_t g = 0; g < compartments.size(); ++g)
        integrators_.push_back(
            std::make_unique<Integrator>(groups[g], mechanisms, compartments[g], model.variable_step, kernels_));
}

void VariableRun::initialize() {
    for (auto& integrator : integrators_) integrator->initialize();
}

void VariableRun::advance(Group const* groups, Advance const& advance) {
    struct Call {
        std::vector<std::unique_ptr<Integrator>>& integrators;
        Group const* groups;
        Advance const& advance;
    } call{integrators_, groups, advance};
    kernels_.for_each_group(
        static_cast<int>(integrators_.size()),
        [](void* context, int group, void const* team) {
            auto const& c = *static_cast<Call*>(context);
            c.integrators[group]->advance(c.groups[group], c.advance, team);
        },
        &call);
}

void VariableRun::restart() {
    for (auto& integrator : integrators_) integrator->restart();
}

StepCounts VariableRun::counts() const {
    StepCounts all;
    for (auto const& integrator : integrators_) all += integrator->counts();
    return all;
}

}  // namespace rall::solver
