#include "io/page/circuit_page.hpp"

#include <algorithm>
#include <filesystem>

#include "io/page/data.hpp"
#include "io/page/network_record.hpp"
#include "io/page/thinning.hpp"

namespace rall::html {
namespace {

/// Kinds with places come first, so that the map shows those of the first populations.
Network network_of(io::sonata::Inspection const& inspection) {
    auto const& kinds = inspection.kinds;
    std::vector<std::size_t> order(kinds.size()), place(kinds.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return kinds[k].places.empty() ? 2 : kinds[k].simulated ? 0 : 1; });
    Network network;
    std::vector<Population> placed;
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto const& kind = kinds[order[i]];
        place[order[i]] = i;
        network.populations.push_back({kind.name, 0, kind.count});
        network.cells += kind.count;
        if (!kind.places.empty()) placed.push_back(network.populations.back());
    }
    network.soma_step = step_for(placed, io::most_somata);
    for (std::size_t i = 0; i < placed.size(); ++i)
        for (std::size_t n = 0; n < placed[i].count; n += network.soma_step) network.somata.push_back(kinds[order[i]].places[n]);
    for (auto const& way : inspection.pathways)
        network.pathways.push_back({place[way.source], place[way.target], way.edges, false, way.count, way.weight, way.delay});
    return network;
}

}  // namespace

ContentPage circuit_page(io::sonata::Inspection const& inspection, Diagnostics const& diagnostics) {
    auto content = inspection.data;
    content["network"] = data(network_of(inspection));
    auto const title = std::filesystem::path(inspection.data["file"].get<std::string>()).filename().string();
    return {"circuit", title, inspection.data["kind"], std::move(content), diagnostics, {"spikes.js", "network.js"}};
}

}  // namespace rall::html
