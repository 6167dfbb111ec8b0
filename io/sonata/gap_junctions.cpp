// Edges of type "electrical": gap junctions, of which each edge is the half on its target, as neurodamus pairs them by ids.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/sonata/edge_readers.hpp"
#include "io/sonata/edges.hpp"
#include "io/sonata/network.hpp"
#include "io/sonata/section_places.hpp"

namespace rall::io::sonata {

void read_gap_junctions(Build& build, Network& network, EdgePopulation const& edges) {
    auto const &sources = network.population(build, edges, edges.source(), "source"), &targets = network.population(build, edges, edges.target(), "target");
    auto const &source_nodes = *network.find(edges.source()), &target_nodes = *network.find(edges.target());
    for (auto const* column : {"conductance", "afferent_junction_id", "efferent_junction_id", "afferent_section_id"})
        if (!edges.has(column))
            throw edges.wrong("edge-column", "0", 0, fmt::format("these edges have no '{}'", column), "it is a column that gap junctions need");
    bool const placed = edges.has("afferent_section_pos");
    std::vector<std::string> wanted{"conductance", "afferent_junction_id", "efferent_junction_id", "afferent_section_id"}, ignored;
    for (auto const* column : {"afferent_section_pos", "afferent_segment_id", "afferent_segment_offset"}) wanted.emplace_back(column);
    for (auto const& name : edges.columns())
        if (std::ranges::find(wanted, name) == wanted.end()) ignored.push_back(name);
    if (!ignored.empty())
        build.diagnostics.note("edge-columns", {}, fmt::format("edges '{}': {} change no result", edges.name(), enumerate(ignored)));
    if (!placed && (!edges.has("afferent_segment_id") || !edges.has("afferent_segment_offset")))
        throw edges.wrong("edge-column", "0", 0, "these edges have no 'afferent_section_pos'", "it is a column that gap junctions need");

    struct Half {
        int cell, compartment;
        double conductance;
        std::uint64_t row;
        double other;  ///< its efferent_junction_id
    };
    std::vector<Half> halves;
    std::unordered_map<std::uint64_t, model::Site> by_id;
    SectionPlaces places(build, network);
    std::size_t removed = 0;
    edges.for_each_slab(wanted, [&](EdgeSlab const& slab) {
        auto const number = [&](char const* column, std::size_t i, bool whole) {
            double const value = (*slab.find(column))[i];
            if (!std::isfinite(value) || (whole && (value < 0 || value != std::floor(value))))
                throw edges.wrong("edge-number", fmt::format("0/{}", column), slab.first + i,
                                  fmt::format("{} is no value; expected {}", value, whole ? "a whole number from 0 on" : "a number"));
            return value;
        };
        for (std::size_t i = 0; i < slab.size(); ++i) {
            auto const row = slab.first + i;
            auto const [from, to] = ends_of(edges, sources, targets, slab, i);
            if (source_nodes.is_left_out(from) || target_nodes.is_left_out(to)) continue;
            int const cell = targets.cell[to];
            if (cell < 0 || sources.cell[from] < 0)
                throw edges.wrong("edge-target", cell < 0 ? "target_node_id" : "source_node_id", row, "a gap junction is between cells with compartments");
            double const id = number("afferent_section_id", i, true);
            if (id >= static_cast<double>(places.count(cell)))
                throw edges.wrong("edge-section", "0/afferent_section_id", row,
                                  fmt::format("{} is no section of {}, which has {}", id, build.model.cells[static_cast<std::size_t>(cell)].name, places.count(cell)));
            int const section = places.section(cell, id);
            if (section < 0) {
                ++removed;
                continue;
            }
            double const x = placed ? number("afferent_section_pos", i, false)
                                    : network.along(build, cell, section, number("afferent_segment_id", i, true), number("afferent_segment_offset", i, false));
            int const compartment = places.compartment(cell, section, std::clamp(x, 1e-7, 0.9999999));
            auto const own = truncated<std::uint64_t>(number("afferent_junction_id", i, true));
            if (auto const [known, fresh] = by_id.try_emplace(own, model::Site{cell, compartment, {-1, -1}});
                !fresh && (known->second.cell != cell || known->second.compartment != compartment))
                throw edges.wrong("edge-junction", "0/afferent_junction_id", row, fmt::format("{} is the id of another place already", own));
            halves.push_back({cell, compartment, number("conductance", i, false), row, number("efferent_junction_id", i, true)});
        }
    });
    if (removed > 0)
        build.diagnostics.warning("edge-removed", {}, fmt::format("edges '{}': {} are onto sections that went with an axon that was replaced", edges.name(), removed),
                                  "they make no gap junctions, as in neurodamus");
    if (halves.empty()) return;
    std::ranges::stable_sort(halves, {}, [](Half const& half) { return std::tuple(half.cell, half.compartment, half.other, half.conductance); });
    model::PointSet set;
    set.label = edges.name();
    set.mechanism = "GapJunction";
    std::vector<double> conductances;
    model::PointerBinding binding{"GapJunction", "vgap", {}, "v", "", {}};
    int const index = static_cast<int>(build.model.points.size());
    for (auto const& half : halves) {
        auto const other = by_id.find(truncated<std::uint64_t>(half.other));
        if (other == by_id.end())
            throw edges.wrong("edge-junction", "0/efferent_junction_id", half.row,
                              fmt::format("no edge has the afferent_junction_id {}: this half of a gap junction has no other", half.other));
        binding.instances.push_back({half.cell, half.compartment, {index, static_cast<int>(set.cell.size())}});
        binding.targets.push_back(other->second);
        set.cell.push_back(half.cell);
        set.compartment.push_back(half.compartment);
        conductances.push_back(half.conductance);
    }
    set.parameters = {{"g", compact(std::move(conductances))}};
    build.synapses.emplace(set.label, index);
    build.model.points.push_back(std::move(set));
    build.model.pointers.push_back(std::move(binding));
}

}  // namespace rall::io::sonata
