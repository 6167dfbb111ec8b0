#include "solver/lowering/group_builder.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include "base/random.hpp"
#include "base/whole.hpp"
#include "model/tables.hpp"
#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

namespace {

constexpr int spare_nodes = 2 * lanes;

int padded(int n) { return (n + lanes - 1) / lanes * lanes; }

}  // namespace

int Parts::spare_node() const { return n_nodes + lanes; }

Slice<double> Parts::put_nodes(std::vector<double> values, double spare) {
    values.resize(values.size() + spare_nodes, spare);
    return out.arena.put(values);
}

BuiltGroup::TreeSlices Parts::put_tree(Levels const& levels) {
    std::vector<int> parent;
    if (levels.alike.n_cells == 0)
        for (auto const& node : levels.nodes) parent.push_back(node.parent);
    auto& arena = out.arena;
    return {static_cast<int>(levels.nodes.size()),
            static_cast<int>(levels.level_begin.size()) - 1,
            arena.put(levels.level_begin),
            arena.put(levels.n_parents),
            arena.put(levels.child_begin),
            arena.put(levels.first_child),
            arena.put(parent),
            arena.put(levels.extra_begin),
            arena.put(levels.extra_parent),
            arena.put(levels.extra_child_begin),
            arena.put(levels.extra_child),
            levels.alike.n_cells,
            arena.put(levels.alike.node),
            arena.put(levels.alike.parent),
            arena.put(levels.alike.place)};
}

/// The trees of all cells, and the matrix elements that never change.
void Parts::lay_nodes() {
    std::vector<CellTree const*> trees;
    for (int cell : content.cells) {
        auto const& plan = blueprint.types[blueprint.model.cells[cell].type];
        slots.push_back({cell, &plan, std::vector<int>(plan.tree.size()), {}});
        trees.push_back(&plan.tree);
    }
    Levels levels = order_by_level(trees);
    if (are_alike()) set_side_by_side(levels);
    n_nodes = static_cast<int>(levels.nodes.size());
    out.n_nodes = n_nodes;

    auto const& model = blueprint.model;
    bool const variable = model.method == model::Method::cvode;
    double const per_dt = variable ? 0 : (model.method == model::Method::crank_nicolson ? 2 : 1) / model.dt;
    std::vector<double> axial, diagonal, c_dt, capacitance, area;
    for (int i = 0; i < n_nodes; ++i) {
        auto const [s, local, parent] = levels.nodes[i];
        auto& slot = slots[s];
        auto const& plan = *slot.plan;
        int const c = plan.tree.compartment[local];
        slot.position[local] = i;
        slot_of_node.push_back(s);
        out.cell_of_node.push_back(slot.cell);
        out.compartment_of_node.push_back(c);
        out.place_of_node.push_back(plan.tree.place[local]);
        out.remembered.local.push_back(local);
        axial.push_back(plan.tree.axial[local]);
        capacitance.push_back(c < 0 ? 0 : plan.capacitance[c]);
        c_dt.push_back(capacitance.back() * per_dt);
        diagonal.push_back(c_dt.back() + plan.tree.axial_sum[local]);
        area.push_back(c < 0 ? 0 : 0.01 * plan.area[c]);
    }
    auto& l = out.layout;
    auto const before = out.arena.size();
    l.tree = put_tree(levels);
    l.n_cells = static_cast<int>(slots.size() + content.artificial.size());
    l.cell_of_node = out.arena.put(slot_of_node);
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
    auto const index_end = out.arena.size();
    std::vector<double> v_init;
    for (auto const& slot : slots) v_init.push_back(model.cells[slot.cell].v_init.value_or(model.v_init));
    l.v_init = out.arena.put(v_init);
    l.v = put_nodes(std::vector<double>(n_nodes, model.v_init), model.v_init);
    l.d = put_nodes(std::vector<double>(n_nodes));
    l.rhs = put_nodes(std::vector<double>(n_nodes));
    l.axial = put_nodes(axial);
    l.diagonal = put_nodes(diagonal);
    l.c_dt = put_nodes(c_dt);
    l.area = put_nodes(area);
    if (variable) l.capacitance = put_nodes(capacitance);
    out.node_bytes += static_cast<std::int64_t>(out.arena.size() - index_end);
}

void Parts::place_density() {
    painted_of.assign(mechanisms.size(), std::vector<PaintedPlan const*>(slots.size(), nullptr));
    for (auto const& own : blueprint.model.cell_parameters)
        if (int const k = blueprint.mechanisms.find(own.mechanism); k >= 0) varied[k].push_back(&own);
    for (std::size_t s = 0; s < slots.size(); ++s)
        for (auto const& painted : slots[s].plan->mechanisms) painted_of[painted.mechanism][s] = &painted;
    int n_compartments = 0;
    for (int i = 0; i < n_nodes; ++i) {
        int const c = out.compartment_of_node[i];
        if (c < 0) continue;
        ++n_compartments;
        for (auto const& painted : slots[slot_of_node[i]].plan->mechanisms)
            if (painted.instance[c] >= 0) mechanisms[painted.mechanism].add({i, slot_of_node[i], c, {}, false});
    }
    // A mechanism in every compartment also gets (currentless: their area is 0) instances where branches join, so that
    // instance and node run side by side and its loops need no indirection.
    if (n_compartments == n_nodes) return;
    for (auto& m : mechanisms) {
        if (m.size() != n_compartments || n_compartments == 0) continue;
        std::vector<Who> dense;
        dense.reserve(n_nodes);
        auto next = m.who.begin();
        for (int i = 0; i < n_nodes; ++i) {
            if (out.compartment_of_node[i] >= 0) {
                dense.push_back(*next++);
            } else {
                Who filler = dense.empty() ? m.who.front() : dense.back();
                filler.node = i;
                filler.filler = true;
                dense.push_back(filler);
            }
        }
        m.who = std::move(dense);
    }
}

void Parts::place_points() {
    auto const& sets = blueprint.model.points;
    auto const place = [&](model::PointRef ref, int node, int slot, int compartment) {
        mechanisms[blueprint.mechanism_of_set[ref.set]].add({node, slot, compartment, ref, false});
    };
    for (int s = 0; s < static_cast<int>(slots.size()); ++s)
        for (auto const& run : blueprint.points_of_cell[slots[s].cell])
            for (int i = run.first; i < run.first + run.n; ++i) {
                int const c = sets[run.set].compartment[i];
                place({run.set, i}, slots[s].position[slots[s].plan->tree.node[c]], s, c);
            }
    for (auto ref : content.artificial) place(ref, spare_node(), -1, -1);

    int first = 0;
    struct Contribution {
        int round, node, element;
        auto operator<=>(Contribution const&) const = default;
    };
    std::vector<Contribution> membrane, electrode;
    std::vector<int> membrane_rounds(n_nodes, 0), electrode_rounds(n_nodes, 0);
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        if (info.kind != MechanismKind::point || mechanisms[k].size() == 0) continue;
        out.layout.mechanisms[k].first_point = first;
        for (int i = 0; i < mechanisms[k].size() && info.has_current; ++i) {
            auto const& who = mechanisms[k].who[i];
            bool const injects = sets[static_cast<std::size_t>(who.point.set)].electrode.value_or(info.electrode_current);
            auto& rounds = injects ? electrode_rounds : membrane_rounds;
            (injects ? electrode : membrane).push_back({rounds[who.node]++, who.node, first + i});
        }
        first += padded(mechanisms[k].size());
    }
    auto const gather = [&](auto& contributions, BuiltGroup::PointSlices& slices) {
        std::ranges::sort(contributions);
        std::vector<int> round_begin, node, index;
        for (auto const& c : contributions) {
            if (c.round == static_cast<int>(round_begin.size())) round_begin.push_back(static_cast<int>(node.size()));
            node.push_back(c.node);
            index.push_back(c.element);
        }
        round_begin.push_back(static_cast<int>(node.size()));
        slices = {out.arena.put(round_begin), out.arena.put(node), out.arena.put(index)};
    };
    auto const before = out.arena.size();
    gather(membrane, out.layout.membrane_points);
    gather(electrode, out.layout.electrode_points);
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
    out.layout.point_g = out.arena.reserve<double>(first);
    out.layout.point_rhs = out.arena.reserve<double>(first);
}

int Parts::instance_of(model::PointRef point) const {
    auto const& who = mechanisms[blueprint.mechanism_of_set[point.set]].who;
    int const cell = blueprint.model.points[point.set].cell[point.index];
    auto const slot = std::ranges::lower_bound(slots, cell, {}, &Slot::cell);
    if (cell >= 0 && (slot == slots.end() || slot->cell != cell)) return -1;
    auto const place = [](Who const& w) { return std::tuple(w.slot, w.point.set, w.point.index); };
    std::tuple const wanted(cell < 0 ? -1 : static_cast<int>(slot - slots.begin()), point.set, point.index);
    auto const found = std::ranges::lower_bound(who, wanted, {}, place);
    return found == who.end() || place(*found) != wanted ? -1 : static_cast<int>(found - who.begin());
}

/// Where the values of one variable come from, per instance.
double Parts::initial_value(int mechanism, int variable, int element_of_variable, Who const& who) const {
    auto const& info = blueprint.mechanisms[mechanism];
    auto const& x = info.variables[variable];
    auto const& model = blueprint.model;
    switch (x.role) {
        case Role::parameter:
        case Role::changed_parameter:
        case Role::carried:
        case Role::channels:
            if (info.kind == MechanismKind::density) {
                auto const cell = static_cast<std::size_t>(slots[who.slot].cell);
                for (auto const* own : varied[mechanism])
                    if (auto const first = static_cast<std::size_t>(own->first);
                        own->parameter == x.name && cell >= first && cell < first + own->values.size())
                        return own->values[cell - first];
                auto const& painted = *painted_of[mechanism][who.slot];
                return painted.parameters[variable][painted.instance[who.compartment]];
            } else {
                auto const& given = model.points[who.point.set].parameters;
                auto const found = given.find(x.name);
                return found == given.end() ? x.value : found->second[who.point.index];
            }
        case Role::global: {
            auto const of = model.globals.find(info.name);
            if (of == model.globals.end()) return x.value;
            auto const found = of->second.find(x.name);
            return found == of->second.end() ? x.value : found->second;
        }
        case Role::external: {
            std::string_view global;
            for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
                auto const* own = owns_external(blueprint.mechanisms[k].name, x.name, global)
                                      ? blueprint.mechanisms.variable(k, global)
                                      : nullptr;
                if (own && own->role == Role::global)
                    return initial_value(k, static_cast<int>(own - blueprint.mechanisms[k].variables), 0, who);
            }
            throw InputError("external-unknown", {},
                             std::string("EXTERNAL ") + x.name + " of " + info.name +
                                 " is no GLOBAL of another mechanism that keeps its value");
        }
        case Role::ion_read:
        case Role::ion_write:
            if (x.field == IonField::current || who.slot < 0) return 0;
            return ion_value(blueprint.ions.of(mechanism, x.ion), x.field, who.slot, who.compartment);
        case Role::diam:
            return who.slot < 0 ? 0 : slots[who.slot].plan->diam[who.compartment];
        case Role::area:
            return who.slot < 0 ? 0 : slots[who.slot].plan->area[who.compartment];
        case Role::random:
            if (info.kind != MechanismKind::density)
                if (auto const& given = model.points[who.point.set].streams; given.contains(x.name)) {
                    auto const& [first, second, third, paired, begin] = given.at(x.name);
                    if (element_of_variable == 2) return begin[static_cast<std::size_t>(who.point.index)];
                    auto const id = [&](model::Values const& values) {
                        return truncated<std::uint32_t>(values[static_cast<std::size_t>(who.point.index)]);
                    };
                    random::Ids const ids{id(first), id(second), id(third), paired};
                    return element_of_variable == 0 ? random::InstanceStream::first_of(ids) : random::InstanceStream::second_of(ids);
                }
            [[fallthrough]];
        case Role::gating:
            if (element_of_variable == 0)
                return static_cast<double>(who.slot < 0 ? model.points[who.point.set].gid[who.point.index]
                                                        : model.cells[slots[who.slot].cell].gid);
            if (element_of_variable == 1)
                return info.kind == MechanismKind::density ? who.compartment : number_on_cell(mechanism, who);
            return 0;
        case Role::state:
        case Role::bound:
        case Role::observable:
        case Role::pointer:
        case Role::vector:
        case Role::watch:
        case Role::misplaced:
        case Role::table:
        case Role::derivative:
        case Role::jacobian:
            return x.value;
    }
    return 0;
}

/// An instance of a point process is numbered among those of its mechanism on its cell.
int Parts::number_on_cell(int mechanism, Who const& who) const {
    if (who.slot < 0) return 0;  // an artificial cell is alone under its gid
    auto const& all = mechanisms[mechanism].who;
    auto const first = std::partition_point(all.begin(), all.end(), [&](Who const& w) { return w.slot < who.slot; });
    return static_cast<int>(&who - &*first);
}

bool Parts::has_channels(int mechanism) const {
    auto const& info = blueprint.mechanisms[mechanism];
    int const channels = static_cast<int>(std::find_if(info.variables, info.variables + info.n_variables,
                                                       [](VariableInfo const& x) { return x.role == Role::channels; }) -
                                          info.variables);
    return channels < info.n_variables && std::ranges::any_of(mechanisms[mechanism].who, [&](Who const& who) {
               return initial_value(mechanism, channels, 0, who) > 0;
           });
}

bool Parts::needs_array(int mechanism, VariableInfo const& x) const {
    switch (x.role) {
        case Role::state:
        case Role::bound:
        case Role::carried:
        case Role::changed_parameter:
        case Role::random:
        case Role::gating:
        case Role::pointer:
        case Role::vector:
        case Role::watch:
        case Role::misplaced:
            return true;
        case Role::ion_read:
            return x.field == IonField::current || moving(blueprint.ions.of(mechanism, x.ion), x.field);
        case Role::ion_write:
            return x.field != IonField::current || summed[blueprint.ions.of(mechanism, x.ion)];
        case Role::parameter:
        case Role::channels:
        case Role::global:
        case Role::external:
        case Role::diam:
        case Role::area:
        case Role::observable:
        case Role::table:
            return false;
        case Role::derivative:
        case Role::jacobian:
            return blueprint.model.method == model::Method::cvode;
    }
    return true;
}

/// The numbers of a FUNCTION_TABLE.
std::vector<double> Parts::table(MechanismInfo const& info, VariableInfo const& x) const {
    auto const& tables = blueprint.model.tables;
    auto const of = tables.find(info.name);
    auto const found = of == tables.end() ? decltype(of->second.end()){} : of->second.find(x.name);
    if (of == tables.end() || found == of->second.end())
        throw InputError("table-unbound", {},
                         std::string("FUNCTION_TABLE ") + x.name + " of " + info.name + " has no values",
                         std::string("give them as conditions.mechanisms.") + info.name + "." + x.name);
    return model::table_numbers(found->second, static_cast<int>(x.value));
}

void Parts::lay_elements() {
    auto const sink = out.arena.reserve<double>(lanes);
    auto const before = out.arena.size();
    std::vector<double> values;
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto& m = mechanisms[k];
        int const n = m.size();
        if (n == 0) continue;
        auto const& info = blueprint.mechanisms[k];
        auto& slices = out.layout.mechanisms[k];
        bool const draws = has_channels(k);
        for (int variable = 0, element = 0; variable < info.n_variables; ++variable) {
            auto const& x = info.variables[variable];
            if (x.role == Role::table) {
                slices.element.push_back(out.arena.put(table(info, x)));
                slices.stride.push_back(0);
                ++element;
                continue;
            }
            for (int j = 0; j < x.size; ++j, ++element) {
                bool const observed = !m.observed.empty() && m.observed[element];
                bool const written_only =
                    is_written_only(x.role) || (x.role == Role::ion_write && x.field == IonField::current);
                if ((written_only && !observed && !needs_array(k, x)) || (x.role == Role::gating && !draws)) {
                    slices.element.push_back(sink);
                    slices.stride.push_back(0);
                    continue;
                }
                values.clear();
                for (auto const& who : m.who) {
                    values.push_back(initial_value(k, variable, j, who));
                    if (x.role == Role::global || x.role == Role::external) break;
                }
                bool const shared =
                    !observed && !needs_array(k, x) &&
                    std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>{}) == values.end();
                values.resize(shared ? lanes : padded(n), values.back());
                if (shared) std::fill(values.begin(), values.end(), values.front());
                slices.element.push_back(out.arena.put(values));
                slices.stride.push_back(shared ? 0 : 1);
                slices.shows |= written_only;
                slices.is_observed |= x.role == Role::observable;
            }
        }
    }
    out.mechanism_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

void Parts::lay_instances() {
    auto const before = out.arena.size();
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& m = mechanisms[k];
        auto& slices = out.layout.mechanisms[k];
        slices.n = m.size();
        if (slices.n == 0) continue;
        std::vector<int> node;
        for (auto const& who : m.who) node.push_back(who.node);
        // Behind the last node and never next to one, so that a padded block is not taken for a run of neighbours.
        node.resize(padded(slices.n), spare_node());
        slices.node = out.arena.put(node);
        slices.common = out.arena.reserve<std::byte>(static_cast<std::size_t>(blueprint.mechanisms.common_bytes(k)));
        auto const& info = blueprint.mechanisms[k];
        if (!info.sends_events) continue;
        std::vector<int> source;
        for (auto const& who : m.who) {
            auto const& of_set = who.point.set < 0 ? std::vector<int>{} : blueprint.source_of_point[who.point.set];
            source.push_back(of_set.empty() ? -1 : of_set[who.point.index]);
            out.n_event_sources += source.back() >= 0;
        }
        out.n_self_senders += slices.n;
        slices.source = out.arena.put(source);
        if (info.moves_events) slices.movable = out.arena.put(std::vector<int>(slices.n, -1));
    }
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

void Parts::lay_events() {
    auto const before = out.arena.size();
    auto& l = out.layout;
    l.spare_args = out.arena.reserve<double>(2 * static_cast<std::size_t>(blueprint.n_args));
    std::vector<Detector> detectors;
    for (auto const& slot : slots)
        for (int source : blueprint.detectors_of_cell[slot.cell]) {
            auto const& at = std::get<model::ThresholdSource>(blueprint.model.sources[source].origin);
            detectors.push_back({slot.position[slot.plan->tree.node[at.compartment]], source, at.threshold});
        }
    out.n_detectors = static_cast<int>(detectors.size());
    l.detectors = out.arena.put(detectors);
    l.above = out.arena.reserve<int>(detectors.size());
    out.event_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

/// What is looked at for infinities: states, and the concentrations and reversal potentials that mechanisms set. Before them, since they
/// may be lost by it, what is kept of wrong indices.
void Parts::lay_states() {
    auto const before = out.arena.size();
    lay_states([](MechanismInfo const&, VariableInfo const& x) { return x.role == Role::misplaced; });
    lay_states([](MechanismInfo const& info, VariableInfo const& x) {
        return x.role == Role::state || (info.kind == MechanismKind::artificial && x.role == Role::carried) ||
               (x.role == Role::ion_write && x.field != IonField::current);
    });
    out.layout.state_arrays = out.arena.reserve<StateArray>(out.layout.states.size());
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

void Parts::lay_states(bool (*is_state)(MechanismInfo const&, VariableInfo const&)) {
    int artificial = static_cast<int>(slots.size());
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        int const n = mechanisms[k].size();
        if (n == 0) continue;
        bool const is_artificial = info.kind == MechanismKind::artificial;
        for (int variable = 0, element = 0; variable < info.n_variables; element += info.variables[variable++].size) {
            auto const& x = info.variables[variable];
            for (int j = 0; j < x.size && is_state(info, x); ++j)
                out.layout.states.push_back({k, element + j, is_artificial ? artificial : -1});
        }
        if (is_artificial) artificial += n;
    }
}

std::int64_t estimate_bytes(Blueprint const& blueprint, int cell) {
    auto const& plan = blueprint.types[blueprint.model.cells[cell].type];
    std::int64_t doubles = 7 * plan.tree.size();
    for (auto const& painted : plan.mechanisms) {
        auto const& info = blueprint.mechanisms[painted.mechanism];
        std::int64_t per_instance = 1;
        for (int k = 0; k < info.n_variables; ++k) {
            auto const& x = info.variables[k];
            bool const varies = x.role == Role::parameter || x.role == Role::channels
                                    ? !painted.parameters[k].uniform()
                                    : x.role != Role::global && !is_written_only(x.role) && x.role != Role::ion_write &&
                                          x.role != Role::ion_read && x.role != Role::gating;
            if (varies) per_instance += x.size;
        }
        doubles += per_instance * static_cast<std::int64_t>(painted.compartments.size());
    }
    for (auto const& run : blueprint.points_of_cell[cell])
        doubles += run.n * (std::int64_t{3} + blueprint.mechanisms[blueprint.mechanism_of_set[run.set]].n_elements);
    return doubles * static_cast<std::int64_t>(sizeof(double)) + 16 * plan.tree.size();
}

BuiltGroup build_group(Blueprint const& blueprint, GroupContent const& content) {
    Parts parts(blueprint, content);
    parts.lay_nodes();
    parts.place_density();
    parts.place_points();
    parts.note_ion_use();
    parts.find_probed();
    parts.find_pointed();
    parts.lay_elements();
    parts.lay_instances();
    parts.lay_passive();
    parts.lay_places();
    parts.lay_diffusion();
    parts.lay_slopes();
    parts.lay_ions();
    parts.lay_states();
    parts.lay_events();
    parts.lay_probes();
    parts.lay_mirrors();
    parts.lay_pointers();
    parts.lay_vectors();
    parts.lay_order();
    parts.remember_looks();
    auto& l = parts.out.layout;
    int n_elements = 0;
    for (auto const& m : l.mechanisms) n_elements += static_cast<int>(m.element.size());
    l.mechanism_arrays = parts.out.arena.reserve<MechanismArrays>(l.mechanisms.size());
    l.variables = parts.out.arena.reserve<kernel::Variable>(n_elements);
    return std::move(parts.out);
}

}  // namespace rall::solver
