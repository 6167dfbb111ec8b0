// Probes of a group: which element of its block every column of a report reads.
#include <algorithm>

#include "base/text.hpp"
#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

namespace {

[[noreturn]] void unknown_variable(std::string const& asker, std::string const& variable, std::string const& owner,
                                   std::vector<std::string> const& known) {
    throw InputError(
        "unknown-variable", {},
        asker + " asks for '" + variable + "'" + (owner.empty() ? "" : " of " + owner) + ", which does not exist there",
        did_you_mean(variable, known));
}

}  // namespace

Parts::Look Parts::look(std::string const& asker, std::string const& variable, std::string const& owner,
                        model::Site const& site, int slot) {
    auto const node_of = [&](int compartment) {
        return slots[slot].position[slots[slot].plan->tree.node[compartment]];
    };
    auto const& table = blueprint.mechanisms;
    Look look{};
    if (site.point.set < 0 && owner.empty()) {
        look.node = node_of(site.compartment);
        if (variable == "v") {
            look.at = Look::At::v;
        } else if (variable == "i_membrane") {
            look.at = Look::At::membrane;
        } else if (blueprint.ions.parse(variable, look.ion, look.field)) {
            look.at = Look::At::ion;
        } else {
            std::vector<std::string> known{"v", "i_membrane"};
            for (int k = 0; k < blueprint.ions.size(); ++k) {
                auto const& name = blueprint.ions[k].name;
                known.insert(known.end(), {"e" + name, name + "i", name + "o", "i" + name});
            }
            unknown_variable(asker, variable, owner, known);
        }
        return look;
    }
    look.at = Look::At::mechanism;
    if (site.point.set >= 0) {
        look.mechanism = table.find(blueprint.model.points[site.point.set].mechanism);
        look.instance = instance_of(site.point);
    } else {
        look.mechanism = table.require(owner);
        auto const& who = mechanisms[look.mechanism].who;
        int const node = node_of(site.compartment);
        auto const found =
            std::lower_bound(who.begin(), who.end(), node, [](Who const& w, int n) { return w.node < n; });
        if (table[look.mechanism].kind != MechanismKind::density || found == who.end() || found->node != node)
            throw InputError("mechanism-not-there", {},
                             asker + " asks for " + owner + "." + variable + " in a compartment without " + owner,
                             "choose cells and places that have it");
        look.instance = static_cast<int>(found - who.begin());
    }
    auto const [name, index] = split_index(variable);
    int const k = std::max(index, 0);
    auto const* found = table.variable(look.mechanism, name);
    if (!found || k >= found->size) {
        std::vector<std::string> known;
        auto const& info = table[look.mechanism];
        for (int i = 0; i < info.n_variables; ++i) known.push_back(info.variables[i].name);
        unknown_variable(asker, variable, owner, known);
    }
    look.element = table.element(look.mechanism, name) + k;
    return look;
}

void Parts::find_probed() {
    auto const& probes = blueprint.model.probes;
    if (probes.empty()) return;
    auto const show = [&](int p, int site, int slot) {
        auto const& probe = probes[p];
        Look const l = look("report '" + probe.name + "'", probe.variable, probe.mechanism, probe.sites[site], slot);
        note(l);
        looks[p].emplace_back(site, l);
    };
    for (int s = 0; s < static_cast<int>(slots.size()); ++s)
        for (auto const& [probe, site] : blueprint.sites_of_cell[slots[s].cell]) show(probe, site, s);
    // Artificial cells belong to no cell: their sites are found by their place in this group.
    for (int p = 0; p < static_cast<int>(probes.size()); ++p)
        for (int k = 0; k < static_cast<int>(probes[p].sites.size()); ++k) {
            auto const& ref = probes[p].sites[k].point;
            if (ref.set < 0 || blueprint.model.points[ref.set].cell[ref.index] >= 0) continue;
            if (instance_of(ref) >= 0) show(p, k, -1);
        }
}

void Parts::note(Look const& look) {
    switch (look.at) {
        case Look::At::v:
            break;
        case Look::At::membrane:
            membrane_sites[look.node] = -1;
            break;
        case Look::At::ion:
            probed_ions[{look.ion, look.node}] = -1;
            if (look.field == IonField::current) summed[look.ion] = 1;
            break;
        case Look::At::mechanism: {
            auto& observed = mechanisms[look.mechanism].observed;
            observed.resize(blueprint.mechanisms[look.mechanism].n_elements, 0);
            observed[look.element] = 1;
            break;
        }
        case Look::At::mirror:
            break;
    }
}

void Parts::remember_looks() {
    auto& all = out.remembered.looked;
    each_look([&](Look const& look) {
        if (look.at == Look::At::mechanism) all.push_back({look.mechanism, look.element, look.instance});
    });
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

int Parts::element_of(int mechanism, int element, int instance) const {
    auto const& m = out.layout.mechanisms[mechanism];
    return Arena::element(m.element[element], m.stride[element] ? static_cast<std::size_t>(instance) : 0);
}

int Parts::element_of(Look const& look) const {
    switch (look.at) {
        case Look::At::v:
            return Arena::element(out.layout.v, look.node);
        case Look::At::membrane:
            return Arena::element(out.layout.membrane_current, membrane_sites.at(look.node));
        case Look::At::ion: {
            auto const& slice = look.field == IonField::reversal ? site_reversal
                                : look.field == IonField::inner  ? site_inner
                                : look.field == IonField::outer  ? site_outer
                                                                 : site_current;
            return Arena::element(slice, probed_ions.at({look.ion, look.node}));
        }
        case Look::At::mechanism:
            return element_of(look.mechanism, look.element, look.instance);
        case Look::At::mirror:
            return Arena::element(*look.mirrors, static_cast<std::size_t>(look.instance));
    }
    return 0;
}

void Parts::lay_probes() {
    auto const before = out.arena.size();
    auto& l = out.layout;
    std::vector<int> membrane_node;
    for (auto& [node, place] : membrane_sites) {
        place = static_cast<int>(membrane_node.size());
        membrane_node.push_back(node);
    }
    l.membrane_node = out.arena.put(membrane_node);
    l.membrane_d = out.arena.reserve<double>(membrane_node.size());
    l.membrane_rhs = out.arena.reserve<double>(membrane_node.size());
    l.membrane_current = out.arena.reserve<double>(membrane_node.size());
    out.remembered.membrane = membrane_node;
    out.remembered.membrane_current = Arena::element(l.membrane_current);

    for (auto const& [p, columns] : looks) {
        auto const& probe = blueprint.model.probes[p];
        ProbePart part;
        part.probe = p;
        auto const sampling = model::sampling_of(probe, blueprint.model.dt);
        part.start = sampling.start;
        part.stop = sampling.stop();
        part.period = sampling.period;
        std::vector<int> elements;
        for (auto const& [site, look] : columns) {
            part.sites.push_back(site);
            elements.push_back(element_of(look));
        }
        part.elements = out.arena.put(elements);
        out.probes.push_back(std::move(part));
    }
    out.index_bytes += static_cast<std::int64_t>(out.arena.size() - before);
}

}  // namespace rall::solver
