// Which synapses edges of the Blue Brain form become, and what their columns are to each: what neurodamus' hoc helpers do.
#pragma once

#include <string>
#include <vector>

#include "mechanisms/info.hpp"

namespace rall::io::sonata {

/// A column of edges that is a parameter of a synapse.
struct SynapseColumn {
    char const* parameter;
    char const* column;
    bool absolute = false;   ///< the sign of what the file says is dropped
    bool scaled = false;     ///< by the Hill function of the extracellular calcium
    bool if_not_negative = false;  ///< a negative value means that it is not given
};

struct SynapseRule {
    char const* mechanism;
    std::vector<SynapseColumn> columns;
    char const* ratio = nullptr;   ///< parameter that conductance_scale_factor sets, where it is given
    char const* stream = nullptr;  ///< the RANDOM stream that is given ids: cell + first, synapse + second, populations + synapse_seed + third
    double first = 250, second = 100, third = 300;
    bool of_populations = true;    ///< the third id counts the two populations
    char const* rise = nullptr;    ///< parameter that randomize_gaba_rise_time draws
    bool plastic = false;          ///< GluSynapse: further values follow from those read
};

/// The rule of "modoverride", or of edges without one: inhibitory or excitatory. Null for a name that has none.
SynapseRule const* rule_of(std::string const& mechanism);
/// Names that have one.
std::vector<std::string> rules();

/// How much the extracellular calcium (mM) scales the utilisation of synapses: Hill's function with exponent 4, 1 at 2 mM (Markram et al. 2015, Cell
/// 163:456). `half`: u_hill_coefficient, mM.
double calcium_scale(double half, double calcium);

}  // namespace rall::io::sonata
