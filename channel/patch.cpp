#include "channel/patch.hpp"

#include <cmath>
#include <numbers>

namespace rall::channel {

std::shared_ptr<morphology::Cable const> patch(double area) {
    double const size = std::sqrt(area / std::numbers::pi);  // um
    double const cross_section = std::numbers::pi * size * size / 4;
    morphology::Cable cable;
    morphology::CableSection section;
    section.name = "soma[0]";
    section.type = 1;
    section.L = section.distance_1 = size;
    cable.sections.push_back(section);
    morphology::Compartment compartment;
    compartment.x = 0.5;
    compartment.area = area;
    compartment.diam = size;
    compartment.volume = cross_section * size;
    compartment.r_left = compartment.r_right = size / 2 / cross_section;
    cable.compartments.push_back(compartment);
    return std::make_shared<morphology::Cable const>(std::move(cable));
}

}  // namespace rall::channel
