#include "io/text/expression.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cmath>

#include "io/text/series.hpp"
#include "morphology/region.hpp"
#include "morphology/section_index.hpp"

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

/// A list, and where its values belong if a file says so.
struct Expression::Listed {
    std::string what;
    std::vector<double> values;
    std::vector<std::pair<std::string, double>> places;

    std::vector<double> over(morphology::Cable const& cable, std::vector<int> const& compartments, Node const& where,
                             Diagnostics& diagnostics) const {
        auto const fail = [&](std::string const& message, std::string const& advice) {
            error(diagnostics, "count", where, message, advice);
            return std::vector<double>(compartments.size(), 0.0);
        };
        if (places.empty()) {
            if (values.size() == compartments.size()) return values;
            return fail(
                fmt::format("{} has {} values for {} compartment{}", what, values.size(), compartments.size(),
                            compartments.size() == 1 ? "" : "s"),
                "a list goes section by section, from 0-end to 1-end; nseg fixes how many compartments there are");
        }
        morphology::SectionIndex const index(cable.sections);
        std::vector<int> rows(cable.compartments.size(), -1);
        for (std::size_t i = 0; i < places.size(); ++i) {
            auto const& [name, x] = places[i];
            int const section = index.find(name);
            if (section < 0)
                return fail(fmt::format("{}: row {} names the section '{}', which this cell lacks", what, i + 1, name),
                            "sections are named as in reports and in `rall inspect`");
            auto& row = rows[morphology::compartment(cable, {section, x})];
            if (row >= 0)
                return fail(fmt::format("{}: rows {} and {} both lie in one compartment of {}, which has {}", what,
                                        row + 1, i + 1, name, cable.sections[section].nseg),
                            "expected a row for each compartment");
            row = static_cast<int>(i);
        }
        std::vector<double> result;
        for (int const c : compartments)
            if (rows[c] >= 0) result.push_back(values[rows[c]]);
        if (result.size() == compartments.size()) return result;
        auto const missing = *std::ranges::find_if(compartments, [&](int c) { return rows[c] < 0; });
        auto const& compartment = cable.compartments[missing];
        return fail(
            fmt::format("{} has values for {} of {} compartments; the first without one is {}", what, result.size(),
                        compartments.size(), morphology::to_string(cable, {compartment.section, compartment.x})),
            "expected a row for each compartment");
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
    } else if (node.is_array() || is_csv(node)) {
        Listed listed{what, {}, {}};
        std::optional<Column> column;
        if (!node.is_array()) column = read_column(node, what, diagnostics);
        if (column) listed.places = column->places;
        if (!node.is_array() && !column) return;
        for (auto const& value : (column ? column->list : node).children) {
            if (!value.is_number()) {
                error(diagnostics, "config-type", value, what + ": expected numbers in this list");
                return;
            }
            listed.values.push_back(value.number());
        }
        listed_ = std::make_unique<Listed>(std::move(listed));
    } else {
        error(diagnostics, "config-type", node,
              fmt::format("{} is of type {}; expected a number, a list of numbers or an expression in quotes", what,
                          node.scalar.type_name()));
    }
}

std::vector<double> const* Expression::list() const { return listed_ ? &listed_->values : nullptr; }

std::vector<double> Expression::over(morphology::Cable const& cable, std::vector<int> const& compartments,
                                     Diagnostics& diagnostics) const {
    if (listed_) return listed_->over(cable, compartments, *where_, diagnostics);
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
