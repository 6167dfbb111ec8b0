// A quantity over the compartments of a cell as users write it: a number, an expression of where the compartment is, or a list.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/text/json.hpp"
#include "morphology/cable.hpp"

namespace rall::io {

/// A number, or a text in the language of muParser of `distance` (um, path from the origin of the cable), `diam` (um),
/// `x` (0..1 along the section) and `L` (um, of the section). Compiled once.
class Expression {
public:
    Expression(double value, Node const* where = nullptr);
    /// Reads a node that is a number, a string, a list of numbers or {"csv": file, "column": name}. Anything else, and text that does not parse, is an error ("config-type",
    /// "expression-syntax"); the expression is then NaN.
    Expression(Node const& node, std::string const& what, Diagnostics& diagnostics);
    ~Expression();
    Expression(Expression&&) noexcept;
    Expression& operator=(Expression&&) noexcept;

    Node const* where() const { return where_; }
    /// The values of a list, null if it is none.
    std::vector<double> const* list() const;

    /// The value in each of `compartments`. A list has a value for each, in order; of a file with the columns `section` and `x`
    /// the row that lies in the compartment. Where they do not fit is an error ("count"). A value that is no finite number is an error ("expression-value") naming the place.
    std::vector<double> over(morphology::Cable const& cable, std::vector<int> const& compartments,
                             Diagnostics& diagnostics) const;

private:
    struct Compiled;
    struct Listed;
    double value_ = 0;
    Node const* where_ = nullptr;
    std::unique_ptr<Compiled> compiled_;
    std::unique_ptr<Listed> listed_;
};

}  // namespace rall::io
