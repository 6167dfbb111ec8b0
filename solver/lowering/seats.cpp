#include "solver/lowering/seats.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "morphology/cable.hpp"
#include "solver/cvode/variable_run.hpp"
#include "solver/lowering/changing_lists.hpp"
#include "solver/lowering/lowered_memory.hpp"
#include "solver/lowering/plan.hpp"
#include "solver/step/board.hpp"

namespace rall::solver {
namespace {

[[noreturn]] void not_kept(std::string const& name) {
    throw InputError("not-kept", {}, name + " is not kept: it exists only inside of a step, where nobody records it",
                     "ask for it before the run: keep=[\"" + name + "\"] of the simulation, or a report");
}

[[noreturn]] void unknown(std::string const& what, std::string const& variable, std::vector<std::string> const& known) {
    throw InputError("unknown-variable", {}, what + " has no variable '" + variable + "'", did_you_mean(variable, known));
}

std::vector<std::string> variables_of_nodes(IonTable const& ions) {
    std::vector<std::string> known{"v", "i_membrane"};
    for (int k = 0; k < ions.size(); ++k)
        for (auto const& text : {"e" + ions[k].name, ions[k].name + "i", ions[k].name + "o", "i" + ions[k].name}) known.push_back(text);
    return known;
}

std::vector<std::string> variables_of(MechanismInfo const& info) {
    std::vector<std::string> known;
    for (int k = 0; k < info.n_variables; ++k)
        if (is_visible(info.variables[k])) known.emplace_back(info.variables[k].name);
    return known;
}

/// The instance of a density mechanism at a node; -1 if there is none.
int instance_at(HostBlock const& host, MechanismArrays const& m, int node) {
    auto const* const begin = host(m.node);
    auto const* const at = std::lower_bound(begin, begin + m.n, node);
    return m.n == 0 || at == begin + m.n || *at != node ? -1 : static_cast<int>(at - begin);
}

/// The element of the group's block that has an ion's variable (of ion -1: the membrane current) at a node; -1 where nobody keeps it.
int element_at(Remembered const& own, int ion, IonField field, int node) {
    if (ion < 0) {
        auto const found = std::ranges::lower_bound(own.membrane, node);
        return found != own.membrane.end() && *found == node ? own.membrane_current + static_cast<int>(found - own.membrane.begin()) : -1;
    }
    for (auto const& at : own.ions) {
        if (at.ion != ion || at.node != node) continue;
        if (field == IonField::reversal) return at.reversal;
        if (field == IonField::inner) return at.inner;
        if (field == IonField::outer) return at.outer;
        return at.current_wanted ? at.current : -1;
    }
    return -1;
}

/// What a mechanism at the node knows of an ion that does not move; null without one that reads it.
double* copy_at(HostBlock const& host, MechanismTable const& table, IonTable const& ions, Group const& group, int ion, IonField field, int node) {
    for (int k = 0; k < table.size(); ++k) {
        auto const& m = host(group.mechanisms)[k];
        int const instance = instance_at(host, m, node);
        if (instance < 0) continue;
        auto const& info = table[k];
        for (int v = 0, element = 0; v < info.n_variables; element += info.variables[v++].size) {
            auto const& x = info.variables[v];
            if (x.role != Role::ion_read || x.field != field || ions.of(k, x.ion) != ion) continue;
            auto const where = host(m.variables)[element];
            return where.data + (where.stride ? instance : 0);
        }
    }
    return nullptr;
}

}  // namespace

/// Nodes of a cell's compartments, per compartment.
std::vector<int> const& Lowered::nodes_of(int cell) {
    if (group_of_cell_.empty()) {
        group_of_cell_.assign(model_.cells.size(), -1);
        for (int g = 0; g < n_groups(); ++g)
            for (int const of : cell_of_node_[g]) group_of_cell_[of] = g;
    }
    auto const [found, fresh] = nodes_of_cell_.try_emplace(cell);
    if (!fresh) return found->second;
    auto& nodes = found->second;
    nodes.assign(model_.types[model_.cells[cell].type].cable->compartments.size(), -1);
    int const g = group_of_cell_[cell];
    for (std::size_t node = 0; g >= 0 && node < cell_of_node_[g].size(); ++node)
        if (cell_of_node_[g][node] == cell && compartment_of_node_[g][node] >= 0) nodes[compartment_of_node_[g][node]] = static_cast<int>(node);
    return nodes;
}

/// v, a membrane current, or a variable of an ion.
Seats Lowered::find_at_nodes(std::string const& variable, std::vector<model::Site> const& sites) {
    MechanismTable const table(library_);
    IonTable const ions(table);
    HostBlock const host(memory_->block);
    Seats seats;
    int ion = -1;
    IonField field = IonField::none;
    seats.is_voltage = variable == "v";
    if (!seats.is_voltage && variable != "i_membrane" && !ions.parse(variable, ion, field)) unknown("a compartment", variable, variables_of_nodes(ions));
    for (auto const& site : sites) {
        int const node = nodes_of(site.cell).at(static_cast<std::size_t>(site.compartment)), g = group_of_cell_[site.cell];
        auto const& group = memory_->groups.host_as<Group>()[g];
        if (seats.is_voltage) {
            seats.at.push_back(group.v + node);
            continue;
        }
        seats.own = false;
        int const element = element_at(remembered_[g], ion, field, node);
        auto* const copy = element < 0 && ion >= 0 && field != IonField::current ? copy_at(host, table, ions, group, ion, field, node) : nullptr;
        if (element < 0 && !copy) not_kept(variable);
        seats.at.push_back(copy ? copy : group.block + element);
    }
    return seats;
}

Seats Lowered::find(std::string const& variable, std::string const& owner, std::vector<model::Site> const& sites) {
    bool const of_points = !sites.empty() && sites.front().point.set >= 0;
    if (!of_points && owner.empty()) return find_at_nodes(variable, sites);
    MechanismTable const table(library_);
    HostBlock const host(memory_->block);
    auto const [name, index] = split_index(variable);
    int const k = std::max(index, 0);
    Seats seats;
    for (auto const& site : sites) {
        Target at;
        if (of_points) {
            at = target(site.point);
            if (auto const& targets = connections_->targets(); targets.is_shared(targets.place(at)))
                throw InputError("merged", {}, "this " + std::string(table[at.mechanism].name) + " and others in its compartment are computed as one: it has no " + variable + " of its own",
                                 "leave out \"merge_synapses\": true in \"run\", or ask before the run: keep=[\"" + std::string(table[at.mechanism].name) + "." + variable + "\"] of the simulation");
        } else {
            at.mechanism = table.require(owner);
            int const node = nodes_of(site.cell).at(static_cast<std::size_t>(site.compartment));
            at.group = group_of_cell_[site.cell];
            at.instance = instance_at(host, host(memory_->groups.host_as<Group>()[at.group].mechanisms)[at.mechanism], node);
            if (at.instance < 0 || table[at.mechanism].kind != MechanismKind::density)
                throw InputError("mechanism-not-there", {}, owner + " is not in every place that was asked for " + owner + "." + variable,
                                 "choose places that have it");
        }
        auto const& info = table[at.mechanism];
        auto const* const x = table.variable(at.mechanism, name);
        if (!x || !is_visible(*x) || k >= x->size) unknown(info.name, variable, variables_of(info));
        if (seats.variable && seats.variable != x)
            throw InputError("mixed-mechanisms", {}, "'" + variable + "' was asked of places of several mechanisms at once", "ask each by itself");
        auto const& m = host(memory_->groups.host_as<Group>()[at.group].mechanisms)[at.mechanism];
        auto const& where = host(m.variables)[table.element(at.mechanism, name) + k];
        bool const of_current = x->role == Role::ion_write && x->field == IonField::current;
        if (where.stride == 0 && (is_written_only(x->role) || of_current)) not_kept(of_points ? variable : owner + "." + variable);
        seats.variable = x;
        seats.own &= where.stride != 0;
        seats.at.push_back(where.data + (where.stride ? at.instance : 0));
    }
    return seats;
}

void Lowered::read(Seats const& seats, double* values) {
    HostBlock const host(memory_->block);
    for (auto* const at : seats.at) *values++ = *host(at);
}

void Lowered::write(Seats const& seats, double const* values, std::int64_t step) {
    {
        HostBlock host(memory_->block);
        for (auto* const at : seats.at) *host(at) = *values++;
        host.changed();
    }
    if (!together_.empty()) {
        auto const* const together = pick(together_, memory_->groups_together);
        show_all(together, static_cast<int>(together_.size()), step);
        see_all(together, static_cast<int>(together_.size()), step);
    }
    forget_passive();
    if (variable_) variable_->restart();
}

}  // namespace rall::solver
