#include "base/hypergeometric.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/math.hpp"

namespace rall::random {
namespace {

// Probabilities near the mode as Loader C (2000) "Fast and accurate computation of binomial probabilities" has them: differences of logarithms
// of factorials would lose all digits where n is large.

/// log(n!) less Stirling's approximation.
double stirling_error(double n) {
    static auto const small = [] {
        std::array<double, 16> errors{};
        double factorial = 1;
        for (std::size_t k = 1; k < errors.size(); ++k) {
            auto const x = static_cast<double>(k);
            factorial *= x;
            errors[k] = math::log(factorial) - (x + 0.5) * math::log(x) + x - 0.918938533204672742;  // log(2 pi) / 2
        }
        return errors;
    }();
    if (n < 16) return small[static_cast<std::size_t>(n)];
    double const s = n * n;
    return (1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / s) / s) / s) / s) / n;
}

/// x log(x / mean) + mean - x.
double deviance(double x, double mean) {
    double const difference = x - mean;
    if (std::abs(difference) >= 0.1 * (x + mean)) return x * math::log(x / mean) - difference;
    double const v = difference / (x + mean);
    double sum = difference * v, term = 2 * x * v;
    for (int k = 1; k < 1000; ++k) {
        term *= v * v;
        double const next = sum + term / (2 * k + 1);
        if (next == sum) break;
        sum = next;
    }
    return sum;
}

/// Logarithm of the binomial probability of x in n; q = 1 - p.
double log_binomial(double x, double n, double p, double q) {
    if (x == 0) return n == 0 || p == 0 ? 0 : p < 0.1 ? -deviance(n, n * q) - n * p : n * math::log(q);
    if (x == n) return q == 0 ? 0 : q < 0.1 ? -deviance(n, n * p) - n * q : n * math::log(p);
    double const corrections = stirling_error(n) - stirling_error(x) - stirling_error(n - x);
    double const spread = 6.283185307179586 * x * ((n - x) / n);
    return corrections - deviance(x, n * p) - deviance(n - x, n * q) - math::log(spread) / 2;
}

}  // namespace

double hypergeometric(Stream& stream, double n, double marked, double all) {
    double const others = all - marked, lowest = std::max(0.0, n - others), highest = std::min(n, marked);
    if (lowest == highest) return lowest;
    double const mode = std::clamp(std::floor((n + 1) / (all + 2) * (marked + 1)), lowest, highest);
    double const p = n / all, q = (all - n) / all;
    double const at_mode = log_binomial(mode, marked, p, q) + log_binomial(n - mode, others, p, q) - log_binomial(n, all, p, q);
    auto const ratio = [&](double k) { return (marked - k) / (k + 1) * ((n - k) / (others - n + k + 1)); };
    double const most = math::exp(at_mode);
    double up = mode, down = mode, p_up = most, p_down = most;
    double u = stream.uniform() - most;
    if (u < 0) return mode;
    while (p_up > 0 || p_down > 0) {
        p_up = up < highest ? p_up * ratio(up) : 0;
        up += 1;
        if ((u -= p_up) < 0) return up;
        p_down = down > lowest ? p_down / ratio(down - 1) : 0;
        down -= 1;
        if ((u -= p_down) < 0) return down;
        if (p_up + p_down < 1e-30) break;  // what rounding has left over
    }
    return mode;
}

}  // namespace rall::random
