// Reads traces from the standard input, one a line: dt, begin and end of the stimulus (ms), threshold (mV), then all samples (mV), and
// prints their features, a line each. efel_features.py compares them with eFEL's.
#include "sweep/features.hpp"

#include <fmt/format.h>

#include <iostream>
#include <sstream>

int main() {
    for (auto const& feature : rall::sweep::features) fmt::print("{} ", feature.name);
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream text(line);
        double dt, threshold;
        rall::sweep::Window stimulus;
        text >> dt >> stimulus.from >> stimulus.to >> threshold;
        std::vector<double> v;
        for (double x; text >> x;) v.push_back(x);
        fmt::print("\n");
        for (double const x : rall::sweep::measure(v, dt, stimulus, threshold)) fmt::print("{:.17g} ", x);
    }
    fmt::print("\n");
}
