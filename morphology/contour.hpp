// Cell bodies drawn as outlines: how NEURON's Import3d turns one, or a stack of them, into a chain of diameters.
#pragma once

#include <vector>

#include "morphology/morphology.hpp"

namespace rall::morphology {

/// Mean of 101 points spaced evenly along an outline (um), the closing edge left out.
Vec3 centre_of_contour(std::vector<Point> const& contour);

/// Whether an outline lies on a line in the xy plane.
bool is_flat(std::vector<Point> const& contour);

/// One outline as 21 points along its major axis, each as wide as the outline is there across that axis in the xy plane.
/// `positive`: the way of its largest component, as NEURON 9 has it; else the way that the axis was found, as NEURON 8.
/// Empty when it has no two sides along that axis.
std::vector<Point> contour_to_cable(std::vector<Point> const& contour, bool positive = false);

/// A stack of outlines as one point for each, at its centre, with the mean of two estimates of its diameter: from the
/// perimeter, and from the mean distance to the centre.
std::vector<Point> stack_to_cable(std::vector<std::vector<Point>> const& contours);

/// Where neurites leave a stack: half way along the line through the outlines' centres.
Vec3 centre_of_stack(std::vector<std::vector<Point>> const& contours);

/// The surface of the body that outlines enclose, um2. One outline: of a cylinder as long as the outline and as wide as it is in the
/// mean (pi times what it encloses). A stack: its walls and its two lids.
double area_of_body(std::vector<std::vector<Point>> const& contours);

}  // namespace rall::morphology
