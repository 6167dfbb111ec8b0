// The kernels of the test schemes: as a library, and the exponential of their rates by itself.
#pragma once

#include <Eigen/Dense>

#include "mechanisms/library.hpp"

namespace testing {

rall::KernelLibrary const* gating_library();

struct Steps {
    Eigen::MatrixXd rates;  ///< A of dy/dt = A y, 1/ms
    Eigen::VectorXd alone;  ///< exp(A dt) y of one instance
    Eigen::VectorXd
        packed[rall::lanes];  ///< of eight instances at different voltages beside one another; the first has `v`
};

/// What solver/step/uniformization.hpp makes of `y` in a step of dt (ms) at v (mV), by the rates of "loop", "resurgent" or "NaV" at 37 degC.
Steps exponential_of(char const* mechanism, double v, double dt, Eigen::VectorXd const& y);

}  // namespace testing
