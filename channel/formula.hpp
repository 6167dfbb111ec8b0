// Numbers of a protocol, some of which are formulas of its constants and sweep variables: "V - 20".
#pragma once

#include <muParser.h>

#include <map>
#include <set>
#include <string>

#include "io/text/json.hpp"

namespace rall::channel {

using Variables = std::map<std::string, double>;

class Formulas {
public:
    explicit Formulas(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    /// Gives a name a value for all formulas evaluated from now on.
    void set(std::string const& name, double value) { variables_[name] = given_[name] = value; }
    Variables const& variables() const { return given_; }

    /// The value of a node that is a number or a formula. What is neither, or no finite number, is an error ("config-type",
    /// "expression-syntax", "expression-value"), said once per node, and 0.
    double operator()(io::Node const& node, std::string const& what);

private:
    double fail(io::Node const& node, std::string code, std::string message, std::string advice = {});
    Diagnostics& diagnostics_;
    Variables given_;
    Variables variables_;  ///< the same, where the parsers look
    std::map<io::Node const*, mu::Parser> parsers_;
    std::set<io::Node const*> failed_;
};

}  // namespace rall::channel
