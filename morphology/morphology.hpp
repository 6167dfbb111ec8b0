// The shape of a neuron as read from a file: a tree of unbranched sections, each a chain of 3-D points with diameters.
// Lengths in um. Names, types and attachments are those that NEURON's Import3d gives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"

namespace rall::morphology {

struct Vec3 {
    double x = 0, y = 0, z = 0;
};

/// A traced point: position and diameter, um.
struct Point {
    double x = 0, y = 0, z = 0, diam = 0;
};

/// SWC type codes with a name of their own; any other integer is a custom type.
inline constexpr int soma_type = 1, axon_type = 2, dend_type = 3, apic_type = 4;

/// "soma", "axon", "dend", "apic"; "dend_7" for a custom type 7, "minus_2" for -2, as Import3d names them.
std::string region_name(int type);

struct Section {
    std::string name;     ///< of a reconstruction region and number, "soma[0]", "dend[3]"; else as given: "hillock"
    int type = 0;         ///< SWC type code; 0 in a region of its own name
    int parent = -1;      ///< index into Morphology::sections, smaller than this section's own; -1 for a root
    double parent_x = 0;  ///< where on the parent its 0-end is attached, 0..1
    std::vector<Point> points;  ///< from the 0-end to the 1-end, at least two
    std::string region = {};    ///< a region of its own name; empty where the type says it
    /// Of a section without traced points in which NEURON's diam(x) differs: the diameter between each two points, which are as many cylinders
    /// (um). Empty: frusta between the points.
    std::vector<double> cylinders = {};
};

/// The region that a Section or CableSection belongs to.
template <class S>
std::string region_of(S const& section) {
    return section.region.empty() ? region_name(section.type) : section.region;
}

/// "dend" and "dend[0]" name the same section.
bool same_section(std::string_view a, std::string_view b);

double length(Section const& section);     ///< um
double area(Section const& section);       ///< lateral area of the frusta between the points, um2
double volume(Section const& section);     ///< of the same frusta, um3
double mean_diam(Section const& section);  ///< mean over the length, um; 0 for a section without length

/// Path length from the first point to each point, um.
std::vector<double> arc_lengths(Section const& section);

struct Morphology {
    std::string file;               ///< where it was read from; may be empty
    std::string format;             ///< "SWC", "Neurolucida ASC", "stylized"
    std::string soma_reading;       ///< how the soma was understood, for people
    int n_points = 0;               ///< points in the file
    std::vector<Section> sections;  ///< a parent always comes before its children

    int find(std::string_view section_name) const;  ///< index, or -1; same_section decides
    std::vector<std::string> regions()
        const;  ///< region names present: own names, then by type code: soma, axon, dend, ...
};

/// Gives each section its name from its type: region and number in order of appearance.
void name_sections(Morphology& morphology);

}  // namespace rall::morphology
