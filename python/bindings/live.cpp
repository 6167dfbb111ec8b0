#include "python/bindings/live.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "morphology/cable.hpp"

namespace rall::python {
namespace {

model::Values compact(std::vector<double> values) {
    if (!values.empty() && std::ranges::all_of(values, [&](double x) { return x == values.front(); })) values.resize(1);
    return model::Values(std::move(values));
}

/// Sites beyond the compartments where something is.
std::vector<char> ends_in_use(Live const& live) {
    std::vector<char> used(live.trees.area.size(), 0);
    auto const use = [&](int site) {
        if (site >= 0) used[static_cast<std::size_t>(site)] = 1;
    };
    auto const use_places = [&](std::vector<LivePlace> const& places) {
        for (auto const& place : places)
            if (place.mechanism < 0) use(place.index);
    };
    for (auto const& mechanism : live.mechanisms)
        for (int const site : mechanism.sites) use(site);
    for (auto const& ion : live.ions)
        for (int const site : ion.sites) use(site);
    for (auto const& source : live.sources) use(source.site);
    for (auto const& probe : live.probes) use_places(probe.places);
    for (auto const& pointer : live.pointers) use_places(pointer.target.places);
    return used;
}

/// The tree's cable. NEURON's resistances between neighbours stand as r_left alone, in Megohm: with Ra = 100 ohm cm, 1/um is 1 Megohm.
void add_cables(Carried& carried, Live const& live) {
    using At = morphology::Attachment::At;
    auto const& trees = live.trees;
    int const n = static_cast<int>(trees.diam.size()), n_sections = static_cast<int>(trees.nseg.size());
    auto const used = ends_in_use(live);
    carried.cell.assign(trees.area.size(), -1);
    carried.compartment.assign(trees.area.size(), -1);
    std::vector<int> first(static_cast<std::size_t>(n_sections) + 1, 0);
    for (int s = 0; s < n_sections; ++s) first[s + 1] = first[s] + trees.nseg[s];
    for (int t = 0, begin = 0; t < trees.n_trees; ++t) {
        int end = begin;
        while (end < n_sections && trees.tree[end] == t) ++end;
        auto cable = std::make_shared<morphology::Cable>();
        for (int s = begin; s < end; ++s) {
            morphology::CableSection section;
            section.name = trees.names[s];
            section.parent = trees.parent[s] < 0 ? -1 : trees.parent[s] - begin;
            section.L = trees.length[s];
            section.nseg = trees.nseg[s];
            section.first = first[s] - first[begin];
            auto& at = section.attachment;
            at.at = static_cast<At>(trees.joined[s]);
            at.section = section.parent;
            if (at.at == At::compartment) at.compartment = trees.joined_to[s] - first[begin];
            else if (at.at != At::root) at.section = trees.joined_to[s] - begin;
            for (int c = first[s]; c < first[s + 1]; ++c) {
                morphology::Compartment compartment;
                compartment.section = s - begin;
                compartment.x = (c - first[s] + 0.5) / section.nseg;
                compartment.area = trees.area[c];
                compartment.diam = trees.diam[c];
                compartment.r_left = trees.resistance[c];
                if (c + 1 == first[s + 1]) compartment.r_right = trees.resistance[n + s];
                carried.cell[c] = t;
                carried.compartment[c] = static_cast<int>(cable->compartments.size());
                cable->compartments.push_back(compartment);
            }
            cable->sections.push_back(std::move(section));
        }
        auto const keep = [&](int site, int section, double x) {
            if (!used[site]) return;
            morphology::Compartment end_;
            end_.section = section;
            end_.x = x;
            carried.cell[site] = t;
            carried.compartment[site] = static_cast<int>(cable->compartments.size());
            cable->compartments.push_back(end_);
        };
        for (int s = begin; s < end; ++s) keep(n + s, s - begin, 1);
        keep(n + n_sections + t, 0, 0);

        model::CellType type;
        type.name = trees.names[begin];
        type.Ra = 100;
        std::vector<double> cm(trees.cm.begin() + first[begin], trees.cm.begin() + first[end]);
        cm.resize(cable->compartments.size(), 0);
        type.cm = compact(std::move(cm));
        type.cable = std::move(cable);
        carried.model.types.push_back(std::move(type));
        carried.model.cells.push_back({static_cast<std::uint64_t>(t), t, trees.names[begin], trees.v[first[begin]]});
        begin = end;
    }
}

/// f(tree, first, last): the stretches of ascending sites that lie in one tree.
template <class F>
void by_tree(Carried const& carried, std::vector<int> const& sites, F const& f) {
    for (std::size_t first = 0, last = 0; first < sites.size(); first = last) {
        int const tree = carried.cell[sites[first]];
        while (last < sites.size() && carried.cell[sites[last]] == tree) ++last;
        f(tree, first, last);
    }
}

std::vector<int> compartments_of(Carried const& carried, std::vector<int> const& sites, std::size_t first, std::size_t last) {
    std::vector<int> compartments;
    for (auto i = first; i < last; ++i) compartments.push_back(carried.compartment[sites[i]]);
    return compartments;
}

/// The parameters that NEURON has values of, over instances first to last.
std::map<std::string, model::Values> parameters_of(LiveMechanism const& live, MechanismInfo const& info, std::size_t first, std::size_t last) {
    std::map<std::string, model::Values> parameters;
    for (int k = 0; k < info.n_variables; ++k) {
        auto const& variable = info.variables[k];
        if (!is_settable(variable)) continue;
        auto const found = live.variables.find(variable.name);
        if (found == live.variables.end()) continue;
        auto const [offset, size] = found->second;
        if (size > 1) continue;  // an array: what it holds comes with the state
        std::vector<double> values;
        for (auto i = first; i < last; ++i) values.push_back(live.value(i, offset));
        parameters.emplace(variable.name, compact(std::move(values)));
    }
    return parameters;
}

MechanismInfo const& info_of(std::map<std::string, MechanismInfo const*> const& mechanisms, std::string const& name) {
    auto const found = mechanisms.find(name);
    if (found == mechanisms.end())
        throw InputError("mechanism-unknown", {}, fmt::format("Rall has no mechanism {}", name), "name its .mod file: from_neuron(mechanisms=[...])");
    return *found->second;
}

void add_mechanisms(Carried& carried, Live const& live, std::map<std::string, MechanismInfo const*> const& mechanisms) {
    auto& model = carried.model;
    std::uint64_t next_gid = static_cast<std::uint64_t>(live.trees.n_trees);
    for (auto const& mechanism : live.mechanisms) {
        auto const& info = info_of(mechanisms, mechanism.name);
        if (mechanism.is_density) {
            carried.set.push_back(-1);
            by_tree(carried, mechanism.sites, [&](int tree, std::size_t first, std::size_t last) {
                model.types[tree].mechanisms.push_back(
                    {mechanism.name, compartments_of(carried, mechanism.sites, first, last), parameters_of(mechanism, info, first, last)});
            });
            continue;
        }
        carried.set.push_back(static_cast<int>(model.points.size()));
        model::PointSet set;
        set.label = set.mechanism = mechanism.name;
        for (int const site : mechanism.sites) {
            set.cell.push_back(site < 0 ? -1 : carried.cell[site]);
            set.compartment.push_back(site < 0 ? -1 : carried.compartment[site]);
            if (info.kind == MechanismKind::artificial) set.gid.push_back(next_gid++);
        }
        set.parameters = parameters_of(mechanism, info, 0, mechanism.size());
        set.vectors = mechanism.vectors;
        for (auto const& [name, stream] : mechanism.streams) set.streams[name] = stream.ids;
        model.points.push_back(std::move(set));
    }
    for (auto const& ion : live.ions)
        by_tree(carried, ion.sites, [&](int tree, std::size_t first, std::size_t last) {
            auto const compartments = compartments_of(carried, ion.sites, first, last);
            auto const part = [&](std::vector<double> const& values) {
                return compact({values.begin() + static_cast<std::ptrdiff_t>(first), values.begin() + static_cast<std::ptrdiff_t>(last)});
            };
            for (int const held : {0, 1}) {
                model::IonValue reversal{ion.name, IonField::reversal, {}, {}, held == 1};
                std::vector<double> values;
                for (auto i = first; i < last; ++i)
                    if (ion.held[i] == held) reversal.compartments.push_back(compartments[i - first]), values.push_back(ion.reversal[i]);
                if (values.empty()) continue;
                reversal.values = compact(std::move(values));
                model.types[tree].ions.push_back(std::move(reversal));
            }
            model.types[tree].ions.push_back({ion.name, IonField::inner, compartments, part(ion.inner)});
            model.types[tree].ions.push_back({ion.name, IonField::outer, compartments, part(ion.outer)});
        });
}

void add_network(Carried& carried, Live const& live) {
    auto& model = carried.model;
    std::uint64_t next_gid = static_cast<std::uint64_t>(live.trees.n_trees);
    for (auto const& set : model.points) next_gid += set.gid.size();
    for (auto const& source : live.sources) {
        if (source.site >= 0) {
            model.sources.push_back({next_gid++, model::ThresholdSource{carried.cell[source.site], carried.compartment[source.site], source.threshold}});
        } else if (source.point.mechanism >= 0) {
            auto const point = carried.site_of(source.point).point;
            auto const& set = model.points[point.set];
            model.sources.push_back({set.gid.empty() ? next_gid++ : set.gid[point.index], point});
        } else {
            model.sources.push_back({next_gid++, model::SpikeTrain{source.times}});
        }
    }
    auto const first = model.first_numbers();
    for (auto const& connection : live.connections)
        model.connections.push_back({static_cast<std::uint32_t>(connection.source),
                                     first[carried.set[connection.target.mechanism]] + static_cast<std::uint32_t>(connection.target.index),
                                     connection.weight, connection.delay});
}

std::vector<model::Site> sites_of(Carried const& carried, std::vector<LivePlace> const& places) {
    std::vector<model::Site> sites;
    for (auto const& place : places) sites.push_back(carried.site_of(place));
    return sites;
}

}  // namespace

model::Site Carried::site_of(LivePlace place) const {
    if (place.mechanism < 0) return {cell[place.index], compartment[place.index]};
    return {-1, -1, {set[place.mechanism], place.index}};
}

Carried carry(Live const& live, std::map<std::string, MechanismInfo const*> const& mechanisms) {
    Carried carried;
    auto& model = carried.model;
    model.dt = live.dt;
    model.tstop = live.tstop;
    model.celsius = live.celsius;
    model.seed = live.seed;
    model.method = live.method;
    model.variable_step = live.variable_step;
    model.kernels.tabulated = live.tabulated;
    model.tables = live.tables;
    model.globals = live.globals;
    add_cables(carried, live);
    add_mechanisms(carried, live, mechanisms);
    add_network(carried, live);
    for (auto const& probe : live.probes)
        model.probes.push_back({probe.name, probe.name, probe.mechanism, sites_of(carried, probe.places), static_cast<double>(probe.period) * live.dt, 0,
                                live.tstop + live.dt});
    for (auto const& pointer : live.pointers)
        model.pointers.push_back({pointer.mechanism, pointer.pointer, sites_of(carried, pointer.instances), pointer.target.name,
                                  pointer.target.mechanism, sites_of(carried, pointer.target.places)});
    return carried;
}

}  // namespace rall::python
