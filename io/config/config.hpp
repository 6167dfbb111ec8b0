// A config becomes a model: SONATA's simulation config with the cells described inline (docs/config.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/progress.hpp"
#include "io/config/mechanisms.hpp"
#include "io/results/populations.hpp"
#include "io/results/report_file.hpp"
#include "io/results/spikes.hpp"
#include "io/text/json.hpp"
#include "mechanisms/catalogue.hpp"
#include "model/extracellular.hpp"
#include "model/model.hpp"
#include "morphology/cable.hpp"
#include "morphology/morphology.hpp"

namespace rall::io {

/// What a report adds up: each site of each of some probes counts for one column, with a weight. They are added in this order.
struct ReportSum {
    struct Part {
        int probe;
        std::vector<std::uint32_t> column;  ///< per site
        std::vector<double> weight;
    };
    std::vector<Part> parts;
    std::vector<model::Site> columns;
};

/// One entry of "reports"; its samples are those of model.probes[probe].
struct Report {
    std::string name;
    std::string file_name;  ///< in the output directory, with .h5
    std::string units;
    int probe = 0;
    std::optional<model::Extracellular> field = {};  ///< potentials that the probe's currents make; without: what the probe sees
    std::optional<ReportSum> sum = {};               ///< or sums of what several probes see, `probe` the first of them
};

/// Cells, or sources of spikes from outside, that are described together, for pictures: an entry of "cells" or of "generators", or a population
/// of a circuit.
struct Pictured {
    std::string name;
    std::uint64_t first = 0, count = 0;  ///< gids
    bool numbered = false;               ///< its members are called name[i]
    bool recorded = true;                ///< appears in spikes.h5
};

/// Places that were drawn for instances of an entry of "synapses" or electrodes of one of "inputs".
struct DrawnPlaces {
    std::string file_name;      ///< in the output directory
    std::vector<int> instance;  ///< number in the entry
    std::vector<int> cell;
    std::vector<morphology::Place> place;
};

/// As CSV: the number of the instance, its cell and location as `cells` and `location` take them ("rule": "one_to_one"), and section, x and
/// path distance (um).
std::string places_csv(model::Model const& model, DrawnPlaces const& drawn);

/// All that a config says.
struct Config {
    std::filesystem::path file;
    model::Model model;
    /// Per type of the model: its shape with 3-D points, for pictures.
    std::vector<std::shared_ptr<morphology::Morphology const>> morphologies;
    std::vector<Pictured> pictured;  ///< ascending
    std::vector<Report> reports;
    std::vector<int> report_of_probe;  ///< of the first probes of the model: index into `reports`
    std::vector<DrawnPlaces> drawn;
    std::vector<NodePopulation> populations;  ///< that gids belong to, ascending
    SectionIds section_ids;                   ///< of reports
    std::vector<std::string> spiking;         ///< names of those of which some node's spikes are recorded
    std::vector<std::filesystem::path> mechanism_dirs;
    std::filesystem::path output_dir;
    std::string spikes_file;
    SpikeOrder spike_order = SpikeOrder::by_time;
    std::optional<std::string> log_file;
    std::optional<std::filesystem::path> save, restore;  ///< checkpoints: run.save, run.restore
    std::optional<bool> merge_synapses;  ///< run.merge_synapses, where it is given; Model::merge_synapses is true without
    bool connections_of_chosen = false;  ///< connections are there for chosen targets only (Overrides::choose_targets)
    bool nodes_at_ends = true;  ///< run.section_ends: x = 0 and x = 1 are nodes of their own (morphology::keep_node)
};

/// The tables of a report's file.
std::vector<ReportColumns> columns_of(Config const& config, Report const& report);

/// Makes the mechanisms known that the sources (and the built-in set) hold.
using LoadMechanisms = std::function<Mechanisms(MechanismSources const& sources)>;

/// Reconstructions by file and options, so that several readings of configs read and mend each once.
using Shapes = std::map<std::string, std::shared_ptr<morphology::Morphology const>>;

/// What stands for the "network" of a simulation config that says nothing of cells: circuit_config.json, where that lies in its directory.
std::optional<Node> standard_network(Node const& root, std::filesystem::path const& directory);

struct Build;
class Circuit;
/// Opens the circuit of a config: what its "network" names, or its own "networks" and "components" (io/config/build.hpp); null after an error.
using OpenCircuit = std::unique_ptr<Circuit> (*)(Build& build, Node const& config);

/// Targets of which connections are wanted, and of a circuit's edges the synapses, where several processes share a model.
struct ChosenTargets {
    std::vector<char> cells;      ///< per cell
    std::vector<char> instances;  ///< by Model::number_of
};
/// Asked when all that connections lead to is there; of a circuit all but its edges, of which so many lead to each cell.
using ChooseTargets = std::function<ChosenTargets(model::Model const& model, std::vector<std::uint32_t> const& edges_onto_cell)>;

/// What a command line may say instead of the config, and what readings share.
struct Overrides {
    std::optional<double> tstop;  ///< ms
    Shapes* shapes = nullptr;
    bool exact = false;  ///< run.kinetic is "exact"
    OnProgress on_progress = {};
    std::vector<std::filesystem::path> mechanism_dirs = {};  ///< beside those of the config
    ChooseTargets choose_targets = {};  ///< of "connections", and of edges where nobody asks for the others' synapses; they stay, without instances
    OpenCircuit open_circuit = nullptr;  ///< without: "network" is an error (io/simulation.hpp)
};

/// A config as it is written, with the biophysics files that it names put in their places, so that a path of names reaches into
/// them: what `rall sweep` varies. Nodes know the file they come from.
struct Written {
    std::filesystem::path file;  ///< relative names start from its directory
    std::vector<std::shared_ptr<Document const>> documents;
    Node root;
};
Written read_written(std::filesystem::path const& path);
/// The same for a config that is a node of `document`.
Written read_written(std::shared_ptr<Document const> const& document, Node const& config);

/// Reads a config and all files it names. Notes and warnings go to `diagnostics`; all errors found are thrown together as
/// one InputError.
Config read_config(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                   Overrides const& overrides = {});
/// The same for a config that is read already; `root` must live as long as the call.
Config read_config(Node const& root, std::filesystem::path const& path, LoadMechanisms const& load,
                   Diagnostics& diagnostics, Overrides const& overrides = {});

}  // namespace rall::io
