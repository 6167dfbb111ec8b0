#include "io/sonata/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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

std::string describe(Nodes const& nodes, std::size_t node) {
    return fmt::format("node {} of '{}'", nodes.file.ids[node], nodes.file.name);
}

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

std::array<double, 4> product(std::array<double, 4> const& a, std::array<double, 4> const& b) {
    return {a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3], a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
            a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1], a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0]};
}

std::array<double, 3> turned(std::array<double, 4> const& q, std::array<double, 3> const& v) {
    auto const r = product(product(q, {0, v[0], v[1], v[2]}), {q[0], -q[1], -q[2], -q[3]});
    return {r[1], r[2], r[3]};
}

/// Where a node says that it lies. In the Allen form its soma does, and angles turn it about z, then y, then x, as BMTK does; in the Blue Brain
/// form its coordinates are turned by a quaternion and moved.
model::Placement placement_of(Nodes const& nodes, std::size_t node, morphology::Vec3 const& centre) {
    auto const& file = nodes.file;
    auto const number = [&](char const* key, double standard = 0) { return file.number(node, key).value_or(standard); };
    model::Placement place;
    place.position = {number("x"), number("y"), number("z")};
    for (double const at : place.position)
        if (!(std::abs(at) <= 1e9))
            throw InputError("cell-place", file.where(node), fmt::format("{} lies at {} um; expected at most 1e9", describe(nodes, node), at));
    if (file.oriented) {
        place.rotation = {number("orientation_w", 1), number("orientation_x"), number("orientation_y"), number("orientation_z")};
        double const length = std::sqrt(place.rotation[0] * place.rotation[0] + place.rotation[1] * place.rotation[1] +
                                        place.rotation[2] * place.rotation[2] + place.rotation[3] * place.rotation[3]);
        if (!(std::abs(length - 1) < 1e-3))
            throw InputError("cell-rotation", file.where(node),
                             fmt::format("the quaternion of {} has the length {:.4g}; expected 1", describe(nodes, node), length));
        for (auto& part : place.rotation) part /= length;
        return place;
    }
    auto const about = [&](char const* key, std::size_t axis) {
        std::array<double, 4> q{std::cos(number(key) / 2), 0, 0, 0};
        q[axis + 1] = std::sin(number(key) / 2);
        return q;
    };
    place.rotation = product(about("rotation_angle_xaxis", 0), product(about("rotation_angle_yaxis", 1), about("rotation_angle_zaxis", 2)));
    auto const soma = turned(place.rotation, {centre.x, centre.y, centre.z});
    for (std::size_t k = 0; k < 3; ++k) place.position[k] -= soma[k];
    return place;
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

}  // namespace

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
        nodes.model.push_back(model_of(nodes, i));
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
    auto const [slot, fresh] = plan_by_key_.try_emplace(key, static_cast<int>(plans.size()));
    if (!fresh) return slot->second;
    auto& plan = plans.emplace_back();
    plan.node = nodes.where;
    plan.entry.name = nodes.file.text(node, "model_name").value_or(fmt::format("{}[{}]", nodes.file.name, nodes.file.ids[node]));
    plan.biophysics.where = nodes.where;
    plan_replaces_axon_.push_back(false);
    try {
        if (single) plan_single(build, nodes, node, plan);
        else plan_biophysical(build, nodes, node, plan);
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, *nodes.where);
    }
    centre_of_plan_.push_back(plan.morphology ? centre_of(*plan.morphology) : morphology::Vec3{});
    return slot->second;
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
    else if (asc(nodes.entry.components) && !nodes.entry.components.contains("morphologies_dir"))
        path = find_component(nodes.entry.components, {}, "neurolucida-asc", shape, {".asc", ""}, where);
    else
        path = find_component(nodes.entry.components, circuit_.components, "morphologies_dir", shape, {"", ".swc", ".asc"}, where);
    auto& known = shapes_[fmt::format("{} {}", path.string(), stub ? static_cast<int>(*stub) : -1)];
    if (!known) {
        auto read = morphology::read_morphology(path, {}, build.diagnostics);
        if (stub) read = morphology::replace_axon(read, *stub, build.diagnostics);
        known = std::make_shared<morphology::Morphology const>(std::move(read));
    }
    plan.morphology = known;
    plan_replaces_axon_.back() = stub.has_value();
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
        auto& program = templates_[name];
        if (!program)
            program = hoc::read(find_component(nodes.entry.components, circuit_.components, "biophysical_neuron_models_dir", name, {".hoc", ""}, where),
                                std::filesystem::path(name).stem().string());
        plan.hoc = program;
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

void Network::add_nodes(Build& build, std::vector<CellPlan> const& plans) try {
    auto& model = build.model;
    for (std::size_t k = 0; k < plans.size(); ++k) {
        auto const& plan = plans[k];
        try {
            model.types.push_back(paint(plan.entry.name, *plan.morphology, plan.biophysics, plan.rule, plan.own, build.mechanisms, build.diagnostics));
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *plan.biophysics.where);
            build.diagnostics.throw_if_errors();
        }
        for (auto const& painted : model.types.back().mechanisms) build.painted.insert(painted.mechanism);
        build.config.morphologies.push_back(plan.morphology);
        if (plan_replaces_axon_[k]) axon_replaced_.insert(static_cast<int>(k));
        if (std::ranges::any_of(plan.section_numbers, [](int number) { return number >= 0; })) section_numbers_[static_cast<int>(k)] = plan.section_numbers;
    }
    std::uint64_t gid = 0;
    for (auto& nodes : nodes_) {
        Population population{{nodes.file.name, gid, nodes.file.size()}};
        bool const counts_up = nodes.file.ids.back() - nodes.file.ids.front() == nodes.file.size() - 1;
        if (counts_up) population.nodes.first_id = nodes.file.ids.front();
        else population.nodes.ids = nodes.file.ids;
        population.cell.assign(nodes.file.size(), -1);
        population.source.assign(nodes.file.size(), -1);
        gid += nodes.file.size();
        nodes.built = static_cast<int>(build.populations.size());
        build.populations.push_back(std::move(population));
    }
    build.next_gid = gid;
    // The sources of cells come first, in order.
    for (auto const& nodes : nodes_) add_cells(build, nodes, build.populations[nodes.built]);
    for (auto const& nodes : nodes_) add_points(build, nodes, build.populations[nodes.built]);
    for (auto& nodes : nodes_) {
        auto& population = build.populations[nodes.built];
        for (std::size_t i = 0; i < nodes.file.size(); ++i) {
            if (nodes.model[i] != ModelType::virtual_node) continue;
            population.source[i] = static_cast<int>(model.sources.size());
            model.sources.push_back({population.nodes.first_gid + i, model::SpikeTrain{}, false});
        }
        // Pictures show populations of cells that are numbered in a row, and of what has no compartments.
        auto const first = population.nodes.first_gid;
        bool row = population.nodes.ids.empty();
        for (std::size_t i = 0; i < nodes.file.size(); ++i)
            row = row && (first >= model.cells.size() ? population.cell[i] < 0 : population.cell[i] == static_cast<int>(first + i));
        bool const is_virtual = std::ranges::all_of(nodes.model, [](auto type) { return type == ModelType::virtual_node; });
        if (row) build.config.pictured.push_back({nodes.file.name, first, nodes.file.size(), true, !is_virtual});
        // Node sets ask for the model_type whoever said it.
        population.attributes = std::move(nodes.file.attributes);
        if (!population.attributes.contains("model_type"))
            population.attributes["model_type"] = {{}, {nodes.entry.type}, std::vector<int>(nodes.file.size())};
    }
} catch (InputError const& failure) {
    adopt(build.diagnostics, failure, *network_);
    build.diagnostics.throw_if_errors();
}

void Network::add_cells(Build& build, Nodes const& nodes, Population& population) {
    auto& model = build.model;
    CellEntry entry;
    entry.name = nodes.file.name;
    entry.first = static_cast<int>(model.cells.size());
    entry.numbered = true;
    entry.threshold = build.spike_threshold;
    entry.count = 0;
    std::map<std::string, std::vector<double>> numbers;
    for (auto const* key : {"threshold_current", "holding_current", "input_resistance"})
        for (auto const* prefix : {"dynamics_params/", "@dynamics:"})
            if (nodes.file.attributes.contains(std::string(prefix) + key)) numbers.emplace(key, std::vector<double>{});
    for (std::size_t i = 0; i < nodes.file.size(); ++i) {
        if (nodes.plan[i] < 0) continue;
        int const type = nodes.plan[i], cell = static_cast<int>(model.cells.size());
        model.cells.push_back({population.nodes.first_gid + i, type, fmt::format("{}[{}]", nodes.file.name, nodes.file.ids[i]), {},
                               placement_of(nodes, i, centre_of_plan_[static_cast<std::size_t>(type)])});
        population.cell[i] = population.source[i] = cell;
        auto const& cable = *model.types[type].cable;
        model.sources.push_back({population.nodes.first_gid + i,
                                 model::ThresholdSource{cell, morphology::compartment(cable, morphology::default_place(cable)), entry.threshold},
                                 true});
        for (auto& [key, values] : numbers) {
            auto const own = nodes.file.number(i, "dynamics_params/" + key);
            values.push_back(own ? *own : nodes.file.number(i, "@dynamics:" + key).value_or(0));
        }
        ++entry.count;
    }
    for (auto const& [name, values] : nodes.file.attributes)
        if (name.starts_with("dynamics_params/") && !numbers.contains(name.substr(16)) && entry.count > 0 &&
            std::ranges::none_of(nodes.model, [](ModelType type) { return type != ModelType::biophysical; }))
            build.diagnostics.error("node-attribute", {nodes.file.file.string()},
                                    fmt::format("'/nodes/{}': {} of biophysical cells is not understood", nodes.file.name, name));
    if (entry.count == 0) return;
    for (auto& [key, values] : numbers) entry.numbers.emplace(key, Series(std::move(values), network_));
    build.cells.push_back(std::move(entry));
}

void Network::add_points(Build& build, Nodes const& nodes, Population& population) {
    auto& model = build.model;
    std::map<std::string, int> set_of;  // by template
    std::vector<std::map<std::string, std::vector<double>>> values;
    int const first = static_cast<int>(model.points.size());
    auto const& file = nodes.file;
    for (std::size_t i = 0; i < file.size(); ++i) {
        if (nodes.model[i] != ModelType::point) continue;
        auto const text = file.text(i, "model_template");
        if (!text) throw InputError("node-attribute", file.where(i), fmt::format("{} has no model_template", describe(nodes, i)));
        auto const name = split_template(*text).second;
        auto const found = build.mechanisms.find(name);
        if (found == build.mechanisms.end() || found->second->kind != MechanismKind::artificial) {
            std::vector<std::string> names;
            for (auto const& [other, info] : build.mechanisms)
                if (info->kind == MechanismKind::artificial) names.push_back(other);
            throw InputError("mechanism-unknown", file.where(i),
                             fmt::format("{}: no ARTIFICIAL_CELL is called '{}'", describe(nodes, i), name), did_you_mean(name, names));
        }
        auto const& info = *found->second;
        auto const [slot, fresh] = set_of.try_emplace(name, static_cast<int>(model.points.size()));
        if (fresh) {
            model.points.push_back({});
            model.points.back().label = nodes.file.name + (set_of.size() > 1 ? "." + name : "");
            model.points.back().mechanism = name;
            values.emplace_back();
            if (name == "IntFire1")
                build.diagnostics.note("intfire1-seconds", file.where(i), "tau and refrac of IntFire1 are taken for seconds, as BMTK does");
        }
        auto& set = model.points[slot->second];
        auto& own = values[static_cast<std::size_t>(slot->second - first)];
        auto const instance = set.cell.size();
        set.cell.push_back(-1);
        set.compartment.push_back(-1);
        set.gid.push_back(population.nodes.first_gid + i);
        population.source[i] = static_cast<int>(model.sources.size());
        model.sources.push_back({set.gid.back(), model::PointRef{slot->second, static_cast<int>(instance)}, true});
        auto const give = [&](std::string const& key, double value) {
            auto const parameter = parameter_of(info, key, file.where(i), build.diagnostics);
            if (!parameter) return;
            auto& list = own[parameter->name];
            list.resize(instance, find_variable(info, parameter->name)->value);
            list.resize(instance + 1);
            list[instance] = value * parameter->factor;
        };
        if (auto const parameters = file.text(i, "dynamics_params"))
            for (auto const& [key, value] :
                 parameters_
                     .read(find_component(nodes.entry.components, circuit_.components, "point_neuron_models_dir", *parameters, {"", ".json"},
                                          file.where(i)),
                           build.diagnostics)
                     .numbers)
                give(key, value);
        for (auto const& [key, attribute] : file.attributes)
            if (key.starts_with("dynamics_params/"))
                if (auto const value = file.number(i, key)) give(key.substr(16), *value);
    }
    for (std::size_t k = 0; k < values.size(); ++k) {
        auto& set = model.points[static_cast<std::size_t>(first) + k];
        for (auto& [name, list] : values[k]) {
            list.resize(set.cell.size(), find_variable(*build.mechanisms.at(set.mechanism), name)->value);
            set.parameters.emplace(name, compact(std::move(list)));
        }
    }
}

std::unique_ptr<Circuit> open_circuit(Build& build, Node const& config) {
    try {
        return std::make_unique<Network>(read_circuit_config(build, config), network_of(config));
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, network_of(config));
        return nullptr;
    }
}

}  // namespace rall::io::sonata
