// Can a model take variable steps?
#pragma once

#include <vector>

#include "solver/lowering/plan.hpp"

namespace rall::solver {

/// Throws InputError ("variable-step-...") naming all that keeps a model from variable steps: the back end, mechanisms that count
/// steps, compartments without capacitance. `types` are the plans of the model's cell types.
void require_variable_step(model::Model const& model, KernelLibrary const& library, std::vector<TypePlan> const& types);

}  // namespace rall::solver
