// Systems of equations of a kernel that lie in memory: of one instance, or of all lanes of a block side by side.
#pragma once

#include "base/elimination.hpp"

namespace rall::elimination {

/// Does what Numbers does for `lanes` systems: place i of lane l is values[i * lanes + l]. Each comes to the bits that it comes to alone.
template <int lanes>
struct Lanes {
    double* values;

    RALL_FUNCTION double* at(int place) const { return values + place * lanes; }

    RALL_FUNCTION void clear(int place) const {
        double* const cleared = at(place);
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) cleared[lane] = 0;
    }

    template <class Index>
    RALL_FUNCTION void divide(int first, int length, bool negative, Index const* summed, int n) const {
        double inverse[lanes] = {};
        for (int k = 0; k < n; ++k) {
            double const* const part = at(summed[k]);
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) inverse[lane] += part[lane];
        }
        double const sign = negative ? -1.0 : 1.0;
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) inverse[lane] = sign / inverse[lane];
        for (int k = first; k < first + length; ++k) {
            double* const scaled = at(k);
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) scaled[lane] *= inverse[lane];
        }
    }

    template <class Index>
    RALL_FUNCTION void add(int factor, int first, int length, Index const* targets) const {
        double times[lanes];
        double const* const factors = at(factor);
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) times[lane] = factors[lane];
        for (int k = 0; k < length; ++k) {
            double* const target = at(targets[k]);
            double const* const row = at(first + k);
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) target[lane] += times[lane] * row[lane];
        }
    }

    template <class Index>
    RALL_FUNCTION void gather(int first, int length, Index const* places) const {
        double sum[lanes];
        double* const result = at(first + length - 1);
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) sum[lane] = result[lane];
        for (int k = 0; k < length - 1; ++k) {
            double const *const row = at(first + k), *const x = at(places[k]);
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) sum[lane] += row[lane] * x[lane];
        }
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) result[lane] = sum[lane];
    }
};

}  // namespace rall::elimination
