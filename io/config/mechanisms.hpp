// What a config may say about mechanisms: which exist, of which kind they are, and which parameters they take.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "io/text/expression.hpp"
#include "io/text/json.hpp"
#include "mechanisms/info.hpp"
#include "model/model.hpp"

namespace rall::io {

/// All mechanisms a config may name, built in or found in its mechanism_dirs.
using Mechanisms = std::map<std::string, MechanismInfo const*>;

/// The mechanism called `name`, or null after an error ("mechanism-unknown", "mechanism-kind") at `where`.
MechanismInfo const* find_mechanism(Mechanisms const& mechanisms, std::string const& name, MechanismKind kind,
                                    Node const& where, Diagnostics& diagnostics);

/// A parameter as a file gives it.
struct Given {
    std::string name;
    Node const* value;
};

/// The members of an object of parameters; no object gives none, anything else is an error.
std::vector<Given> given_parameters(Node const* object, std::string const& what, Diagnostics& diagnostics);

/// A RANGE parameter, or null after an error ("parameter-unknown", "parameter-global").
VariableInfo const* find_parameter(MechanismInfo const& info, Given const& given, Diagnostics& diagnostics);

/// A variable of any role, or null.
VariableInfo const* find_variable(MechanismInfo const& info, std::string_view name);

/// Parameters that exist, as numbers or expressions.
std::map<std::string, Expression> read_parameters(MechanismInfo const& info, std::vector<Given> const& given,
                                                  std::string const& what, Diagnostics& diagnostics);

/// A note that lists the parameters for which `is_given` is false, with their defaults.
void note_defaults(MechanismInfo const& info, std::function<bool(std::string const&)> const& is_given,
                   Node const& where, std::string const& what, Diagnostics& diagnostics);

/// One value if all are the same.
model::Values compact(std::vector<double> values);

}  // namespace rall::io
