// <morphology>: segments become sections, segment groups become lists of sections.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/neuroml/library.hpp"
#include "morphology/morphology.hpp"

namespace rall::io::neuroml {

/// What an inhomogeneousParameter says: path length from the root's proximal end, moved and scaled within its group.
struct Metric {
    Item item;
    std::string variable;
    std::optional<double> start, end;  ///< translationStart, normalizationEnd
};

struct Group {
    Item item;
    std::set<int> segments;     ///< ids
    std::vector<int> sections;  ///< ascending; those that lie in the group entirely
    int partial = -1;           ///< a section of which only some segments belong to the group; -1 if there is none
    std::map<std::string, Metric> metrics;
    double nearest = 0, furthest = 0;  ///< path length from the root to the group's proximal and distal ends, um
};

struct Shape {
    std::shared_ptr<morphology::Morphology const> morphology;
    std::map<std::string, Group> groups;  ///< "all" too
    std::map<int, int> section_of;        ///< by id of a segment
    struct Division {
        int section, nseg;
        Item item;  ///< the property that says so
    };
    std::vector<Division> divisions;  ///< into how many compartments sections are cut
};

/// The name of the group that is one segment, which no id can be.
inline std::string group_of_segment(std::string const& id) { return "segment " + id; }

/// Sections are the unbranched groups (neuroLexId sao864921383) where there are any; other segments make sections of unbranched runs. Both end where one of
/// the groups `whole` begins or ends: a section NAME then becomes NAME[0], NAME[1], ..., and a note says so. Null morphology after an error.
Shape read_shape(Item const& morphology, std::set<std::string> const& whole, Diagnostics& found);

}  // namespace rall::io::neuroml
