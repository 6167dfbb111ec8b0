// A SONATA circuit on its way into a model: nodes become cells, artificial cells and spike sources, edges become synapses and connections.
// Private to io/sonata.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "io/config/build.hpp"
#include "io/sonata/circuit_config.hpp"
#include "io/sonata/nodes.hpp"

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
};

/// Section ids of edges: sections in NEURON's order, soma, axon, dend, apic, then others, the stub that replaced an axon last.
std::vector<int> sections_by_id(morphology::Cable const& cable, bool axon_replaced);
/// The same by the numbers that a template gave sections; -1 where it has left none with this number.
std::vector<int> sections_by_number(std::vector<int> const& numbers);

/// Spikes by node id, ascending.
using Trains = std::map<std::uint64_t, std::vector<double>>;
/// Those of a population in a SONATA file, which may name none.
Trains trains_of(std::filesystem::path const& path, std::string const& population);

/// Edges that carry given spikes instead of those of their sources.
struct Replay {
    std::string label;                                  ///< of their synapses
    std::map<std::string, std::vector<int>> sources;    ///< by population of nodes: source of the model for each, -1 where its edges carry nothing
    std::map<std::string, std::vector<char>> targets;   ///< whether edges onto each node carry something
    bool draws_all = false;                             ///< places of synapses of edges that carry nothing are drawn, too
    EdgesEntry edges = {};                              ///< unless the circuit's own are meant
};

class Network : public Circuit {
public:
    Network(CircuitConfig circuit, Node const& network) : circuit_(std::move(circuit)), network_(&network) {}

    std::vector<CellPlan> plan(Build& build) override;
    std::vector<std::filesystem::path> mechanism_dirs(std::vector<std::filesystem::path> known) const override;
    void add_nodes(Build& build, std::vector<CellPlan> const& plans) override;
    void add_edges(Build& build) override;
    bool add_spikes(Build& build, Object& object) override;

    Nodes const* find(std::string const& population) const;
    std::vector<Nodes>& nodes() { return nodes_; }
    Components const& components() const { return circuit_.components; }
    ParameterFiles& parameters() { return parameters_; }
    Node const& node() const { return *network_; }
    /// Sections of a type by the ids that edges have.
    std::vector<int> sections_by_id(int type, morphology::Cable const& cable) const {
        auto const numbers = section_numbers_.find(type);
        return numbers == section_numbers_.end() ? sonata::sections_by_id(cable, axon_replaced_.contains(type)) : sections_by_number(numbers->second);
    }

private:
    void feed(Build& build, Object& object);
    void add_replay(Build& build, Object& object);
    void add_activity(Build& build, Object& object);
    void plan_population(Build& build, Nodes& nodes, std::vector<CellPlan>& plans, Steps& steps);
    int plan_cell(Build& build, Nodes const& nodes, std::size_t node, std::vector<CellPlan>& plans);
    void plan_biophysical(Build& build, Nodes const& nodes, std::size_t node, CellPlan& plan);
    void plan_single(Build& build, Nodes const& nodes, std::size_t node, CellPlan& plan);
    void add_cells(Build& build, Nodes const& nodes, Population& population);
    void add_points(Build& build, Nodes const& nodes, Population& population);

    CircuitConfig circuit_;
    Node const* network_;
    std::vector<Nodes> nodes_;
    std::vector<std::string> fed_;  ///< populations of nodes that got spikes, and labels of replays, in this order
    std::vector<std::unique_ptr<Replay>> replays_;
    std::unique_ptr<Replay> activity_;  ///< of all edges between simulated nodes
    ParameterFiles parameters_;
    std::map<std::string, int> plan_by_key_;
    std::map<std::string, std::shared_ptr<morphology::Morphology const>> shapes_;
    std::vector<std::shared_ptr<Document const>> made_;  ///< biophysics of single compartments
    std::set<int> axon_replaced_;                        ///< types of the model
    std::vector<bool> plan_replaces_axon_;
    std::map<std::string, std::shared_ptr<hoc::Program const>> templates_;
    std::map<int, std::vector<int>> section_numbers_;    ///< of types that a template numbered (CellPlan::section_numbers)
    std::vector<morphology::Vec3> centre_of_plan_;       ///< mean of the 3-D points of the soma, which lies at a node's position
};

}  // namespace rall::io::sonata
