// Functions cut into pieces (mechanisms/kernel.hpp): each piece for all instances of a stretch, then the next.
#pragma once

#include <type_traits>
#include <utility>

#include "mechanisms/kernel.hpp"
#include "solver/step/team.hpp"

namespace rall::solver {

using kernel::Context;
using kernel::Current;
using kernel::Instance;
using kernel::Quiet;

/// Instances from `first` on, and their voltages. A stretch is as long as a mechanism's pieces like it; the last one is shorter.
struct Stretch {
    kernel::Variable const* variables;
    int first, n;
    double const* v;
    int node = -1;  ///< of the first instance where those of all are neighbours, else -1
};

template <class P, class I, int k, class Common>
RALL_KERNEL_LOOP void run_piece(Context context, Common common, Stretch stretch, double* kept, kernel::real* rates,
                                [[maybe_unused]] double* i, [[maybe_unused]] double* g) {
    if constexpr (P::template together<k>) {
        P::template piece<k, lanes>(context, common, I{stretch.variables, stretch.first, 0}, stretch.v[0], kept, rates);
        return;
    }
    for (int block = 0; block < stretch.n; block += lanes) {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) {
            I const instance{stretch.variables, stretch.first + block, lane};
            int const own = block + lane;
            if constexpr (std::is_same_v<decltype(P::template piece<k, P::stretch>(context, common, instance, 0.0, kept,
                                                                                   rates)),
                                         Current>) {
                Current const c = P::template piece<k, P::stretch>(context, common, instance, stretch.v[own],
                                                                   kept + own, rates + own);
                i[own] = c.i;
                g[own] = c.g;
            } else {
                P::template piece<k, P::stretch>(context, common, instance, stretch.v[own], kept + own, rates + own);
            }
        }
    }
}

/// `i` and `g` take what the pieces of a current come to.
template <class P, class I, class Common>
RALL_FUNCTION void run_pieces(Context const& context, Common const& common, Stretch const& stretch, double* i = nullptr,
                              double* g = nullptr) {
    alignas(64) double kept[P::n_kept * P::stretch];
    alignas(64) kernel::real rates[P::n_rates * P::stretch];
    [&]<int... k>(std::integer_sequence<int, k...>) {
        (run_piece<P, I, k>(context, common, stretch, kept, rates, i, g), ...);
    }
    (std::make_integer_sequence<int, P::n>{});
}

}  // namespace rall::solver
