#include "channel/fit.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <unsupported/Eigen/NonLinearOptimization>

namespace rall::channel {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The value of a law at x, and its derivatives with respect to what is fitted (`gradient` may be null). Time constants are fitted as
/// their logarithms, which keeps them positive.
double law_at(Law law, VectorXd const& p, double x, double* gradient) {
    double ignored[5];
    double* const g = gradient ? gradient : ignored;
    switch (law) {
        case Law::boltzmann: {
            double const s = 1 / (1 + std::exp(-(x - p[1]) / p[2])), slope = p[0] * s * (1 - s) / p[2];
            g[0] = s;
            g[1] = -slope;
            g[2] = -slope * (x - p[1]) / p[2];
            return p[0] * s;
        }
        case Law::boltzmann_cubed: {
            double const s = 1 / (1 + std::exp(-(x - p[1]) / p[2])), slope = 3 * p[0] * s * s * s * (1 - s) / p[2];
            g[0] = s * s * s;
            g[1] = -slope;
            g[2] = -slope * (x - p[1]) / p[2];
            return p[0] * s * s * s;
        }
        case Law::current_voltage: {
            double const s = 1 / (1 + std::exp(-(x - p[2]) / p[3])), force = x - p[1];
            double const slope = p[0] * force * s * (1 - s) / p[3];
            g[0] = force * s;
            g[1] = -p[0] * s;
            g[2] = -slope;
            g[3] = -slope * (x - p[2]) / p[3];
            return p[0] * force * s;
        }
        case Law::exponential:
        case Law::double_exponential: {
            double y = p[0];
            g[0] = 1;
            for (int k = 1; k < p.size(); k += 2) {
                double const steps = x / std::exp(p[k + 1]), e = std::exp(-steps);
                g[k] = e;
                g[k + 1] = p[k] * e * steps;
                y += p[k] * e;
            }
            return y;
        }
        case Law::m3h: {
            double const steps = x / std::exp(p[2]), e = std::exp(-steps), m3 = (1 - e) * (1 - e) * (1 - e);
            double const slow = x / std::exp(p[3]), h = std::exp(-slow), open = p[0] + p[1] * h;
            g[0] = m3;
            g[1] = m3 * h;
            g[2] = -3 * (1 - e) * (1 - e) * e * steps * open;
            g[3] = m3 * p[1] * h * slow;
            return m3 * open;
        }
    }
    return 0;
}

/// What Eigen's Levenberg-Marquardt asks for.
struct Residuals {
    using Scalar = double;
    using InputType = VectorXd;
    using ValueType = VectorXd;
    using JacobianType = MatrixXd;
    enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };

    Law law;
    VectorXd const &x, &y;

    int values() const { return static_cast<int>(x.size()); }
    int operator()(VectorXd const& p, VectorXd& residuals) const {
        for (int i = 0; i < x.size(); ++i) residuals[i] = law_at(law, p, x[i], nullptr) - y[i];
        return residuals.allFinite() ? 0 : -1;
    }
    int df(VectorXd const& p, MatrixXd& jacobian) const {
        double g[5];
        for (int i = 0; i < x.size(); ++i) {
            law_at(law, p, x[i], g);
            for (int k = 0; k < p.size(); ++k) jacobian(i, k) = g[k];
        }
        return 0;
    }
};

/// Where y, taken in order, first reaches the part `level` of its way from its first to its last value.
double crossing(VectorXd const& x, VectorXd const& y, double level) {
    auto const n = y.size();
    double const wanted = y[0] + level * (y[n - 1] - y[0]);
    for (int i = 1; i < n; ++i)
        if ((y[i - 1] - wanted) * (y[i] - wanted) <= 0 && y[i] != y[i - 1])
            return x[i - 1] + (wanted - y[i - 1]) / (y[i] - y[i - 1]) * (x[i] - x[i - 1]);
    return x[n / 2];
}

VectorXd boltzmann_start(VectorXd const& x, VectorXd const& y) {
    auto const n = y.size();
    double const quarters = crossing(x, y, 0.75) - crossing(x, y, 0.25);  // 2 ln 3 slopes apart
    double const k = std::abs(quarters) > 0 ? quarters / (2 * std::log(3.0)) : (x[n - 1] - x[0]) / 10;
    bool const rises = std::abs(y[n - 1]) > std::abs(y[0]);
    return Eigen::Vector3d{rises ? y[n - 1] : y[0], crossing(x, y, 0.5), rises ? std::abs(k) : -std::abs(k)};
}

/// The current reverses where it crosses zero between its larger values, or where its last points lead to.
VectorXd current_voltage_start(VectorXd const& x, VectorXd const& y) {
    auto const n = y.size();
    double reversal = x[n - 1] - y[n - 1] * (x[n - 1] - x[n - 2]) / (y[n - 1] - y[n - 2]);
    double strongest = 0;
    for (int i = 1; i < n; ++i)
        if (y[i - 1] * y[i] < 0 && std::abs(y[i] - y[i - 1]) > strongest) {
            strongest = std::abs(y[i] - y[i - 1]);
            reversal = x[i - 1] - y[i - 1] / (y[i] - y[i - 1]) * (x[i] - x[i - 1]);
        }
    VectorXd away(n), conductance(n);
    int kept = 0;
    for (int i = 0; i < n; ++i)
        if (std::abs(x[i] - reversal) > 1e-6 * (x[n - 1] - x[0])) {
            away[kept] = x[i];
            conductance[kept++] = y[i] / (x[i] - reversal);
        }
    VectorXd const gate = boltzmann_start(away.head(kept), conductance.head(kept));
    return Eigen::Vector4d{gate[0], reversal, gate[1], gate[2]};
}

/// The best of time constants spaced evenly in their logarithm; plateau and amplitudes follow by linear least squares.
VectorXd exponential_start(VectorXd const& x, VectorXd const& y, int terms) {
    double const span = x[x.size() - 1] - x[0];
    double shortest = span;
    for (int i = 1; i < x.size(); ++i)
        if (x[i] > x[i - 1]) shortest = std::min(shortest, x[i] - x[i - 1]);
    int const count = terms == 1 ? 48 : 20;
    auto const log_tau = [&](int k) {
        double const low = std::log(shortest / 4), high = std::log(4 * span);
        return low + (high - low) * k / (count - 1);
    };
    VectorXd best(1 + 2 * terms);
    double least = std::numeric_limits<double>::infinity();
    MatrixXd basis(x.size(), 1 + terms);
    basis.col(0).setOnes();
    auto const column = [&](int c, double t) { basis.col(c) = (-x / std::exp(t)).array().exp().matrix(); };
    auto const consider = [&](std::initializer_list<double> taus) {
        VectorXd const linear = basis.colPivHouseholderQr().solve(y);
        double const rest = (basis * linear - y).squaredNorm();
        if (!(rest < least)) return;
        least = rest;
        best[0] = linear[0];
        int k = 1;
        for (double const t : taus) {
            best[2 * k - 1] = linear[k];
            best[2 * k] = t;
            ++k;
        }
    };
    for (int i = 0; i < count; ++i) {
        column(1, log_tau(i));
        if (terms == 1) consider({log_tau(i)});
        for (int j = i + 1; terms == 2 && j < count; ++j) {
            column(2, log_tau(j));
            consider({log_tau(i), log_tau(j)});
        }
    }
    return best;
}

/// The best pair of time constants on the same grid.
VectorXd m3h_start(VectorXd const& x, VectorXd const& y) {
    constexpr int count = 24;
    double const span = x[x.size() - 1], low = std::log(span / 2000), high = std::log(4 * span);
    auto const log_tau = [&](int k) { return low + (high - low) * k / (count - 1); };
    VectorXd best(4);
    double least = std::numeric_limits<double>::infinity();
    MatrixXd basis(x.size(), 2);
    for (int m = 0; m < count; ++m)
        for (int h = m + 1; h < count; ++h) {
            basis.col(0) = (1 - (-x.array() / std::exp(log_tau(m))).exp()).cube().matrix();
            basis.col(1) = (basis.col(0).array() * (-x.array() / std::exp(log_tau(h))).exp()).matrix();
            Eigen::Vector2d const linear = basis.colPivHouseholderQr().solve(y);
            double const rest = (basis * linear - y).squaredNorm();
            if (!(rest < least)) continue;
            least = rest;
            best << linear[0], linear[1], log_tau(m), log_tau(h);
        }
    return best;
}

/// At most `most` of the points, evenly: enough to find where to start.
VectorXd some(VectorXd const& all, int most) {
    auto const stride = std::max<Eigen::Index>(1, all.size() / most);
    return all(Eigen::seqN(0, (all.size() + stride - 1) / stride, stride));
}

VectorXd start_of(Law law, VectorXd const& x, VectorXd const& y) {
    switch (law) {
        case Law::boltzmann:
            return boltzmann_start(x, y);
        case Law::boltzmann_cubed: {  // its cube root is a plain one
            VectorXd const root = boltzmann_start(x, y.unaryExpr([](double value) { return std::cbrt(value); }));
            return Eigen::Vector3d{root[0] * root[0] * root[0], root[1], root[2]};
        }
        case Law::current_voltage:
            return current_voltage_start(x, y);
        case Law::exponential:
            return exponential_start(some(x, 400), some(y, 400), 1);
        case Law::double_exponential:
            return exponential_start(some(x, 200), some(y, 200), 2);
        case Law::m3h:
            return m3h_start(some(x, 200), some(y, 200));
    }
    return {};
}

int n_parameters(Law law) {
    switch (law) {
        case Law::boltzmann:
        case Law::boltzmann_cubed:
        case Law::exponential:
            return 3;
        case Law::current_voltage:
        case Law::m3h:
            return 4;
        case Law::double_exponential:
            return 5;
    }
    return 0;
}

/// Fitted numbers as people name them; `scale`: what y was divided by, `error`: of what was fitted.
std::vector<Parameter> named(Law law, VectorXd p, VectorXd error, double scale) {
    auto const tau = [&](int k) { return std::exp(p[k]); };
    switch (law) {
        case Law::boltzmann:
        case Law::boltzmann_cubed:
            return {{"V1/2", p[1], error[1], Comparison::difference},
                    {"k", p[2], error[2]},
                    {"amplitude", scale * p[0], scale * error[0]}};
        case Law::current_voltage:
            return {{"Erev", p[1], error[1], Comparison::difference},
                    {"V1/2", p[2], error[2], Comparison::difference},
                    {"k", p[3], error[3]},
                    {"G", scale * p[0], scale * error[0]}};
        case Law::exponential:
            return {{"tau", tau(2), tau(2) * error[2]},
                    {"amplitude", scale * p[1], scale * error[1]},
                    {"plateau", scale * p[0], scale * error[0]}};
        case Law::double_exponential: {
            int const fast = p[2] < p[4] ? 1 : 3, slow = 4 - fast;
            return {{"tau 1", tau(fast + 1), tau(fast + 1) * error[fast + 1]},
                    {"tau 2", tau(slow + 1), tau(slow + 1) * error[slow + 1]},
                    {"amplitude 1", scale * p[fast], scale * error[fast]},
                    {"amplitude 2", scale * p[slow], scale * error[slow]},
                    {"plateau", scale * p[0], scale * error[0]}};
        }
        case Law::m3h:
            return {{"tau m", tau(2), tau(2) * error[2]},
                    {"tau h", tau(3), tau(3) * error[3]},
                    {"amplitude", scale * p[1], scale * error[1]},
                    {"plateau", scale * p[0], scale * error[0]}};
    }
    return {};
}

bool is_sigmoid(Law law) { return law == Law::boltzmann || law == Law::boltzmann_cubed || law == Law::current_voltage; }

/// What a law must explain of the variance. Traces and recoveries are smooth: a second time constant shows in a few per mille.
double least_r2(Law law) { return is_sigmoid(law) ? 0.98 : 0.99; }

/// Where points that rise and fall by more than a tenth of their range have the extremum between.
std::optional<double> turn(VectorXd const& x, VectorXd const& y) {
    auto const n = y.size();
    double const sign = y[n - 1] >= y[0] ? 1 : -1, slack = 0.1 * (y.maxCoeff() - y.minCoeff());
    Eigen::Index top = 0, low = 0;
    (sign * y).maxCoeff(&top);
    (sign * y).minCoeff(&low);
    if (sign * (y[top] - y[n - 1]) > slack) return x[top];
    if (sign * (y[0] - y[low]) > slack) return x[low];
    return std::nullopt;
}

/// Square roots of the diagonal of s^2 (J^T J)^-1.
VectorXd standard_errors(MatrixXd const& jacobian, double squares) {
    MatrixXd const covariance = (jacobian.transpose() * jacobian).completeOrthogonalDecomposition().pseudoInverse();
    return (covariance.diagonal() * squares / static_cast<double>(jacobian.rows() - jacobian.cols())).cwiseSqrt();
}

/// Why a curve that follows the points says more than they do; empty if it does not.
std::string implausible(Fit const& fit, VectorXd const& x, VectorXd const& y) {
    double const low = x.minCoeff(), high = x.maxCoeff(), range = high - low;
    auto const of = [&](char const* name) { return fit[name].value; };
    bool const sigmoid = is_sigmoid(fit.law), two = fit.law == Law::double_exponential, gates = fit.law == Law::m3h;
    double const slow = sigmoid ? 0 : of(gates ? "tau h" : two ? "tau 2" : "tau"), fast = sigmoid ? 0 : of(gates ? "tau m" : two ? "tau 1" : "tau");
    if (gates && !(1.2 * fast < slow)) return fmt::format("one gate: tau m would be {:.3g}, tau h {:.3g}", fast, slow);
    if (gates && std::abs(of("amplitude")) < 0.01 * std::abs(of("plateau"))) return "no inactivation: less than 1 % of the current goes";
    if (two) {
        double const a = std::abs(of("amplitude 1")), b = std::abs(of("amplitude 2")),
                     all = y.maxCoeff() - y.minCoeff();
        if (slow < 1.2 * fast || std::max(a, b) > 10 * all || std::min(a, b) < 1e-3 * all)
            return fmt::format(
                "one exponential: two would have amplitudes of {:.3g} and {:.3g}, tau of {:.3g} and {:.3g}",
                of("amplitude 1"), of("amplitude 2"), fast, slow);
    }
    for (auto const& p : fit.parameters)
        if (p.name != "plateau" &&
            !(p.error <= (p.comparison == Comparison::ratio ? 0.5 * std::abs(p.value) : range / 4)))
            return fmt::format("not determined: {} would be {:.3g} +- {:.2g}", p.name, p.value, p.error);
    if (sigmoid) {
        double const half = of("V1/2");
        if (half < low || half > high)
            return fmt::format("half outside: V1/2 would be {:.4g}, the points lie between {:.4g} and {:.4g}", half,
                               low, high);
        double below = low, above = high;
        for (double const at : x) {
            if (at <= half) below = std::max(below, at);
            if (at >= half) above = std::min(above, at);
        }
        if (10 * std::abs(of("k")) < above - below)
            return fmt::format("too steep: k would be {:.2g}, the points are {:.4g} apart", of("k"), above - below);
        if (fit.law == Law::current_voltage && std::abs(of("Erev") - (low + high) / 2) > range)
            return fmt::format("reversal outside: Erev would be {:.4g}, the points lie between {:.4g} and {:.4g}",
                               of("Erev"), low, high);
        return {};
    }
    double apart = range;
    for (int i = 1; i < x.size(); ++i)
        if (x[i] > x[i - 1]) apart = std::min(apart, x[i] - x[i - 1]);
    if (slow > range) return fmt::format("not settled: tau would be {:.4g}, the points last {:.4g}", slow, range);
    if (fast < apart / 4) return fmt::format("too fast: tau would be {:.2g}, the points are {:.2g} apart", fast, apart);
    return {};
}

}  // namespace

std::string to_string(Law law) {
    switch (law) {
        case Law::boltzmann:
            return "boltzmann";
        case Law::boltzmann_cubed:
            return "boltzmann_cubed";
        case Law::current_voltage:
            return "current_voltage";
        case Law::exponential:
            return "exponential";
        case Law::double_exponential:
            return "double_exponential";
        case Law::m3h:
            return "m3h";
    }
    return {};
}

Parameter const& Fit::operator[](std::string const& name) const {
    return *std::ranges::find(parameters, name, &Parameter::name);
}

double Fit::operator()(double x) const {
    auto const of = [&](int k) { return parameters[static_cast<std::size_t>(k)].value; };
    switch (law) {
        case Law::boltzmann:
        case Law::boltzmann_cubed:
            return law_at(law, Eigen::Vector3d{of(2), of(0), of(1)}, x, nullptr);
        case Law::current_voltage:
            return law_at(law, Eigen::Vector4d{of(3), of(0), of(1), of(2)}, x, nullptr);
        case Law::exponential:
            return of(2) + of(1) * std::exp(-x / of(0));
        case Law::double_exponential:
            return of(4) + of(2) * std::exp(-x / of(0)) + of(3) * std::exp(-x / of(1));
        case Law::m3h:
            return law_at(law, Eigen::Vector4d{of(3), of(2), std::log(of(0)), std::log(of(1))}, x, nullptr);
    }
    return 0;
}

Fitted fit(Law law, std::vector<double> const& all_x, std::vector<double> const& all_y) {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < all_x.size(); ++i)
        if (std::isfinite(all_x[i]) && std::isfinite(all_y[i])) points.emplace_back(all_x[i], all_y[i]);
    std::ranges::stable_sort(points, {}, &std::pair<double, double>::first);
    auto const n = static_cast<int>(points.size());
    VectorXd x(n), y(n);
    for (int i = 0; i < n; ++i) std::tie(x[i], y[i]) = points[static_cast<std::size_t>(i)];
    int const unknowns = n_parameters(law);
    if (n <= unknowns) return {{}, fmt::format("too few points: {} for {} parameters", n, unknowns)};
    double const scale = y.cwiseAbs().maxCoeff();
    double const variation = (y.array() - y.mean()).square().sum();
    if (!(std::sqrt(variation / n) > 1e-9 * scale)) return {{}, "no variation: all points are equal"};
    y /= scale;

    VectorXd p = start_of(law, x, y);
    if (!p.allFinite()) return {{}, "no optimum: nothing to start from"};
    Residuals residuals{law, x, y};
    Eigen::LevenbergMarquardt<Residuals> solver(residuals);
    solver.parameters.ftol = solver.parameters.xtol = 1e-13;
    solver.parameters.maxfev = 1000;
    auto const status = solver.minimize(p);
    if (status == Eigen::LevenbergMarquardtSpace::UserAsked ||
        status == Eigen::LevenbergMarquardtSpace::ImproperInputParameters || !p.allFinite())
        return {{}, "no optimum: least squares do not converge"};

    VectorXd rest(n);
    MatrixXd jacobian(n, unknowns);
    residuals(p, rest);
    residuals.df(p, jacobian);
    double const squares = rest.squaredNorm(), r2 = 1 - squares * scale * scale / variation;
    if (r2 < least_r2(law)) {
        auto const where = law == Law::boltzmann || law == Law::boltzmann_cubed ? turn(x, y) : std::nullopt;
        if (where) return {{}, fmt::format("no sigmoid: the points turn round at {:.4g} (r2 {:.3f})", *where, r2)};
        return {{}, fmt::format("another law: {} has an r2 of {:.3f}", to_string(law), r2)};
    }
    VectorXd const error = standard_errors(jacobian, squares);
    Fit found{law, named(law, p, error, scale), r2, scale * std::sqrt(squares / n), n};
    auto obstacle = implausible(found, x, y * scale);
    if (!obstacle.empty()) return {{}, std::move(obstacle)};
    return {std::move(found), {}};
}

Fitted fit(std::vector<Law> const& laws, std::vector<double> const& x, std::vector<double> const& y) {
    Fitted none;
    for (auto const law : laws) {
        auto found = fit(law, x, y);
        if (found) return found;
        if (found.obstacle != none.obstacle) none.obstacle += (none.obstacle.empty() ? "" : "; ") + found.obstacle;
    }
    return none;
}

}  // namespace rall::channel
