// A SONATA circuit on its way into a model: nodes become cells, artificial cells and spike sources, edges become synapses and connections.
// Private to io/sonata.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <string>
#include <vector>

#include "io/config/build.hpp"
#include "io/sonata/circuit_config.hpp"
#include "io/sonata/edges.hpp"
#include "io/sonata/modifications.hpp"
#include "io/sonata/nodes.hpp"
#include "io/sonata/overrides.hpp"
#include "io/sonata/section_places.hpp"

namespace rall::io::sonata {

/// A "dynamics_params" file: numbers by name.
struct Parameters {
    std::shared_ptr<Document const> document;
    std::map<std::string, double> numbers;
    bool is_allen_fit = false;
};

/// Reads each file once.
class ParameterFiles {
public:
    /// Throws InputError.
    Parameters const& read(std::filesystem::path const& path, Diagnostics& diagnostics);

private:
    std::map<std::filesystem::path, Parameters> files_;
};

/// A parameter's value as the mechanism wants it.
struct ParameterValue {
    std::string name;
    double factor = 1;
};
/// What a name of a dynamics_params file means to a mechanism: "erev" is the `e` of a synapse, and seconds of BMTK's IntFire1 are ms.
/// Nothing where it is no parameter ("level_of_detail"); an error ("parameter-unknown") where it could be one.
std::optional<ParameterValue> parameter_of(MechanismInfo const& info, std::string const& name, Location const& where,
                                           Diagnostics& diagnostics);

/// "nrn:IntFire1" -> {"nrn", "IntFire1"}; no colon: {"", text}.
std::pair<std::string, std::string> split_template(std::string const& text);

/// The mechanism that the model_template of an edge names: BMTK calls NEURON's own by its functions that make them, "exp2syn" and "expsyn".
std::string const& mechanism_of(std::string const& name, Mechanisms const& mechanisms);

/// The path of a component; throws InputError ("component-missing", "file-missing") that says where it was looked for. An extension that is not
/// given is tried.
std::filesystem::path find_component(Components const& own, Components const& common, std::string const& directory,
                                     std::string const& name, std::vector<std::string> const& extensions,
                                     Location const& where);

enum class ModelType { biophysical, single_compartment, point, virtual_node };

/// A population of nodes and what became of it.
struct Nodes {
    NodePopulationFile file;
    PopulationEntry entry;
    Node const* where;
    std::vector<ModelType> model;
    std::vector<int> plan;  ///< of nodes with compartments: index into the plans
    int built = -1;         ///< index into Build::populations
    std::vector<char> left_out = {};  ///< of nodes that the simulation's "node_set" does not mean; empty if there are none

    bool is_left_out(std::size_t node) const { return !left_out.empty() && left_out[node]; }
};

/// "node 3 of 'cells'", for messages.
std::string describe(Nodes const& nodes, std::size_t node);

/// Spikes by node id, ascending.
using Trains = std::map<std::uint64_t, std::vector<double>>;
/// Those of a population in a SONATA file, which may name none.
Trains trains_of(std::filesystem::path const& path, std::string const& population);

/// Edges that carry given spikes instead of those of their sources.
struct Carried {
    std::string label;                                  ///< of their synapses
    std::map<std::string, std::vector<int>> sources;    ///< by population of nodes: source of the model for each, -1 where its edges carry nothing
    std::map<std::string, std::vector<char>> targets;   ///< whether edges onto each node carry something
    bool draws_all = false;                             ///< places of synapses of edges that carry nothing are drawn, too
    EdgesEntry edges = {};                              ///< unless the circuit's own are meant
};

/// Spikes of a file that stand for those of nodes ("synapse_replay").
struct Replay {
    std::vector<std::unordered_map<std::size_t, std::vector<double>>> trains;  ///< per population, by row
    std::vector<std::vector<char>> targets;                                    ///< per population, whether each node hears them
    std::map<std::tuple<int, std::size_t, int>, int> sources = {};             ///< of the model: by population, row and argument
};

class Network : public Circuit {
public:
    Network(CircuitConfig circuit, Node const& network) : circuit_(std::move(circuit)), network_(&network) {}

    std::vector<CellPlan> plan(Build& build) override;
    std::vector<std::filesystem::path> mechanism_dirs(std::vector<std::filesystem::path> known) const override;
    void add_nodes(Build& build, std::vector<CellPlan> const& plans) override;
    void add_edges(Build& build) override;
    bool add_spikes(Build& build, Object& object) override;
    std::vector<model::Site> compartment_set(Build& build, Node const& name) override;
    double cell_number(Build const& build, int cell) const override;
    bool axon_is_made_up(int type) const override { return section_numbers_.contains(type); }

    /// Node sets ask for the model_type whoever said it.
    void state_model_type(Build& build, Nodes const& nodes) const;
    /// The population of nodes that edges name. Throws InputError ("population-unknown"); `which`: "source" or "target".
    Population const& population(Build const& build, EdgePopulation const& edges, std::string const& name, char const* which) const;
    std::vector<Override> const& overrides() const { return overrides_; }
    std::vector<int> section_order(morphology::Cable const& cable, int type) const;
    std::uint64_t id_offset(std::string const& population) const { return offsets_.at(population); }
    /// Hz of spontaneous events that a node says its synapses have.
    double minis(Build const& build, Nodes const& nodes, std::size_t row, bool inhibits) const;
    /// Whether a node has spikes of its own.
    static bool spikes(Build const& build, Population const& population, std::size_t row);
    /// Makes the sources that replay the spikes of a node. `argument`: of NET_RECEIVE, that says so.
    void make_replays(Build& build, Nodes const& source, std::size_t source_row, int argument);
    /// Those of them that another node hears; made where there is none yet.
    std::vector<int> replays(Build& build, Nodes const& source, std::size_t source_row, Nodes const& target, std::size_t target_row, int argument);
    bool replays_from(Nodes const& source) const;
    /// x of a place that is `offset` um behind a 3-D point of a section.
    double along(Build const& build, int cell, int section, double point, double offset) const;

    Nodes const* find(std::string const& population) const;
    std::vector<Nodes>& nodes() { return nodes_; }
    Components const& components() const { return circuit_.components; }
    ParameterFiles& parameters() { return parameters_; }
    Node const& node() const { return *network_; }

private:
    std::vector<std::pair<int, int>> choose(Build& build, Node const& names);
    void feed(Build& build, Object& object);
    void add_synapse_replay(Build& build, Object& object);
    void add_replay(Build& build, Object& object);
    void add_activity(Build& build, Object& object);
    void number_nodes(Build& build);
    void leave_out(Build& build, Node const& wanted);
    model::ThresholdSource spike_place(Build& build, int cell, double threshold);
    void plan_population(Build& build, Nodes& nodes, std::vector<CellPlan>& plans, Steps& steps);
    int plan_cell(Build& build, Nodes const& nodes, std::size_t node, std::vector<CellPlan>& plans);
    std::shared_ptr<hoc::Program const> template_of(Nodes const& nodes, std::size_t node);
    void plan_biophysical(Build& build, Nodes const& nodes, std::size_t node, CellPlan& plan);
    void plan_single(Build& build, Nodes const& nodes, std::size_t node, CellPlan& plan);
    void add_cells(Build& build, Nodes const& nodes, Population& population);
    void add_points(Build& build, Nodes const& nodes, Population& population);

    CircuitConfig circuit_;
    Node const* network_;
    std::vector<Nodes> nodes_;
    std::vector<std::string> fed_;  ///< populations of nodes that got spikes, and labels of replays, in this order
    std::vector<std::unique_ptr<Carried>> carried_;
    std::unique_ptr<Carried> activity_;  ///< of all edges between simulated nodes
    ParameterFiles parameters_;
    std::map<std::string, int> plan_by_key_;
    std::map<std::string, std::shared_ptr<morphology::Morphology const>> shapes_;
    std::vector<std::shared_ptr<Document const>> made_;  ///< biophysics of single compartments
    std::set<int> axon_replaced_;                        ///< types of the model
    std::map<int, std::vector<int>> section_numbers_;    ///< of types that a template numbered (CellPlan::section_numbers)
    std::vector<bool> plan_replaces_axon_;
    std::map<std::string, std::shared_ptr<hoc::Program const>> templates_;  ///< by population and name
    std::vector<bool> plan_is_hoc_;
    std::vector<std::string> plan_modifications_;        ///< Modifications::key
    Modifications modifications_;
    std::vector<Override> overrides_;
    std::vector<Replay> replays_;
    std::map<std::string, std::uint64_t> offsets_;       ///< of ids, by population
    std::unique_ptr<Document const> compartment_sets_;
    std::vector<morphology::Vec3> centre_of_plan_;       ///< mean of the 3-D points of the soma, which lies at a node's position
};

}  // namespace rall::io::sonata
