#include "solver/cvode/newton.hpp"

#include <cvode/cvode.h>

#include <algorithm>
#include <cmath>

namespace rall::solver {

void OdeSystem::put(N_Vector y) {
    for (auto const& p : pieces_) std::copy_n(NV_DATA_S(y) + p.first, p.n, p.value);
}

void OdeSystem::take(N_Vector y) const {
    for (auto const& p : pieces_) std::copy_n(p.value, p.n, NV_DATA_S(y) + p.first);
}

void OdeSystem::evaluate_into(double t, N_Vector derivative) {
    evaluate(t);
    for (auto const& p : pieces_) std::copy_n(p.slope, p.n, NV_DATA_S(derivative) + p.first);
}

void OdeSystem::clear_padding() {
    for (auto const& p : pieces_) std::fill(p.slope + p.real, p.slope + p.n, 0.0);
}

namespace {

/// CVODE's own constants (SUNDIALS' guide to CVODE 6.4, section "Nonlinear Solve"): corrections at most, the slowest change of the rate of
/// convergence, and the growth of corrections that means divergence.
constexpr int most_iterations = 3;
constexpr double rate_memory = 0.3, divergence = 2;
/// The rate of convergence is forgotten where CVODE would work its Jacobian out again: when gamma has changed by so much, or after so
/// many steps.
constexpr double gamma_change = 0.3;
constexpr int steps_remembered = 20;

struct Newton {
    OdeSystem& system;
    double rate = 1;
    double gamma = 0;  ///< for which the rate was found
    int steps = 0;     ///< since then
    NewtonCounts counts = {};

    void forget(double now) {
        rate = 1;
        gamma = now;
        steps = 0;
    }

    /// gamma f(t, predicted + correction) - (rl1 zn1 + correction) = 0 for the correction. True if it converged.
    bool iterate(double t, double now, double rl1, double const* predicted, double const* zn1, double* correction,
                 double const* weight, double tolerance) {
        double previous = 0;
        for (int m = 0; m < most_iterations; ++m) {
            ++counts.iterations;
            for (auto const& p : system.pieces()) {
                double const *const from = predicted + p.first, *const change = correction + p.first;
#pragma omp simd
                for (int i = 0; i < p.n; ++i) p.value[i] = from[i] + change[i];
            }
            system.evaluate(t);
            for (auto const& p : system.pieces()) {
                double const *const slope = zn1 + p.first, *const change = correction + p.first;
#pragma omp simd
                for (int i = 0; i < p.n; ++i) p.slope[i] = now * p.slope[i] - (rl1 * slope[i] + change[i]);
            }
            system.relax(now);
            WeightedNorm norm;
            for (auto const& p : system.pieces()) {
                double* const change = correction + p.first;
#pragma omp simd
                for (int i = 0; i < p.n; ++i) change[i] += p.slope[i];
                norm.add(p.slope, weight + p.first, p.n);
            }
            double const size = norm.value(system.size());
            if (m > 0) rate = std::max(rate_memory * rate, size / previous);
            if (size * std::min(1.0, rate) <= tolerance) return true;
            if (!std::isfinite(size) || (m > 0 && size > divergence * previous)) return false;
            previous = size;
        }
        return false;
    }
};

int solve(SUNNonlinearSolver self, N_Vector, N_Vector correction, N_Vector weight, double tolerance, booleantype,
          void* cvode) {
    auto& newton = *static_cast<Newton*>(self->content);
    double t, gamma, rl1;
    N_Vector predicted, y, f, zn1;
    void* user;
    CVodeGetNonlinearSystemData(cvode, &t, &predicted, &y, &f, &gamma, &rl1, &zn1, &user);
    bool fresh =
        std::abs(gamma / newton.gamma - 1) > gamma_change || ++newton.steps >= steps_remembered || newton.gamma == 0;
    for (;; fresh = true) {
        if (fresh) newton.forget(gamma);
        if (newton.iterate(t, gamma, rl1, NV_DATA_S(predicted), NV_DATA_S(zn1), NV_DATA_S(correction),
                           NV_DATA_S(weight), tolerance))
            return SUN_NLS_SUCCESS;
        if (fresh) break;
        N_VConst(0, correction);
    }
    newton.gamma = 0;
    ++newton.counts.failures;
    return SUN_NLS_CONV_RECVR;
}

}  // namespace

SUNNonlinearSolver new_newton(OdeSystem& system, SUNContext context) {
    SUNNonlinearSolver const self = SUNNonlinSolNewEmpty(context);
    self->content = new Newton{system};
    self->ops->gettype = [](SUNNonlinearSolver) { return SUNNONLINEARSOLVER_ROOTFIND; };
    // CVODE hands its residual over; solve() above knows it.
    self->ops->setsysfn = [](SUNNonlinearSolver, SUNNonlinSolSysFn) -> int { return SUN_NLS_SUCCESS; };
    self->ops->solve = solve;
    self->ops->free = [](SUNNonlinearSolver s) -> int {
        delete static_cast<Newton*>(s->content);
        s->content = nullptr;
        SUNNonlinSolFreeEmpty(s);
        return SUN_NLS_SUCCESS;
    };
    return self;
}

void forget_convergence(SUNNonlinearSolver newton) { static_cast<Newton*>(newton->content)->gamma = 0; }

NewtonCounts counts(SUNNonlinearSolver newton) { return static_cast<Newton*>(newton->content)->counts; }

}  // namespace rall::solver
