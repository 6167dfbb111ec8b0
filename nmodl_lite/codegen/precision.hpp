// Which numbers of a kernel may be of single precision (kernel::real, mechanisms/kernel.hpp): rates may, what a step carries on to the next
// may not, since what it adds would be lost beside it.
#pragma once

#include <set>
#include <string>

#include "nmodl_lite/analysis/access.hpp"

namespace rall::nmodl {

class Precision {
public:
    Precision(Mechanism const& mechanism, KernelFunction function);

    /// Numbers of this function are `real` where nothing says otherwise: it is state().
    bool in_reals() const { return in_reals_; }

    bool is_real(std::string const& variable) const { return in_reals_ && !exact_.contains(variable); }

    /// The C++ type of a scalar.
    std::string type(std::string const& variable) const { return is_real(variable) ? "real" : "double"; }

private:
    bool in_reals_;
    std::set<std::string> exact_;
};

}  // namespace rall::nmodl
