// What edges, inputs and reports ask of the nodes of a circuit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "io/sonata/network.hpp"
#include "io/sonata/neurodamus_ids.hpp"
#include "morphology/region.hpp"

namespace rall::io::sonata {

/// gids, in the order of populations and of ids.
void Network::number_nodes(Build& build) {
    std::uint64_t gid = 0;
    std::map<std::string, std::uint64_t> last;
    for (auto& nodes : nodes_) {
        Population population{{nodes.file.name, gid, nodes.file.size()}};
        bool const counts_up = nodes.file.ids.back() - nodes.file.ids.front() == nodes.file.size() - 1;
        if (counts_up) population.nodes.first_id = nodes.file.ids.front();
        else population.nodes.ids = nodes.file.ids;
        population.cell.assign(nodes.file.size(), -1);
        population.source.assign(nodes.file.size(), -1);
        gid += nodes.file.size();
        last[nodes.file.name] = nodes.file.ids.back();
        nodes.built = static_cast<int>(build.populations.size());
        build.populations.push_back(std::move(population));
    }
    build.next_gid = gid;
    offsets_ = id_offsets(last);
}

/// The nodes of a node set, before they are built: node sets look for attributes in Build::populations.
std::vector<std::pair<int, int>> Network::choose(Build& build, Node const& names) {
    auto const exchange = [&] {
        for (auto& nodes : nodes_) std::swap(build.populations[static_cast<std::size_t>(nodes.built)].attributes, nodes.file.attributes);
    };
    exchange();
    for (auto const& nodes : nodes_) state_model_type(build, nodes);
    auto chosen = resolve_nodes(build, names);
    exchange();
    return chosen;
}

void Network::state_model_type(Build& build, Nodes const& nodes) const {
    auto& attributes = build.populations[static_cast<std::size_t>(nodes.built)].attributes;
    if (!attributes.contains("model_type") && !nodes.entry.type.empty()) attributes["model_type"] = {{}, {nodes.entry.type}, std::vector<int>(nodes.file.size())};
}

/// Nodes that the simulation's "node_set" does not mean are not simulated.
void Network::leave_out(Build& build, Node const& wanted) {
    std::size_t left = 0, all = 0;
    std::vector<std::vector<char>> meant;
    for (auto const& nodes : nodes_) meant.emplace_back(nodes.file.size());
    for (auto const& [population, row] : choose(build, wanted)) meant[static_cast<std::size_t>(population)][static_cast<std::size_t>(row)] = 1;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        auto const count = static_cast<std::size_t>(std::ranges::count(meant[k], 1));
        all += nodes_[k].file.size();
        left += nodes_[k].file.size() - count;
        if (count == nodes_[k].file.size()) continue;
        nodes_[k].left_out.resize(meant[k].size());
        for (std::size_t i = 0; i < meant[k].size(); ++i) nodes_[k].left_out[i] = !meant[k][i];
    }
    if (left > 0)
        complain(build.diagnostics, Severity::note, "node-set", wanted, fmt::format("{} of {} nodes are simulated; the others make no spikes of their own", all - left, all));
}

Population const& Network::population(Build const& build, EdgePopulation const& edges, std::string const& name, char const* which) const {
    if (auto const* nodes = find(name)) return build.populations[static_cast<std::size_t>(nodes->built)];
    std::vector<std::string> names;
    for (auto const& known : build.populations) names.push_back(known.nodes.name);
    throw edges.wrong("population-unknown", fmt::format("{}_node_id", which), 0, fmt::format("no population of nodes is called '{}'", name),
                      did_you_mean(name, names));
}

std::vector<int> Network::section_order(morphology::Cable const& cable, int type) const {
    auto const found = section_numbers_.find(type);
    return found == section_numbers_.end() ? sections_by_id(cable, axon_replaced_.contains(type)) : sections_by_number(found->second);
}

/// As neurodamus: cells of its templates at the 1-end of the soma, or in the second section of their axon.
model::ThresholdSource Network::spike_place(Build& build, int cell, double threshold) {
    auto const type = build.model.cells[static_cast<std::size_t>(cell)].type;
    auto& cable = build.model.types[static_cast<std::size_t>(type)].cable;
    auto place = morphology::default_place(*cable);
    if (build.spikes_at_axon) {
        place = {cable->find("axon[1]"), 0.5};
        if (place.section < 0)
            throw InputError("spike-location", {}, fmt::format("{} has no section axon[1], where spike_location AIS means", build.model.types[static_cast<std::size_t>(type)].name));
    } else if (plan_is_hoc_[static_cast<std::size_t>(type)]) {
        place.x = 1;
        bool const branches = std::ranges::any_of(cable->sections, [&](morphology::CableSection const& section) {
            return section.attachment.at == morphology::Attachment::At::one_end && section.attachment.section == place.section;
        });
        if (branches) return {cell, morphology::keep_node(cable, place), threshold};
    }
    return {cell, morphology::compartment(*cable, place), threshold};
}

double Network::minis(Build const& build, Nodes const& nodes, std::size_t row, bool inhibits) const {
    auto const& attributes = build.populations[static_cast<std::size_t>(nodes.built)].attributes;
    auto const found = attributes.find(inhibits ? "inh_mini_frequency" : "exc_mini_frequency");
    if (found == attributes.end() || found->second.numbers.empty() || !attributes.contains(inhibits ? "exc_mini_frequency" : "inh_mini_frequency")) return 0;
    double const rate = found->second.numbers[row];
    if (rate < 0)
        throw InputError("node-number", nodes.file.where(row), fmt::format("{}: {} is {} Hz; expected 0 or more", describe(nodes, row), found->first, rate));
    return std::isnan(rate) ? 0 : rate;
}

bool Network::spikes(Build const& build, Population const& population, std::size_t row) {
    auto const source = population.source[row];
    if (source < 0) return false;
    auto const* train = std::get_if<model::SpikeTrain>(&build.model.sources[static_cast<std::size_t>(source)].origin);
    return !train || !train->times.empty();
}

bool Network::replays_from(Nodes const& source) const {
    return std::ranges::any_of(replays_, [&](Replay const& replay) { return !replay.trains[static_cast<std::size_t>(source.built)].empty(); });
}

void Network::make_replays(Build& build, Nodes const& source, std::size_t source_row, int argument) {
    for (auto& replay : replays_) {
        auto const& trains = replay.trains[static_cast<std::size_t>(source.built)];
        auto const found = trains.find(source_row);
        if (found == trains.end()) continue;
        if (replay.sources.try_emplace({source.built, source_row, argument}, static_cast<int>(build.model.sources.size())).second)
            build.model.sources.push_back({build.next_gid++, model::SpikeTrain{found->second}, false, argument, 2});
    }
}

std::vector<int> Network::replays(Build& build, Nodes const& source, std::size_t source_row, Nodes const& target, std::size_t target_row, int argument) {
    make_replays(build, source, source_row, argument);
    std::vector<int> sources;
    for (auto const& replay : replays_) {
        auto const found = replay.sources.find({source.built, source_row, argument});
        if (found != replay.sources.end() && replay.targets[static_cast<std::size_t>(target.built)][target_row]) sources.push_back(found->second);
    }
    return sources;
}

double Network::along(Build const& build, int cell, int section, double point, double offset) const {
    auto const type = build.model.cells[static_cast<std::size_t>(cell)].type;
    auto const& shape = *build.config.morphologies[static_cast<std::size_t>(type)];
    auto const& points = shape.sections[static_cast<std::size_t>(section)].points;
    double length = 0, until = 0;
    for (std::size_t k = 1; k < points.size(); ++k) {
        length += std::hypot(points[k].x - points[k - 1].x, points[k].y - points[k - 1].y, points[k].z - points[k - 1].z);
        if (static_cast<double>(k) <= point) until = length;
    }
    // As neurodamus: a point that the section does not have means its middle.
    if (!(point >= 0 && point < static_cast<double>(points.size())) || !(length > 0)) return 0.5;
    return (until + offset) / length;
}

double Network::cell_number(Build const& build, int cell) const {
    auto const gid = build.model.cells[static_cast<std::size_t>(cell)].gid;
    for (auto const& population : build.populations)
        if (gid - population.nodes.first_gid < population.size()) return static_cast<double>(id_offset(population.nodes.name) + population.nodes.id(gid)) + 1;
    return 0;
}

std::vector<model::Site> Network::compartment_set(Build& build, Node const& name) {
    auto const set = read_compartment_set(build, compartment_sets_.get(), name);
    if (!set) return {};
    auto const* nodes = find(set->population);
    if (!nodes) {
        std::vector<std::string> names;
        for (auto const& known : build.populations) names.push_back(known.nodes.name);
        error(build.diagnostics, "compartment-set", name, fmt::format("its population '{}' is not of this circuit", set->population), did_you_mean(set->population, names));
        return {};
    }
    auto const& population = build.populations[static_cast<std::size_t>(nodes->built)];
    SectionPlaces places(build, *this);
    std::vector<model::Site> sites;
    for (auto const& place : set->places) {
        auto const row = population.row(place.node);
        int const cell = row < 0 ? -1 : population.cell[static_cast<std::size_t>(row)];
        if (row >= 0 && nodes->is_left_out(static_cast<std::size_t>(row))) continue;
        int const section = cell < 0 ? -1 : places.section(cell, place.section);
        if (section < 0) {
            error(build.diagnostics, "compartment-set", *place.where,
                  cell < 0 ? fmt::format("'{}' has no cell {}", set->population, place.node)
                           : fmt::format("cell {} of '{}' has no section {}", place.node, set->population, place.section));
            continue;
        }
        sites.push_back({cell, places.compartment(cell, section, std::clamp(place.x, 1e-7, 0.9999999)), {-1, -1}});
    }
    return sites;
}

}  // namespace rall::io::sonata
