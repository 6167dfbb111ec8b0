#include "io/config/plausible_values.hpp"

#include <fmt/format.h>

#include <cmath>

namespace rall::io::plausible {
namespace {

std::string if_in(char const* unit, double value) { return fmt::format("if this is in {}, write {:.6g}", unit, value); }

}  // namespace

std::string celsius(double degC) {
    constexpr double warmest = 60, least_kelvin = 200;
    if (degC <= warmest) return "";
    return degC < least_kelvin ? "no neuron works at this temperature" : if_in("kelvin", degC - 273.15);
}

std::string potential(double mV) { return mV != 0 && std::abs(mV) <= 0.2 ? if_in("V", 1000 * mV) : ""; }

/// A neuron takes pA to a few nA.
std::string current(double nA) {
    double const most = std::abs(nA);
    return most >= 20 ? if_in("pA", nA / 1000) : most > 0 && most < 1e-6 ? if_in("A", 1e9 * nA) : "";
}

/// Synapses and gap junctions have pS to some hundred nS.
std::string conductance(double uS) { return std::abs(uS) > 1 ? if_in("nS", uS / 1000) : ""; }

/// Nodes of Ranvier have a few S/cm2 of sodium channels, and a leak of 0.03 S/cm2 (Frankenhaeuser & Huxley 1964).
std::string conductance_density(double value, bool leak) {
    if (value >= 500) return if_in("S/m2 or pS/um2", 1e-4 * value) + fmt::format("; if in mS/cm2, {:.6g}", value / 1000);
    return value >= (leak ? 0.05 : 20) ? if_in("mS/cm2", value / 1000) : "";
}

std::string capacitance(double value) {
    if (value <= 0.05) return if_in("F/m2", 100 * value);
    return value >= 100 ? if_in("nF/cm2", value / 1000) : "";
}

/// That of the squid is 35.4 ohm cm.
std::string axial_resistivity(double ohm_cm) { return ohm_cm < 5 ? if_in("ohm m", 100 * ohm_cm) : ""; }

std::string concentration(std::string const& ion, IonField field, double mM) {
    bool const inner = field == IonField::inner;
    if (mM == 0 || (ion != "na" && ion != "k" && ion != "cl" && ion != "ca")) return "";
    if (ion == "ca" && inner) return mM >= 10 ? if_in("nM", 1e-6 * mM) : mM >= 0.02 ? if_in("uM", 1e-3 * mM) : mM < 1e-6 ? if_in("M", 1000 * mM) : "";
    double const least = ion == "ca" ? 0.02 : 0.5;  // squid and sea water have up to 500 mM of the others
    return mM < least ? if_in("M", 1000 * mM) : mM > 1000 ? if_in("uM", mM / 1000) : "";
}

std::string time(double ms) { return ms > 0 && ms <= 0.01 ? if_in("s", 1000 * ms) : ""; }

std::string thickness(double um) {
    if (um >= 2000) return "if lengths are in nm, divide all by 1000";
    return um < 1e-3 ? "if lengths are in m, multiply all by 1e6" : um < 0.05 ? "if lengths are in mm, multiply all by 1000" : "";
}

std::string total_length(double um) {
    return um < 5e-3 ? "if lengths are in m, multiply all by 1e6" : um < 0.05 ? "if lengths are in mm, multiply all by 1000" : "";
}

}  // namespace rall::io::plausible
