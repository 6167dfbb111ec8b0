// Inside the ASC reader: from the text of a Neurolucida file to its outlines and branches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"

namespace rall::morphology::asc {

/// A closed outline of a cell body.
struct Contour {
    int line = 0;
    std::vector<Point> points;
};

/// The points of a tree between two branch points, in the order of the file; parents come before their children.
struct Branch {
    int line = 0;
    int type = 0;     ///< axon, dend, apic; 0 for a tree that says nothing
    int parent = -1;  ///< index of a branch
    std::vector<Point> points;
};

struct File {
    std::vector<Contour> somata;
    std::vector<Branch> branches;
    int n_points = 0;
    int markers = 0, spines = 0, texts = 0, other_contours = 0, empty_branches = 0;
};

/// Throws InputError ("asc-syntax", "asc-not-asc", "asc-not-finite") with line and column.
File parse(std::string_view text, std::string const& file);

}  // namespace rall::morphology::asc
