// Which mechanism of a kernel library a name means, and which element of an instance a variable is.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mechanisms/library.hpp"

namespace rall::solver {

/// A library's mechanisms by name and by number.
class MechanismTable {
public:
    explicit MechanismTable(KernelLibrary const& library);
    int size() const { return static_cast<int>(infos_.size()); }
    MechanismInfo const& operator[](int k) const { return *infos_[k]; }
    int common_bytes(int k) const { return library_->common_bytes[k]; }  ///< size of the kernel's struct Common
    int curve_doubles(int k) const { return library_->curve_doubles ? library_->curve_doubles[k] : 0; }  ///< of its table of curves
    int find(std::string_view name) const;                               ///< -1 if the library has none of this name
    int require(std::string const& name) const;                          ///< throws InputError ("unknown-mechanism")
    /// First element of a variable in an instance; -1 if there is none of this name.
    int element(int mechanism, std::string_view variable) const;
    /// The variable of that name, or null.
    VariableInfo const* variable(int mechanism, std::string_view name) const;

private:
    KernelLibrary const* library_;
    std::vector<MechanismInfo const*> infos_;
    std::unordered_map<std::string, int> by_name_;
};

/// The variable that has an element.
inline VariableInfo const& owner_of(MechanismInfo const& info, int element) {
    int variable = 0;
    while (element >= info.variables[variable].size) element -= info.variables[variable++].size;
    return info.variables[variable];
}

/// The first element of one of a mechanism's variables.
inline int first_element(MechanismInfo const& info, VariableInfo const& variable) {
    int element = 0;
    for (auto const* x = info.variables; x != &variable; ++x) element += x->size;
    return element;
}

}  // namespace rall::solver
