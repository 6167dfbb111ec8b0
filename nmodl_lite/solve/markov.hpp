// What can be said of a Markov scheme without running it: its rates as numbers, and whether it is microscopically reversible.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

/// The rates of a mechanism's usable schemes on the host, as generated kernels compute them: INITIAL first, then what comes before the
/// step of the scheme. Variables that nobody sets have the file's defaults; a concentration inside 1e-4 mM, outside 1 mM.
class SchemeRates {
public:
    explicit SchemeRates(Mechanism const& mechanism) : mechanism_(mechanism) {}

    /// A parameter, celsius, an ion's variable.
    void set(std::string const& variable, double value) { given_[variable] = value; }

    /// The rates of all usable schemes at v, in the order of schemes and transitions, 1/ms. Throws NotComputable (evaluation.hpp) where
    /// they hang on more than numbers: events, random numbers, tables, POINTERs.
    std::vector<double> at(double v) const;

private:
    Mechanism const& mechanism_;
    std::map<std::string, double> given_{{"celsius", 34}, {"t", 0}, {"dt", 0.025}};
};

/// A closed way through a scheme, along which a channel in equilibrium must run forwards as often as backwards: the products of the rates
/// in both directions are equal (Kolmogorov 1936; Colquhoun & Hawkes 1982, Phil. Trans. R. Soc. B 300:1).
struct Cycle {
    std::vector<std::size_t> states;  // of the scheme, each once
    double imbalance = 0;  // largest |forwards - backwards| / max(forwards, backwards) at the voltages looked at
    double v = 0;          // where that is
};

/// The fundamental cycles of a scheme: if these are balanced, all cycles are. `voltages` and the rates of this scheme at each.
std::vector<Cycle> cycles_of(Scheme const& scheme, std::vector<double> const& voltages,
                             std::vector<std::vector<double>> const& rates);

/// What `rall inspect` says of a scheme.
struct SchemeReport {
    std::vector<double> voltages;
    std::vector<std::vector<double>> rates;  // per voltage and transition, 1/ms
    std::vector<Cycle> cycles;
    std::string not_computable;  // why there are no rates and cycles; empty if there are

    /// Products of rates are taken for equal within 1e-9.
    static bool balanced(Cycle const& cycle) { return cycle.imbalance <= 1e-9; }
};

/// One for each scheme of the mechanism, at -120, -100 ... 60 mV and 34 degC.
std::vector<SchemeReport> report_schemes(Mechanism const& mechanism);

/// The states of a cycle in order, the first one again at the end.
std::string to_text(Cycle const& cycle, Scheme const& scheme);

}  // namespace rall::nmodl
