// Channels and concentration models as NMODL.
#pragma once

#include <optional>
#include <string>

#include "io/neuroml/component.hpp"

namespace rall::io::neuroml {

/// How a density makes a current of what is open.
enum class Drive {
    ohmic,   ///< g (v - e), e given
    ion,     ///< g (v - e), e that of the ion na, k or ca; other channels as ohmic
    nernst,  ///< g (v - e), e of calcium's concentrations
    ghk,     ///< Goldman, Hodgkin & Katz, permeability given
    ghk2     ///< the same in the form of channelDensityGHK2, conductance given
};

/// "", "_nernst", "_ghk", "_ghk2": what follows the channel's id in the name of its mechanism.
std::string suffix_of(Drive drive);

/// The parameter that a density gives: "gbar" (S/cm2), "g" of a channel without gates, "pbar" (cm/s) with Drive::ghk.
std::string strength_of(Library const& library, Item const& channel, Drive drive);

/// Is this an element that becomes a cell: <cell>, or <cell2CaPools>, whose second calcium is the ion ca2?
bool is_cell(std::string const& element);

/// Is this an element that becomes a channel?
bool is_channel(std::string const& element);

/// Does a rate of the channel read vShift?
bool reads_shift(Library const& library, Item const& channel);

/// A channel that carries `ion` ("na"; "non_specific" and other words than na, k, ca and ca2 mean no ion whose concentrations count). Its parameters are
/// strength_of (1 mS/cm2 with Drive::ion, else 0) and `e` (mV; Drive::ohmic), and vShift where a rate reads it; gate m has `m_inf`, `m_tau`,
/// `m_alpha`, `m_beta`. Nothing after an error.
std::optional<nmodl::Composed> compose_channel(Library const& library, Item const& channel, std::string const& name,
                                               std::string const& ion, Drive drive, Diagnostics& found);

/// Is this element, or its type, a model of a concentration in this file or NeuroML?
bool is_concentration(Library const& library, Item const& item);

/// A model of the inner concentration of `ion`; parameter: initialConcentration (mM).
std::optional<nmodl::Composed> compose_concentration(Library const& library, Item const& model, std::string const& name,
                                                     std::string const& ion, Diagnostics& found);

}  // namespace rall::io::neuroml
