#include "io/sonata/placement.hpp"

#include <algorithm>

namespace rall::io::sonata {
namespace {

int type_of(std::string const& name) {
    if (name == "soma" || name == "somatic") return morphology::soma_type;
    if (name == "axon" || name == "axonal") return morphology::axon_type;
    if (name == "dend" || name == "basal") return morphology::dend_type;
    if (name == "apic" || name == "apical") return morphology::apic_type;
    return -1;
}

}  // namespace

Segments segments_in(morphology::Cable const& cable, std::vector<int> const& order, TargetRange const& range) {
    // Path from the 0-end of the root to that of each section.
    std::vector<double> start(cable.sections.size());
    for (std::size_t i = 0; i < start.size(); ++i) {
        auto const& section = cable.sections[i];
        if (section.parent < 0) continue;
        auto const parent = static_cast<std::size_t>(section.parent);
        start[i] = start[parent] + section.parent_x * cable.sections[parent].L;
    }
    Segments segments;
    double sum = 0;
    for (int const index : order) {
        if (index < 0) continue;
        auto const& section = cable.sections[static_cast<std::size_t>(index)];
        if (std::ranges::none_of(range.sections, [&](auto const& name) { return type_of(name) == section.type; })) continue;
        double const length = section.L / section.nseg;
        for (int k = 0; k < section.nseg; ++k) {
            double const begin = start[static_cast<std::size_t>(index)] + k * length;
            double const inside = std::min(begin + length, range.farthest) - std::max(begin, range.nearest);
            if (!(inside > 0)) continue;
            sum += inside;
            segments.compartments.push_back(section.first + k);
            segments.cumulated.push_back(sum);
        }
    }
    for (auto& part : segments.cumulated) part /= sum;
    return segments;
}

int draw(Segments const& segments, NumpyStream& stream) {
    auto const place = std::ranges::upper_bound(segments.cumulated, stream.next()) - segments.cumulated.begin();
    return segments.compartments[static_cast<std::size_t>(std::min<std::ptrdiff_t>(place, std::ssize(segments.compartments) - 1))];
}

}  // namespace rall::io::sonata
