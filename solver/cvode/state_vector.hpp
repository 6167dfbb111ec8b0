// SUNDIALS' vector with loops of our own: the distribution's are compiled for any machine of the family, ours for this one.
#pragma once

#include <nvector/nvector_serial.h>

namespace rall::solver {

/// Like N_VNew_Serial: n doubles, aligned to 64 bytes, and so are its clones. Norms are sums in one fixed order, whatever the
/// width of the machine's vectors.
N_Vector new_state_vector(sunindextype n, SUNContext context);

/// sqrt(sum over (v w)^2 / n) for values that come in pieces.
class WeightedNorm {
public:
    /// `n` is a multiple of 8 but for the last piece.
    void add(double const* v, double const* w, sunindextype n);
    double value(sunindextype n) const;

private:
    double sums_[8] = {};
};

}  // namespace rall::solver
