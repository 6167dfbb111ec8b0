// CONSTRUCTOR: NEURON runs it once when an instance is made, before anybody can set a parameter. All it can know are the defaults
// in the file; so it is run here, and what it leaves are other defaults and start values.
#include <cmath>
#include <map>
#include <utility>

#include "base/math.hpp"
#include "nmodl_lite/builtins.hpp"
#include "nmodl_lite/expression.hpp"
#include "nmodl_lite/lexer.hpp"
#include "nmodl_lite/passes.hpp"
#include "nmodl_lite/statement.hpp"

namespace rall::nmodl {

namespace {

struct NotComputable {
    Position at;
    std::string what;
};

double apply(std::string const& function, std::vector<double> const& x, Position at) {
    static std::map<std::string, double (*)(double)> const one{
        {"exp", math::exp},     {"expm1", math::expm1}, {"exprelr", math::exprelr}, {"log", math::log},
        {"log10", math::log10}, {"sqrt", math::sqrt},   {"fabs", math::fabs},       {"abs", math::fabs},
        {"sin", math::sin},     {"cos", math::cos},     {"tan", math::tan},         {"asin", math::asin},
        {"acos", math::acos},   {"atan", math::atan},   {"sinh", math::sinh},       {"cosh", math::cosh},
        {"tanh", math::tanh},   {"ceil", math::ceil},   {"floor", math::floor},     {"round", math::round}};
    static std::map<std::string, double (*)(double, double)> const two{
        {"pow", math::pow}, {"atan2", math::atan2}, {"fmod", math::fmod}, {"fmin", math::fmin}, {"fmax", math::fmax}};
    if (auto const f = one.find(function); f != one.end() && x.size() == 1) return f->second(x[0]);
    if (auto const f = two.find(function); f != two.end() && x.size() == 2) return f->second(x[0], x[1]);
    throw NotComputable{at, "it calls " + function};
}

class Run {
public:
    explicit Run(Symbols const& symbols) : symbols_(symbols) {}

    void body(Body const& statements) {
        for (auto const& s : statements) {
            if (++steps_ > 1000000) throw NotComputable{s.at, "it does not come to an end"};
            statement(s);
        }
    }

    /// Variables with their values afterwards; elements of arrays have keys of their own.
    std::map<std::string, double> const& values() const { return values_; }

private:
    void statement(Statement const& s) {
        std::visit(overloaded{[&](Assign const& a) {
                                  auto const x = value(a.value);
                                  values_[key(a.target)] = x;
                              },
                              [&](If const& i) { body(value(i.condition) != 0 ? i.then : i.otherwise); },
                              [&](While const& w) {
                                  while (value(w.condition) != 0) body(w.body);
                              },
                              [&](From const& f) {
                                  double const to = std::trunc(value(f.to)), by = f.by ? std::trunc(value(f.by)) : 1;
                                  for (double i = std::trunc(value(f.from)); i <= to; i += by) {
                                      values_[f.index] = i;
                                      body(f.body);
                                      if (by <= 0) throw NotComputable{s.at, "it does not come to an end"};
                                  }
                              },
                              [&](Local const& l) {
                                  for (auto const& item : l.names) locals_.insert(item.name);
                              },
                              [&](auto const&) {
                                  throw NotComputable{s.at, "it does more than computing"};
                              }},
                   s.what);
    }

    std::string key(Expr const& e) {
        if (e->args.empty()) return e->name;
        return e->name + "[" + std::to_string(static_cast<long>(value(e->args[0]))) + "]";
    }

    double variable(Expr const& e) {
        auto const name = key(e);
        if (auto const found = values_.find(name); found != values_.end()) return found->second;
        auto const* symbol = symbols_.find(e->name);
        if (locals_.contains(e->name) || !symbol) return 0;
        if (symbol->kind == SymbolKind::state) return 0;
        if (symbol->kind == SymbolKind::special || symbol->ion >= 0 ||
            !(symbol->is_variable() || symbol->kind == SymbolKind::constant))
            throw NotComputable{e->at, "'" + e->name + "' has no value then"};
        return symbol->value;
    }

    double value(Expr const& e) {
        if (e->op == Op::number) return e->value;
        if (e->op == Op::name) return variable(e);
        std::vector<double> x;
        std::vector<Expr> numbers;
        if (e->op == Op::string || e->op == Op::prime) throw NotComputable{e->at, "it holds more than numbers"};
        for (auto const& arg : e->args) {
            x.push_back(value(arg));
            numbers.push_back(number(x.back()));
        }
        if (e->op == Op::call) return apply(e->name, x, e->at);
        if (e->op == Op::power) return math::pow(x[0], x[1]);
        return build(e->op, std::move(numbers))->value;
    }

    Symbols const& symbols_;
    std::map<std::string, double> values_;
    std::set<std::string> locals_;
    int steps_ = 0;
};

void set_declared(std::vector<Declaration>& list, std::string const& name, double value) {
    for (auto& d : list)
        if (d.name == name) d.value = number(value, d.at);
}

}  // namespace

void construct(Program& program, Symbols& symbols, Diagnostics& found) {
    auto refuse = [&](Position at, std::string const& what) {
        found.add(at_source(program, Severity::error, at, "nmodl-constructor",
                            "CONSTRUCTOR cannot be computed when an instance is made: " + what,
                            "move what it says to INITIAL, which runs at the start of each simulation"));
    };
    Body starts;
    for (auto const& block : program.blocks) {
        if (block.kind != BlockKind::constructor) continue;
        Run run(symbols);
        try {
            run.body(block.body);
        } catch (NotComputable const& problem) {
            refuse(problem.at, problem.what);
            continue;
        }
        for (auto const& [name, value] : run.values()) {
            auto const bracket = name.find('[');
            auto const symbol = symbols.all.find(name.substr(0, bracket));
            if (symbol == symbols.all.end() || !symbol->second.is_variable()) continue;  // a LOCAL
            auto& s = symbol->second;
            if (s.kind == SymbolKind::state) continue;  // starts from its own value
            if (bracket != name.npos) {
                if (value != s.value) refuse(block.at, "it sets elements of the array '" + s.name + "'");
                continue;
            }
            s.value = value;
            if (s.kind == SymbolKind::parameter) set_declared(program.parameters, name, value);
            else starts.push_back(assign(nmodl::name(name, block.at), number(value, block.at)));
        }
    }
    std::erase_if(program.blocks, [](Block const& b) { return b.kind == BlockKind::constructor; });
    if (starts.empty()) return;
    // NMODL has no other way to say where an ASSIGNED variable starts.
    program.blocks.emplace_back();
    program.blocks.back().kind = BlockKind::constructor;
    program.blocks.back().body = std::move(starts);
}

}  // namespace rall::nmodl
