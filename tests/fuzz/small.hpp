// Whether a document asks for no more than a fuzzer has time for: numbers of cells, compartments and the like are what users want.
#pragma once

#include <cmath>

#include "io/text/json.hpp"

namespace rall::fuzz {

inline bool is_small(io::Node const& node) {
    constexpr double most = 2000;
    for (auto const* key : {"count", "density", "nseg", "steps", "members", "repeat", "L", "duration"})
        if (node.key == key && node.is_number() && std::abs(node.number()) > most) return false;
    for (auto const* key : {"d_lambda", "dL", "dt"})
        if (node.key == key && node.is_number() && std::abs(node.number()) < 1e-3) return false;
    for (auto const& child : node.children)
        if (!is_small(child)) return false;
    return true;
}

}  // namespace rall::fuzz
