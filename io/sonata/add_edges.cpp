// Populations of edges, in their order, each by the reader of its form.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "io/sonata/edge_readers.hpp"
#include "io/sonata/edges.hpp"
#include "io/sonata/network.hpp"
#include "io/sonata/placement.hpp"

namespace rall::io::sonata {
namespace {

/// Reads a population whose type in the circuit config is one of the Blue Brain form; false for others.
bool read_blue_brain(Build& build, Network& network, EdgePopulation const& edges, PopulationEntry const& entry, std::vector<Override> const& overrides) {
    static std::vector<std::string> const known{"chemical", "electrical", "point_process", "Exp2Syn_synapse"},
        others{"neuromodulatory", "synapse_astrocyte", "endfoot", "glialglial"};
    if (std::ranges::find(others, entry.type) != others.end())
        throw InputError("edge-type", {}, fmt::format("edges '{}' are of the type '{}', which is not supported", edges.name(), entry.type),
                         "leave their file out of the circuit config");
    if (std::ranges::find(known, entry.type) == known.end())
        throw InputError("edge-type", {}, fmt::format("edges '{}' are of an unknown type '{}'", edges.name(), entry.type), did_you_mean(entry.type, known));
    if (entry.type == "electrical") return read_gap_junctions(build, network, edges), true;
    if (!edges.has("conductance")) return false;
    return read_chemical_edges(build, network, edges, entry, overrides), true;
}

/// Edges of the Allen form stay as they are.
void require_no_override(Network const& network, EdgePopulation const& edges, std::vector<Override> const& overrides) {
    auto const *source = network.find(edges.source()), *target = network.find(edges.target());
    if (!source || !target || Pathway(overrides, static_cast<std::size_t>(source->built), static_cast<std::size_t>(target->built)).empty()) return;
    throw InputError("override-unsupported", {}, fmt::format("connection_overrides mean edges '{}', which are not of the Blue Brain form", edges.name()),
                     "change the edges themselves, or leave their nodes out of the node sets");
}

/// Does a report look at the synapses of all cells, wherever these are?
bool asks_for_synapses(Build const& build, Node const& report) {
    auto const says = [&](char const* key, std::string_view value) {
        auto const* given = report.find(key);
        return given && given->is_string() && given->text() == value;
    };
    if (says("module", "netcon_report") || says("type", "synapse") || report.find("synapses")) return true;
    auto const of_points = [&](Node const& names) {  // "v", "ProbAMPANMDA_EMS", "i_membrane, Exp2Syn.i"
        if (!names.is_string()) return false;
        auto const text = names.text();
        for (std::size_t at = 0, end = 0; (at = text.find_first_not_of(", \t", at)) != std::string::npos; at = text.find_first_of(", \t", end)) {
            end = std::min(text.find_first_of("., \t", at), text.size());
            auto const known = build.mechanisms.find(std::string(text.substr(at, end - at)));
            if (known != build.mechanisms.end() && known->second->kind == MechanismKind::point) return true;
        }
        return false;
    };
    auto const* variable = report.find("variable_name");
    return variable && (of_points(*variable) || std::ranges::any_of(variable->children, of_points));
}

bool ask_for_synapses(Build const& build) {
    auto const* reports = build.root->find("reports");
    return reports && std::ranges::any_of(reports->children, [&](Node const& report) { return asks_for_synapses(build, report); });
}

}  // namespace

std::pair<std::size_t, std::size_t> ends_of(EdgePopulation const& edges, Population const& source, Population const& target, EdgeSlab const& slab, std::size_t i) {
    auto const from = source.row(slab.source[i]), to = target.row(slab.target[i]);
    if (from < 0 || to < 0)
        throw edges.wrong("edge-node", from < 0 ? "source_node_id" : "target_node_id", slab.first + i,
                          fmt::format("the population '{}' has no node {}", from < 0 ? edges.source() : edges.target(), from < 0 ? slab.source[i] : slab.target[i]));
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(to)};
}

/// Gap junctions come first: what they couple must be known before the model is shared. BMTK makes the synapses of edges between simulated nodes first, then
/// those of each population that an input feeds and of each replay, in the order of inputs. Where places are drawn that is the order of draws.
void Network::add_edges(Build& build) {
    struct Work {
        EdgesEntry const* entry;
        std::string name;
        std::ptrdiff_t rank;
        Carried const* carried;
    };
    std::map<EdgesEntry const*, std::unique_ptr<h5::Input>> files;
    std::map<EdgesEntry const*, TypesTable> types;
    std::vector<Work> work;
    std::size_t n_edges = 0;
    auto const rank_of = [&](std::string const& name) { return 1 + (std::ranges::find(fed_, name) - fed_.begin()); };
    auto const is_electrical = [](EdgesEntry const& entry, std::string const& name) {
        auto const own = entry.populations.find(name);
        return own != entry.populations.end() && own->second.type == "electrical";
    };
    auto const look = [&](EdgesEntry const& entry, Carried const* carried) {
        try {
            auto& file = files[&entry] = std::make_unique<h5::Input>(entry.edges);
            if (!file->exists("/edges")) throw file->unreadable("this is no SONATA file of edges: it has no group '/edges'");
            if (entry.types) types[&entry] = TypesTable(*entry.types, "edge_type_id");
            for (auto const& name : file->members("/edges")) {
                if (!entry.populations.empty() && !entry.populations.contains(name)) continue;
                EdgePopulation const edges(*file, entry.edges, name, entry.types.has_value());
                auto const* nodes = find(edges.source());
                bool const from_virtual = nodes && std::ranges::all_of(nodes->model, [](ModelType type) { return type == ModelType::virtual_node; });
                if (is_electrical(entry, name)) work.push_back({&entry, name, -1, nullptr});
                else if (carried) work.push_back({&entry, name, rank_of(carried->label), carried});
                else work.push_back({&entry, name, from_virtual ? rank_of(edges.source()) : 0, from_virtual ? nullptr : activity_.get()});
                n_edges += edges.size();
            }
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *entry.where);
        }
    };
    for (auto const& entry : circuit_.edges) look(entry, nullptr);
    for (auto const& carried : carried_) look(carried->edges, carried.get());
    std::ranges::stable_sort(work, {}, &Work::rank);
    auto& connections = build.model.connections;
    if (n_edges < most_connections) connections.reserve(connections.size() + n_edges);  // memory is taken when it is filled
    Steps steps(build.on_progress, "reading edges", n_edges);
    std::map<int, NumpyStream> streams;
    if (auto const* list = build.root->find("connection_overrides")) overrides_ = read_overrides(build, *list);
    auto const open = [&](Work const& one) { return EdgePopulation(*files[one.entry], one.entry->edges, one.name, one.entry->types.has_value()); };
    /// Of which cells synapses are wanted, by how many edges lead to each.
    auto const choose = [&](std::span<Work const> ahead) {
        std::vector<std::uint32_t> onto_cell(build.model.cells.size(), 0);
        for (auto const& one : ahead) {
            auto const edges = open(one);
            auto const* const nodes = find(edges.target());
            auto const* const target = nodes ? &build.populations[static_cast<std::size_t>(nodes->built)] : nullptr;
            edges.for_each_slab({}, [&](EdgeSlab const& slab) {
                for (auto const id : slab.target)
                    if (auto const row = target ? target->row(id) : -1; row >= 0 && target->cell[static_cast<std::size_t>(row)] >= 0)
                        ++onto_cell[static_cast<std::size_t>(target->cell[static_cast<std::size_t>(row)])];
            });
        }
        build.chosen = build.choose_targets(build.model, onto_cell);
        build.config.connections_of_chosen = true;
    };
    bool can_choose = build.choose_targets && build.model.method != model::Method::cvode && !ask_for_synapses(build);
    for (auto one = work.begin(); one != work.end(); ++one) {
        auto const& [entry, name, rank, carried] = *one;
        try {
            if (rank >= 0 && std::exchange(can_choose, false) && !build.diagnostics.has_errors()) choose({one, work.end()});
            auto const edges = open(*one);
            auto const own = entry->populations.find(name);
            if (own != entry->populations.end() && read_blue_brain(build, *this, edges, own->second, overrides_)) {
                steps.made(edges.size());
                continue;
            }
            if (!overrides_.empty()) require_no_override(*this, edges, overrides_);
            static Components const none;
            auto const table = types.find(entry);
            read_allen_edges(build, *this, edges, table == types.end() ? nullptr : &table->second,
                             own == entry->populations.end() ? none : own->second.components, streams, carried, steps);
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *entry->where);
        }
    }
}

}  // namespace rall::io::sonata
