#include "solver/cvode/state_vector.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace rall::solver {

namespace {

constexpr sunindextype lanes = 8;

double* data(N_Vector v) { return NV_DATA_S(v); }
sunindextype length(N_Vector v) { return NV_LENGTH_S(v); }

/// Gives an empty serial vector memory of its own, which N_VDestroy_Serial frees.
N_Vector allocate(N_Vector v) {
    if (!v) return nullptr;
    auto const bytes = (static_cast<std::size_t>(length(v)) * sizeof(double) + 63) / 64 * 64;
    NV_DATA_S(v) = static_cast<double*>(std::aligned_alloc(64, std::max<std::size_t>(bytes, 64)));
    NV_OWN_DATA_S(v) = SUNTRUE;
    return v;
}

N_Vector clone(N_Vector w) { return allocate(N_VCloneEmpty_Serial(w)); }

void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
    double const *const from_x = data(x), *const from_y = data(y);
    double* const to = data(z);
#pragma omp simd
    for (sunindextype i = 0; i < length(z); ++i) to[i] = a * from_x[i] + b * from_y[i];
}

void fill(double c, N_Vector z) { std::fill_n(data(z), length(z), c); }

void scale(double c, N_Vector x, N_Vector z) {
    double const* const from = data(x);
    double* const to = data(z);
#pragma omp simd
    for (sunindextype i = 0; i < length(z); ++i) to[i] = c * from[i];
}

double weighted_rms(N_Vector x, N_Vector w) {
    WeightedNorm norm;
    norm.add(data(x), data(w), length(x));
    return norm.value(length(x));
}

/// z = sum of c[k] x[k]; CVODE's interpolation.
int linear_combination(int n, double* c, N_Vector* x, N_Vector z) {
    constexpr sunindextype block = 64;
    double sums[block];
    for (sunindextype first = 0; first < length(z); first += block) {
        auto const m = std::min(block, length(z) - first);
        std::fill_n(sums, m, 0.0);
        for (int k = 0; k < n; ++k) {
            double const* const from = data(x[k]) + first;
            double const factor = c[k];
#pragma omp simd
            for (sunindextype i = 0; i < m; ++i) sums[i] += factor * from[i];
        }
        std::copy_n(sums, m, data(z) + first);
    }
    return 0;
}

/// z[k] = a[k] x + y[k]; CVODE's correction of its history.
int scale_add_multi(int n, double* a, N_Vector x, N_Vector* y, N_Vector* z) {
    for (int k = 0; k < n; ++k) linear_sum(a[k], x, 1, y[k], z[k]);
    return 0;
}

/// z[k] = c[k] x[k]; CVODE's change of step.
int scale_vectors(int n, double* c, N_Vector* x, N_Vector* z) {
    for (int k = 0; k < n; ++k) scale(c[k], x[k], z[k]);
    return 0;
}

}  // namespace

void WeightedNorm::add(double const* v, double const* w, sunindextype n) {
    sunindextype i = 0;
    for (; i + lanes <= n; i += lanes)
#pragma omp simd
        for (sunindextype lane = 0; lane < lanes; ++lane) {
            double const x = v[i + lane] * w[i + lane];
            sums_[lane] += x * x;
        }
    for (; i < n; ++i) {
        double const x = v[i] * w[i];
        sums_[i % lanes] += x * x;
    }
}

double WeightedNorm::value(sunindextype n) const {
    double sum = 0;
    for (double s : sums_) sum += s;
    return std::sqrt(sum / static_cast<double>(n));
}

N_Vector new_state_vector(sunindextype n, SUNContext context) {
    N_Vector const v = allocate(N_VNewEmpty_Serial(n, context));
    auto& ops = *v->ops;
    ops.nvclone = clone;
    ops.nvlinearsum = linear_sum;
    ops.nvconst = fill;
    ops.nvscale = scale;
    ops.nvwrmsnorm = weighted_rms;
    ops.nvlinearcombination = linear_combination;
    ops.nvscaleaddmulti = scale_add_multi;
    ops.nvscalevectorarray = scale_vectors;
    return v;
}

}  // namespace rall::solver
