// What in a model is looked at.
#include "io/config/plausible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace rall::io {

void suspect(Diagnostics& found, Node const& node, std::string const& what, std::string const& likely) {
    complain(found, Severity::warning, "implausible", node, what, likely);
}

namespace {

constexpr double most_dt = 0.1 /* ms */, least_dt = 1e-4 /* ms: 0.1 ms in s */;

/// Is a parameter in mV a potential, and no difference or slope of some? Reversal potentials are called e, ek, eh, e_pas, Erev; levels of a clamp amp1; those of
/// an artificial cell V_reset.
bool is_potential(MechanismInfo const& info, VariableInfo const& variable) {
    std::string_view const name = variable.name;
    if (std::string_view(variable.units) != "mV") return false;
    return name.front() == 'e' || name.front() == 'E' || name == "vrev" || name == "Vrev" || (info.kind == MechanismKind::point && name.starts_with("amp")) ||
           (info.kind == MechanismKind::artificial && name.starts_with("V_"));
}

/// Has it a conductance that no gate opens, as pas and the leak of hh?
bool is_leak(MechanismInfo const& info, std::string_view name) {
    for (auto const* known : {"gl", "gleak", "g_leak", "gbar_leak", "gpas", "g_pas"})
        if (name == known) return true;
    return info.kind == MechanismKind::density && info.n_ions == 0 &&
           std::none_of(info.variables, info.variables + info.n_variables, [](VariableInfo const& x) { return x.role == Role::state; });
}

/// What is said about values of one kind, and where: several nodes may write some of them.
class Written {
public:
    void add(Node const* node) { nodes_.push_back(node); }

    /// The last node that is this number, else the last that is none (an expression or a list), else `otherwise`.
    Node const& node_of(double value, Node const& otherwise) const {
        Node const* found = nullptr;
        for (auto const* node : nodes_) {
            if (node->is_number() && node->number() == value) found = node;
            if (!node->is_number() && !(found && found->is_number())) found = node;
        }
        return found ? *found : otherwise;
    }

private:
    std::vector<Node const*> nodes_;
};

/// The member of an object that these keys lead to, as far as they do.
Node const& member(Node const& node, std::initializer_list<std::string_view> keys) {
    auto const* at = &node;
    for (auto const key : keys)
        if (auto const* next = at->find(key)) at = next;
        else break;
    return *at;
}

class Review {
public:
    Review(Build& build, Node const& root) : build_(build), root_(root), network_(root.find("network") ? root.at("network") : root) {}

    void conditions() {
        auto const& conditions = root_.at("conditions");
        look(conditions.at("celsius"), "celsius", build_.model.celsius, "degC", plausible::celsius);
        look(conditions.at("v_init"), "v_init", build_.model.v_init, "mV", plausible::potential);
        for (auto const& [mechanism, values] : build_.model.globals)
            for (auto const& [name, value] : values) parameter(*build_.mechanisms.at(mechanism), name, value, {}, member(conditions, {"mechanisms", mechanism, name}));
    }

    void run() {
        auto const& run = root_.at("run");
        auto const& model = build_.model;
        auto const& dt = run.at("dt");
        bool const fixed = model.method != model::Method::cvode;
        if (fixed && model.dt > most_dt && is_active())
            tell(dt, fmt::format("dt is {} ms, and cells have channels whose gates may need less than 0.1 ms", model.dt),
                 "spikes come late or not at all; 0.025 is usual");
        if (fixed && model.dt <= least_dt) tell(dt, fmt::format("dt is {} ms", model.dt), fmt::format("if this is in s, write {:.6g}; 0.025 is usual", 1000 * model.dt));
        look(run.at("spike_threshold"), "spike_threshold", build_.spike_threshold, "mV", plausible::potential);
    }

    void cell(CellPlan const& plan, model::CellType const& type) {
        auto const name = "cells." + plan.entry.name;
        if (auto const* threshold = plan.node->find("spike_threshold")) look(*threshold, name + ".spike_threshold", plan.entry.threshold, "mV", plausible::potential);
        if (plan.v_init)
            for (int i = 0; i < (plan.v_init->is_list() ? plan.entry.count : 1); ++i)
                look(plan.node->at("v_init"), name + ".v_init", (*plan.v_init)[static_cast<std::size_t>(i)], "mV", plausible::potential);
        size(plan, type, name);
        auto const* modifications = build_.circuit ? root_.at("conditions").find("modifications") : nullptr;
        auto const& where = modifications ? *modifications : *plan.biophysics.where;
        auto const& own = member(*plan.node, {"stylized"});
        Written cm, Ra;
        std::map<std::pair<std::string, IonField>, Written> ions;
        std::map<std::pair<std::string, std::string>, Written> parameters;
        for (auto const& region : plan.biophysics.regions) {
            if (region.cm && region.cm->where()) cm.add(region.cm->where());
            if (region.Ra) Ra.add(&region.where->at("Ra"));
            for (auto const& ion : region.ions)
                if (ion.value.where()) ions[{ion.ion, ion.field}].add(ion.value.where());
            for (auto const& mechanism : region.mechanisms)
                for (auto const& [parameter, node] : mechanism.parameters) parameters[{mechanism.name, parameter}].add(node);
        }
        // Myelin has little: a unit that is wrong is wrong in the whole cell.
        if (largest(type.cm) <= 0.05 || largest(type.cm) >= 100) look(cm, plan.own.cm.empty() ? where : own, "cm", type.cm, "uF/cm2", plausible::capacitance);
        look(Ra, plan.own.Ra.empty() ? where : own, "Ra", type.Ra, "ohm cm", plausible::axial_resistivity);
        for (auto const& ion : type.ions) {
            auto const& written = ions[{ion.ion, ion.field}];
            if (ion.field == IonField::reversal) look(written, where, "the reversal potential of " + ion.ion, ion.values, "mV", plausible::potential);
            else
                look(written, where, ion.ion + (ion.field == IonField::inner ? "i" : "o"), ion.values, "mM",
                     [&](double mM) { return plausible::concentration(ion.ion, ion.field, mM); });
        }
        for (auto const& painted : type.mechanisms)
            for (auto const& [parameter, values] : painted.parameters)
                this->parameter(*build_.mechanisms.at(painted.mechanism), parameter, values, parameters[{painted.mechanism, parameter}], where);
    }

    /// Parameters and measured currents that differ from cell to cell.
    void each_cell(std::vector<CellPlan> const& plans) {
        for (auto const& own : build_.model.cell_parameters) {
            auto const& entry = entry_of(build_, own.first);
            auto const plan = std::ranges::find(plans, entry.name, [](CellPlan const& plan) { return plan.entry.name; });
            auto const key = own.mechanism + "." + own.parameter;
            parameter(*build_.mechanisms.at(own.mechanism), own.parameter, own.values, {}, plan == plans.end() ? network_ : member(*plan->node, {"parameters", key}));
        }
        for (auto const& entry : build_.cells)
            for (auto const* key : {"threshold_current", "holding_current"}) {
                auto const found = entry.numbers.find(key);
                if (found == entry.numbers.end()) continue;
                auto const& node = root_.find("cells") ? member(root_, {"cells", entry.name, key}) : network_;
                for (int i = 0; i < entry.count; ++i) look(node, fmt::format("{} of {}", key, entry.name), found->second[static_cast<std::size_t>(i)], "nA", plausible::current);
            }
    }

    /// Synapses and artificial cells: all that is no input.
    void points() {
        std::set<int> inputs;
        for (auto const& [label, set] : build_.inputs) inputs.insert(set);
        for (std::size_t k = 0; k < build_.model.points.size(); ++k) {
            auto const& set = build_.model.points[k];
            if (inputs.contains(static_cast<int>(k)) || set.cell.empty()) continue;
            auto const& info = *build_.mechanisms.at(set.mechanism);
            bool const artificial = info.kind == MechanismKind::artificial;
            auto const* entries = root_.find(artificial ? "generators" : "synapses");
            auto const& entry = entries && entries->find(set.label) ? entries->at(set.label) : network_;
            for (auto const& [name, values] : set.parameters) parameter(info, name, values, {}, member(entry, {"parameters", name}));
            auto const start = set.parameters.find("start");
            if (artificial && start != set.parameters.end() && set.mechanism == "NetStim")
                warn_if_late(build_, "generators." + set.label, member(entry, {"parameters", "start"}), least(start->second));
        }
    }

    /// Weights where they are conductances, in uS.
    void weights() {
        auto const& model = build_.model;
        auto const is_conductance = [&](model::PointSet const& set) { return set.mechanism == "ExpSyn" || set.mechanism == "Exp2Syn"; };
        if (std::ranges::none_of(model.points, is_conductance)) return;
        auto const first = model.first_numbers();
        std::set<std::pair<std::size_t, double>> doubtful;
        auto const look_at = [&](std::uint32_t target, double weight) {
            if (plausible::conductance(weight).empty()) return;
            auto const set = static_cast<std::size_t>(std::upper_bound(first.begin(), first.end(), target) - first.begin()) - 1;
            if (is_conductance(model.points[set]) && doubtful.size() < 100) doubtful.emplace(set, weight);
        };
        for (auto const& connection : model.connections)
            if (std::abs(connection.weight) > 1) look_at(connection.target, connection.weight);
        for (auto const& [set, weight] : doubtful) {
            auto const& label = model.points[set].label;
            tell(connection_to(label, weight), fmt::format("a weight onto {} is {} uS", label, weight), plausible::conductance(weight));
        }
    }

private:
    static double largest(model::Values const& values) {
        double most = values[0];
        for (std::size_t i = 0; i < values.size(); ++i) most = std::max(most, values[i]);
        return most;
    }
    static double least(model::Values const& values) {
        double result = values[0];
        for (std::size_t i = 0; i < values.size(); ++i) result = std::min(result, values[i]);
        return result;
    }

    /// Once for each place, however many cells come from it.
    void tell(Node const& node, std::string const& what, std::string const& likely) {
        auto const at = node.where();
        if (told_.emplace(at.file, at.line, at.column, what).second) suspect(build_.diagnostics, node, what, likely);
    }

    template <class Advice>
    void look(Node const& node, std::string const& what, double value, char const* unit, Advice advice) {
        if (auto const likely = advice(value); !likely.empty()) tell(node, fmt::format("{} is {} {}", what, value, unit), likely);
    }

    template <class Advice>
    void look(Written const& written, Node const& otherwise, std::string const& what, model::Values const& values, char const* unit, Advice advice) {
        std::set<Node const*> seen;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (advice(values[i]).empty()) continue;
            auto const& node = written.node_of(values[i], otherwise);
            if (seen.insert(&node).second) look(node, what, values[i], unit, advice);
        }
    }

    void parameter(MechanismInfo const& info, std::string const& name, model::Values const& values, Written const& written, Node const& otherwise) {
        auto const* variable = find_variable(info, name);
        if (!variable) return;
        std::string_view const units = variable->units;
        auto const what = fmt::format("{} of {}", name, info.name);
        if (units == "S/cm2" || units == "mho/cm2")
            look(written, otherwise, what, values, "S/cm2", [&](double value) { return plausible::conductance_density(value, is_leak(info, name)); });
        else if (is_potential(info, *variable)) look(written, otherwise, what, values, "mV", plausible::potential);
        else if (info.kind == MechanismKind::point && (units == "uS" || units == "umho")) look(written, otherwise, what, values, "uS", plausible::conductance);
        else if (info.kind == MechanismKind::point && units == "nA") look(written, otherwise, what, values, "nA", plausible::current);
        else if (units == "ms" && ((info.kind == MechanismKind::point && name.starts_with("tau")) || name == "interval"))
            look(written, otherwise, what, values, "ms", plausible::time);
    }

    /// Of a cell whose sections a config describes.
    void size(CellPlan const& plan, model::CellType const& type, std::string const& name) {
        double thickest = 0, length = 0;
        for (auto const& compartment : type.cable->compartments) thickest = std::max(thickest, compartment.diam);
        for (auto const& section : type.cable->sections) length += section.L;
        auto const* drawn = plan.node->find("stylized");
        if (!drawn) return;  // of files the reader tells it
        auto const& where = *drawn;
        if (auto const likely = plausible::thickness(thickest); !likely.empty())
            tell(where, fmt::format("{}: its thickest part has a diameter of {:.4g} um", name, thickest), likely);
        else if (auto const longer = plausible::total_length(length); !longer.empty())
            tell(where, fmt::format("{}: all its sections are {:.4g} um long together", name, length), longer);
    }

    /// Has a cell a mechanism with states, which a coarse step follows badly?
    bool is_active() const {
        return std::ranges::any_of(build_.model.types, [&](model::CellType const& type) {
            return std::ranges::any_of(type.mechanisms, [&](auto const& painted) {
                auto const known = build_.mechanisms.find(painted.mechanism);
                if (known == build_.mechanisms.end()) return false;
                auto const& info = *known->second;
                return info.has_current && std::any_of(info.variables, info.variables + info.n_variables, [](VariableInfo const& x) { return x.role == Role::state; });
            });
        });
    }

    /// The entry of "connections" that gives this weight to these synapses.
    Node const& connection_to(std::string const& label, double weight) const {
        auto const* entries = root_.find("connections");
        if (!entries) return network_;
        for (auto const& entry : entries->children) {
            auto const *target = entry.find("target"), *given = entry.find("weight");
            bool const same = target && target->is_string() && target->text().substr(0, target->text().find('[')) == label;
            if (same && given && (!given->is_number() || given->number() == weight)) return *given;
        }
        return *entries;
    }

    Build& build_;
    Node const& root_;
    Node const& network_;  ///< where to point at in a circuit, whose files are not told apart any more
    std::set<std::tuple<std::string, int, int, std::string>> told_;
};

}  // namespace

void warn_of_units(Build& build, Node const& root, std::vector<CellPlan> const& plans) {
    Review review(build, root);
    review.conditions();
    review.run();
    for (std::size_t k = 0; k < std::min(plans.size(), build.model.types.size()); ++k) review.cell(plans[k], build.model.types[k]);
    review.each_cell(plans);
    review.points();
    review.weights();
}

}  // namespace rall::io
