// Fewer divisions: they cost ten times a multiplication in vector code and are what the rates of ion channels are made of.
// Changes results by rounding only.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "nmodl_lite/ast.hpp"
#include "nmodl_lite/symbols.hpp"

namespace rall::nmodl {

struct Naming {
    std::function<bool(std::string const&)> is_local;      // true for a variable that exists in this body only
    std::function<std::string(std::string const&)> fresh;  // a new name from a wanted one
};

/// Gives each assignment to a local a name of its own where the body is straight-line, so that a name means one value.
/// Returns the last name of each local that got new ones.
std::map<std::string, std::string> name_values_apart(Body& body, Naming const& naming);

/// x/3 becomes x*(1/3); x/tau with tau = 1/rate becomes x*rate; divisions by one and the same factor share its reciprocal.
void save_divisions(Body& body, Symbols const& symbols, Naming const& naming);

}  // namespace rall::nmodl
