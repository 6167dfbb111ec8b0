#include "io/text/expression.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <cmath>

#include "morphology/region.hpp"

namespace rall::io {

struct Expression::Compiled {
    double distance = 0, diam = 1, x = 0.5, L = 1;
    mu::Parser parser;

    explicit Compiled(std::string const& text) {
        parser.DefineVar("distance", &distance);
        parser.DefineVar("diam", &diam);
        parser.DefineVar("x", &x);
        parser.DefineVar("L", &L);
        parser.DefineConst("pi", 3.141592653589793);
        parser.SetExpr(text);
        int results = 0;
        parser.Eval(results);
        if (results != 1) throw mu::Parser::exception_type("it has several values, separated by commas");
        // muParser knows "x = 3" as an assignment, which nobody means in a parameter.
        if (distance != 0 || diam != 1 || x != 0.5 || L != 1)
            throw mu::Parser::exception_type("it assigns to a variable");
    }
};

Expression::Expression(double value, Node const* where) : value_(value), where_(where) {}
Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

Expression::Expression(Node const& node, std::string const& what, Diagnostics& diagnostics)
    : value_(std::nan("")), where_(&node) {
    if (node.is_number()) {
        value_ = node.number();
    } else if (node.is_string()) {
        try {
            compiled_ = std::make_unique<Compiled>(node.text());
        } catch (mu::Parser::exception_type const& failure) {
            error(diagnostics, "expression-syntax", node,
                  fmt::format("{}: this expression is wrong: {}", what, failure.GetMsg()),
                  "known: distance, diam, x, L, pi, numbers and the functions of muParser (docs/config.md)");
        }
    } else {
        error(diagnostics, "config-type", node,
              fmt::format("{} is of type {}; expected a number or an expression in quotes", what,
                          node.scalar.type_name()));
    }
}

std::vector<double> Expression::over(morphology::Cable const& cable, std::vector<int> const& compartments,
                                     Diagnostics& diagnostics) const {
    if (!compiled_) return std::vector<double>(compartments.size(), value_);
    std::vector<double> values;
    values.reserve(compartments.size());
    for (int const i : compartments) {
        auto const& compartment = cable.compartments[i];
        compiled_->distance = compartment.distance;
        compiled_->diam = compartment.diam;
        compiled_->x = compartment.x;
        compiled_->L = cable.sections[compartment.section].L;
        values.push_back(compiled_->parser.Eval());
        if (!std::isfinite(values.back())) {
            error(diagnostics, "expression-value", *where_,
                  fmt::format("the value is {} at {} (distance {:.6g} um, diam {:.6g} um); expected a finite number",
                              values.back(), morphology::to_string(cable, {compartment.section, compartment.x}),
                              compartment.distance, compartment.diam));
            break;
        }
    }
    values.resize(compartments.size(), 0);
    return values;
}

}  // namespace rall::io
