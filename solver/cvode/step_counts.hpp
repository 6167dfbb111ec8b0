// What the steps of CVODE took; needs no SUNDIALS.
#pragma once

#include <cstdint>

namespace rall::solver {

struct StepCounts {
    std::int64_t steps = 0;
    std::int64_t evaluations = 0;  ///< of the right hand side
    std::int64_t iterations = 0;   ///< of Newton
    std::int64_t error_failures = 0, convergence_failures = 0;
    std::int64_t starts = 0;  ///< at t = 0, after events and at discontinuities

    StepCounts& operator+=(StepCounts const& other) {
        steps += other.steps;
        evaluations += other.evaluations;
        iterations += other.iterations;
        error_failures += other.error_failures;
        convergence_failures += other.convergence_failures;
        starts += other.starts;
        return *this;
    }
};

}  // namespace rall::solver
