// Statements carried out on numbers, on the host: what CONSTRUCTOR leaves, the rates of a scheme at a voltage.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Thrown where a statement does more than computing.
struct NotComputable {
    Position at;
    std::string what;
};

class Evaluation {
public:
    /// `given`: the value of a variable that nothing assigned so far, LOCALs (0) aside; may throw NotComputable.
    explicit Evaluation(std::function<double(Expr const&)> given) : given_(std::move(given)) {}

    void run(Body const& statements);
    double value(Expr const& e);
    void set(std::string const& variable, double value) { values_[variable] = value; }

    /// What was assigned; elements of arrays have keys of their own, "a[2]".
    std::map<std::string, double> const& values() const { return values_; }

private:
    void statement(Statement const& s);
    void eliminate(Elimination const& e);
    std::string key(Expr const& e);

    std::function<double(Expr const&)> given_;
    std::map<std::string, double> values_;
    std::set<std::string> locals_;
    int steps_ = 0;
};

}  // namespace rall::nmodl
