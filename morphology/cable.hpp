// A morphology cut into compartments exactly as NEURON cuts it: what the solver needs, and nothing of its numerics.
// Lengths in um, areas in um2, volumes in um3.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "morphology/morphology.hpp"

namespace rall::morphology {

/// How many compartments a section gets.
struct CutRule {
    enum class By {
        d_lambda,    ///< odd, at most `value` of the length constant at `frequency` each (Hines and Carnevale 2001)
        nseg,        ///< `value` compartments
        max_length,  ///< the least odd number of compartments no longer than `value` um
        per_length   ///< 1 + 2 int(L / value): Allen's models, with value 40 um
    };
    By by = By::d_lambda;
    double value = 0.1;
    double frequency = 100;  ///< Hz, for d_lambda
};

/// One rule for all sections and others for some: keys are region expressions (morphology/region.hpp), the last match wins.
struct Discretisation {
    CutRule rule;
    std::vector<std::pair<std::string, CutRule>> overrides;
    std::string origin =
        {};  ///< the place distances are measured from; empty: default_place, or the root's 0-end without soma
};

/// The distance of what is not connected to the origin (a second tree), um; as in NEURON.
inline constexpr double unconnected = 1e20;

/// Where the 0-end of a section is joined to the tree of nodes.
struct Attachment {
    enum class At {
        root,         ///< the section is a root: its 0-end is a node of its own
        zero_end,     ///< the 0-end of the root section `section`
        compartment,  ///< the centre of `compartment`
        one_end       ///< the 1-end of `section`
    };
    At at = At::root;
    int section = -1;      ///< where it is joined; follows chains of 0-ends, so it may be an ancestor of the parent
    int compartment = -1;  ///< index into Cable::compartments, for At::compartment
};

struct CableSection {
    std::string name;
    int type = 0;
    int parent = -1;  ///< smaller than the section's own index; -1 for a root
    double parent_x = 0;
    double L = 0;  ///< um
    int nseg = 1;
    int first = 0;  ///< its compartments are first .. first + nseg - 1, from its 0-end to its 1-end
    double distance_0 = 0, distance_1 = 0;  ///< path from the origin to its ends, um
    Attachment attachment;
    std::string region = {};  ///< as in Section
};

struct Compartment {
    int section = 0;
    double x = 0;       ///< centre on the section, 0..1
    double area = 0;    ///< um2; NEURON's area(x)
    double diam = 0;    ///< um, mean over the length; NEURON's diam(x)
    double volume = 0;  ///< um3
    double r_left = 0;  ///< integral of ds / (pi r^2) from its left edge to its centre, 1/um; times Ra is a resistance:
    double r_right = 0;       ///< the same from centre to right edge; Megohm = 0.01 * (ohm cm) * (1/um)
    double distance = 0;      ///< path from the origin to its centre, um; NEURON's h.distance
    Vec3 begin, centre, end;  ///< where its edges and its centre lie, for drawing
};

struct Cable {
    std::vector<CableSection> sections;
    /// Those that the sections were cut into; behind them ends of sections that are kept (keep_node): no area, x 0 or 1.
    std::vector<Compartment> compartments;
    int origin_section = 0;  ///< distances are from this section ...
    double origin_x = 0;     ///< ... at this place

    int find(std::string_view section_name) const;  ///< index, or -1; same_section decides
    int n_cut() const;                              ///< compartments without the ends behind them
};

/// Number of compartments of one section. Ra in ohm cm, cm in uF/cm2. Throws InputError ("cut-zero-diameter",
/// "cut-too-many", "cut-rule").
int count_compartments(Section const& section, CutRule const& rule, double Ra, double cm);

/// NEURON's lambda_f: the length constant of a section at `frequency` (Hz) over its 3-D points, um.
double lambda_f(Section const& section, double frequency, double Ra, double cm);

/// Cuts a morphology. `Ra` (ohm cm) and `cm` (uF/cm2) have one value per section, or one for all; only d_lambda rules use them.
Cable cut(Morphology const& morphology, Discretisation const& discretisation, std::span<double const> Ra,
          std::span<double const> cm);

/// A point on the tree.
struct Place {
    int section = 0;
    double x = 0.5;
};

/// Where the end of a section is: x = 0 of a section that is not a root is the place it is attached to.
Place joined_end(Cable const& cable, int section, bool one_end);

/// The node of a place as NEURON has it: the compartment that it lies in, but the ends of a section (x = 0 and x = 1) are nodes of their
/// own, without area. One that the cable has not yet is added to a copy of it, which takes its place.
int keep_node(std::shared_ptr<Cable const>& cable, Place const& place);

}  // namespace rall::morphology
