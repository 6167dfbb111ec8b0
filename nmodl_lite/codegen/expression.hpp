// Expressions and names as C++.
#pragma once

#include <map>
#include <set>
#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// C++ identifiers for the variables of one function: NMODL's names, with an underscore where C++ or the kernel has the word.
class CppNames {
public:
    std::string const& of(std::string const& name);
    std::string fresh(std::string const& wanted);

private:
    std::map<std::string, std::string> names_;
    std::set<std::string> taken_;
    std::map<std::string, int> last_;  // the number given last, so that thousands of names take no time
};

/// True for a word that no variable, struct or element of the generated code can have as its name.
bool is_reserved_in_cpp(std::string const& word);

/// How the variables of an expression are called where it is written.
using Renaming = std::map<std::string, std::string>;

/// A double-valued C++ expression.
std::string to_cpp(Expr const& e, CppNames& names, Renaming const& renaming);

/// A bool-valued C++ expression; && and || are written as & and |, so that no branch comes of them.
std::string to_cpp_condition(Expr const& e, CppNames& names, Renaming const& renaming);

/// A number as a C++ literal of type double.
std::string cpp_literal(double value);

}  // namespace rall::nmodl
