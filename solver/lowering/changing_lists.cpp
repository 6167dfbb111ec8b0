#include "solver/lowering/changing_lists.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

namespace rall::solver {
namespace {

/// Does what a kernel leaves in a variable of this role matter to later epochs wherever it stands? (What is only looked at from outside comes
/// one by one, see add_looked_at.)
bool outlives_an_epoch(Role role) {
    switch (role) {
        case Role::state:
        case Role::carried:
        case Role::changed_parameter:
        case Role::random:
        case Role::gating:
        case Role::watch:
        case Role::misplaced:
        case Role::ion_read:
        case Role::ion_write:
            return true;
        case Role::parameter:
        case Role::global:
        case Role::external:
        case Role::diam:
        case Role::area:
        case Role::observable:
        case Role::bound:
        case Role::pointer:
        case Role::table:
        case Role::derivative:
        case Role::jacobian:
        case Role::channels:
        case Role::vector:
            return false;
    }
    return false;
}

/// An address, which is where something lies in this packing and in no other.
bool is_address(Role role) { return role == Role::pointer || role == Role::vector || role == Role::bound || role == Role::table; }

bool is_current(VariableInfo const& x) { return x.role == Role::ion_write && x.field == IonField::current; }

std::string element_name(MechanismInfo const& info, int element) {
    auto const& x = owner_of(info, element);
    std::string const name = x.name;
    return x.size > 1 ? name + "[" + std::to_string(element - first_element(info, x)) + "]" : name;
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

void ChangingList::save(std::vector<double>& values) const {
    values.assign(n, 0);
    for (auto const& p : pieces)
        for (int i = 0; i < p.n; ++i)
            if (p.place[i] >= 0 && (!p.wanted || p.wanted[p.node[i]]))
                values[static_cast<std::size_t>(p.place[i]) * p.width + p.offset] = p.value[p.stride ? i : 0];
    if (!merged || sums) return;
    for (auto const& [place, stands] : *merged)
        std::copy_n(values.begin() + std::ptrdiff_t{stands} * width, width, values.begin() + std::ptrdiff_t{place} * width);
}

void ChangingList::restore(model::Snapshot const& snapshot) const {
    auto const values = snapshot.list(name, n);
    std::vector<double> summed;
    if (merged && sums) {
        for (std::size_t i = 0; i < n; ++i) summed.push_back(values[i]);
        for (auto const& [place, stands] : *merged)
            for (int j = 0; j < width; ++j)
                if (double const x = summed[static_cast<std::size_t>(place * width + j)]; x != 0) summed[static_cast<std::size_t>(stands * width + j)] += x;
    }
    for (auto const& p : pieces)
        for (int i = 0; i < p.n; ++i) {
            if (p.place[i] < 0 || (p.wanted && !p.wanted[p.node[i]])) continue;
            auto const element = static_cast<std::size_t>(p.place[i]) * p.width + p.offset;
            double const x = summed.empty() ? values[element] : summed[element];
            if (p.stride) p.value[i] = x;
            else if (!same_bits(x, p.value[0])) model::snapshot_misfit(name + " is " + std::to_string(x) + "; expected " + std::to_string(p.value[0]));
        }
}

ChangingLists::ChangingLists(model::Model const& model, KernelLibrary const& library, Group const* groups, HostBlock const& host,
                             Places const& places, std::vector<Remembered> const& remembered, Communicator const& ranks)
    : model_(model), library_(library), table_(library), ions_(table_), groups_(groups), host_(host), places_(places), remembered_(remembered), ranks_(ranks) {
    add_nodes();
    add_membrane_currents();
    add_ions();
    for (int k = 0; k < library.n_mechanisms; ++k)
        if (places.mechanisms[k].n > 0) add_variables(k);
    if (!model.probes.empty() || !model.pointers.empty()) add_looked_at();
}

void ChangingLists::add_nodes() {
    ChangingList v{"cells/v", places_.nodes};
    for (std::size_t g = 0; g < remembered_.size(); ++g)
        v.pieces.push_back({host_(groups_[g].v), 1, groups_[g].tree.n_nodes, places_.node[g].data()});
    lists_.push_back(std::move(v));
}

/// Where somebody looks at them: through a POINTER that of the last step is seen.
void ChangingLists::add_membrane_currents() {
    std::vector<std::uint64_t> nodes;
    for (std::size_t g = 0; g < remembered_.size(); ++g)
        for (int const node : remembered_[g].membrane) nodes.push_back(static_cast<std::uint64_t>(places_.node[g][node]));
    nodes = ranks_.gather_lists_to_all(nodes);
    if (nodes.empty()) return;
    std::ranges::sort(nodes);
    ChangingList list{"membrane/current", nodes.size()};
    for (std::size_t g = 0; g < remembered_.size(); ++g) {
        auto const& own = remembered_[g];
        std::vector<int> place;
        for (int const node : own.membrane)
            place.push_back(static_cast<int>(std::ranges::lower_bound(nodes, static_cast<std::uint64_t>(places_.node[g][node])) - nodes.begin()));
        int const n = static_cast<int>(place.size());
        if (n > 0) list.pieces.push_back({host_(groups_[g].block) + own.membrane_current, 1, n, keep(std::move(place))});
    }
    owners_.emplace_back("membrane/node", std::move(nodes));
    lists_.push_back(std::move(list));
}

/// Concentrations and reversal potentials where an ion changes or is looked at; total currents where somebody reads them, through a POINTER those of
/// the last step.
void ChangingLists::add_ions() {
    current_wanted_.resize(ions_.size());
    std::vector<int> rank(places_.nodes);
    std::vector<char> has(places_.nodes);
    for (int ion = 0; ion < ions_.size(); ++ion) {
        auto& wanted = current_wanted_[ion];
        std::ranges::fill(has, 0);
        for (std::size_t g = 0; g < remembered_.size(); ++g) {
            wanted.emplace_back(groups_[g].tree.n_nodes, 0);
            for (auto const& site : remembered_[g].ions)
                if (site.ion == ion) {
                    has[places_.node[g][site.node]] = 1;
                    wanted.back()[site.node] = site.current_wanted;
                }
        }
        ranks_.merge_to_all(has);
        std::vector<std::uint64_t> nodes;
        for (std::size_t node = 0; node < rank.size(); ++node)
            if (has[node]) {
                rank[node] = static_cast<int>(nodes.size());
                nodes.push_back(node);
            }
        if (nodes.empty()) continue;
        auto const prefix = "ions/" + ions_[ion].name + "/";
        ChangingList reversal{prefix + "reversal", nodes.size()}, inner{prefix + "inner", nodes.size()}, outer{prefix + "outer", nodes.size()},
            current{prefix + "current", nodes.size()};
        for (std::size_t g = 0; g < remembered_.size(); ++g) {
            Remembered::IonSite const* first = nullptr;  // those of an ion lie side by side
            std::vector<int> place, summed;
            for (auto const& site : remembered_[g].ions)
                if (site.ion == ion) {
                    if (!first) first = &site;
                    place.push_back(rank[places_.node[g][site.node]]);
                    summed.push_back(site.current_wanted ? place.back() : -1);
                }
            if (!first) continue;
            int const n = static_cast<int>(place.size()), *const places = keep(std::move(place));
            double* const block = host_(groups_[g].block);
            reversal.pieces.push_back({block + first->reversal, 1, n, places});
            inner.pieces.push_back({block + first->inner, 1, n, places});
            outer.pieces.push_back({block + first->outer, 1, n, places});
            current.pieces.push_back({block + first->current, 1, n, keep(std::move(summed))});
        }
        owners_.emplace_back(prefix + "node", std::move(nodes));
        for (auto* list : {&reversal, &inner, &outer, &current}) lists_.push_back(std::move(*list));
    }
}

void ChangingLists::add_variables(int k) {
    auto const& info = *library_.mechanisms[k];
    auto const& places = places_.mechanisms[k];
    for (int v = 0, element = 0; v < info.n_variables; element += info.variables[v++].size) {
        auto const& x = info.variables[v];
        if (x.role == Role::vector && x.value != 0) add_vectors(k, x, element);
        if (!outlives_an_epoch(x.role)) continue;
        // Of `gating` only the number of draws changes; where no instance of a group draws, it has no place.
        int const first = x.role == Role::gating ? x.size - 1 : 0, width = x.size - first;
        ChangingList list{std::string("mechanisms/") + info.name + "/" + x.name, places.n * static_cast<std::size_t>(width)};
        if (!places.merged.empty()) list.merged = &places.merged, list.width = width, list.sums = x.role == Role::state || is_current(x);
        for (std::size_t g = 0; g < places.place.size(); ++g) {
            auto const& m = arrays(g, k);
            for (int j = 0; j < width && m.n > 0; ++j) {
                auto const here = variable(g, k, element + first + j);
                bool const none = x.role == Role::gating && here.stride == 0;
                Piece piece{none ? &nothing_ : host_(here.data), here.stride, m.n, places.place[g].data(), width, j};
                if (is_current(x)) {
                    piece.wanted = current_wanted_[ions_.of(k, x.ion)][g].data();
                    piece.node = host_(m.node);
                }
                list.pieces.push_back(piece);
            }
        }
        lists_.push_back(std::move(list));
    }
}

/// The numbers of VECTORs that the mechanism changes, those of an instance after those of the one before.
void ChangingLists::add_vectors(int k, VariableInfo const& x, int element) {
    auto const& places = places_.mechanisms[k];
    auto const each = [&](auto const& f) {
        for (std::size_t g = 0; g < places.place.size(); ++g)
            for (std::size_t i = 0; i < places.place[g].size(); ++i) {
                int const place = places.place[g][i];
                double* const begin = host_(variable(g, k, element).data);
                double const* const size = host_(variable(g, k, element + 1).data);
                if (place >= 0) f(place, begin + static_cast<int>(begin[i]), static_cast<int>(size[i]));
            }
    };
    std::vector<int> first(places.n + 1, 0);
    each([&](int place, double*, int n) { first[place + 1] = n; });
    ranks_.merge_to_all(first);
    for (std::size_t i = 0; i < places.n; ++i) first[i + 1] += first[i];
    ChangingList list{std::string("mechanisms/") + library_.mechanisms[k]->name + "/" + x.name, static_cast<std::size_t>(first.back())};
    if (list.n == 0) return;
    each([&](int place, double* numbers, int n) {
        std::vector<int> to(n);
        for (int i = 0; i < n; ++i) to[i] = first[place] + i;
        list.pieces.push_back({numbers, 1, n, keep(std::move(to))});
    });
    lists_.push_back(std::move(list));
}

/// Variables that probes and POINTERs look at, of those that otherwise nobody keeps: what was assigned long ago may be read, or was written
/// through a POINTER. A parameter to which none leads is what the model says, also where that says something else by now.
void ChangingLists::add_looked_at() {
    struct Looked {
        int mechanism, element, place;
        auto operator<=>(Looked const&) const = default;
    };
    struct Found {
        std::size_t group;
        int instance;
    };
    std::set<std::pair<std::string, std::string>> pointed_at;  // mechanism and variable
    for (auto const& binding : model_.pointers)
        for (auto const& at : binding.targets)
            pointed_at.emplace(at.point.set < 0 ? binding.owner : model_.points[at.point.set].mechanism, binding.variable.substr(0, binding.variable.find('[')));
    std::map<Looked, Found> own;
    std::vector<Looked> all;
    for (std::size_t g = 0; g < remembered_.size(); ++g)
        for (auto const& looked : remembered_[g].looked) {
            auto const& x = owner_of(*library_.mechanisms[looked.mechanism], looked.element);
            if ((outlives_an_epoch(x.role) && !is_current(x)) || is_address(x.role)) continue;
            if (x.role == Role::parameter && !pointed_at.contains({library_.mechanisms[looked.mechanism]->name, x.name})) continue;
            int const place = places_.mechanisms[looked.mechanism].place[g][looked.instance];
            if (variable(g, looked.mechanism, looked.element).stride == 0 || place < 0) continue;
            if (own.insert_or_assign(Looked{looked.mechanism, looked.element, place}, Found{g, looked.instance}).second)
                all.push_back({looked.mechanism, looked.element, place});
        }
    all = ranks_.gather_lists_to_all(all);
    std::ranges::sort(all);
    for (auto first = all.begin(), last = first; first != all.end(); first = last) {
        auto const k = first->mechanism, element = first->element;
        last = std::find_if(first, all.end(), [&](Looked const& one) { return one.mechanism != k || one.element != element; });
        auto const& info = *library_.mechanisms[k];
        auto const name = std::string("looked_at/") + info.name + "/" + element_name(info, element);
        ChangingList list{name + "/value", static_cast<std::size_t>(last - first)};
        std::vector<std::uint64_t> owners;
        std::map<std::size_t, std::vector<int>> ranks;  // per group and instance
        for (auto one = first; one != last; ++one) {
            owners.push_back(static_cast<std::uint64_t>(one->place));
            auto const at = own.find(*one);
            if (at == own.end()) continue;
            auto& of_group = ranks[at->second.group];
            of_group.resize(places_.mechanisms[k].place[at->second.group].size(), -1);
            of_group[at->second.instance] = static_cast<int>(owners.size()) - 1;
        }
        for (auto& [group, of_group] : ranks) {
            int const n = static_cast<int>(of_group.size());
            list.pieces.push_back({host_(variable(group, k, element).data), 1, n, keep(std::move(of_group))});
        }
        owners_.emplace_back(name + "/instance", std::move(owners));
        lists_.push_back(std::move(list));
    }
}

}  // namespace rall::solver
