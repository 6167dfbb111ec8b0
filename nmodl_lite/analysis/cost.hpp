// What a kernel costs for one instance and call: memory and arithmetic, counted on the tree that generated code prints.
#pragma once

#include <utility>
#include <vector>

#include "nmodl_lite/analysis/access.hpp"

namespace rall::nmodl {

/// Both sides of a branch count, as vector code computes both; a loop counts one turn. What is the same for all instances (a
/// temperature factor) is computed once per run of the kernel and not counted.
struct Cost {
    int bytes_read = 0, bytes_written = 0;  // of the instance, and its potential
    int additions = 0;                      // subtractions too
    int multiplications = 0;                // those of x^3 too
    int divisions = 0;
    int exponentials = 0;  // exp, expm1, exprelr, and powers of numbers
    int other_calls = 0;   // log, sqrt, pow, draws of random numbers, ...
    int comparisons = 0;
    bool loops = false;  // FROM or WHILE that is left: Newton's iteration, say
};

std::vector<std::pair<KernelFunction, Cost>> costs(Mechanism const& mechanism);

}  // namespace rall::nmodl
