#include "channel/formula.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace rall::channel {

double Formulas::fail(io::Node const& node, std::string code, std::string message, std::string advice) {
    if (failed_.insert(&node).second)
        io::error(diagnostics_, std::move(code), node, std::move(message), std::move(advice));
    return 0;
}

double Formulas::operator()(io::Node const& node, std::string const& what) {
    if (node.is_number()) return node.number();
    if (!node.is_string())
        return fail(
            node, "config-type",
            fmt::format("{} is of type {}; expected a number or a formula in quotes", what, node.scalar.type_name()));
    double value = 0;
    try {
        auto const [parser, is_new] = parsers_.try_emplace(&node);
        if (is_new) {
            for (auto& [name, variable] : variables_) parser->second.DefineVar(name, &variable);
            parser->second.SetExpr(node.text());
        }
        value = parser->second.Eval();
    } catch (mu::Parser::exception_type const& failure) {
        std::vector<std::string> known;
        for (auto const& [name, ignored] : variables_) known.push_back(name);
        return fail(node, "expression-syntax", fmt::format("{}: this formula is wrong: {}", what, failure.GetMsg()),
                    known.empty() ? std::string() : fmt::format("known here: {}", enumerate(known)));
    }
    if (variables_ != given_) {
        for (auto& [name, variable] : variables_) variable = given_.at(name);  // where they are, for the parsers
        return fail(node, "expression-syntax", fmt::format("{}: this formula assigns to a variable", what));
    }
    if (!std::isfinite(value))
        return fail(node, "expression-value",
                    fmt::format("{}: the value is {}; expected a finite number", what, value));
    return value;
}

}  // namespace rall::channel
