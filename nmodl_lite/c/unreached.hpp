// Whether C that was left out is missed: what a mechanism can reach from how its variables start.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "nmodl_lite/c/world.hpp"

namespace rall::nmodl {

class Reached {
public:
    explicit Reached(Program const& program);

    /// FUNCTIONs and PROCEDUREs that blocks of other kinds call or solve, directly or through others, except in branches that are
    /// never taken.
    std::set<std::string> const& helpers() const { return helpers_; }

    /// Is C that was left out certainly not missed?
    bool is_missed(LeftOut const& what) const;

private:
    std::optional<double> value(Expr const& e) const;
    void follow(Body const& body);
    void follow(Expr const& e);
    void set(std::string const& variable, std::optional<double> given);

    Program const& program_;
    std::map<std::string, double> constant_;  // variables that keep the value with which they start
    std::set<std::string> helpers_, read_, changed_;
};

}  // namespace rall::nmodl
