// What the recordings of an experiment say: curves of measured values, with the laws fitted to them.
#pragma once

#include <string>
#include <vector>

#include "channel/experiment.hpp"
#include "channel/fit.hpp"
#include "channel/protocol.hpp"

namespace rall::channel {

struct Axis {
    std::string name, units;
};

/// One measured relation. A protocol without sweep variables gives curves of one point.
struct Curve {
    std::string name;   ///< "I-V", "m tau"
    std::string group;  ///< which of several sweeps: "interval = 10"; mostly empty
    Axis x_axis, y_axis;
    std::vector<double> x, y;
    std::vector<double> error;      ///< standard errors of y where y was fitted, else empty
    std::vector<std::string> gaps;  ///< why a y is missing; empty where it is not
    Fitted fit;
};

/// The units of a parameter of the curve's fit ("V1/2": "mV"); empty of a pure number.
std::string units_of(Curve const& curve, std::string const& parameter);

/// "12 of 31 missing: not settled 8, another law 4": the kinds of a curve's gaps; empty where it has none.
std::string summary_of_gaps(Curve const& curve);

/// The curves of variant `v`: those of one rule after the other, the same for all variants.
std::vector<Curve> curves(Protocol const& protocol, Experiment const& experiment, std::size_t v,
                          Variant const& variant);

/// What two curves are compared by, beside their fits: the geometric mean of the ratios y2 / y1 at equal x, where both are above 0.
struct MeanRatio {
    double ratio, error;  ///< error: the standard error of the mean, from how the ratios scatter over x; NaN of fewer than two
    int n;                ///< ratios; NaN is the ratio where there are none
};
MeanRatio mean_ratio(Curve const& one, Curve const& two);

}  // namespace rall::channel
