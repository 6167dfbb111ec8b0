#include "io/sonata/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "io/config/processing.hpp"
#include "io/sonata/circuit.hpp"
#include "morphology/asc.hpp"
#include "morphology/options.hpp"
#include "morphology/region.hpp"
#include "morphology/stylized.hpp"

namespace rall::io::sonata {
namespace {

constexpr std::array models{std::pair{"biophysical", ModelType::biophysical},
                            std::pair{"single_compartment", ModelType::single_compartment},
                            std::pair{"point_process", ModelType::point},
                            std::pair{"point_neuron", ModelType::point},
                            std::pair{"virtual", ModelType::virtual_node}};

ModelType model_of(Nodes const& nodes, std::size_t node) {
    auto text = nodes.file.text(node, "model_type");
    if (!text && !nodes.entry.type.empty()) text = nodes.entry.type;
    if (!text)
        throw InputError("model-type", nodes.file.where(node), fmt::format("{} has no model_type", describe(nodes, node)),
                         "a column of the types, or \"type\" of the population in the circuit config");
    std::vector<std::string> names;
    for (auto const& [name, model] : models) {
        if (*text == name) return model;
        names.emplace_back(name);
    }
    throw InputError("model-type", nodes.file.where(node),
                     fmt::format("{}: the model_type '{}' is not supported", describe(nodes, node), *text),
                     did_you_mean(*text, names));
}

/// The mean of the soma's 3-D points.
morphology::Vec3 centre_of(morphology::Morphology const& shape) {
    morphology::Vec3 sum{};
    double n = 0;
    for (auto const& section : shape.sections)
        if (section.type == morphology::soma_type)
            for (auto const& point : section.points) sum = {sum.x + point.x, sum.y + point.y, sum.z + point.z}, ++n;
    return n > 0 ? morphology::Vec3{sum.x / n, sum.y / n, sum.z / n} : sum;
}

/// A number that a node has among its dynamics_params, as text.
std::string attribute_of(Nodes const& nodes, std::size_t node, std::string const& name) {
    for (auto const* prefix : {"dynamics_params/", "@dynamics:"})
        if (auto const value = nodes.file.number(node, prefix + name)) return fmt::format("{:.17g}", *value);
    throw InputError("node-attribute", nodes.file.where(node), fmt::format("{} has no dynamics_params/{}", describe(nodes, node), name),
                     "its template needs it (NAME_NeededAttributes)");
}

}  // namespace

std::string describe(Nodes const& nodes, std::size_t node) {
    return fmt::format("node {} of '{}'", nodes.file.ids[node], nodes.file.name);
}

Nodes const* Network::find(std::string const& population) const {
    auto const found = std::ranges::find(nodes_, population, [](Nodes const& nodes) { return nodes.file.name; });
    return found == nodes_.end() ? nullptr : &*found;
}

std::vector<std::filesystem::path> Network::mechanism_dirs(std::vector<std::filesystem::path> known) const {
    auto const add = [&](Components const& components) {
        auto const found = components.find("mechanisms_dir");
        if (found == components.end()) return;
        std::error_code code;
        for (auto const& path : {found->second, found->second / "modfiles"})
            if (std::filesystem::is_directory(path, code) && std::ranges::find(known, path) == known.end()) known.push_back(path);
    };
    add(circuit_.components);
    for (auto const& nodes : nodes_) add(nodes.entry.components);
    return known;
}

std::vector<CellPlan> Network::plan(Build& build) {
    std::vector<CellPlan> plans;
    if (circuit_.node_sets) {
        build.node_set_files.push_back(Document::read(*circuit_.node_sets));
        build.node_sets.push_back(&build.node_set_files.back()->root());
    }
    for (auto const& entry : circuit_.nodes) {
        try {
            for (auto& population : read_nodes(entry.files)) {
                if (!entry.populations.empty() && !entry.populations.contains(population.name)) continue;
                if (find(population.name))
                    throw InputError("population-twice", {population.file.string()},
                                     fmt::format("there already is a population of nodes '{}'", population.name));
                auto const own = entry.populations.find(population.name);
                nodes_.push_back({std::move(population), own == entry.populations.end() ? PopulationEntry{} : own->second,
                                  entry.where, {}, {}, -1});
            }
            for (auto const& [name, own] : entry.populations)
                if (!find(name))
                    throw InputError("population-unknown", {entry.files.nodes.string()},
                                     fmt::format("this file has no population '{}'", name));
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *entry.where);
        }
    }
    number_nodes(build);
    if (auto const* wanted = build.root->find("node_set")) leave_out(build, *wanted);
    if (auto const* sets = build.root->find("compartment_sets_file"))
        if (auto const file = build.paths.file(*sets, build.diagnostics)) compartment_sets_ = Document::read(*file);
    if (auto const* conditions = build.root->find("conditions"); conditions && conditions->is_object())
        if (auto const* list = conditions->find("modifications"))
            modifications_.read(build, *list, compartment_sets_.get(), [&](Node const& names) { return choose(build, names); });
    std::size_t n_nodes = 0;
    for (auto const& nodes : nodes_) n_nodes += nodes.file.size();
    Steps steps(build.on_progress, "reading nodes", n_nodes);
    for (auto& nodes : nodes_) {
        try {
            plan_population(build, nodes, plans, steps);
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *nodes.where);
        }
    }
    if (circuit_.nodes.empty() && !build.diagnostics.has_errors())
        error(build.diagnostics, "config-missing", *network_, "this circuit has no nodes");
    return plans;
}

void Network::plan_population(Build& build, Nodes& nodes, std::vector<CellPlan>& plans, Steps& steps) {
    for (std::size_t i = 0; i < nodes.file.size(); ++i) {
        steps.made();
        nodes.model.push_back(nodes.is_left_out(i) ? ModelType::virtual_node : model_of(nodes, i));
        bool const is_cell = nodes.model.back() == ModelType::biophysical || nodes.model.back() == ModelType::single_compartment;
        nodes.plan.push_back(is_cell ? plan_cell(build, nodes, i, plans) : -1);
    }
}

/// Nodes that agree in all that makes a kind of cells share a plan.
int Network::plan_cell(Build& build, Nodes const& nodes, std::size_t node, std::vector<CellPlan>& plans) {
    bool const single = nodes.model[node] == ModelType::single_compartment;
    std::string key = nodes.file.name;
    for (auto const* name : {"morphology", "model_template", "dynamics_params", "model_processing"})
        key += '\n' + nodes.file.text(node, name).value_or("");
    if (single)
        for (auto const& [name, values] : nodes.file.attributes)
            if (name.starts_with("dynamics_params/")) key += '\n' + nodes.file.text(node, name).value_or("");
    if (auto const program = single ? nullptr : template_of(nodes, node))
        for (auto const& attribute : hoc::needed_attributes(*program)) key += '\n' + attribute_of(nodes, node, attribute);
    auto const changed = modifications_.key(build, nodes.built, node, nodes.file.ids[node]);
    key += '\n' + changed;
    auto const [slot, fresh] = plan_by_key_.try_emplace(key, static_cast<int>(plans.size()));
    if (!fresh) return slot->second;
    plan_modifications_.push_back(changed);
    auto& plan = plans.emplace_back();
    plan.node = nodes.where;
    plan.entry.name = nodes.file.text(node, "model_name").value_or(fmt::format("{}[{}]", nodes.file.name, nodes.file.ids[node]));
    plan.biophysics.where = nodes.where;
    plan_replaces_axon_.push_back(false);
    plan_is_hoc_.push_back(false);
    try {
        if (single) plan_single(build, nodes, node, plan);
        else plan_biophysical(build, nodes, node, plan);
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, *nodes.where);
    }
    centre_of_plan_.push_back(plan.morphology ? centre_of(*plan.morphology) : morphology::Vec3{});
    return slot->second;
}

/// The template in hoc that a node names; null where it names none.
std::shared_ptr<hoc::Program const> Network::template_of(Nodes const& nodes, std::size_t node) {
    auto const [scheme, name] = split_template(nodes.file.text(node, "model_template").value_or(""));
    if (scheme != "hoc") return nullptr;
    auto& program = templates_[nodes.file.name + '\n' + name];
    if (!program)
        program = hoc::read(find_component(nodes.entry.components, circuit_.components, "biophysical_neuron_models_dir", name, {".hoc", ""},
                                           nodes.file.where(node)),
                            std::filesystem::path(name).stem().string());
    return program;
}

void Network::plan_biophysical(Build& build, Nodes const& nodes, std::size_t node, CellPlan& plan) {
    auto const& file = nodes.file;
    auto const where = file.where(node);
    auto const need = [&](char const* name) {
        auto const text = file.text(node, name);
        if (!text) throw InputError("node-attribute", where, fmt::format("{} has no {}", describe(nodes, node), name));
        return *text;
    };
    auto const [scheme, name] = split_template(need("model_template"));
    auto stub = read_processing(file.text(node, "model_processing").value_or("fullaxon"), where).stub;
    // BMTK's reader of NeuroML replaces the axon before anything else.
    if (scheme == "nml" && !stub) stub = morphology::AxonStub::perisomatic;
    auto const shape = need("morphology");
    std::filesystem::path path;
    auto const asc = [&](Components const& components) { return components.contains("neurolucida-asc"); };
    // Templates in hoc get the form that neurodamus takes: ASC where there is one.
    if (scheme == "hoc" && (asc(nodes.entry.components) || asc(circuit_.components)))
        path = find_component(nodes.entry.components, circuit_.components, "neurolucida-asc", shape, {".asc", ""}, where);
    else if (asc(nodes.entry.components))  // which neurodamus prefers
        path = find_component(nodes.entry.components, {}, "neurolucida-asc", shape, {".asc", ""}, where);
    else
        path = find_component(nodes.entry.components, circuit_.components, "morphologies_dir", shape, {"", ".swc", ".asc"}, where);
    auto& known = shapes_[fmt::format("{} {} {}", path.string(), stub ? static_cast<int>(*stub) : -1, scheme == "hoc")];
    if (!known) {
        auto options = build.reading;
        if (scheme == "hoc") options.precision = morphology::Precision::eight_digits;
        auto read = morphology::read_morphology(path, options, build.diagnostics);
        if (stub) read = morphology::replace_axon(read, *stub, build.diagnostics);
        known = std::make_shared<morphology::Morphology const>(std::move(read));
    }
    plan.morphology = known;
    plan_replaces_axon_.back() = stub.has_value();
    plan_is_hoc_.back() = scheme == "hoc";
    if (scheme == "ctdb" && name == "Biophys1.hoc") {
        // Its template cuts sections like this, whatever becomes of the axon.
        plan.rule = morphology::CutRule{morphology::CutRule::By::per_length, 40};
        auto const parameters = find_component(nodes.entry.components, circuit_.components, "biophysical_neuron_models_dir",
                                               need("dynamics_params"), {"", ".json"}, where);
        plan.biophysics = read_biophysics_file(parameters, build.diagnostics);
    } else if (scheme == "nml") {
        plan.rule = morphology::CutRule{morphology::CutRule::By::per_length, 40};
        plan.neuroml = neuroml::read_cell(find_component(nodes.entry.components, circuit_.components,
                                                         "biophysical_neuron_models_dir", name, {"", ".nml"}, where),
                                          build.diagnostics);
    } else if (scheme == "hoc") {
        plan.hoc = template_of(nodes, node);
        for (auto const& attribute : hoc::needed_attributes(*plan.hoc)) plan.attributes.push_back(std::stod(attribute_of(nodes, node, attribute)));
        return;  // it says itself how sections are cut
    } else if (scheme == "rall") {
        plan.biophysics = read_biophysics_file(find_component(nodes.entry.components, circuit_.components,
                                                              "biophysical_neuron_models_dir", name, {"", ".json"}, where),
                                               build.diagnostics);
    } else {
        throw InputError("cell-template", where,
                         fmt::format("{}: the model_template '{}:{}' is not supported", describe(nodes, node), scheme, name),
                         "expected ctdb:Biophys1.hoc, with the fit parameters of the Allen Cell Types Database as dynamics_params, nml:FILE.nml, "
                         "hoc:NAME, a template of NAME.hoc, or rall:FILE.json, a biophysics file (docs/sonata.md)");
    }
    // A dL of the run cuts all cells, as in BMTK.
    if (build.rule) plan.biophysics.rule = build.rule, plan.biophysics.rule_overrides.clear();
}

/// A cylinder as long as it is wide, with the passive channel and those that model_template names.
void Network::plan_single(Build& build, Nodes const& nodes, std::size_t node, CellPlan& plan) {
    auto const& file = nodes.file;
    std::map<std::string, double> numbers;
    if (auto const name = file.text(node, "dynamics_params"))
        numbers = parameters_
                      .read(find_component(nodes.entry.components, circuit_.components, "point_neuron_models_dir", *name, {"", ".json"},
                                           file.where(node)),
                            build.diagnostics)
                      .numbers;
    for (auto const& [name, values] : file.attributes)
        if (name.starts_with("dynamics_params/"))
            if (auto const value = file.number(node, name)) numbers[name.substr(16)] = *value;
    double const size = numbers.contains("D") ? numbers["D"] : 1;
    numbers.erase("D");
    if (!(size > 0))
        throw InputError("node-number", file.where(node), fmt::format("{}: D is {} um; expected more than 0", describe(nodes, node), size));
    morphology::StylizedSection soma;
    soma.name = "soma", soma.type = morphology::soma_type, soma.length = soma.diam = size;
    plan.morphology = std::make_shared<morphology::Morphology const>(morphology::stylized({soma}));
    nlohmann::json mechanisms = {{"pas", nlohmann::json::object()}};
    if (auto const text = file.text(node, "model_template"))
        for (std::size_t at = 0; at <= text->size();) {
            auto const end = std::min(text->find(',', at), text->size());
            auto const name = split_template(text->substr(at, end - at)).second;
            if (!name.empty()) mechanisms[name];
            at = end + 1;
        }
    nlohmann::json all = {{"Ra", 35.4}, {"cm", 1}};
    for (auto const& [name, value] : numbers) {
        if (name == "cm" || name == "Ra") {
            all[name] = value;
            continue;
        }
        auto const bar = name.rfind('_');
        auto const owner = bar == std::string::npos ? "" : name.substr(bar + 1);
        if (!mechanisms.contains(owner))
            throw InputError("parameter-unknown", file.where(node),
                             fmt::format("{}: '{}' is no parameter of its mechanisms", describe(nodes, node), name),
                             "D, cm, Ra, or parameter_mechanism, such as g_pas");
        mechanisms[owner][name.substr(0, bar)] = value;
    }
    for (auto& [name, values] : mechanisms.items())
        if (values.is_null()) values = nlohmann::json::object();
    all["mechanisms"] = mechanisms;
    nlohmann::json const text = {{"regions", {{"all", all}}}, {"nseg", 1}};
    made_.push_back(Document::parse(text.dump(), file.where(node).file));
    plan.biophysics = read_biophysics(made_.back()->root(), ".", "biophysics", build.diagnostics);
}

std::unique_ptr<Circuit> open_circuit(Build& build, Node const& config) {
    try {
        return std::make_unique<Network>(read_circuit_config(build, config), network_of(build, config));
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, network_of(build, config));
        return nullptr;
    }
}

}  // namespace rall::io::sonata
