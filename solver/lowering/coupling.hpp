// How cells see one another through POINTERs, and which of them must share a group for it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "model/model.hpp"

namespace rall::solver {

/// How what the POINTERs of one binding look at may reach them.
struct Link {
    enum class Way {
        together,    ///< only directly, in the same group
        at_begin,    ///< also as a copy of what it is at the begin of a step
        after_solve  ///< also as a copy of what the solution of a step makes of it
    } way = Way::together;
    std::string reason;  ///< why they must be together
};

/// A mechanism by name; null if there is none.
using Describe = std::function<MechanismInfo const*(std::string const& name)>;

/// Per binding of a model. A copy serves where nobody can tell: where what is looked at does not change while somebody looks, by what
/// the kernels of both mechanisms read and write (VariableInfo).
std::vector<Link> find_links(model::Model const& model, Describe const& describe);

/// Notes of cells that must share a group, and why.
void tell_together(model::Model const& model, std::vector<Link> const& links, Diagnostics& diagnostics);

/// Cells that POINTERs couple, each such set once, ascending; most have one member. With `together`: only those that must share a group.
std::vector<std::vector<int>> coupled_cells(model::Model const& model, std::vector<Link> const& links, bool together);

}  // namespace rall::solver
