// Names for the values that passes over a mechanism's kernels make.
#pragma once

#include <set>
#include <string>

#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

class Naming {
public:
    Naming(Mechanism const& mechanism, Symbols const& symbols);

    /// True for a variable that exists in one body only: nobody else sees what it holds.
    bool is_local(std::string const& name) const { return !shared_.contains(name); }

    /// A new name from a wanted one.
    std::string fresh(std::string const& wanted) { return fresh_(wanted); }

private:
    std::set<std::string> shared_;
    FreshNames fresh_;
};

}  // namespace rall::nmodl
