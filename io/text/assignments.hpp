// "%s.gbar_NaTg = 0; %s.cm *= 1.5": the assignments that configs of the Blue Brain form make to synapses and sections, where neurodamus hands them to
// hoc or Python. Nothing else of these languages is understood.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/text/json.hpp"

namespace rall::io {

struct Assignment {
    std::string object;      ///< before the dot: "%s", "apical", "apic[10]"; empty without
    std::string name;        ///< "gbar_NaTg"
    char change = '=';       ///< '=', or '+', '-', '*', '/' of "+=" and so on
    std::string expression;  ///< in the language of muParser; used[k] is called v0, v1, ... in it
    std::vector<std::string> used;

    /// The new value, where the old one is `current` and those of other names of the same object are what `value_of` says. Throws InputError
    /// ("assignment-syntax").
    double value(double current, std::function<double(std::string const&)> const& value_of) const;
};

/// The assignments of a text, which semicolons, line ends or blanks separate. Nothing after an error ("assignment-syntax", at the node), which says what
/// was expected.
std::vector<Assignment> read_assignments(Node const& node, std::string const& what, Diagnostics& diagnostics);

}  // namespace rall::io
