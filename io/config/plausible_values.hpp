// Which numbers are a thousand times off what this field uses, and in which unit they are most likely right.
#pragma once

#include <string>

#include "mechanisms/info.hpp"

namespace rall::io::plausible {

// Each: what to write in the place of such a number; empty where it may well be meant.
std::string celsius(double degC);
std::string potential(double mV);
std::string current(double nA);
std::string conductance(double uS);
/// `leak`: nothing opens or closes it, so that it is smaller than what a channel may reach.
std::string conductance_density(double S_per_cm2, bool leak);
std::string capacitance(double uF_per_cm2);
std::string axial_resistivity(double ohm_cm);
std::string concentration(std::string const& ion, IonField field, double mM);
/// Of a synapse, and the time between two spikes.
std::string time(double ms);
/// The thickness of a cell's thickest part.
std::string thickness(double um);
std::string total_length(double um);

}  // namespace rall::io::plausible
