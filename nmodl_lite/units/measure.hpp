// What an expression is measured in, by NMODL's rules: a number takes the unit that its place asks for; a factor of a product is a
// plain number unless units follow it; a number alone in parentheses is a factor between units, (0.001)*x [volt] for x in mV.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/units/table.hpp"

namespace rall::nmodl {

struct Measure {
    enum class Kind {
        unknown,  // nothing can be said, or it was said already
        free,     // made of numbers alone: takes the unit of its surroundings
        fixed
    };
    Kind kind = Kind::unknown;
    Unit unit = {};
};

inline Measure in(Unit unit) { return {Measure::Kind::fixed, std::move(unit)}; }

class UnitMeasurer {
public:
    UnitMeasurer(Program const& program, Symbols const& symbols, Severity severity, Diagnostics& found);

    /// The unit of an expression; what does not fit inside it is reported.
    Measure measure(Expr const& e);

    /// The unit of a text in parentheses; an unknown one is reported where it stands, once.
    Measure read(std::string const& text, Position at);

    Measure variable(std::string const& name) const;  ///< of a LOCAL, an argument or a declared name
    Measure per_time(Measure of) const;               ///< its rate of change, per ms

    /// Reports two units that should be the same, naming both. Numbers fit everywhere.
    void expect(Measure const& wanted, Measure const& given, Position at, std::string const& wanted_is,
                std::string const& given_is);
    void expect(std::string const& wanted, Measure const& given, Position at, std::string const& wanted_is,
                std::string const& given_is);

    void report(Position at, std::string message, std::string advice = {});

    // Names that hide those of the file: arguments, and LOCALs, which are in what was assigned to them last.
    void open_scope() { scopes_.emplace_back(); }
    void close_scope() { scopes_.pop_back(); }
    void declare(std::string const& name, Measure measure) { scopes_.back()[name] = {std::move(measure), false}; }
    void declare_local(std::string const& name) { scopes_.back()[name] = {{}, true}; }
    Measure* local(std::string const& name);  ///< null for what is no LOCAL

private:
    Measure sum(Expr const& e);
    Measure power(Expr const& base, Expr const& exponent);
    Measure call(Expr const& e);
    Measure own_function(Block const& block, Expr const& e);
    void plain_number(Measure const& m, Expr const& e, std::string const& who);
    Measure agreeing(std::vector<Expr> const& args, std::string const& who);
    bool off(Position at) const;

    Program const& program_;
    Symbols const& symbols_;
    Severity severity_;
    Diagnostics& found_;
    UnitTable const units_;
    std::map<std::string, Measure> declared_;
    struct Hiding {
        Measure measure;
        bool is_local;
    };
    std::vector<std::map<std::string, Hiding>> scopes_;
    std::set<std::string> unknown_;           // unit texts that were reported
    std::set<std::pair<int, int>> reported_;  // line, column
};

/// What NEURON measures its own variables in: v, t, celsius, an ion's variables and the currents; "" for all others.
std::string neurons_units(Symbol const& symbol, Kind kind);

}  // namespace rall::nmodl
