// Nodes become cells, artificial cells and sources of spikes of the model.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ranges>

#include "base/text.hpp"
#include "io/sonata/network.hpp"
#include "io/sonata/section_places.hpp"
#include "morphology/region.hpp"

namespace rall::io::sonata {
namespace {

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
        if (!(length > 1e-3 && length < 1e3))
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

}  // namespace

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
        if (plan_replaces_axon_[k]) axon_replaced_.insert(static_cast<int>(k));
        if (std::ranges::any_of(plan.section_numbers, [](int number) { return number >= 0; })) section_numbers_[static_cast<int>(k)] = plan.section_numbers;
        auto& type = model.types.back();
        auto const order = section_order(*type.cable, static_cast<int>(k));
        auto ids = ids_of_sections(order, type.cable->sections.size());
        bool const as_listed = std::ranges::all_of(ids, [next = 0](int id) mutable { return id == next++; });
        if (!as_listed) build.config.section_ids[static_cast<int>(k)] = std::move(ids);
        if (!plan_modifications_[k].empty()) {
            modifications_.apply(build, plan_modifications_[k], type, [&](double number) {
                return number < static_cast<double>(order.size()) ? order[static_cast<std::size_t>(number)] : -1;
            });
        }
        for (auto const& painted : model.types.back().mechanisms) build.painted.insert(painted.mechanism);
        build.config.morphologies.push_back(plan.morphology);
    }
    modifications_.finish(build);
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
        population.attributes = std::move(nodes.file.attributes);
        state_model_type(build, nodes);
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
        model.sources.push_back({population.nodes.first_gid + i, spike_place(build, cell, entry.threshold), true});
        for (auto& [key, values] : numbers) {
            auto const own = nodes.file.number(i, "dynamics_params/" + key);
            values.push_back(own ? *own : nodes.file.number(i, "@dynamics:" + key).value_or(0));
        }
        ++entry.count;
    }
    bool templates = false;
    std::set<std::string> needed;
    for (auto const& [key, program] : templates_)
        if (key.starts_with(nodes.file.name + '\n')) {
            templates = true;
            needed.insert(hoc::needed_attributes(*program).begin(), hoc::needed_attributes(*program).end());
        }
    for (auto const& [name, values] : nodes.file.attributes) {
        if (!name.starts_with("dynamics_params/") || numbers.contains(name.substr(16)) || needed.contains(name.substr(16)) || entry.count == 0 ||
            std::ranges::any_of(nodes.model, [](ModelType type) { return type != ModelType::biophysical; }))
            continue;
        Location const where{nodes.file.file.string()};
        if (templates) build.diagnostics.note("node-attribute", where, fmt::format("'/nodes/{}': no template asks for {}: it has no effect", nodes.file.name, name));
        else build.diagnostics.error("node-attribute", where, fmt::format("'/nodes/{}': {} of biophysical cells is not understood", nodes.file.name, name));
    }
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

}  // namespace rall::io::sonata
