// CVODE for one group: steps of variable size and order between its events, discontinuities and samples. Where a group is one cell
// this is NEURON's local variable step.
#pragma once

#include <limits>
#include <memory>

#include "base/whole.hpp"
#include "model/model.hpp"
#include "solver/cvode/newton.hpp"
#include "solver/cvode/step_counts.hpp"
#include "solver/cvode/variable_kernels.hpp"
#include "solver/step/mechanism_table.hpp"

namespace rall::solver {

class Integrator final : private OdeSystem {
public:
    /// `group`: as built, in host memory. `compartment_of_node`: -1 where branches join.
    Integrator(Group const& group, MechanismTable const& mechanisms, std::vector<int> const& compartment_of_node,
               model::VariableStep const& settings, VariableKernels const& kernels);
    ~Integrator() override;

    /// At t = 0, with the group's arrays as INITIAL left them.
    void initialize();
    /// To the end of the epoch, or until the group runs out of room (then Counters::step is short of the end).
    void advance(Group const& group, Advance const& advance, void const* team);

    StepCounts counts() const;

    /// Starts the steps afresh from where the group is, between two calls of advance(), as if the history had been lost.
    void restart();
    double now() const { return now_; }  ///< ms; by a hair behind the end of the epoch where a discontinuity lies there
    /// As at the end of the epoch before step `step`, with the group's arrays as they were then.
    void resume(double now, std::int64_t step);

private:
    struct Cvode;

    void lay_states(Group const& group, MechanismTable const& mechanisms, std::vector<int> const& compartment_of_node,
                    model::VariableStep const& settings);
    void evaluate(double t) override;
    void relax(double gamma) override;
    kernel::Context at(double t) const { return {t, advance_->dt, advance_->celsius, advance_->seed}; }
    double next_event() const;
    std::int64_t next_sample() const;
    bool shows_more(std::int64_t step) const;
    bool integrate(double limit);
    bool start(double limit);
    bool arrived(int flag);
    template <class Test>
    void diverge(Test const& is_lost);
    void blame(double t);
    void blame_error();
    void give_up();
    void look_at_states();
    std::int64_t step_now() const { return truncated<std::int64_t>(now_ / advance_->dt); }
    void place();
    void touched();
    void look_at_conditions();
    void send_spikes();
    int weigh(N_Vector y, N_Vector weights) const;
    double voltage(double const* v, int node) const;
    void lay_equations(Group const& group);
    void note_probes(Group const& group);

    VariableKernels const& kernels_;
    std::vector<double> work_;                        // of equations_
    std::vector<int> passive_, child_begin_, child_;  // of equations_
    std::vector<double> tolerance_;                   // per element of the state; infinite for what is no state
    std::vector<char> evaluated_;                     // per probe: shows more than voltages and states
    double relative_ = 0;
    double norm_factor_ = 1;  // norms are over states only
    Equations equations_{};
    std::unique_ptr<Cvode> cvode_;  // null in a group without equations
    std::int64_t evaluations_ = 0;
    double maximum_step_ = 0;
    int n_detectors_ = 0;
    bool watches_ = false;

    // Of the current call.
    Group const* group_ = nullptr;
    Advance const* advance_ = nullptr;
    void const* team_ = nullptr;

    double now_ = 0;            ///< ms; where the group is. CVODE may have stepped further
    bool to_start_ = true;      ///< CVODE must start afresh from here
    double discontinuity_ = 0;  ///< the next one, once started
    std::int64_t sampled_ = 0;  ///< last step of which samples were taken
    double looked_ = 0;         ///< ms, when states were last looked at for what is no number
};

}  // namespace rall::solver
