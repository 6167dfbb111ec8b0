// Gaussian elimination of a sparse system of equations whose pattern is known beforehand: what has to be computed in which order was
// worked out once, as a program of places in the array that holds the numbers (nmodl_lite/solve/in_memory.hpp writes it).
#pragma once

#include "base/function.hpp"

namespace rall::elimination {

// The unknown that is eliminated k-th is known from its row: x[k] = sum over j of row[j] * x[j] + row's right side. In the array a row
// is contiguous, its right side behind the last x[j]; what was a right side holds the unknown in the end.
//
// A program that eliminates:   negative (0 or 1), n, n places to clear, n, and for each of n unknowns
//     its row's first place and length, n, n places whose sum is the pivot, n, and for each of n other rows that contain the unknown
//         the place of its factor there, and where row's entries times that factor are added
// A program that substitutes:  n, and for each of n unknowns, the last eliminated first
//     its row's first place and length, and the places of the x[j]

/// Calls on.clear(place), on.divide(first, length, negative, summed, n), on.add(factor, first, length, targets) in order: row times
/// 1/pivot, or -1/pivot; a multiple of a row added to another one.
template <class Index, class Operations>
RALL_FUNCTION void eliminate(Index const* program, Operations const& on) {
    bool const negative = *program++ != 0;
    for (int n = *program++; n > 0; --n) on.clear(*program++);
    for (int unknowns = *program++; unknowns > 0; --unknowns) {
        int const first = *program++, length = *program++, summed = *program++;
        on.divide(first, length, negative, program, summed);
        program += summed;
        for (int others = *program++; others > 0; --others) {
            int const factor = *program++;
            on.add(factor, first, length, program);
            program += length;
        }
    }
}

/// Calls on.gather(first, length, places) in order: row's right side plus its entries times the unknowns at these places.
template <class Index, class Operations>
RALL_FUNCTION void substitute(Index const* program, Operations const& on) {
    for (int unknowns = *program++; unknowns > 0; --unknowns) {
        int const first = *program++, length = *program++;
        on.gather(first, length, program);
        program += length - 1;
    }
}

/// Does it.
struct Numbers {
    double* values;

    RALL_FUNCTION void clear(int place) const { values[place] = 0; }

    template <class Index>
    RALL_FUNCTION void divide(int first, int length, bool negative, Index const* summed, int n) const {
        double pivot = values[summed[0]];
        for (int k = 1; k < n; ++k) pivot += values[summed[k]];
        double const inverse = (negative ? -1.0 : 1.0) / pivot;
        for (int k = first; k < first + length; ++k) values[k] *= inverse;
    }

    template <class Index>
    RALL_FUNCTION void add(int factor, int first, int length, Index const* targets) const {
        double const times = values[factor];
        for (int k = 0; k < length; ++k) values[targets[k]] += times * values[first + k];
    }

    template <class Index>
    RALL_FUNCTION void gather(int first, int length, Index const* places) const {
        double sum = values[first + length - 1];
        for (int k = 0; k < length - 1; ++k) sum += values[first + k] * values[places[k]];
        values[first + length - 1] = sum;
    }
};

}  // namespace rall::elimination
