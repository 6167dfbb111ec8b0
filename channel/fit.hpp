// Laws of electrophysiology fitted to measured points: least squares by Eigen's Levenberg-Marquardt, started from what the points
// themselves suggest, with standard errors from the covariance of the Jacobian.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rall::channel {

enum class Law {
    boltzmann,           ///< y = amplitude / (1 + exp(-(x - V1/2) / k)); k < 0 falls with x
    current_voltage,     ///< y = G (x - Erev) / (1 + exp(-(x - V1/2) / k))
    exponential,         ///< y = plateau + amplitude exp(-x / tau)
    double_exponential,  ///< y = plateau + amplitude 1 exp(-x / tau 1) + amplitude 2 exp(-x / tau 2), tau 1 < tau 2
};
std::string to_string(Law law);

/// How two values of a quantity are compared.
enum class Comparison { difference, ratio };

struct Parameter {
    std::string name;
    double value = 0;
    double error =
        0;  ///< standard error; 0 where the points lie on the curve, NaN where there are no more points than parameters
    Comparison comparison = Comparison::ratio;
};

struct Fit {
    Law law;
    std::vector<Parameter> parameters;
    double r2 = 0;   ///< part of the variance that the curve explains
    double rms = 0;  ///< root mean square of what is left
    int points = 0;

    double operator()(double x) const;
    Parameter const& operator[](std::string const& name) const;
};

/// The best fit; none where there are fewer points than parameters, where the points do not vary, where nothing converges or
/// explains half of their variance, or where V1/2 comes out far beyond them. Points that are NaN are left out.
std::optional<Fit> fit(Law law, std::vector<double> const& x, std::vector<double> const& y);

}  // namespace rall::channel
