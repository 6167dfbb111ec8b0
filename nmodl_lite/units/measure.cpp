#include "nmodl_lite/units/measure.hpp"

#include <algorithm>
#include <optional>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/printer.hpp"

namespace rall::nmodl {

namespace {

using enum Measure::Kind;

constexpr std::size_t longest_quote = 60;

/// An expression for a message: its text where it is short.
std::string quoted(Expr const& e) {
    auto const text = to_nmodl(e);
    return text.size() <= longest_quote ? "'" + text + "'" : "this expression";
}

std::string in_parentheses(Unit const& unit) { return "(" + to_string(unit) + ")"; }

/// What built-in functions ask of their arguments and give back.
enum class Rule {
    numbers,  // plain numbers; a plain number
    keep,     // all of one unit; that unit
    ratio,    // all of one unit; a plain number
    root,     // the square root
    power,    // (base, exponent)
    time,     // a time first; a plain number
    drawn,    // after the stream all of one unit; that unit, or a plain number
    ghk,      // (mV, mM, mM, charge): a charge per volume
    unspecified
};

struct RuleOf {
    std::string_view name;
    Rule rule;
};

constexpr RuleOf rules[] = {
    {"exp", Rule::numbers},
    {"expm1", Rule::numbers},
    {"exprelr", Rule::numbers},
    {"log", Rule::numbers},
    {"log10", Rule::numbers},
    {"sin", Rule::numbers},
    {"cos", Rule::numbers},
    {"tan", Rule::numbers},
    {"asin", Rule::numbers},
    {"acos", Rule::numbers},
    {"atan", Rule::numbers},
    {"sinh", Rule::numbers},
    {"cosh", Rule::numbers},
    {"tanh", Rule::numbers},
    {"fabs", Rule::keep},
    {"abs", Rule::keep},
    {"ceil", Rule::keep},
    {"floor", Rule::keep},
    {"fmin", Rule::keep},
    {"fmax", Rule::keep},
    {"fmod", Rule::keep},
    {"atan2", Rule::ratio},
    {"sqrt", Rule::root},
    {"pow", Rule::power},
    {"at_time", Rule::time},
    {"net_send", Rule::time},
    {"net_event", Rule::time},
    {"net_move", Rule::time},
    {"state_discontinuity", Rule::keep},
    {"random_uniform", Rule::drawn},
    {"random_normal", Rule::drawn},
    {"random_negexp", Rule::drawn},
    {"random_ipick", Rule::drawn},
    {"random_dpick", Rule::drawn},
    {"nrn_ghk", Rule::ghk},
};

Rule rule_of(std::string const& name) {
    auto const found = std::ranges::find(rules, name, &RuleOf::name);
    return found == std::end(rules) ? Rule::unspecified : found->rule;
}

/// The value of 2, -2, 1/2.
std::optional<double> constant(Expr const& e) {
    if (is_number(e)) return e->value;
    if (e->op == Op::negate && is_number(e->args[0])) return -e->args[0]->value;
    if (e->op == Op::divide && is_number(e->args[0]) && is_number(e->args[1]))
        return e->args[0]->value / e->args[1]->value;
    return {};
}

bool before(Position const& a, Position const& b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

}  // namespace

std::string neurons_units(Symbol const& symbol, Kind kind) {
    bool const total = kind != Kind::density;  // of a point, not per area
    if (symbol.field == IonField::reversal || symbol.name == "v") return "mV";
    if (symbol.field == IonField::inner || symbol.field == IonField::outer) return "mM";
    if (symbol.current || symbol.field == IonField::current) return total ? "nA" : "mA/cm2";
    if (symbol.kind != SymbolKind::special) return "";
    if (symbol.name == "t" || symbol.name == "dt") return "ms";
    if (symbol.name == "celsius") return "degC";
    return symbol.name == "diam" ? "um" : "um2";  // area
}

UnitMeasurer::UnitMeasurer(Program const& program, Symbols const& symbols, Severity severity, Diagnostics& found)
    : program_(program), symbols_(symbols), severity_(severity), found_(found), units_(program.units) {
    scopes_.emplace_back();
    for (auto const& local : program.locals) declare_local(local.name);
    for (auto const& [name, symbol] : symbols.all) {
        auto const own = neurons_units(symbol, symbols.kind);
        if (symbol.kind == SymbolKind::constant &&
            std::ranges::find(program.defines, name, &Define::name) != program.defines.end())
            declared_[name] = {free};
        else if (symbol.is_variable() || symbol.kind == SymbolKind::constant || symbol.kind == SymbolKind::special)
            declared_[name] = read(symbol.units.empty() ? own : symbol.units, symbol.at);
    }
}

Measure* UnitMeasurer::local(std::string const& name) {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
        if (auto const found = scope->find(name); found != scope->end())
            return found->second.is_local ? &found->second.measure : nullptr;
    return nullptr;
}

Measure UnitMeasurer::variable(std::string const& name) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
        if (auto const found = scope->find(name); found != scope->end()) return found->second.measure;
    auto const found = declared_.find(name);
    return found == declared_.end() ? Measure{} : found->second;
}

bool UnitMeasurer::off(Position at) const {
    bool on = true;
    for (auto const& change : program_.units_switches)
        if (change.at.source == at.source && before(change.at, at)) on = change.on;
    return !on;
}

void UnitMeasurer::report(Position at, std::string message, std::string advice) {
    if (off(at) || !reported_.insert({at.line, at.column}).second) return;
    found_.add(at_source(program_, severity_, at, "nmodl-units", std::move(message), std::move(advice)));
}

Measure UnitMeasurer::read(std::string const& text, Position at) {
    if (auto const unit = units_.read(text)) return in(*unit);
    if (unknown_.insert(text).second)
        report(at, "the unit (" + text + ") is not known",
               "define it, UNITS { (new) = (known) }, or write it as NEURON does");
    return {};
}

Measure UnitMeasurer::per_time(Measure of) const {
    if (of.kind == fixed) of.unit = of.unit * raised(*units_.read("ms"), -1);
    return of;
}

void UnitMeasurer::expect(Measure const& wanted, Measure const& given, Position at, std::string const& wanted_is,
                          std::string const& given_is) {
    if (wanted.kind != fixed || given.kind != fixed || same(wanted.unit, given.unit)) return;
    auto const message =
        wanted_is + " is in " + in_parentheses(wanted.unit) + ", " + given_is + " in " + in_parentheses(given.unit);
    if (!same_dimension(wanted.unit, given.unit)) return report(at, message);
    auto const factor = factor_text(given.unit.factor / wanted.unit.factor);
    report(at, message + ", which is " + factor + " times as much",
           "convert it: a number alone in parentheses is a factor between units, (" + factor + ")*...");
}

void UnitMeasurer::expect(std::string const& wanted, Measure const& given, Position at, std::string const& wanted_is,
                          std::string const& given_is) {
    expect(in(*units_.read(wanted)), given, at, wanted_is, given_is);
}

void UnitMeasurer::plain_number(Measure const& m, Expr const& e, std::string const& who) {
    if (m.kind == fixed && !same(m.unit, {}))
        report(e->at, who + " takes a plain number, " + quoted(e) + " is in " + in_parentheses(m.unit),
               "numbers take units, too: v/18 (mV)");
}

Measure UnitMeasurer::agreeing(std::vector<Expr> const& args, std::string const& who) {
    Measure all{free};
    for (auto const& arg : args) {
        auto const m = measure(arg);
        expect(all, m, arg->at, "the first argument of " + who, "this one");
        if (all.kind != fixed) all = m;
    }
    return all;
}

Measure UnitMeasurer::measure(Expr const& e) {
    switch (e->op) {
        case Op::number:
            if (e->converts && e->value > 0) {
                Unit factor;
                factor.factor = factor.number = 1 / e->value;
                return in(factor);
            }
            return e->units.empty() ? Measure{free} : read(e->units, e->at);
        case Op::name:
        case Op::prime:
            for (auto const& index : e->args) plain_number(measure(index), index, "an index");
            return e->op == Op::name ? variable(e->name) : per_time(variable(e->name));
        case Op::string:
            return {};
        case Op::call:
            return call(e);
        case Op::negate:
            return measure(e->args[0]);
        case Op::add:
        case Op::subtract:
            return sum(e);
        case Op::power:
            return power(e->args[0], e->args[1]);
        case Op::multiply:
        case Op::divide: {
            auto const a = measure(e->args[0]);
            auto b = measure(e->args[1]);
            if (a.kind == unknown || b.kind == unknown) return {};
            if (a.kind == free && b.kind == free) return {free};
            if (e->op == Op::divide) b.unit = raised(b.unit, -1);
            return in(a.unit * b.unit);  // that of a number is 1
        }
        case Op::logical_and:
        case Op::logical_or:
        case Op::logical_not:
            for (auto const& arg : e->args) measure(arg);
            return in({});
        default:  // comparisons
            sum(e);
            return in({});
    }
}

/// Sums, differences and comparisons.
Measure UnitMeasurer::sum(Expr const& e) {
    auto const a = measure(e->args[0]), b = measure(e->args[1]);
    auto const before = reported_.size();
    expect(a, b, e->at, quoted(e->args[0]), quoted(e->args[1]));
    if (reported_.size() > before || a.kind == unknown || b.kind == unknown) return {};
    return a.kind == fixed ? a : b;
}

Measure UnitMeasurer::power(Expr const& base, Expr const& exponent) {
    auto m = measure(base);
    auto const n = measure(exponent);
    plain_number(n, exponent, "an exponent");
    if (m.kind != fixed) return m.kind == free && n.kind == fixed ? in({}) : m;
    if (auto const value = constant(exponent)) return in(raised(m.unit, *value));
    if (!same(m.unit, {}))
        report(base->at, quoted(base) + " is in " + in_parentheses(m.unit) + ": its exponent must be a number",
               "divide it by its unit first, as in v/1 (mV)");
    return in({});
}

Measure UnitMeasurer::call(Expr const& e) {
    auto const function = std::ranges::find_if(program_.blocks, [&](Block const& block) {
        return block.name == e->name && (block.kind == BlockKind::function || block.kind == BlockKind::procedure ||
                                         block.kind == BlockKind::function_table);
    });
    if (function != program_.blocks.end()) return own_function(*function, e);
    auto const& args = e->args;
    switch (rule_of(e->name)) {
        case Rule::numbers:
            for (auto const& arg : args) plain_number(measure(arg), arg, e->name);
            return in({});
        case Rule::keep:
            return agreeing(args, e->name);
        case Rule::ratio:
            agreeing(args, e->name);
            return in({});
        case Rule::root: {
            auto m = measure(args[0]);
            if (m.kind == fixed) m.unit = raised(m.unit, 0.5);
            return m;
        }
        case Rule::power:
            return power(args[0], args[1]);
        case Rule::time:
            for (auto const& arg : args) {
                auto const m = measure(arg);
                if (&arg == &args[0]) expect("ms", m, arg->at, "a time", "this");
            }
            return in({});
        case Rule::drawn: {
            auto const m = agreeing({args.begin() + 1, args.end()}, e->name);
            return args.size() > 1 ? m : in({});
        }
        case Rule::ghk:
            for (std::size_t i = 0; i < args.size(); ++i)
                expect(i == 0  ? "mV"
                       : i < 3 ? "mM"
                               : "1",
                       measure(args[i]), args[i]->at, "what nrn_ghk takes here", "this");
            return in(*units_.read("millicoulomb/cm3"));
        case Rule::unspecified:
            for (auto const& arg : args) measure(arg);
            return {};
    }
    return {};
}

Measure UnitMeasurer::own_function(Block const& block, Expr const& e) {
    for (std::size_t i = 0; i < e->args.size(); ++i) {
        auto const given = measure(e->args[i]);
        if (i < block.args.size())
            expect(read(block.args[i].units, block.at), given, e->args[i]->at,
                   "the argument " + block.args[i].name + " of " + block.name, quoted(e->args[i]));
    }
    return block.kind == BlockKind::procedure ? Measure{} : read(block.units, block.at);
}

}  // namespace rall::nmodl
