// Binomial and multinomial random numbers, exact for any n and p, for host and device.
#pragma once

#include "base/random.hpp"

namespace rall::random {

/// log(k!) - [log(sqrt(2 pi)) + (k + 1/2) log(k + 1) - (k + 1)]: Stirling's series, exact to 1e-12, from k = 10 on; below, the recurrence
/// that follows from log (k + 1)! = log k! + log(k + 1) leads there.
RALL_FUNCTION double stirling_correction(double k) {
    double sum = 0;
    for (; k < 10; k += 1) sum += (k + 1.5) * math::log((k + 2) / (k + 1)) - 1;
    double const x = 1 / (k + 1), x2 = x * x;
    return sum + (1.0 / 12 - (1.0 / 360 - x2 / 1260) * x2) * x;
}

/// How many of n independent trials succeed, each with probability p (the nearest of 0 and 1 where p lies outside). Inversion of the
/// distribution function where n min(p, 1-p) < 10, else the transformed rejection BTRS of Hoermann, "The generation of binomial
/// random variates", J. Stat. Comput. Simul. 46:101-110 (1993). Nothing is drawn where the result is certain.
RALL_FUNCTION double binomial(Stream& stream, double n, double p) {
    if (!(n > 0) || !(p > 0)) return 0;
    if (p >= 1) return n;
    bool const mirrored = p > 0.5;
    double const success = mirrored ? 1 - p : p, failure = 1 - success, odds = success / failure;
    double k = 0;
    if (n * success < 10) {
        // log(1 - x) = -2 atanh(x / (2 - x)); its series where 1 - x would lose digits of x.
        double const z = success / (2 - success), z2 = z * z;
        double const log_failure = success < 1e-3 ? -2 * z * (1 + z2 * (1.0 / 3 + z2 * (1.0 / 5))) : math::log(failure);
        double term = math::exp(n * log_failure), u = stream.uniform();
        while (u > term && k < n) {
            u -= term;
            k += 1;
            term *= (n - k + 1) / k * odds;
        }
    } else {
        double const deviation = math::sqrt(n * success * failure);
        double const b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * success;
        double const centre = n * success + 0.5, accepted = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * deviation;
        double const mode = math::floor((n + 1) * success);
        for (;;) {
            double const u = stream.uniform() - 0.5, v = stream.uniform();
            double const us = 0.5 - math::fabs(u);
            k = math::floor((2 * a / us + b) * u + centre);
            if (us >= 0.07 && v <= accepted) break;
            if (!(k >= 0 && k <= n)) continue;
            double const level = math::log(v * alpha / (a / (us * us) + b));
            double const density = (mode + 0.5) * math::log((mode + 1) / (odds * (n - mode + 1))) +
                                   (n + 1) * math::log((n - mode + 1) / (n - k + 1)) +
                                   (k + 0.5) * math::log(odds * (n - k + 1) / (k + 1)) + stirling_correction(mode) +
                                   stirling_correction(n - mode) - stirling_correction(k) - stirling_correction(n - k);
            if (level <= density) break;
        }
    }
    return mirrored ? n - k : k;
}

/// Spreads n over places in the ratio of their weights (not negative; all 0: nothing is spread) and adds what comes to each to
/// `counts`: one binomial after the other, each of what is left.
RALL_FUNCTION void multinomial(Stream& stream, double n, double const* weights, int n_places, double* counts) {
    double left = 0;
    for (int i = 0; i < n_places; ++i) left += weights[i];
    if (!(left > 0)) return;
    int last = n_places - 1;
    while (!(weights[last] > 0)) --last;
    for (int i = 0; i <= last && n > 0; ++i) {
        double const k = i == last ? n : binomial(stream, n, weights[i] / left);
        counts[i] += k;
        n -= k;
        left = 0;
        for (int j = i + 1; j <= last; ++j) left += weights[j];
    }
}

}  // namespace rall::random
