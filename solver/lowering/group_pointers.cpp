// POINTERs of a group: where the target of each lies, in the group or as a copy of what another group has, and which mechanisms must run one instance after the other.
#include <algorithm>
#include <tuple>

#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

namespace {

/// Nothing a kernel of its own mechanism does changes a variable of this role.
bool is_fixed(Role role) {
    return role == Role::parameter || role == Role::global || role == Role::external || role == Role::diam || role == Role::area ||
           role == Role::ion_read;
}

}  // namespace

void Parts::find_pointed() {
    auto const& model = blueprint.model;
    if (model.pointers.empty()) return;
    std::map<int, int> slot_of_cell;
    for (int s = 0; s < static_cast<int>(slots.size()); ++s) slot_of_cell[slots[s].cell] = s;
    auto const target = [&](int b, int k) {
        auto const& binding = model.pointers[b];
        auto const& site = binding.targets[k];
        Look const at = look("POINTER " + binding.pointer + " of " + binding.mechanism, binding.variable, binding.owner,
                             site, slot_of_cell.at(model.cell_of(site)));
        note(at);
        return at;
    };
    std::map<std::pair<int, int>, Look> mirrored;
    auto const mirror = [&](Crossings const& crossings, Slice<double> const& mirrors, std::vector<Look>& shown) {
        for (int i = 0; auto const& seen : crossings.seen) {
            Look at{Look::At::mirror};
            at.instance = i++;
            at.mirrors = &mirrors;
            mirrored[{seen.binding, seen.instance}] = at;
        }
        for (auto const& crossing : crossings.shown) shown.push_back(target(crossing.binding, crossing.instance));
    };
    mirror(content.at_begin, out.layout.at_begin.seen, shown_at_begin);
    mirror(content.after_solve, out.layout.after_solve.seen, shown_after_solve);
    for (int s = 0; s < static_cast<int>(slots.size()); ++s)
        for (auto const& [b, k] : blueprint.pointers_of_cell[slots[s].cell]) {
            auto const& binding = model.pointers[b];
            Look const from = look("POINTER " + binding.pointer + " of " + binding.mechanism, binding.pointer,
                                   binding.mechanism, binding.instances[k], s);
            auto const& info = blueprint.mechanisms[from.mechanism];
            if (owner_of(info, from.element).role != Role::pointer)
                throw InputError("pointer-unknown", {},
                                 binding.pointer + " of " + binding.mechanism + " is no POINTER that is used there");
            auto const found = mirrored.find({b, k});
            Look const to = found == mirrored.end() ? target(b, k) : found->second;
            pointed[{from.mechanism, from.element}][from.instance] = to;
            if (info.writes_pointers && to.at == Look::At::ion)
                throw InputError("pointer-to-ion", {},
                                 binding.mechanism + " writes through a POINTER, and " + binding.pointer +
                                     " is bound to " + binding.variable + ", of which mechanisms have copies",
                                 "write it with USEION ... WRITE " + binding.variable);
            bool const changes = to.at == Look::At::mechanism && to.mechanism == from.mechanism &&
                                 !is_fixed(owner_of(info, to.element).role);
            if (info.writes_pointers || changes) mechanisms[from.mechanism].ordered = true;
        }
}

/// What other groups look at, and copies of what is looked at there. Before the first step a potential is v_init, and what else
/// kernels look at then lies in their own group.
void Parts::lay_mirrors() {
    auto const& model = blueprint.model;
    auto const lay = [&](Crossings const& crossings, std::vector<Look> const& shown, BuiltGroup::MirrorSlices& slices) {
        std::vector<int> elements, places;
        std::vector<double> seen;
        for (auto const& at : shown) elements.push_back(element_of(at));
        for (auto const& crossing : crossings.seen) {
            places.push_back(crossing.place);
            seen.push_back(model.pointers[crossing.binding].variable == "v" ? model.v_init : 0);
        }
        slices = {out.arena.put(elements), out.arena.put(places), out.arena.put(seen),
                  crossings.shown.empty() ? 0 : crossings.shown.front().place};
    };
    auto const before = out.arena.size();
    lay(content.at_begin, shown_at_begin, out.layout.at_begin);
    lay(content.after_solve, shown_after_solve, out.layout.after_solve);
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

void Parts::lay_pointers() {
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        auto const& m = mechanisms[k];
        auto& slices = out.layout.mechanisms[k];
        if (!info.has_pointers || m.size() == 0) continue;
        for (int variable = 0, element = 0; variable < info.n_variables; element += info.variables[variable++].size) {
            if (info.variables[variable].role != Role::pointer) continue;
            auto const& targets = pointed[{k, element}];
            int const begin = Arena::element(slices.element[element]);
            std::vector<double> offsets(slices.element[element].n);
            bool const optional = may_be_unbound(info, variable);
            if (optional) {
                auto* const bound = out.arena.at(slices.element[element + 1]);
                for (std::size_t i = 0; i < offsets.size(); ++i) bound[i] = targets.contains(static_cast<int>(i));
            }
            Slice<double> const nothing = optional ? out.arena.reserve<double>(1) : Slice<double>{};
            for (int i = 0; i < m.size(); ++i) {
                if (m.who[i].filler) continue;
                auto const found = targets.find(i);
                if (found == targets.end() && optional) {  // it leads to a number that nobody has
                    offsets[i] = Arena::element(nothing) - begin;
                    continue;
                }
                if (found == targets.end())
                    throw InputError("pointer-unbound", {},
                                     std::string("POINTER ") + info.variables[variable].name + " of " + info.name +
                                         " is bound to nothing in cell " +
                                         std::to_string(blueprint.model.cells[slots[m.who[i].slot].cell].gid));
                offsets[i] = element_of(found->second) - begin;
            }
            // Padding and instances without area point somewhere too.
            double last = targets.empty() ? 0 : element_of(targets.begin()->second) - begin;
            for (std::size_t i = 0; i < offsets.size(); ++i) {
                bool const real = static_cast<int>(i) < m.size() && !m.who[i].filler;
                (real ? last : offsets[i]) = real ? offsets[i] : last;
            }
            std::copy(offsets.begin(), offsets.end(), out.arena.at(slices.element[element]));
        }
    }
}

std::vector<int> Parts::order_of(int mechanism) const {
    auto const& m = mechanisms[mechanism];
    bool const density = blueprint.mechanisms[mechanism].kind == MechanismKind::density;
    std::vector<int> order;
    for (int i = 0; i < m.size(); ++i)
        if (!m.who[i].filler) order.push_back(i);
    // By place in the cell, whatever else is in the group.
    std::ranges::stable_sort(
        order, {}, [&](int i) { return std::pair(m.who[i].slot, density ? m.who[i].compartment : 0); });
    if (m.in_turn)  // in a compartment the last one that was placed there comes first, as in NEURON
        std::ranges::stable_sort(order, {}, [&](int i) {
            auto const& who = m.who[i];
            return std::tuple(who.slot, who.compartment, -who.point.set, -who.point.index);
        });
    return order;
}

void Parts::lay_order() {
    for (int k = 0; k < blueprint.mechanisms.size(); ++k)
        if (mechanisms[k].ordered) out.layout.mechanisms[k].ordered = out.arena.put(order_of(k));
}

}  // namespace rall::solver
