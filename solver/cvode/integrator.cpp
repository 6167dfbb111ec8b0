#include "solver/cvode/integrator.hpp"

#include <cvode/cvode.h>

#include <algorithm>
#include <cmath>

#include "solver/step/divergence.hpp"
#include "solver/step/events.hpp"

namespace rall::solver {

namespace {

constexpr double never = 1e300;  // ms

/// CVODE stops this far (ms) before a discontinuity and goes on as far behind it, so that no evaluation is in doubt of its side.
double gap(double t) { return 1e-9 * std::max(1.0, std::abs(t) * 1e-3); }

/// CVODE is stuck when it takes so many steps of less than this (ms) on average: time hardly has a next number.
constexpr int steps_at_once = 1000;
double smallest_step(double t) { return 1e-14 * std::max(1.0, std::abs(t)); }

int padded(int n) { return (n + lanes - 1) / lanes * lanes; }

}  // namespace

/// SUNDIALS' objects, freed together.
struct Integrator::Cvode {
    explicit Cvode(Integrator& self) : n_roots(self.n_detectors_) {
        SUNContext_Create(nullptr, &context);
        y = new_state_vector(self.size(), context);
        newton = new_newton(self, context);
        memory = CVodeCreate(CV_BDF, context);
        CVodeInit(
            memory,
            [](double t, N_Vector y, N_Vector derivative, void* user) {
                auto& of = *static_cast<Integrator*>(user);
                of.put(y);
                of.evaluate_into(t, derivative);
                return 0;
            },
            0, y);
        CVodeSetUserData(memory, &self);
        CVodeWFtolerances(memory, [](N_Vector y, N_Vector weights, void* user) {
            return static_cast<Integrator*>(user)->weigh(y, weights);
        });
        CVodeSetNonlinearSolver(memory, newton);
        CVodeSetErrHandlerFn(
            memory, [](int, char const*, char const*, char*, void*) {}, nullptr);  // flags say it
        CVodeSetMaxNumSteps(memory, steps_at_once);
        CVodeSetMaxHnilWarns(memory, -1);
        if (self.maximum_step_ > 0) CVodeSetMaxStep(memory, self.maximum_step_);
        if (n_roots > 0) {
            CVodeRootInit(memory, n_roots, [](double, N_Vector y, double* distance, void* user) {
                auto const& self = *static_cast<Integrator*>(user);
                auto const& g = *self.group_;
                for (int k = 0; k < g.n_detectors; ++k)
                    distance[k] = self.voltage(NV_DATA_S(y), g.detectors[k].node) - g.detectors[k].threshold;
                return 0;
            });
            std::vector<int> upwards(n_roots, 1);
            CVodeSetRootDirection(memory, upwards.data());
        }
    }
    ~Cvode() {
        CVodeFree(&memory);
        SUNNonlinSolFree(newton);
        N_VDestroy(y);
        SUNContext_Free(&context);
    }
    Cvode(Cvode const&) = delete;
    Cvode& operator=(Cvode const&) = delete;

    /// Counts since the last start.
    StepCounts recent() const {
        long steps = 0, failures = 0;
        CVodeGetNumSteps(memory, &steps);
        CVodeGetNumErrTestFails(memory, &failures);
        StepCounts counts;
        counts.steps = steps;
        counts.error_failures = failures;
        return counts;
    }

    SUNContext context = nullptr;
    N_Vector y = nullptr;
    SUNNonlinearSolver newton = nullptr;
    void* memory = nullptr;
    int n_roots = 0;
    StepCounts before;  ///< of steps before the last start
};

Integrator::Integrator(Group const& group, MechanismTable const& mechanisms,
                       std::vector<int> const& compartment_of_node, model::VariableStep const& settings,
                       VariableKernels const& kernels)
    : kernels_(kernels),
      relative_(settings.relative_tolerance),
      maximum_step_(settings.maximum_step),
      n_detectors_(group.n_detectors) {
    lay_equations(group);
    lay_states(group, mechanisms, compartment_of_node, settings);
    note_probes(group);
    if (size() > 0) cvode_ = std::make_unique<Cvode>(*this);
}

Integrator::~Integrator() = default;

void Integrator::lay_states(Group const& g, MechanismTable const& mechanisms,
                            std::vector<int> const& compartment_of_node, model::VariableStep const& settings) {
    int const n_nodes = g.tree.n_nodes;
    sunindextype n_states = 0;
    auto const add = [&](double* value, double* slope, int n, double scale, auto const& is_state) {
        pieces_.push_back({size(), padded(n), n, value, slope});
        double const tolerance = settings.absolute_tolerance * scale;
        for (int i = 0; i < padded(n); ++i) {
            bool const counts = i < n && is_state(i);
            n_states += counts;
            tolerance_.push_back(counts ? tolerance : std::numeric_limits<double>::infinity());
        }
    };
    auto const scale = [&](std::string const& name, double standard) {
        auto const found = settings.scales.find(name);
        return found == settings.scales.end() ? standard : found->second;
    };
    if (n_nodes == 0) return;
    add(g.v, equations_.dv, n_nodes, scale("v", 1), [&](int i) { return g.capacitance[i] > 0; });
    for (int k = 0; k < mechanisms.size(); ++k) {
        auto const& info = mechanisms[k];
        auto const& m = g.mechanisms[k];
        if (m.n == 0) continue;
        watches_ |= info.n_watches > 0;
        for (int s = 0; s < info.n_ode_states; ++s) {
            auto const& state = info.ode_states[s];
            std::string const name = owner_of(info, state.state).name;
            auto const& value = m.variables[state.state];
            add(value.data, m.variables[state.derivative].data, m.n,
                scale(std::string(info.name) + "." + name, scale(name, state.tolerance)),
                [&](int i) { return compartment_of_node[m.node[i]] >= 0; });
        }
    }
    norm_factor_ = std::sqrt(static_cast<double>(size()) / static_cast<double>(n_states));
}

/// Nodes without capacitance, and memory for the voltages' equations.
void Integrator::lay_equations(Group const& g) {
    int const n = padded(g.tree.n_nodes);
    work_.resize(2 * static_cast<std::size_t>(n));
    child_begin_.push_back(0);
    std::vector<std::vector<int>> children(static_cast<std::size_t>(g.tree.n_nodes));
    for (int c = 0; c < g.tree.n_nodes; ++c)
        if (int const parent = g.tree.parent[c]; parent >= 0 && !(g.capacitance[parent] > 0)) children[parent].push_back(c);
    for (int i = 0; i < g.tree.n_nodes; ++i) {
        if (g.capacitance[i] > 0) continue;
        passive_.push_back(i);
        child_.insert(child_.end(), children[i].begin(), children[i].end());
        child_begin_.push_back(static_cast<int>(child_.size()));
    }
    equations_ = {work_.data(),    work_.data() + n,    static_cast<int>(passive_.size()),
                  passive_.data(), child_begin_.data(), child_.data()};
}

/// The voltage of a node in a state; without capacitance it is the mean of its neighbours', weighted by conductances.
double Integrator::voltage(double const* v, int node) const {
    auto const& g = *group_;
    if (g.capacitance[node] > 0) return v[node];
    auto const k = std::lower_bound(passive_.begin(), passive_.end(), node) - passive_.begin();
    double sum = g.tree.parent[node] < 0 ? 0 : g.axial[node] * v[g.tree.parent[node]];
    for (int c = child_begin_[k]; c < child_begin_[k + 1]; ++c) sum += g.axial[child_[c]] * v[child_[c]];
    return sum / g.diagonal[node];
}

void Integrator::note_probes(Group const& g) {
    for (int p = 0; p < g.n_probes; ++p) {
        auto const& probe = g.probes[p];
        evaluated_.push_back(!std::all_of(probe.element, probe.element + probe.n, [&](int element) {
            auto const node = g.block + element - g.v;
            bool const passive = node >= 0 && node < g.tree.n_nodes && g.capacitance[node] == 0;
            return !passive && std::any_of(pieces_.begin(), pieces_.end(), [&](StatePiece const& piece) {
                double const* const at = g.block + element;
                return at >= piece.value && at < piece.value + piece.n;
            });
        }));
    }
}

int Integrator::weigh(N_Vector y, N_Vector weights) const {
    double const *const value = NV_DATA_S(y), *const tolerance = tolerance_.data();
    double* const weight = NV_DATA_S(weights);
    auto const n = size();
#pragma omp simd
    for (sunindextype i = 0; i < n; ++i) weight[i] = norm_factor_ / (relative_ * std::abs(value[i]) + tolerance[i]);
    return 0;
}

void Integrator::evaluate(double t) {
    ++evaluations_;
    kernels_.evaluate(team_, *group_, equations_, at(t));
    clear_padding();
}

void Integrator::relax(double gamma) { kernels_.relax(team_, *group_, equations_, gamma); }

void Integrator::initialize() {
    now_ = 0;
    sampled_ = 0;
    looked_ = 0;
    touched();
}

void Integrator::restart() {
    if (cvode_) forget_convergence(cvode_->newton);
    touched();
}

void Integrator::resume(double now, std::int64_t step) {
    now_ = now;
    sampled_ = step;
    looked_ = std::floor(now);
    restart();
}

/// The group's arrays have changed at once: they are the state now.
void Integrator::touched() {
    if (cvode_) take(cvode_->y);
    to_start_ = true;
}

/// The state at this time to the group's arrays.
void Integrator::place() {
    if (cvode_) put(cvode_->y);
}

double Integrator::next_event() const {
    auto const& c = *group_->counters;
    double const delivery = c.next_delivery < group_->n_deliveries ? group_->deliveries[c.next_delivery].time : never;
    double const own = c.n_self_events > 0 ? c.self_events[0].time : never;
    return std::min(delivery, own);
}

/// The first step after the last samples that has some.
std::int64_t Integrator::next_sample() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (int p = 0; p < group_->n_probes; ++p) {
        auto const& probe = group_->probes[p];
        std::int64_t const periods = sampled_ < probe.start ? 0 : (sampled_ - probe.start) / probe.period + 1;
        std::int64_t const step = probe.start + periods * probe.period;
        if (step < probe.stop) next = std::min(next, step);
    }
    return next;
}

/// Does a probe with a sample at this step need currents and other variables to be worked out?
bool Integrator::shows_more(std::int64_t step) const {
    for (int p = 0; p < group_->n_probes; ++p) {
        auto const& probe = group_->probes[p];
        if (evaluated_[p] && step >= probe.start && step < probe.stop && (step - probe.start) % probe.period == 0)
            return true;
    }
    return false;
}

void Integrator::send_spikes() {
    std::vector<int> found(group_->n_detectors);
    CVodeGetRootInfo(cvode_->memory, found.data());
    for (int k = 0; k < group_->n_detectors; ++k)
        if (found[k] > 0) send_spike(*group_, {now_, group_->detectors[k].source});
}

/// CVODE starts from the state as it is now and takes its first step, at most to `limit`.
bool Integrator::start(double limit) {
    discontinuity_ = kernels_.next_discontinuity(team_, *group_, at(now_));
    double const stop = discontinuity_ - gap(discontinuity_);
    if (stop <= now_) {
        now_ = discontinuity_ + gap(discontinuity_);
        return true;
    }
    cvode_->before += cvode_->recent();
    ++cvode_->before.starts;
    CVodeReInit(cvode_->memory, now_, cvode_->y);
    to_start_ = false;
    // CVODE takes a tenth of the way it is told to go for its first guess of a step. That shall not depend on when samples are taken.
    constexpr double far = 10;  // ms
    CVodeSetStopTime(cvode_->memory, std::min(limit, stop));
    int const flag = CVode(cvode_->memory, now_ + far, cvode_->y, &now_, CV_ONE_STEP);
    CVodeSetStopTime(cvode_->memory, stop);
    return arrived(flag);
}

/// Towards `limit`, but not beyond the next spike, discontinuity or, where conditions are watched, the next step. False when CVODE
/// failed.
bool Integrator::integrate(double limit) {
    if (!cvode_) {
        now_ = limit;
        return true;
    }
    if (to_start_) {
        if (limit - now_ < gap(limit)) {
            now_ = limit;
            return true;
        }
        return start(limit);
    }
    double target = limit;
    if (watches_) {
        double reached;
        CVodeGetCurrentTime(cvode_->memory, &reached);
        target = std::min(limit, reached > now_ ? reached : now_ + gap(now_));
    }
    int flag;
    double before;
    do {
        before = now_;
        flag = CVode(cvode_->memory, target, cvode_->y, &now_, CV_NORMAL);
    } while (flag == CV_TOO_MUCH_WORK && now_ - before > steps_at_once * smallest_step(now_));
    return arrived(flag);
}

/// What CVODE's return means. False when it failed.
bool Integrator::arrived(int flag) {
    if (flag < 0) return false;
    if (flag == CV_ROOT_RETURN) send_spikes();
    if (flag == CV_TSTOP_RETURN && now_ >= discontinuity_ - 2 * gap(discontinuity_)) {
        now_ = discontinuity_ + gap(discontinuity_);
        to_start_ = true;
    }
    if (watches_) look_at_conditions();
    return true;
}

void Integrator::look_at_conditions() {
    place();
    if (kernels_.watch(team_, *group_, at(now_))) touched();
}

/// Notes the cells that have a node whose voltage `is_lost`.
template <class Test>
void Integrator::diverge(Test const& is_lost) {
    auto& g = *group_;
    for (int i = 0; i < g.tree.n_nodes; ++i) {
        auto& cell = g.divergences[g.cell_of_node[i]];
        if (cell.step < 0 && g.capacitance[i] > 0 && is_lost(g.v[i])) cell = {step_now(), i, -1, -1};
    }
    count_diverged(g);
}

/// Blames the states whose derivatives at `t` are no numbers.
void Integrator::blame(double t) {
    auto const& g = *group_;
    evaluate(t);
    for (auto const& piece : pieces_)
        for (int s = 0; s < g.n_states; ++s) {
            auto const& state = g.states[s];
            for (int i = 0; state.value == piece.value && i < piece.real; ++i) {
                auto& cell = g.divergences[g.cell_of_node[state.node[i]]];
                if (!is_finite(piece.slope[i]) && cell.step < 0) cell = {step_now(), state.node[i], s, i};
            }
        }
    count_diverged(g);
}

/// Blames the state, or voltage, whose error was the largest in the last step that CVODE tried.
void Integrator::blame_error() {
    auto const& g = *group_;
    N_Vector const error = N_VClone(cvode_->y);
    if (CVodeGetEstLocalErrors(cvode_->memory, error) == CV_SUCCESS) {
        double const *const y = NV_DATA_S(cvode_->y), *const e = NV_DATA_S(error);
        double largest = 0;
        StatePiece const* found = nullptr;
        int instance = -1;
        for (auto const& piece : pieces_)
            for (int i = 0; i < piece.real; ++i) {
                auto const k = piece.first + i;
                double const weighted = std::abs(e[k]) / (relative_ * std::abs(y[k]) + tolerance_[k]);
                if (!(weighted > largest)) continue;
                largest = weighted;
                found = &piece;
                instance = i;
            }
        for (int s = 0; found && s < g.n_states; ++s) {
            auto const& state = g.states[s];
            if (state.value != found->value) continue;
            auto& cell = g.divergences[g.cell_of_node[state.node[instance]]];
            if (cell.step < 0) cell = {step_now(), state.node[instance], s, instance, 1};
        }
        if (found && found->value == g.v)
            if (auto& cell = g.divergences[g.cell_of_node[instance]]; cell.step < 0)
                cell = {step_now(), instance, -1, -1, 1};
    }
    N_VDestroy(error);
    count_diverged(g);
}

/// CVODE found no step: all cells of the group are lost. To blame is a state that is lost where the last step ended, or one that would be
/// in a moment, or else the one that changed too fast.
void Integrator::give_up() {
    look_at_states();
    if (group_->counters->n_diverged == 0) blame(now_);
    if (group_->counters->n_diverged == 0) blame(now_ + gap(now_));
    if (group_->counters->n_diverged == 0) blame_error();
    diverge([](double) { return true; });
}

/// Once a millisecond, and when an epoch ends.
void Integrator::look_at_states() {
    looked_ = std::floor(now_);
    if (cvode_) place();
    find_states_lost(*group_, step_now());
    count_diverged(*group_);
}

void Integrator::advance(Group const& group, Advance const& advance, void const* team) {
    group_ = &group;
    advance_ = &advance;
    team_ = team;
    std::int64_t const last = advance.first_step + advance.steps;
    if (group.n_cells > 0 && group.counters->n_diverged == group.n_cells) {
        group.counters->step = last;
        group.counters->waits = false;
        return;
    }
    if (watches_) look_at_conditions();  // there may not have been room to tell of all
    double const end = last == advance.last_step ? advance.end : static_cast<double>(last) * advance.dt;
    group.counters->waits = true;
    for (;;) {
        if (!has_room(group)) return;
        if (now_ >= looked_ + 1) look_at_states();
        if (cvode_ && group.counters->n_diverged > 0) break;
        double const event = next_event();
        std::int64_t const step = next_sample();
        double const sample = static_cast<double>(step) * advance.dt;
        double const limit = std::min({event, sample, end});
        if (now_ < limit) {
            if (!integrate(limit)) {
                give_up();
                break;
            }
        } else if (sample <= now_) {
            place();
            kernels_.sample(team, group, equations_, at(now_), step, advance.first_step, shows_more(step));
            sampled_ = step;
        } else if (event < end) {
            place();
            if (!kernels_.deliver(team, group, at(event), event)) return touched();
            touched();
        } else {
            break;
        }
    }
    look_at_states();
    diverge([&](double v) { return !(v >= advance.lowest && v <= advance.highest); });
    group.counters->step = last;
    group.counters->waits = false;
    group.counters->next_self_event = group.counters->n_self_events > 0 ? group.counters->self_events[0].time : never;
}

StepCounts Integrator::counts() const {
    if (!cvode_) return {};
    StepCounts all = cvode_->before;
    all += cvode_->recent();
    auto const newton = solver::counts(cvode_->newton);
    all.evaluations = evaluations_;
    all.iterations = newton.iterations;
    all.convergence_failures = newton.failures;
    return all;
}

}  // namespace rall::solver
