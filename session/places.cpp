#include "session/places.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "morphology/region.hpp"

namespace rall::session {
namespace {

/// One of `n`, or all.
std::pair<std::size_t, std::size_t> range(std::string const& name, long index, std::size_t n) {
    if (index < 0) return {0, n};
    if (static_cast<std::size_t>(index) >= n) throw InputError("index-range", {}, fmt::format("{}[{}]: there are {}, counted from 0", name, index, n));
    return {static_cast<std::size_t>(index), static_cast<std::size_t>(index) + 1};
}

std::vector<int> compartments_at(io::Config const& config, morphology::Cable const& cable, std::string const& location) {
    if (location.empty()) return {morphology::compartment(cable, morphology::default_place(cable))};
    if (location.find('(') == std::string::npos) return morphology::compartments(cable, location);
    std::vector<int> found;
    for (auto const& place : morphology::places(cable, location)) {
        auto at = morphology::compartment(cable, place);
        // An end is a node of its own where something stands there; elsewhere it has no voltage of its own.
        if (config.nodes_at_ends && (place.x == 0 || place.x == 1))
            for (int k = cable.n_cut(); k < static_cast<int>(cable.compartments.size()); ++k) {
                auto const& end = cable.compartments[static_cast<std::size_t>(k)];
                auto const joined = morphology::joined_end(cable, place.section, place.x == 1);
                if ((end.section == joined.section && end.x == joined.x) || (end.section == place.section && end.x == place.x)) at = k;
            }
        found.push_back(at);
    }
    return found;
}

}  // namespace

std::vector<model::Site> find_places(io::Config const& config, std::string const& name, std::string const& location) {
    auto const& model = config.model;
    auto const [entry, index] = split_index(name);
    std::vector<model::Site> found;
    for (std::size_t s = 0; location.empty() && s < model.points.size(); ++s) {
        if (model.points[s].label != entry) continue;
        auto const [first, last] = range(entry, index, model.points[s].cell.size());
        for (auto i = first; i < last; ++i) found.push_back({-1, -1, {static_cast<int>(s), static_cast<int>(i)}});
        return found;
    }
    std::vector<std::uint64_t> gids;
    bool known = name.empty();
    for (auto const& pictured : config.pictured) {
        if (pictured.name != entry) continue;
        known = true;
        auto const [first, last] = range(entry, index, pictured.count);
        for (auto i = first; i < last; ++i) gids.push_back(pictured.first + i);
    }
    if (!known) {
        std::vector<std::string> names;
        for (auto const& pictured : config.pictured) names.push_back(pictured.name);
        for (auto const& set : model.points) names.push_back(set.label);
        throw InputError("place-unknown", {}, fmt::format("'{}' is no entry of \"cells\", \"synapses\", \"generators\" or \"inputs\"", name), did_you_mean(name, names));
    }
    for (std::size_t c = 0; c < model.cells.size(); ++c) {
        if (!name.empty() && !std::ranges::binary_search(gids, model.cells[c].gid)) continue;
        for (int const compartment : compartments_at(config, *model.types[static_cast<std::size_t>(model.cells[c].type)].cable, location))
            found.push_back({static_cast<int>(c), compartment, {-1, -1}});
    }
    if (found.empty()) throw InputError("place-unknown", {}, fmt::format("'{}' has no places", name), "artificial cells of spike trains have none");
    return found;
}

}  // namespace rall::session
