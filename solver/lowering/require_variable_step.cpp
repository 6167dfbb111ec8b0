#include "solver/lowering/require_variable_step.hpp"

namespace rall::solver {

void require_variable_step(model::Model const& model, KernelLibrary const& library,
                           std::vector<TypePlan> const& types) {
    if (!library.variable)
        throw InputError("variable-step-backend", {},
                         std::string("the variable step runs on a host back end, not on ") + library.backend,
                         "take a build for CPUs, or a fixed step (\"integration_method\": 0)");
    Diagnostics diagnostics;
    MechanismTable const mechanisms(library);
    for (auto const& name : model.mechanism_names()) {
        int const k = mechanisms.find(name);
        if (k < 0) continue;  // said elsewhere
        auto const& info = mechanisms[k];
        std::string const why = info.n_diffusions > 0  ? "LONGITUDINAL_DIFFUSION takes fixed steps"
                                : info.fixed_step_only ? info.fixed_step_only
                                : info.has_state && info.n_ode_states == 0 && !info.has_settle
                                    ? "its states have no equations"
                                    : "";
        if (!why.empty())
            diagnostics.error("variable-step-mechanism", {}, name + " cannot take variable steps: " + why,
                              "run it with a fixed step (\"integration_method\": 0)");
    }
    for (std::size_t t = 0; t < types.size(); ++t)
        for (int c = 0; c < model.types[t].cable->n_cut(); ++c)
            if (!(types[t].capacitance[c] > 0)) {
                diagnostics.error("variable-step-capacitance", {},
                                  "compartment " + std::to_string(c) + " of " + model.types[t].name +
                                      " has no capacitance, so its voltage has no equation",
                                  "give it a cm above 0, or take a fixed step (\"integration_method\": 0)");
                break;
            }
    diagnostics.throw_if_errors();
}

}  // namespace rall::solver
