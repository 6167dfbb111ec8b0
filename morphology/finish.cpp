#include "morphology/finish.hpp"

#include <cmath>

namespace rall::morphology {

void finish(Morphology& morphology, SwcOptions const& options, Diagnostics& diagnostics) {
    Location const where{morphology.file};
    name_sections(morphology);
    int without_length = 0;
    std::string first;
    for (auto& section : morphology.sections) {
        for (auto& point : section.points)
            for (double* value : {&point.x, &point.y, &point.z, &point.diam}) {
                if (!(std::abs(*value) < 1e30))
                    throw InputError("number-too-large", where,
                                     "a coordinate or diameter of " + section.name + " is beyond 1e30 um",
                                     "lengths are in um");
                if (options.precision == Precision::single) *value = static_cast<float>(*value);
            }
        if (length(section) > 0) continue;
        if (without_length++ == 0) first = section.name;
    }
    if (without_length > 0)
        diagnostics.warning("section-without-length", where,
                            std::to_string(without_length) + (without_length == 1 ? " section has" : " sections have") +
                                " no length, all points in one place: " + first +
                                (without_length > 1 ? " is the first" : ""),
                            "kept as in NEURON, with practically no membrane; correct the points to give it one");
}

}  // namespace rall::morphology
