// Single channels in the biophysics: "stochastic": {"NaV": {"density": 60}} beside the mechanisms of a region.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/text/expression.hpp"
#include "io/text/json.hpp"
#include "mechanisms/info.hpp"

namespace rall::io {

/// How many single channels a mechanism is in each compartment of a region, said in one of three ways.
struct ChannelSetting {
    std::string mechanism;
    Node const* where;
    std::optional<Expression> density;         ///< per um2
    std::optional<Expression> channels;        ///< per compartment
    std::optional<double> single_conductance;  ///< pS, open
    std::string conductance = "gbar";          ///< the parameter (S/cm2) that is divided by it
    Drawing drawing = Drawing::automatic;
};

std::vector<ChannelSetting> read_stochastic(Node const& node, std::string const& what, Diagnostics& diagnostics);

/// The numbers of channels in `compartments`, at least 1 in each; `conductances` are the values of the parameter that `setting` names,
/// over all compartments. Empty after an error.
std::vector<double> channel_counts(ChannelSetting const& setting, MechanismInfo const& info,
                                   morphology::Cable const& cable, std::vector<int> const& compartments,
                                   std::vector<double> const& conductances, Diagnostics& diagnostics);

}  // namespace rall::io
