// Expressions and names as C++.
#pragma once

#include <map>
#include <set>
#include <string>

#include "nmodl_lite/codegen/text.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The identifiers of one function.
class CppNames {
public:
    CppNames() = default;
    /// `depth`: what a call of a function that calls itself says of how deep it stands.
    explicit CppNames(Mechanism const& mechanism, std::string depth = "0");

    std::string const& of(std::string const& name);  ///< cpp_name(name)
    std::string fresh(std::string const& wanted);    ///< a name like this one that nothing else has

    /// The depth for a call; null for what is no recursive function.
    std::string const* depth_of(std::string const& function) const;

    /// From now on numbers are of type `real` (codegen/precision.hpp).
    void use_reals() { in_reals_ = true; }
    bool in_reals() const { return in_reals_; }
    std::string number(double value) const;

private:
    std::set<std::string> recursive_;
    std::string depth_;
    bool in_reals_ = false;
    std::map<std::string, std::string> names_;
    std::map<std::string, int> copies_;
};

/// How the variables of an expression are called where it is written.
using Renaming = std::map<std::string, std::string>;

/// A C++ expression, of type double if anything in it is.
std::string to_cpp(Expr const& e, CppNames& names, Renaming const& renaming);

/// A bool-valued C++ expression; && and || are written as & and |, so that no branch comes of them.
std::string to_cpp_condition(Expr const& e, CppNames& names, Renaming const& renaming);

/// A number as a C++ literal of type double.
std::string cpp_literal(double value);

}  // namespace rall::nmodl
