#include "solver/step/mechanism_table.hpp"

#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace rall::solver {

MechanismTable::MechanismTable(KernelLibrary const& library) : library_(&library) {
    for (int k = 0; k < library.n_mechanisms; ++k) {
        infos_.push_back(library.mechanisms[k]);
        by_name_.emplace(library.mechanisms[k]->name, k);
    }
}

int MechanismTable::find(std::string_view name) const {
    auto const found = by_name_.find(std::string(name));
    return found == by_name_.end() ? -1 : found->second;
}

int MechanismTable::require(std::string const& name) const {
    if (int const k = find(name); k >= 0) return k;
    std::vector<std::string> names;
    for (auto const* info : infos_) names.push_back(info->name);
    throw InputError("unknown-mechanism", {}, "there is no mechanism '" + name + "'", did_you_mean(name, names));
}

int MechanismTable::element(int mechanism, std::string_view variable) const {
    auto const& info = *infos_[mechanism];
    int element = 0;
    for (int k = 0; k < info.n_variables; element += info.variables[k++].size)
        if (variable == info.variables[k].name) return element;
    return -1;
}

VariableInfo const* MechanismTable::variable(int mechanism, std::string_view name) const {
    auto const& info = *infos_[mechanism];
    for (int k = 0; k < info.n_variables; ++k)
        if (name == info.variables[k].name) return &info.variables[k];
    return nullptr;
}

}  // namespace rall::solver
