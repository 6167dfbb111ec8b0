// What the sections of a config share while it becomes a model. Private to io/config*.cpp: config.cpp calls the sections in
// the order in which they may name each other.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "io/config/biophysics.hpp"
#include "io/config/cell_type.hpp"
#include "io/config/config.hpp"
#include "io/config/population.hpp"
#include "io/results/output.hpp"
#include "io/schema/schema.hpp"
#include "io/text/object.hpp"
#include "io/text/paths.hpp"
#include "io/text/rows.hpp"
#include "io/text/series.hpp"
#include "morphology/options.hpp"

namespace rall::io {

/// An entry of "cells".
struct CellEntry {
    std::string name;
    int first = 0, count = 1;  ///< cells of the model
    bool numbered = false;     ///< its cells are called name[i]
    int type = 0;
    double threshold = 0;  ///< mV, at the spike location
    /// What is known about each cell: "threshold_current", "holding_current" (nA), "input_resistance" (Mohm).
    std::map<std::string, Series> numbers = {};
};

/// An entry of "cells" before mechanisms are known.
struct CellPlan {
    CellEntry entry;
    Node const* node = nullptr;
    std::shared_ptr<morphology::Morphology const> morphology;
    Biophysics biophysics;
    std::optional<neuroml::Cell> neuroml;     ///< from which `biophysics` comes once mechanisms are known
    std::shared_ptr<hoc::Program const> hoc;  ///< likewise, and what becomes of `morphology`
    std::optional<morphology::CutRule> rule;  ///< from model_processing
    SectionValues own;
    Node const* spike_location = nullptr;  ///< where it is written, if it is
    Node const* pointers = nullptr;
    std::vector<double> attributes = {};      ///< that `hoc` needs (hoc::needed_attributes)
    std::vector<int> section_numbers = {};  ///< that a template in hoc gave each section of `morphology`; -1: none
    std::optional<Series> v_init = {};      ///< mV
    Rows positions = {}, rotations = {};    ///< um, and unit quaternions; one for all, one for each, or none
    Node const* parameters = nullptr;       ///< that differ from cell to cell
};

/// Seeds of single streams of the Blue Brain form, which add to what a stream has beside run.random_seed.
struct Seeds {
    double synapse = 0, minis = 0, stimulus = 0;
};

/// An entry of "generators": sources first .. first + count - 1 of the model.
struct GeneratorEntry {
    int first = 0, count = 0;
    int set = -1;  ///< point set of artificial cells, -1 for trains
};

/// What reads a circuit. Its functions are called in this order.
class Circuit {
public:
    virtual ~Circuit() = default;
    /// Kinds of cells, and what is read of their nodes.
    virtual std::vector<CellPlan> plan(Build& build) = 0;
    /// Directories of .mod files, after those that are known.
    virtual std::vector<std::filesystem::path> mechanism_dirs(std::vector<std::filesystem::path> known) const = 0;
    /// Types, cells, artificial cells and populations, once mechanisms are known.
    virtual void add_nodes(Build& build, std::vector<CellPlan> const& plans) = 0;
    virtual void add_edges(Build& build) = 0;
    /// An entry of "inputs" that gives nodes spikes, or decides which spikes edges carry; false for all others.
    virtual bool add_spikes(Build& build, Object& object) = 0;
    /// The places of a compartment set of "compartment_sets_file"; an error ("compartment-set") without one.
    virtual std::vector<model::Site> compartment_set(Build& build, Node const& name) = 0;
    /// What neurodamus adds to the id of a cell in the ids of random streams, the id included; counted from 1.
    virtual double cell_number(Build const& build, int cell) const = 0;
    /// Whether the axon of a type of cells was made by a template, which says nothing of where it lies.
    virtual bool axon_is_made_up(int type) const = 0;
};

struct Build {
    Config& config;
    model::Model& model;
    Paths const& paths;
    Diagnostics& diagnostics;
    Mechanisms mechanisms = {};
    Shapes* shapes = nullptr;                      ///< Overrides::shapes
    OnProgress on_progress = {};
    ChooseTargets choose_targets = {};             ///< Overrides::choose_targets
    std::optional<ChosenTargets> chosen = {};      ///< what it has said
    double spike_threshold = -30;                  ///< mV, run.spike_threshold
    bool procedural = false;                       ///< run.connectivity
    std::optional<morphology::CutRule> rule = {};  ///< run.dL
    std::vector<CellEntry> cells = {};
    std::vector<Population> populations = {};    ///< of cells described inline: one, called cell_population
    std::set<std::string> painted = {};          ///< density mechanisms of the cells
    std::map<std::string, int> cell_names = {};  ///< entry of "cells" -> index into `cells`
    std::map<std::string, int> synapses = {};    ///< entry of "synapses" -> point set
    std::map<std::string, GeneratorEntry> generators = {};
    std::map<std::string, int> inputs = {};  ///< entry of "inputs" that places electrodes -> point set
    std::vector<std::unique_ptr<Document const>> node_set_files = {};
    std::vector<Node const*> node_sets = {};  ///< objects of sets: roots of files, or "node_sets" of the config; what the first says wins
    std::unique_ptr<Circuit> circuit = {};
    Node const* root = nullptr;  ///< of the config
    std::optional<Node> standard_network = {};  ///< in the place of "network", where a config names neither that nor cells
    bool circuit_expected() const { return standard_network || root->find("network") || root->find("networks"); }
    Seeds seeds = {};
    std::optional<double> calcium = {};  ///< conditions.extracellular_calcium, mM
    bool randomize_rise = false;         ///< conditions.randomize_gaba_rise_time
    morphology::SwcOptions reading = {};     ///< run.morphology_options
    std::string reading_key = {};            ///< the same as a text
    bool spikes_at_axon = false;         ///< conditions.spike_location is AIS
    std::uint64_t next_gid = 0;
    /// Names in the output directory, and whose they are.
    std::map<std::string, std::string> files = {{record_name, "the record of the run"}, {page_name, "its page"}};

    bool is_flooded() const { return io::is_flooded(diagnostics); }
    morphology::Cable const& cable(int cell) const { return *model.types[model.cells[cell].type].cable; }
};

// output_names.cpp
/// The name that a text means in the output directory: itself, or, as with BMTK, the end of a path that leads there ("$OUTPUT_DIR/log.txt").
std::string name_in_output(Build& build, Node const& node);
/// Takes a name in the output directory for `what`; an error where it is none, or taken.
void claim_file(Build& build, Node const& node, std::string const& what, std::string const& name);

// shapes.cpp
/// The morphology an entry of "cells" describes; null after an error. Throws InputError if a file cannot be read.
std::shared_ptr<morphology::Morphology const> read_shape(Build& build, CellPlan& plan, Object& object);
/// Sets what "morphology_options" of an object says, and returns it as a text.
std::string read_morphology_options(Build& build, Object& object, morphology::SwcOptions& options);

// per_cell.cpp
/// What an entry of "cells" says of each of its cells: position, rotation, v_init, parameters, what is known of it.
void plan_each_cell(Build& build, CellPlan& plan, Object& object);
/// Gives it to the cells of an entry, the last one whose type is in the model.
void set_each_cell(Build& build, CellPlan const& plan, CellEntry const& entry);

// cells.cpp
std::vector<CellPlan> plan_cells(Build& build, Node const& cells);
/// Reads the biophysics of NeuroML cells and runs templates in hoc, which needs build.mechanisms.
void read_foreign_biophysics(Build& build, std::vector<CellPlan>& plans);
void add_cells(Build& build, std::vector<CellPlan> const& plans);

// node_sets.cpp
/// Nodes that a string, a list of strings or an object of attributes means: population and place in it, ascending, each once. Errors:
/// "node-set-unknown", "index-range".
std::vector<std::pair<int, int>> resolve_nodes(Build& build, Node const& names);
/// The sets of a simulation config, in it ("node_sets") or in a file ("node_sets_file"): they win over those of a circuit, which come after.
void read_node_sets(Build& build, Object& config);
/// The cells among them; a missing node means all. Ascending, each once.
std::vector<int> resolve_cells(Build& build, Node const* names);
/// What a location that is not given means in these cells, in words: "soma[0](0.5)". morphology/region.hpp, default_place.
std::string default_location(Build const& build, std::vector<int> const& cells);

/// The entry of "cells" that a cell of the model belongs to.
CellEntry const& entry_of(Build const& build, int cell);

// drawn_places.cpp
/// Whether a location is {"region": ..., ...}: places that are drawn.
bool is_drawn(Node const& location);
/// Draws places in a region: evenly over its length or its membrane.
class PlaceDraw {
public:
    /// `stream`: the name of what draws; places depend on it, on the seed and on the gid of the cell. After an error there are no places.
    PlaceDraw(Build& build, Node const& node, std::string const& stream);
    std::vector<morphology::Place> in(int cell);

private:
    /// Part of a section, between x0 and x1, in um or um2; `until` sums up those before it too.
    struct Piece {
        int section;
        double x0, x1, size, until;
    };
    std::vector<Piece> const& pieces(int cell);
    Build* build_;
    Node const* node_;
    std::string region_;
    std::optional<std::int64_t> count_;
    double density_ = 0;
    bool by_area_ = false;
    double nearest_ = 0, farthest_;  ///< um, path from the origin
    random::Stream stream_;
    std::map<int, std::vector<Piece>> by_type_;
};

/// Compartments that a location or a list of them means in the cells of a model, worked out once per type of cell. The ends of a section
/// are nodes of their own (morphology::keep_node), but what belongs to a membrane is that of the compartment beside.
class Places {
public:
    /// `locations` may be null: then default_place. `of_membrane`: a variable other than v is looked for there. Errors are those of
    /// morphology/region.hpp, at the location.
    Places(Build& build, Node const* locations, bool of_membrane = false)
        : build_(build), locations_(locations), of_membrane_(of_membrane) {}
    /// Those of an entry that may have places drawn, and then has them recorded (Config::drawn).
    Places(Build& build, Node const* locations, std::string entry)
        : build_(build), locations_(locations), entry_(std::move(entry)) {}
    /// In order of writing; empty after an error. Cables get the ends they lack: references to them end here. Valid until the next call.
    std::vector<int> const& in(int cell);

private:
    void draw(int cell, Node const& node, std::vector<int>& found);  // drawn_places.cpp
    Build& build_;
    Node const* locations_;
    bool of_membrane_ = false;
    std::string entry_ = {};
    std::map<int, std::vector<int>> by_type_ = {};
    std::map<Node const*, PlaceDraw> draws_ = {};
    std::vector<int> with_drawn_ = {};
    int before_ = 0;           ///< places of cells asked for so far, where some are drawn
    int recorded_ = -1;        ///< index into Config::drawn
    bool refused_ = false;     ///< places may not be drawn here, and that is said
};
/// Every location in every cell that `cells` names, by cells; `cells` and `locations` may be null, `of_membrane` as of Places.
std::vector<model::Site> place_all_to_all(Build& build, Node const* cells, Node const* locations, bool of_membrane = false);
/// The rule "one_to_one" of `object`: location i, or the one that is given, in cell i; both may be columns, and a cell may come again.
/// Errors: "count", "place-ambiguous".
std::vector<model::Site> place_one_to_one(Build& build, Object const& object, Node const* cells, Node const* locations, bool of_membrane = false);

// network.cpp
void add_synapses(Build& build, Node const& synapses);
void add_generators(Build& build, Node const& generators);
void add_connections(Build& build, Node const& connections);
/// Trains of a spike file (one per node id, ascending) or of "times"; `object` has either key.
std::vector<std::vector<double>> read_trains(Build& build, Object& object);
/// Adds sources that play these trains; returns the index of the first.
int add_trains(Build& build, std::vector<std::vector<double>> trains, bool recorded);
/// Instances of a point set, one or all: {set, first, count}; set is -1 after an error.
struct Target {
    int set = -1, first = 0, count = 0;
};
/// An entry of "synapses", or of "generators" if its instances are artificial cells; -1 for another name.
int find_set(Build const& build, std::string const& name);
/// The instances of `set`, or the one of this index if it is not negative.
Target instances_of(Build& build, int set, int index, Node const& where);
/// The instances of "synapses" that an object's `key` names: "syn" or "syn[3]".
Target resolve_instances(Build& build, Object& object, char const* key);
/// The same where a list may name several.
std::vector<Target> resolve_entries(Build& build, Object& object, char const* key);
/// The instances an entry's "target" names, artificial cells too; they must be able to receive spikes.
Target resolve_target(Build& build, Object& object);

// method.cpp
void read_method(Build& build, Object& run);
/// Reports names in run.atolscale that mean no state; when mechanisms are known.
void check_scales(Build& build, Node const& run);
/// With variable steps cells run for whole multiples of dt between exchanges: makes dt a fraction of itself that the shortest delay
/// holds.
void fit_clock(Build& build, Node const& where);

// inputs.cpp
void add_inputs(Build& build, Node const& inputs);

// field_inputs.cpp
/// "spatially_uniform_e_field".
void add_field(Build& build, Object& object);

// variables.cpp
/// A variable of compartments (v, i_membrane, an ion's, or a mechanism's) or of point processes.
struct Variable {
    std::string mechanism;  ///< empty unless a mechanism owns it
    std::string name;
    std::string units;
    std::string ion;  ///< of an ion variable
};
/// The variable of compartments that "v", "cai", "hh.m" or "m_hh" means; nothing after an error ("variable-unknown").
std::optional<Variable> resolve_variable(Build& build, std::string const& name, Node const& where);
/// The variable of a set's instances.
std::optional<Variable> resolve_variable(Build& build, model::PointSet const& set, std::string const& name,
                                         Node const& where);
/// Compartments of a cell type that have a variable, per compartment.
std::vector<char> has_variable(Build const& build, model::CellType const& type, Variable const& variable);

// tables.cpp
/// The values of a FUNCTION_TABLE of `n_args` arguments; nothing after an error ("table-shape").
std::optional<model::FunctionTable> read_table(Build& build, Node const& node, std::string const& what, int n_args);

/// Reports FUNCTION_TABLEs of the model's mechanisms that have no values ("table-unbound").
void require_tables(Build& build, Node const& where);

// pointers.cpp
/// Binds the POINTERs of all mechanisms the model uses: "pointers" of biophysics, of entries of "cells" and of "synapses".
void add_pointers(Build& build, std::vector<CellPlan> const& plans, Node const* synapses);

// vectors.cpp
/// The numbers of the VECTORs of a point process or artificial cell: "vectors" of its entry, or `trains`, read from "times" or
/// "spike_file" of a generator. A VECTOR that gets none is a warning ("vector-empty").
void bind_vectors(Build& build, MechanismInfo const& info, Object& entry, std::vector<std::vector<double>> trains,
                  model::PointSet& set);

// electrodes.cpp
/// "electrodes" (or BMTK's "electrode_positions"), "conductivity" and "method" of a report of type "lfp".
model::Extracellular read_extracellular(Build& build, Object& object);

// report_sums.cpp
/// What a report of type "summation" adds up; its probes are in the model then, sampled as `like`. Nothing after an error.
std::optional<ReportSum> read_report_sum(Build& build, Object& object, model::Probe const& like);

// reports.cpp
void add_reports(Build& build, Node const& reports);

}  // namespace rall::io
