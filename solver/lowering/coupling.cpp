#include "solver/lowering/coupling.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

namespace rall::solver {

namespace {

VariableInfo const* find(MechanismInfo const& info, std::string_view name) {
    auto const* const end = info.variables + info.n_variables;
    auto const* const found = std::find_if(info.variables, end, [&](VariableInfo const& x) { return name == x.name; });
    return found == end ? nullptr : found;
}

/// The mechanism that owns a target; empty for potentials and ions.
std::string const& owner_of(model::Model const& model, model::PointerBinding const& binding, model::Site const& target) {
    return target.point.set < 0 ? binding.owner : model.points[target.point.set].mechanism;
}

class Links {
public:
    Links(model::Model const& model, Describe const& describe) : model_(model), describe_(describe) {
        for (auto const& binding : model.pointers) {
            auto const* const info = describe(binding.mechanism);
            if (!info || !info->writes_pointers) continue;
            for (auto const& owner : owners(binding)) written_.emplace(binding.variable, owner);
        }
        for (auto const& name : model.mechanism_names())
            if (auto const* const info = describe(name))
                for (auto const* x = info->variables; x != info->variables + info->n_variables; ++x)
                    sets_ions_early_ |= x->role == Role::ion_write && x->field != IonField::current &&
                                        (x->written & phase::before_solve);
    }

    Link of(model::PointerBinding const& binding) const {
        using enum Link::Way;
        if (model_.method == model::Method::cvode) return {together, "variable steps are taken by coupled cells together"};
        auto const* const reader = describe_(binding.mechanism);
        auto const* const pointer = reader ? find(*reader, binding.pointer) : nullptr;
        if (!pointer) return {together, "it is not known when it is read"};
        auto const what = binding.variable + (binding.owner.empty() ? "" : " of " + binding.owner);
        for (auto const& owner : owners(binding))
            if (written_.contains({binding.variable, owner})) return {together, what + " is also written through a POINTER"};
        bool const late = pointer->read & phase::after_solve;
        if (binding.owner.empty() && (binding.variable == "v" || binding.variable == "i_membrane"))
            return {late ? after_solve : at_begin, {}};
        unsigned changes = 0;
        for (auto const& owner : owners(binding)) changes |= changes_of(binding.variable, owner);
        if (changes & phase::before_solve) return {together, what + " changes within a step before its equations are solved"};
        if (pointer->read & phase::at_start) return {together, "its INITIAL reads " + what + ", which other INITIALs set"};
        if (late && changes & phase::after_solve) return {together, "it reads " + what + " where that changes, with the states"};
        return {at_begin, {}};
    }

private:
    std::set<std::string> owners(model::PointerBinding const& binding) const {
        std::set<std::string> names;
        for (auto const& target : binding.targets) names.insert(owner_of(model_, binding, target));
        return names;
    }

    /// Phases of a step in which a variable changes.
    unsigned changes_of(std::string const& variable, std::string const& owner) const {
        if (owner.empty()) {  // of an ion: what mechanisms set is handed over behind their kernels
            bool const concentration = variable.ends_with('i') || variable.ends_with('o');
            return concentration && !variable.starts_with('i') && !variable.starts_with('e') && !sets_ions_early_
                       ? phase::at_start | phase::after_solve
                       : phase::any;
        }
        auto const* const info = describe_(owner);
        auto const* const found = info ? find(*info, std::string_view(variable).substr(0, variable.find('['))) : nullptr;
        if (!found) return phase::any;
        switch (found->role) {
            case Role::parameter:
            case Role::changed_parameter:
            case Role::global:
            case Role::external:
            case Role::state:
            case Role::carried:
            case Role::observable:
            case Role::diam:
            case Role::area:
                return found->written;
            default:
                return phase::any;
        }
    }

    model::Model const& model_;
    Describe const& describe_;
    std::set<std::pair<std::string, std::string>> written_;  ///< through POINTERs: variable and owner
    bool sets_ions_early_ = false;  ///< some concentration changes before the equations of a step are solved
};

}  // namespace

std::vector<Link> find_links(model::Model const& model, Describe const& describe) {
    Links const links(model, describe);
    std::vector<Link> found;
    for (auto const& binding : model.pointers) found.push_back(links.of(binding));
    return found;
}

void tell_together(model::Model const& model, std::vector<Link> const& links, Diagnostics& diagnostics) {
    std::set<std::string> told;
    for (std::size_t b = 0; b < links.size(); ++b) {
        auto const& binding = model.pointers[b];
        if (links[b].way != Link::Way::together) continue;
        for (std::size_t k = 0; k < binding.instances.size(); ++k) {
            if (model.cell_of(binding.instances[k]) == model.cell_of(binding.targets[k])) continue;
            auto text = "cells that POINTER " + binding.pointer + " of " + binding.mechanism +
                        " couples are advanced by one thread: " + links[b].reason;
            if (told.insert(text).second) diagnostics.note("cells-share-a-thread", {}, std::move(text));
            break;
        }
    }
}

std::vector<std::vector<int>> coupled_cells(model::Model const& model, std::vector<Link> const& links, bool together) {
    std::vector<int> leader(model.cells.size());
    std::iota(leader.begin(), leader.end(), 0);
    auto const find = [&](int cell) {
        while (leader[cell] != cell) cell = leader[cell] = leader[leader[cell]];
        return cell;
    };
    for (std::size_t binding = 0; binding < links.size(); ++binding) {
        if (together && links[binding].way != Link::Way::together) continue;
        auto const& of = model.pointers[binding];
        for (std::size_t k = 0; k < of.instances.size(); ++k) {
            int const a = find(model.cell_of(of.instances[k])), b = find(model.cell_of(of.targets[k]));
            leader[std::max(a, b)] = std::min(a, b);
        }
    }
    std::vector<std::vector<int>> sets;
    std::vector<int> set_of(model.cells.size(), -1);
    for (int cell = 0; cell < static_cast<int>(leader.size()); ++cell) {
        int const first = find(cell);  // not after `cell`
        if (first == cell) {
            set_of[cell] = static_cast<int>(sets.size());
            sets.emplace_back();
        }
        sets[set_of[first]].push_back(cell);
    }
    return sets;
}

}  // namespace rall::solver
