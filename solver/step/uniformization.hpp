// The exponential of a Markov scheme's rates, applied to its states: exact where backward Euler is of first order.
#pragma once

#include <utility>

#include "solver/step/instances.hpp"

namespace rall::solver {

/// As many doubles as are worked on at a time: a cache line of instances on a CPU, one on a device.
#if defined(__CUDACC__) || defined(__HIPCC__) || defined(SYCL_LANGUAGE_VERSION) || defined(RALL_EMULATED_DEVICE)
using Pack = double;
#else
typedef double Pack __attribute__((vector_size(lanes * sizeof(double))));
#endif

/// f(k) for k = 0 .. n-1, each a constant for the compiler; on a CPU a loop where there are many, whose code would be too long.
template <int n, class F>
RALL_FUNCTION void unrolled(F const& f) {
#ifndef RALL_ON_DEVICE
    if constexpr (n > 64) {
        for (int k = 0; k < n; ++k) f(k);
        return;
    } else
#endif
        [&]<int... k>(std::integer_sequence<int, k...>) { (f(std::integral_constant<int, k>{}), ...); }
    (std::make_integer_sequence<int, n>{});
}

/// The pattern of a mechanism's schemes, at k; as constants where k is one: device code cannot follow pointers to those of the host.
template <int const* GatingInfo::*list, class M, class K>
RALL_FUNCTION constexpr int pattern(K k) {
    if constexpr (std::is_integral_v<K>) return (M::info.gating.*list)[k];
    else return std::integral_constant<int, (M::info.gating.*list)[K::value]>::value;
}
template <class M>
RALL_FUNCTION constexpr int transition_from(auto k) {
    return pattern<&GatingInfo::from, M>(k);
}
template <class M>
RALL_FUNCTION constexpr int transition_to(auto k) {
    return pattern<&GatingInfo::to, M>(k);
}
template <class M>
RALL_FUNCTION constexpr int state_element(auto k) {
    return pattern<&GatingInfo::state, M>(k);
}
template <class M>
RALL_FUNCTION constexpr int state_part(auto k) {
    return pattern<&GatingInfo::part, M>(k);
}

/// y <- exp(A dt) y of the schemes of mechanism M, for the instances of a Wide (a Pack or a double), by uniformization (Jensen 1953,
/// Skand. Aktuarietidskr. 36:87; Stewart, Introduction to the Numerical Solution of Markov Chains, 1994, section 8.2). Where L is
/// the largest rate at which a state is left, P = I + A/L holds probabilities, and with q = L dt
///
///     exp(A dt) y = sum over k >= 0 of exp(-q) q^k / k! P^k y.
///
/// All numbers are positive: nothing cancels however stiff the scheme is, which Taylor's series of A itself does not offer (Moler & Van
/// Loan 2003, SIAM Rev. 45:3, method 1). The sum ends where the rest of Poisson's distribution is below 1e-14; by Bernstein's inequality,
/// P(X >= q + x) <= exp(-x^2 / (2 (q + x/3))), that is q + x terms with x = a/3 + sqrt(a^2/9 + 2 a q), a = log 1e14. Above q = 512,
/// before exp(-q) could vanish, dt is cut into equal parts. The number of terms is each instance's own (behind them its weight is 0), so
/// that results do not depend on who is computed beside it.
template <class M, class Wide>
class Uniformization {
public:
    static constexpr int n = M::info.gating.n_states, n_transitions = M::info.gating.n_transitions;
    static constexpr int width = static_cast<int>(sizeof(Wide) / sizeof(double));

    /// `rate`: of the transitions, 1/ms.
    RALL_FUNCTION Uniformization(Wide const* rate, double dt) {
        Wide leaving[n] = {};
        unrolled<n_transitions>([&](auto k) { leaving[transition_from<M>(k)] += rate[k]; });
        Wide largest = {};
        unrolled<n>([&](auto i) { largest = leaving[i] > largest ? leaving[i] : largest; });
        Wide const inverse = largest > 0 ? 1 / largest : Wide{};
        unrolled<n>([&](auto i) { stay_[i] = 1 - leaving[i] * inverse; });
        unrolled<n_transitions>([&](auto k) { jump_[k] = rate[k] * inverse; });
        q_ = largest * dt;
        double* const q = reinterpret_cast<double*>(&q_);
        double* const terms = reinterpret_cast<double*>(&terms_);
        double* const parts = reinterpret_cast<double*>(&parts_);
        double* const first = reinterpret_cast<double*>(&first_);
#pragma omp simd
        for (int lane = 0; lane < width; ++lane) {
            // Rates beyond any process, or none at all, give NaN, as backward Euler would; the run stops there.
            bool const good = q[lane] <= most_parts * longest;
            parts[lane] = good && q[lane] > longest ? math::ceil(q[lane] * (1 / longest)) : 1;
            q[lane] = good ? q[lane] / parts[lane] : 0;
            terms[lane] = q[lane] > 0 ? math::ceil(q[lane] + 10.75 + math::sqrt(115.5 + 64.5 * q[lane])) : 0;
            first[lane] = good ? math::exp(-q[lane]) : math::nan;
        }
        for (int lane = 0; lane < width; ++lane) {
            most_terms_ = math::fmax(most_terms_, terms[lane]);
            all_parts_ = math::fmax(all_parts_, parts[lane]);
        }
    }

    RALL_FUNCTION void apply(Wide* y) const {
        for (double part = 0; part < all_parts_; part += 1) {
            Wide const none = {};
            auto const runs = parts_ > none + part;
            Wide weight = runs ? first_ : none + 1;
            Wide const terms = runs ? terms_ : none;
            Wide x[n];
            unrolled<n>([&](auto i) {
                x[i] = y[i];
                y[i] *= weight;
            });
            for (double k = 1; k <= most_terms_; k += 1) {
                Wide next[n];
                unrolled<n>([&](auto i) { next[i] = stay_[i] * x[i]; });
                unrolled<n_transitions>(
                    [&](auto j) { next[transition_to<M>(j)] += jump_[j] * x[transition_from<M>(j)]; });
                weight = terms >= none + k ? weight * (q_ * (1 / k)) : none;
                unrolled<n>([&](auto i) {
                    x[i] = next[i];
                    y[i] += weight * x[i];
                });
            }
        }
    }

private:
    static constexpr double longest = 512, most_parts = 4096;

    Wide stay_[n], jump_[n_transitions];
    Wide q_, terms_, parts_,
        first_;  // of one part of dt: L dt, terms behind the first one, number of parts, exp(-L dt)
    double most_terms_ = 0, all_parts_ = 1;
};

}  // namespace rall::solver
