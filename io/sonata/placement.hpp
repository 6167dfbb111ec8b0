// Synapses of which an edge does not say where they are: compartments drawn as BMTK draws them, from a stream of numbers of each cell's own.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "morphology/cable.hpp"

namespace rall::io::sonata {

/// Where synapses of a type of edges may be.
struct TargetRange {
    std::vector<std::string> sections;   ///< "soma", "axon", "dend", "apic", or "somatic", "axonal", "basal", "apical"
    double nearest = 0, farthest = 0;    ///< um, path from the 0-end of the soma
    bool operator==(TargetRange const&) const = default;
};

/// The compartments of a cable in a range, and the probability of each up to and including it: proportional to the length that lies in the
/// range.
struct Segments {
    std::vector<int> compartments;
    std::vector<double> cumulated;
};
/// `order`: sections as edges number them, in which the generator of BMTK goes through them.
Segments segments_in(morphology::Cable const& cable, std::vector<int> const& order, TargetRange const& range);

/// numpy's RandomState(seed).random_sample(): the Mersenne twister MT19937, 53 bits of two of its numbers.
class NumpyStream {
public:
    explicit NumpyStream(std::uint32_t seed) : twister_(seed) {}
    double next() {
        auto const a = twister_() >> 5, b = twister_() >> 6;
        return (static_cast<double>(a) * 67108864.0 + static_cast<double>(b)) / 9007199254740992.0;
    }

private:
    std::mt19937 twister_;
};

/// As numpy's choice(compartments, p=probabilities): one compartment.
int draw(Segments const& segments, NumpyStream& stream);

}  // namespace rall::io::sonata
