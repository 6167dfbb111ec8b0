// <biophysicalProperties> before anything is known of mechanisms: which channel or concentration model is where, with which values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/neuroml/mechanism.hpp"
#include "io/neuroml/neuroml.hpp"
#include "io/neuroml/shape.hpp"

namespace rall::io::neuroml {

/// A density of channels, a species, a capacitance or a resistivity.
struct Density {
    enum class Kind { channel, species, capacitance, resistivity };
    Kind kind = Kind::channel;
    Item item;
    Item group_item;  ///< the element whose attribute segment or segmentGroup says where
    std::string group = "all";
    std::string mechanism;  ///< its name
    std::string channel;    ///< id of the channel or concentration model
    Item defined;           ///< where the files define it; none where a mechanism of this name is meant
    Drive drive = Drive::ohmic;
    std::string ion;
    std::optional<double> strength;  ///< S/cm2, cm/s, uF/cm2 or ohm cm
    std::string expression;          ///< instead, of `distance`
    Item expression_item;
    std::optional<double> reversal, shift;  ///< mV
    std::optional<double> inner, outer;     ///< mM
};

/// Reads biophysicalProperties; v_init and spike_threshold go to the cell.
std::vector<Density> read_densities(Library const& library, Item const& biophysics, Shape const* shape, Cell& cell,
                                    Diagnostics& found);

/// Groups of segments that biophysicalProperties name, and those of single segments (group_of_segment).
std::set<std::string> groups_named(Item const& biophysics);

}  // namespace rall::io::neuroml
