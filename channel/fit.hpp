// Laws of electrophysiology fitted to measured points: least squares by Eigen's Levenberg-Marquardt, started from what the points
// themselves suggest, with standard errors from the covariance of the Jacobian.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rall::channel {

enum class Law {
    boltzmann,           ///< y = amplitude / (1 + exp(-(x - V1/2) / k)); k < 0 falls with x
    boltzmann_cubed,     ///< y = amplitude / (1 + exp(-(x - V1/2) / k))^3: V1/2 and k of one of three gates
    current_voltage,     ///< y = G (x - Erev) / (1 + exp(-(x - V1/2) / k))
    exponential,         ///< y = plateau + amplitude exp(-x / tau)
    double_exponential,  ///< y = plateau + amplitude 1 exp(-x / tau 1) + amplitude 2 exp(-x / tau 2), tau 1 < tau 2
    m3h,  ///< y = (1 - exp(-x / tau m))^3 (plateau + amplitude exp(-x / tau h)), tau m < tau h (Hodgkin & Huxley 1952, doi 10.1113/jphysiol.1952.sp004764)
};
std::string to_string(Law law);
inline constexpr Law every_law[] = {Law::boltzmann, Law::boltzmann_cubed, Law::current_voltage, Law::exponential, Law::double_exponential, Law::m3h};

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

/// A fit, or why there is none: "no settled value: tau would be 85 ms, the points last 30 ms". What stands before the colon
/// is the kind. Without a fit and a reason, none was asked for.
struct Fitted {
    std::optional<Fit> fit;
    std::string obstacle;

    explicit operator bool() const { return fit.has_value(); }
    Fit const& operator*() const { return *fit; }
    Fit const* operator->() const { return &*fit; }
};

/// The best fit, if the points do follow the law: they vary, are more than its parameters, and it explains nearly all of their
/// variance; V1/2 lies between them; they last longer than the (slowest) time constant, which is longer than they are apart. Points
/// that are NaN are left out.
Fitted fit(Law law, std::vector<double> const& x, std::vector<double> const& y);

/// The first of these laws that the points follow, or why they follow none.
Fitted fit(std::vector<Law> const& laws, std::vector<double> const& x, std::vector<double> const& y);

}  // namespace rall::channel
