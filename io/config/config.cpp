// The config as a whole: its order of sections, and the short ones (run, conditions, output).
#include "io/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/config/build.hpp"
#include "io/config/plausible.hpp"
#include "io/results/report_file.hpp"

namespace rall::io {
namespace {

/// A run has at least one step, and not more than can be counted.
void check_steps(Build& build, Node const& run) {
    auto const& model = build.model;
    if (!(model.tstop / model.dt <= most_exact))
        error(build.diagnostics, "config-range", run.at("tstop"),
              fmt::format("run: {} ms in steps of {} ms are {:.3g} steps; expected at most {:.3g}", model.tstop, model.dt,
                          model.tstop / model.dt, most_exact),
              model.method == model::Method::cvode ? "cells wait for one another after the shortest delay at the latest"
                                                   : "");
    else if (model.dt > model.tstop && model.method != model::Method::cvode)
        error(build.diagnostics, "config-range", run.at("dt"),
              fmt::format("run: a step of {} ms is longer than the run of {} ms", model.dt, model.tstop),
              "expected a dt of at most tstop");
}

/// run.tables: true, or the mechanisms whose TABLEs count.
void read_tables(Build& build, Node const& node) {
    std::vector<std::string> known;
    for (auto const& [name, info] : build.mechanisms) known.push_back(name);
    if (node.scalar.is_boolean()) {
        if (node.scalar.boolean()) build.model.kernels.tabulated = {known.begin(), known.end()};
        return;
    }
    bool const is_list = node.is_array() && std::ranges::all_of(node.children, &Node::is_string);
    if (!is_list)
        return error(build.diagnostics, "config-type", node,
                     "run.tables is neither true, false nor a list of mechanisms");
    for (auto const& name : node.children) {
        if (build.mechanisms.contains(name.text())) build.model.kernels.tabulated.insert(name.text());
        else
            error(build.diagnostics, "mechanism-unknown", name, fmt::format("no mechanism is called '{}'", name.text()),
                  did_you_mean(name.text(), known));
    }
}

void read_run(Build& build, Node const& node) {
    Object run(node, "run", build.diagnostics, keys_of("run"));
    auto& model = build.model;
    model.tstop = run.number("tstop");
    model.dt = run.number("dt");
    model.seed = static_cast<std::uint64_t>(run.integer("random_seed"));
    read_method(build, run);
    model.exact_gating = run.choice("kinetic") == "exact";
    model.kernels.single_precision = run.choice("precision") == "single";
    model.exact_rates = run.flag("exact_rates");
    if (run.find("merge_synapses")) build.config.merge_synapses = run.flag("merge_synapses");
    model.merge_synapses = build.config.merge_synapses.value_or(true);
    auto const seed = [&](char const* key) {
        if (!build.circuit_expected()) run.ignore(key, "these random numbers follow from run.random_seed");
        return build.circuit_expected() || run.has(key) ? static_cast<double>(run.integer(key)) : 0;
    };
    build.seeds = {seed("synapse_seed"), seed("minis_seed"), seed("stimulus_seed")};
    run.find("tables");  // read_tables, once mechanisms are known
    build.procedural = run.choice("connectivity") == "procedural";
    build.spike_threshold = run.number("spike_threshold");
    build.config.nodes_at_ends = run.choice("section_ends") == "nodes";
    build.reading_key = read_morphology_options(build, run, build.reading);
    if (auto const dL = run.optional_number("dL"))
        build.rule = morphology::CutRule{morphology::CutRule::By::per_length, 2 * *dL};
    if (auto const* file = node.find("electrodes_file"))
        complain(build.diagnostics, Severity::error, "electrodes-file", *file, "run: files of weights for potentials outside of cells are not read",
                 "say where the electrodes are: \"electrodes\": [[x, y, z]] of the reports of type lfp", true);
    if (run.optional_text("save")) build.config.save = build.paths.resolve(run.at("save"), build.diagnostics);
    if (run.optional_text("restore")) build.config.restore = build.paths.resolve(run.at("restore"), build.diagnostics);
    run.finish();
}

/// Values of GLOBAL parameters and FUNCTION_TABLEs: {"hh": {"name": 1}}.
void read_globals(Build& build, Node const& node) {
    Object list(node, "conditions.mechanisms", build.diagnostics);
    for (auto const& mechanism : node.children) {
        auto const found = build.mechanisms.find(mechanism.key);
        if (found == build.mechanisms.end()) {
            std::vector<std::string> names;
            for (auto const& [name, info] : build.mechanisms) names.push_back(name);
            complain(build.diagnostics, Severity::error, "mechanism-unknown", mechanism,
                     fmt::format("no mechanism is called '{}'", mechanism.key), did_you_mean(mechanism.key, names),
                     true);
            continue;
        }
        auto const& info = *found->second;
        Object values(mechanism, "conditions.mechanisms." + mechanism.key, build.diagnostics);
        for (int i = 0; i < info.n_variables; ++i) {
            auto const& variable = info.variables[i];
            if (variable.role == Role::global) {
                auto const* given = values.find(variable.name);
                if (given && given->scalar.is_boolean())  // as the Blue Brain form has switches
                    build.model.globals[mechanism.key][variable.name] = given->scalar.boolean();
                else if (auto const value = values.optional_number(variable.name))
                    build.model.globals[mechanism.key][variable.name] = *value;
            } else if (auto const* node = variable.role == Role::table ? values.find(variable.name) : nullptr) {
                auto const table =
                    read_table(build, *node, values.what() + "." + variable.name, static_cast<int>(variable.value));
                if (table) build.model.tables[mechanism.key][variable.name] = *table;
            }
        }
        values.finish();
    }
}

/// The value of an Allen fit file, if all cells that state one agree.
std::optional<double> common_condition(Build& build, std::vector<CellPlan> const& plans,
                                       std::optional<double> Biophysics::*member, char const* name, Node const& where) {
    std::optional<double> common;
    for (auto const& plan : plans) {
        auto const value = plan.biophysics.*member;
        if (value && common && *value != *common) {
            error(build.diagnostics, "condition-conflict", where,
                  fmt::format("the biophysics of the cells state different values of {}: {} and {}", name, *common,
                              *value),
                  fmt::format("give conditions.{}", name));
            return common;
        }
        if (value) common = value;
    }
    return common;
}

void read_conditions(Build& build, Node const* node, Node const& root, std::vector<CellPlan> const& plans) {
    static auto const nothing = Document::parse("{}", "");
    Object conditions(node ? *node : nothing->root(), "conditions", build.diagnostics, keys_of("conditions"));
    auto const read = [&](char const* key, std::optional<double> Biophysics::*member) {
        if (auto const given = conditions.optional_number(key)) return *given;
        auto const fitted = common_condition(build, plans, member, key, root);
        auto const value = fitted.value_or(conditions.row(key)->standard.number());
        complain(build.diagnostics, Severity::note, "config-defaults", node ? *node : root,
                 fmt::format("conditions: {} is not given, so {} {}{}", key, value, conditions.row(key)->units,
                             fitted ? ", as the biophysics says" : ""));
        return value;
    };
    build.model.celsius = read("celsius", &Biophysics::celsius);
    build.model.v_init = read("v_init", &Biophysics::v_init);
    if (auto const* mechanisms = conditions.find("mechanisms")) read_globals(build, *mechanisms);
    if (build.circuit) {
        build.calcium = conditions.optional_number("extracellular_calcium");
        build.randomize_rise = conditions.flag("randomize_gaba_rise_time");
        build.spikes_at_axon = conditions.choice("spike_location") == "AIS";
        conditions.find("modifications");  // read with the nodes
    }
    conditions.finish();
}

void read_output(Build& build, Node const* node, Node const& root) {
    auto& config = build.config;
    config.output_dir = (build.paths.directory() / "output").lexically_normal();
    config.spikes_file = "spikes.h5";
    if (!node) {
        complain(build.diagnostics, Severity::note, "config-defaults", root,
                 fmt::format("output is not given, so results go to {}", config.output_dir.string()));
        claim_file(build, root, "output.spikes_file", config.spikes_file);
        return;
    }
    Object output(*node, "output", build.diagnostics, keys_of("output"));
    if (output.optional_text("output_dir"))
        config.output_dir = build.paths.resolve(output.at("output_dir"), build.diagnostics);
    auto const name = [&](char const* key) { return output.optional_text(key) ? std::optional(name_in_output(build, output.at(key))) : std::nullopt; };
    config.spikes_file = name("spikes_file").value_or(config.spikes_file);
    auto const order = output.choice("spikes_sort_order");
    config.spike_order = order.ends_with("id") ? SpikeOrder::by_id : SpikeOrder::by_time;
    config.log_file = name("log_file");
    auto const* spikes = output.find("spikes_file");
    claim_file(build, spikes ? *spikes : *node, "output.spikes_file", config.spikes_file);
    if (config.log_file) claim_file(build, output.at("log_file"), "output.log_file", *config.log_file);
    output.finish();
}

/// Exact steps are for schemes that conserve their states; what is no linear scheme at all stays implicit.
void require_conserving(Build& build, Node const& where) {
    if (!build.model.exact_gating) return;
    for (auto const& name : build.model.mechanism_names()) {
        auto const found = build.mechanisms.find(name);
        if (found == build.mechanisms.end() || !found->second->gating.obstacle) continue;
        auto const text = fmt::format("{} cannot be advanced exactly: {}", name, found->second->gating.obstacle);
        if (found->second->gating.leaks)
            error(build.diagnostics, "not-exact", where, text,
                  "let what leaves each state arrive in another, or run with \"kinetic\": \"implicit\"");
        else complain(build.diagnostics, Severity::note, "not-exact", where, text, "it stays implicit");
    }
}

/// A variable step follows the equations themselves.
void require_fixed_step(Build& build, Node const& where) {
    if (build.model.method != model::Method::cvode) return;
    if (build.model.exact_gating)
        error(build.diagnostics, "config-conflict", where, "exact steps of KINETIC blocks go with a fixed step only",
              "leave out \"kinetic\": \"exact\", or \"integration_method\": \"cvode\"");
    if (build.model.kernels.single_precision)
        error(build.diagnostics, "config-conflict", where, "rates in single precision go with a fixed step only",
              "leave out \"precision\": \"single\", or \"integration_method\": \"cvode\"");
    for (auto const& type : build.model.types)
        for (auto const& painted : type.mechanisms)
            if (painted.parameters.contains(channels_name))
                error(
                    build.diagnostics, "config-conflict", where,
                    fmt::format("single channels of {} in {} go with a fixed step only", painted.mechanism, type.name),
                    "leave out \"stochastic\", or \"integration_method\": \"cvode\"");
}

}  // namespace

std::optional<Node> standard_network(Node const& root, std::filesystem::path const& directory) {
    constexpr char const* standard = "circuit_config.json";
    std::error_code code;
    if (!root.find("run") || root.find("network") || root.find("networks") || root.find("cells") || !std::filesystem::is_regular_file(directory / standard, code)) return {};
    return Node{root.document, root.offset, root.offset, "network", standard, {}, {}};
}

namespace {

/// What belongs to other files of a circuit, or to what is not supported.
void reject_circuits(Node const& root, Diagnostics& diagnostics, bool circuits) {
    auto const* networks = root.find("networks");
    if (networks && !root.find("run"))
        complain(diagnostics, Severity::error, "circuit-config", *networks,
                 "'networks' without 'run' is a circuit config, which cannot run by itself",
                 "run the simulation config that names it as its \"network\"", true);
    if (auto const* node = root.find("network") ? root.find("network") : networks; node && !circuits)
        complain(diagnostics, Severity::error, "circuit-unsupported", *node, fmt::format("'{}': circuits are not read here", node->key),
                 "describe the cells inline: \"cells\", \"synapses\", \"generators\", \"connections\" (docs/config.md)",
                 true);
}

/// Which nodes gids belong to: populations, then what spikes without belonging to one.
void name_populations(Build& build, std::uint64_t first_generator) {
    auto& config = build.config;
    for (auto const& population : build.populations) config.populations.push_back(population.nodes);
    config.populations.push_back(
        {generator_population, first_generator, build.next_gid - first_generator, first_generator});
    std::vector<char> spiking(config.populations.size());
    for (auto const& source : build.model.sources)
        if (source.recorded) spiking[node_of(config.populations, source.gid).first] = 1;
    for (std::size_t k = 0; k < spiking.size(); ++k)
        if (spiking[k] || k == 0) config.spiking.push_back(config.populations[k].name);
}

/// The cells that are described inline are one population.
void make_population(Build& build) {
    auto const n = build.model.cells.size();
    Population population{{cell_population, 0, n}};
    for (std::size_t i = 0; i < n; ++i) population.cell.push_back(static_cast<int>(i));
    population.source = population.cell;
    population.attributes["model_type"] = {{}, {"biophysical"}, std::vector<int>(n)};
    build.populations.push_back(std::move(population));
}

std::filesystem::path directory_of(std::filesystem::path const& file) {
    return file.has_parent_path() ? file.parent_path() : ".";
}

}  // namespace

Written read_written(std::filesystem::path const& path) {
    std::shared_ptr<Document const> const document = Document::read(path);
    return read_written(document, document->root());
}

Written read_written(std::shared_ptr<Document const> const& document, Node const& config) {
    Written written{document->file(), {document}, config};
    Diagnostics diagnostics;  // read_config says again what is wrong with names of files
    Paths const paths(directory_of(written.file), config.find("manifest"), diagnostics);
    auto const member = [](Node& of, std::string_view name) {
        auto const found = std::ranges::find(of.children, name, &Node::key);
        return of.is_object() && found != of.children.end() ? &*found : nullptr;
    };
    auto* const cells = member(written.root, "cells");
    if (!cells) return written;
    for (auto& cell : cells->children) {
        auto* const biophysics = member(cell, "biophysics");
        if (!biophysics || !biophysics->is_string()) continue;
        auto const file = paths.file(*biophysics, diagnostics);
        if (!file || neuroml::is_neuroml(*file) || hoc::is_hoc(*file)) continue;
        written.documents.push_back(Document::read(*file));
        auto content = written.documents.back()->root();
        content.key = biophysics->key;
        *biophysics = std::move(content);
    }
    return written;
}

Config read_config(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                   Overrides const& overrides) {
    auto const document = Document::read(path);
    return read_config(document->root(), path, load, diagnostics, overrides);
}

Config read_config(Node const& root, std::filesystem::path const& path, LoadMechanisms const& load,
                   Diagnostics& diagnostics, Overrides const& overrides) {
    auto const directory = directory_of(path);
    Config config;
    config.file = path;
    Object object(root, "config", diagnostics, keys_of("config"));
    reject_circuits(root, diagnostics, overrides.open_circuit != nullptr);
    diagnostics.throw_if_errors();
    Paths const paths(directory, object.find("manifest"), diagnostics);
    Build build{config, config.model, paths, diagnostics};
    build.shapes = overrides.shapes;
    build.on_progress = overrides.on_progress;
    build.choose_targets = overrides.choose_targets;
    build.root = &root;
    if (overrides.open_circuit) build.standard_network = standard_network(root, directory);
    if (build.standard_network) object.assumed("network", build.standard_network->text());
    object.find("version");

    if (auto const* run = object.required("run")) read_run(build, *run);
    if (overrides.tstop) config.model.tstop = *overrides.tstop;
    if (overrides.exact) config.model.exact_gating = true;
    read_node_sets(build, object);
    auto const* network = build.standard_network ? &*build.standard_network : object.find("network");
    auto const* networks = object.find("networks");  // BMTK's configs may be circuit config and simulation config in one
    object.find("components");
    if (network && networks)
        error(diagnostics, "config-conflict", *networks, "'network' and 'networks' both say which circuit it is; expected one of them");
    if (!network) network = networks;
    auto const* cells = network ? object.find("cells") : object.required("cells");
    if (network && cells)
        error(diagnostics, "config-conflict", *cells,
              fmt::format("'cells' and '{}' both say which cells there are; expected one of them", network->key));
    else if (network) build.circuit = overrides.open_circuit(build, root);
    auto plans = cells           ? plan_cells(build, *cells)
                       : build.circuit ? build.circuit->plan(build)
                                       : std::vector<CellPlan>{};
    config.mechanism_dirs = read_mechanism_dirs(object, directory, diagnostics);
    config.mechanism_dirs.insert(config.mechanism_dirs.end(), overrides.mechanism_dirs.begin(), overrides.mechanism_dirs.end());
    if (build.circuit) config.mechanism_dirs = build.circuit->mechanism_dirs(std::move(config.mechanism_dirs));
    for (auto const& plan : plans)
        for (auto const& dir : plan.biophysics.mechanism_dirs)
            if (std::find(config.mechanism_dirs.begin(), config.mechanism_dirs.end(), dir) ==
                config.mechanism_dirs.end())
                config.mechanism_dirs.push_back(dir);
    read_output(build, object.find("output"), root);
    auto const* conditions = object.find("conditions");
    auto const* synapses = object.find("synapses");
    auto const* generators = object.find("generators");
    auto const* connections = object.find("connections");
    auto const* inputs = object.find("inputs");
    auto const* reports = object.find("reports");
    if (network)  // what the circuit itself reads
        for (auto const* key : {"node_set", "connection_overrides", "compartment_sets_file"}) object.find(key);
    object.finish();

    try {
        MechanismSources sources{config.mechanism_dirs, {}};
        for (auto const& plan : plans)
            if (plan.neuroml)
                sources.composed.insert(sources.composed.end(), plan.neuroml->mechanisms.begin(), plan.neuroml->mechanisms.end());
        build.mechanisms = load(sources);
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, root);
    }
    if (auto const* run = root.find("run"); run && !build.mechanisms.empty()) {
        check_scales(build, *run);
        if (auto const* tables = run->find("tables")) read_tables(build, *tables);
    }
    if (!build.mechanisms.empty()) read_foreign_biophysics(build, plans);
    read_conditions(build, conditions, root, plans);
    // What follows needs shapes, places and mechanisms; without them every name in it would be called unknown.
    bool const shapes =
        std::all_of(plans.begin(), plans.end(), [](auto const& plan) { return plan.morphology != nullptr; });
    if (!shapes || build.mechanisms.empty() || network) diagnostics.throw_if_errors();
    if (build.circuit) build.circuit->add_nodes(build, plans);
    else {
        add_cells(build, plans);
        make_population(build);
    }
    auto const first_generator = build.next_gid;
    if (synapses) add_synapses(build, *synapses);
    add_pointers(build, plans, synapses);
    if (generators) add_generators(build, *generators);
    if (connections) add_connections(build, *connections);
    if (inputs) add_inputs(build, *inputs);
    if (build.circuit) build.circuit->add_edges(build);
    if (reports) add_reports(build, *reports);
    if (connections || network) fit_clock(build, connections ? *connections : *network);
    name_populations(build, first_generator);
    auto const* run = object.find("run");
    if (run && !diagnostics.has_errors()) check_steps(build, *run);
    auto const* kinetic = run ? run->find("kinetic") : nullptr;
    require_conserving(build, kinetic ? *kinetic : root);
    require_fixed_step(build, kinetic ? *kinetic : root);
    if (!diagnostics.has_errors()) require_tables(build, object.node());
    if (!diagnostics.has_errors()) warn_of_units(build, root, plans);
    diagnostics.throw_if_errors();
    return config;
}

}  // namespace rall::io
