#include "io/config/of_distance.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <cmath>

namespace rall::io {

struct OfDistance::Compiled {
    double distance = 0;
    mu::Parser parser;

    explicit Compiled(std::string const& text) {
        parser.DefineVar("distance", &distance);
        parser.DefineConst("pi", 3.141592653589793);
        parser.SetExpr(text);
        int results = 0;
        parser.Eval(results);
        if (results != 1) throw mu::Parser::exception_type("it has several values, separated by commas");
        if (distance != 0) throw mu::Parser::exception_type("it assigns to a variable");
    }
};

OfDistance::OfDistance(Node const& node, std::string what, double least, double most)
    : text_(node.text()), where_(node.where()), what_(std::move(what)), least_(least), most_(most) {
    idle_.push_back(std::make_unique<Compiled>(text_));
}
OfDistance::~OfDistance() = default;

std::shared_ptr<OfDistance const> OfDistance::read(Node const& node, std::string what, double least, double most,
                                                   Diagnostics& diagnostics) {
    try {
        return std::shared_ptr<OfDistance const>(new OfDistance(node, what, least, most));
    } catch (mu::Parser::exception_type const& failure) {
        error(diagnostics, "expression-syntax", node, fmt::format("{}: {}", what, failure.GetMsg()),
              "expected a number, or an expression of `distance` (um)");
        return nullptr;
    }
}

void OfDistance::evaluate(std::span<double> values) const {
    std::unique_ptr<Compiled> own;
    if (std::lock_guard const lock(guard_); !idle_.empty()) {
        own = std::move(idle_.back());
        idle_.pop_back();
    }
    if (!own) own = std::make_unique<Compiled>(text_);
    for (double& value : values) {
        double const distance = own->distance = value;
        value = own->parser.Eval();
        if (value >= least_ && value <= most_) continue;
        throw InputError("expression-value", where_,
                         fmt::format("{} is {} at a distance of {:.6g} um; expected {}", what_,
                                     std::isnan(value) ? "no number" : fmt::to_string(value), distance,
                                     most_ == 1 ? "a number from 0 to 1" : least_ == 0 ? "0 or more" : "a finite number"));
    }
    std::lock_guard const lock(guard_);
    idle_.push_back(std::move(own));
}

}  // namespace rall::io
