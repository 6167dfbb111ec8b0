// Newton's iteration of CVODE's implicit step, as a nonlinear solver that SUNDIALS calls. The Jacobian is worked out with every
// right hand side and never old, and one pass over the group's arrays does what general vectors need eight for.
#pragma once

#include <sundials/sundials_nonlinearsolver.h>

#include <vector>

#include "solver/cvode/state_vector.hpp"

namespace rall::solver {

/// A run of the state vector, and where a group keeps it.
struct StatePiece {
    sunindextype first;  ///< in the state vector
    int n;               ///< a multiple of 8
    int real;            ///< the rest is padding
    double* value;
    double* slope;  ///< derivative; for relax() right hand side and solution
};

/// What CVODE integrates: equations over pieces of memory.
class OdeSystem {
public:
    virtual ~OdeSystem() = default;
    /// Slopes and Jacobian at the values.
    virtual void evaluate(double t) = 0;
    /// Solves (1 - gamma J) x = b in the slopes.
    virtual void relax(double gamma) = 0;

    sunindextype size() const { return pieces_.empty() ? 0 : pieces_.back().first + pieces_.back().n; }
    void put(N_Vector y);  ///< into the values
    void take(N_Vector y) const;
    void evaluate_into(double t, N_Vector derivative);  ///< at the values

    std::vector<StatePiece> const& pieces() const { return pieces_; }

protected:
    void clear_padding();  ///< of the slopes: nothing there moves
    std::vector<StatePiece> pieces_;
};

/// Solves CVODE's nonlinear system; attached by CVodeSetNonlinearSolver, freed by SUNNonlinSolFree.
SUNNonlinearSolver new_newton(OdeSystem& system, SUNContext context);

/// As if it were new: how fast it converged before is forgotten.
void forget_convergence(SUNNonlinearSolver newton);

/// Iterations and failures so far.
struct NewtonCounts {
    long iterations = 0, failures = 0;
};
NewtonCounts counts(SUNNonlinearSolver newton);

}  // namespace rall::solver
