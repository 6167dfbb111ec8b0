// ComponentTypes in LEMS: what a component with its parameters computes, and FUNCTIONs that compute it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/neuroml/expression.hpp"
#include "io/neuroml/library.hpp"
#include "nmodl_lite/syntax/parse.hpp"

namespace rall::io::neuroml {

/// Lines of NMODL, each with the place in XML that it comes from.
class Composer {
public:
    void line(Item const& from, std::string text) { line(from.origin(), std::move(text)); }
    void line(nmodl::Origin origin, std::string text);
    void append(Composer const& other);
    bool empty() const { return text_.empty(); }
    nmodl::Composed result(std::string file) const { return {std::move(file), text_, origins_}; }

private:
    std::string text_;
    std::vector<nmodl::Origin> origins_;
};

/// One value under a condition; without one it holds where no earlier condition did.
struct Case {
    Item item;
    TermPtr condition, value;
};

struct Derived {
    std::string name;
    Item item;
    std::vector<Case> cases;
};

/// All that a component's type and those it extends say, with its own parameters as numbers in coherent units.
struct Component {
    Item item;
    std::map<std::string, double> numbers;  ///< Parameters and Constants
    std::map<std::string, Item> requirements;
    std::vector<Derived> derived;  ///< each after those that it reads
    std::set<std::string> states;
    std::map<std::string, Case> derivatives, starts;  ///< by state
    std::vector<std::pair<Case, std::vector<std::pair<std::string, Case>>>>
        conditions;  ///< OnCondition: what becomes of which states
};

/// The component of a type; nothing after an error ("neuroml-type", "neuroml-lems", "neuroml-expression").
std::optional<Component> read_component(Library const& library, Item const& item, std::string const& type,
                                        Diagnostics& found);

/// An attribute as an expression; null after an error.
TermPtr read_expression(Item const& item, char const* key, Diagnostics& found);

/// The statements that compute derived variables, indented by four; `rename` as in write_expression.
void write_derived(Composer& out, std::vector<Derived> const& derived,
                   std::function<std::string(std::string const&)> const& rename);

/// FUNCTION `name`(requirements) that computes the derived variable `exposure`.
void write_function(Composer& out, Component const& component, std::string const& name, std::string const& exposure,
                    Diagnostics& found);

}  // namespace rall::io::neuroml
