#include "channel/fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
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
    for (int i = 1; i < x.size(); ++i) shortest = std::min(shortest, x[i] - x[i - 1]);
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

/// At most `most` of the points, evenly: enough to find where to start.
VectorXd some(VectorXd const& all, int most) {
    auto const stride = std::max<Eigen::Index>(1, all.size() / most);
    return all(Eigen::seqN(0, (all.size() + stride - 1) / stride, stride));
}

VectorXd start_of(Law law, VectorXd const& x, VectorXd const& y) {
    switch (law) {
        case Law::boltzmann:
            return boltzmann_start(x, y);
        case Law::current_voltage:
            return current_voltage_start(x, y);
        case Law::exponential:
            return exponential_start(some(x, 400), some(y, 400), 1);
        case Law::double_exponential:
            return exponential_start(some(x, 200), some(y, 200), 2);
    }
    return {};
}

int n_parameters(Law law) {
    switch (law) {
        case Law::boltzmann:
        case Law::exponential:
            return 3;
        case Law::current_voltage:
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
    }
    return {};
}

}  // namespace

std::string to_string(Law law) {
    switch (law) {
        case Law::boltzmann:
            return "boltzmann";
        case Law::current_voltage:
            return "current_voltage";
        case Law::exponential:
            return "exponential";
        case Law::double_exponential:
            return "double_exponential";
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
            return law_at(law, Eigen::Vector3d{of(2), of(0), of(1)}, x, nullptr);
        case Law::current_voltage:
            return law_at(law, Eigen::Vector4d{of(3), of(0), of(1), of(2)}, x, nullptr);
        case Law::exponential:
            return of(2) + of(1) * std::exp(-x / of(0));
        case Law::double_exponential:
            return of(4) + of(2) * std::exp(-x / of(0)) + of(3) * std::exp(-x / of(1));
    }
    return 0;
}

std::optional<Fit> fit(Law law, std::vector<double> const& all_x, std::vector<double> const& all_y) {
    VectorXd x(static_cast<Eigen::Index>(all_x.size())), y(x.size());
    int n = 0;
    for (std::size_t i = 0; i < all_x.size(); ++i)
        if (std::isfinite(all_x[i]) && std::isfinite(all_y[i])) {
            x[n] = all_x[i];
            y[n++] = all_y[i];
        }
    x.conservativeResize(n);
    y.conservativeResize(n);
    int const unknowns = n_parameters(law);
    if (n < unknowns) return std::nullopt;
    double const scale = y.cwiseAbs().maxCoeff();
    double const variation = (y.array() - y.mean()).square().sum();
    if (!(std::sqrt(variation / n) > 1e-9 * scale)) return std::nullopt;
    y /= scale;

    VectorXd p = start_of(law, x, y);
    if (!p.allFinite()) return std::nullopt;
    Residuals residuals{law, x, y};
    Eigen::LevenbergMarquardt<Residuals> solver(residuals);
    solver.parameters.ftol = solver.parameters.xtol = 1e-13;
    solver.parameters.maxfev = 1000;
    auto const status = solver.minimize(p);
    if (status == Eigen::LevenbergMarquardtSpace::UserAsked ||
        status == Eigen::LevenbergMarquardtSpace::ImproperInputParameters || !p.allFinite())
        return std::nullopt;

    // Half of a sigmoid far beyond the points is a guess.
    if (law == Law::boltzmann || law == Law::current_voltage) {
        double const half = p[law == Law::boltzmann ? 1 : 2], low = x.minCoeff(), high = x.maxCoeff();
        if (half < low - (high - low) / 2 || half > high + (high - low) / 2) return std::nullopt;
    }

    VectorXd rest(n);
    MatrixXd jacobian(n, unknowns);
    residuals(p, rest);
    residuals.df(p, jacobian);
    double const squares = rest.squaredNorm();
    if (squares * scale * scale > variation / 2) return std::nullopt;  // the law says little about these points
    VectorXd error = VectorXd::Constant(unknowns, std::nan(""));
    if (n > unknowns) {
        MatrixXd const covariance = (jacobian.transpose() * jacobian).completeOrthogonalDecomposition().pseudoInverse();
        error = (covariance.diagonal() * squares / (n - unknowns)).cwiseSqrt();
    }
    return Fit{law, named(law, p, error, scale), 1 - squares * scale * scale / variation,
               scale * std::sqrt(squares / n), n};
}

}  // namespace rall::channel
