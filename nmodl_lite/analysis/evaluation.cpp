#include "nmodl_lite/analysis/evaluation.hpp"

#include <algorithm>
#include <cmath>

#include "base/elimination.hpp"
#include "base/math.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

double apply(std::string const& function, std::vector<double> const& x, Position at) {
    static std::map<std::string, double (*)(double)> const one{
        {"exp", math::exp},     {"expm1", math::expm1}, {"exprelr", math::exprelr}, {"log", math::log},
        {"log10", math::log10}, {"sqrt", math::sqrt},   {"fabs", math::fabs},       {"abs", math::abs},
        {"sin", math::sin},     {"cos", math::cos},     {"tan", math::tan},         {"asin", math::asin},
        {"acos", math::acos},   {"atan", math::atan},   {"sinh", math::sinh},       {"cosh", math::cosh},
        {"tanh", math::tanh},   {"ceil", math::ceil},   {"floor", math::floor},     {"round", math::round}};
    static std::map<std::string, double (*)(double, double)> const two{
        {"pow", power}, {"atan2", math::atan2}, {"fmod", math::fmod}, {"fmin", math::fmin}, {"fmax", math::fmax}};
    if (auto const f = one.find(function); f != one.end() && x.size() == 1) return f->second(x[0]);
    if (auto const f = two.find(function); f != two.end() && x.size() == 2) return f->second(x[0], x[1]);
    throw NotComputable{at, "it calls " + function};
}

}  // namespace

void Evaluation::run(Body const& statements) {
    for (auto const& s : statements) {
        if (++steps_ > 1000000) throw NotComputable{s.at, "it does not come to an end"};
        statement(s);
    }
}

void Evaluation::statement(Statement const& s) {
    std::visit(overloaded{[&](Assign const& a) {
                              auto const x = value(a.value);
                              values_[key(a.target)] = x;
                          },
                          [&](If const& i) { run(value(i.condition) != 0 ? i.then : i.otherwise); },
                          [&](While const& w) {
                              while (value(w.condition) != 0) run(w.body);
                          },
                          [&](From const& f) {
                              double const to = std::trunc(value(f.to)), by = f.by ? std::trunc(value(f.by)) : 1;
                              for (double i = std::trunc(value(f.from)); i <= to; i += by) {
                                  values_[f.index] = i;
                                  run(f.body);
                                  if (by <= 0) throw NotComputable{s.at, "it does not come to an end"};
                              }
                          },
                          [&](Local const& l) {
                              for (auto const& item : l.names) locals_.insert(item.name);
                          },
                          [&](Elimination const& e) { eliminate(e); },
                          [&](kind_of<Call, Solve, Conductance, Table, Verbatim, Watch, Reaction, Conserve, Compartment,
                                      Diffusion, Equation, NestedInitial, ForNetcons, Lag, Plain> auto const&) {
                              throw NotComputable{s.at, "it does more than computing"};
                          }},
               s.what);
}

void Evaluation::eliminate(Elimination const& e) {
    int last = 0;
    for (int const place : *e.program) last = std::max(last, place);
    std::vector<std::string> keys;
    std::vector<double> x;
    for (int i = 0; i <= last; ++i) {
        keys.push_back(e.values->name + "[" + std::to_string(i) + "]");
        auto const found = values_.find(keys.back());
        x.push_back(found == values_.end() ? 0 : found->second);
    }
    elimination::Numbers const numbers{x.data()};
    if (e.back) elimination::substitute(e.program->data(), numbers);
    else elimination::eliminate(e.program->data(), numbers);
    for (std::size_t i = 0; i < x.size(); ++i) values_[keys[i]] = x[i];
}

std::string Evaluation::key(Expr const& e) {
    if (e->args.empty()) return e->name;
    return e->name + "[" + std::to_string(static_cast<long>(value(e->args[0]))) + "]";
}

double Evaluation::value(Expr const& e) {
    if (e->op == Op::number) return e->value;
    if (e->op == Op::name) {
        if (auto const found = values_.find(key(e)); found != values_.end()) return found->second;
        return locals_.contains(e->name) ? 0 : given_(e);
    }
    std::vector<double> x;
    std::vector<Expr> numbers;
    if (e->op == Op::string || e->op == Op::prime) throw NotComputable{e->at, "it holds more than numbers"};
    for (auto const& arg : e->args) {
        x.push_back(value(arg));
        numbers.push_back(number(x.back()));
    }
    if (e->op == Op::call) return apply(e->name, x, e->at);
    if (e->op == Op::divide) return x[0] / x[1];  // by 0, too
    return build(e->op, std::move(numbers))->value;
}

}  // namespace rall::nmodl
