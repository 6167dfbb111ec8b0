// The portable math (docs/design.md, section 5): every function computes the same bits on every back end. Kernels take their
// transcendentals from here only. Compile with implicit contraction off (-ffp-contract=off, nvcc --fmad=false) and without
// value-changing options.
#pragma once

#include "base/math_basic.hpp"
#include "base/math_erf.hpp"
#include "base/math_exp.hpp"
#include "base/math_log.hpp"
#include "base/math_single.hpp"
#include "base/math_trig.hpp"
