// Do the units of a file fit together? The rules are those of NEURON's modlunit, whose documentation is its "UNITS tutorial";
// fabs, fmin, fmax, fmod and sqrt take arguments with units here, and what NEURON knows itself needs no declaration.
#include "nmodl_lite/units/check.hpp"

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"
#include "nmodl_lite/units/measure.hpp"

namespace rall::nmodl {

namespace {

class UnitChecker {
public:
    UnitChecker(Program const& program, Symbols const& symbols, Severity severity, Diagnostics& found)
        : program_(program), symbols_(symbols), units_(program, symbols, severity, found) {}

    void run() {
        for (auto const& [name, symbol] : symbols_.all) {
            auto const own = neurons_units(symbol, symbols_.kind);
            if (!own.empty()) units_.expect(own, units_.variable(name), symbol.at, "NEURON's " + name, "this one");
        }
        units_.open_scope();  // what LAG hands out is in the units of what it was
        for (auto const& block : program_.blocks)
            each_statement(block.body, [&](Statement const& s) {
                if (auto const* lag = std::get_if<Lag>(&s.what))
                    units_.declare(lag->result(), units_.variable(lag->variable->name));
            });
        for (auto const& block : program_.blocks) check(block);
        units_.close_scope();
    }

private:
    void check(Block const& block) {
        units_.open_scope();
        for (auto const& arg : block.args) units_.declare(arg.name, units_.read(arg.units, block.at));
        if (block.kind == BlockKind::function) units_.declare(block.name, units_.read(block.units, block.at));
        if (block.kind == BlockKind::net_receive) units_.declare("flag", in({}));
        if (block.kind == BlockKind::kinetic)
            for (auto const* flux : {"f_flux", "b_flux"}) units_.declare(flux, {});
        args_ = &block.args;
        compartments_.clear();
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* c = std::get_if<Compartment>(&s.what); c && !c->diffusion)
                for (auto const& state : c->names) compartments_[state] = c;
        });
        body(block.body);
        units_.close_scope();
    }

    void body(Body const& statements) {
        units_.open_scope();
        for (auto const& s : statements) statement(s);
        units_.close_scope();
    }

    void statement(Statement const& statement) {
        std::visit(overloaded{[&](Assign const& s) { assignment(s, statement.at); },
                              [&](Local const& s) {
                                  for (auto const& item : s.names) units_.declare_local(item.name);
                              },
                              [&](From const& s) {
                                  for (auto const& bound : {s.from, s.to, s.by})
                                      if (bound) units_.measure(bound);
                                  units_.open_scope();
                                  units_.declare(s.index, in({}));
                                  body(s.body);
                                  units_.close_scope();
                              },
                              [&](ForNetcons const& s) {
                                  units_.open_scope();
                                  for (std::size_t i = 0; i < s.args.size(); ++i)
                                      units_.declare(s.args[i],
                                                     i < args_->size() ? units_.variable((*args_)[i].name) : Measure{});
                                  body(s.body);
                                  units_.close_scope();
                              },
                              [&](Compartment const& s) { compartment(s, statement.at); },
                              [&](Reaction const& s) { reaction(s, statement.at); },
                              [&](Conserve const& s) { equation(s.left, s.right, statement.at); },
                              [&](Equation const& s) { equation(s.left, s.right, statement.at); },
                              [&](Conductance const& s) {
                                  auto const current = symbols_.kind == Kind::density ? "S/cm2" : "uS";
                                  units_.expect(current, units_.variable(s.name), statement.at, "a conductance",
                                                s.name);
                              },
                              [](Table const&) {},  // its bounds are in what the argument is in
                              [&](kind_of<Call, If, While, Solve, Verbatim, Watch, Diffusion, Elimination, NestedInitial,
                                          Lag, Plain> auto const&) {
                                  each_expression(statement, [&](Expr const& e) { units_.measure(e); });
                                  for (auto const* inner : bodies_of(statement)) body(*inner);
                              }},
                   statement.what);
    }

    /// A LOCAL is in what was assigned to it last; a number makes it a plain number, 0 leaves it open.
    void assignment(Assign const& s, Position at) {
        auto const value = units_.measure(s.value);
        for (auto const& index : s.target->args) units_.measure(index);
        auto const& name = s.target->name;
        if (auto* local = units_.local(name)) {
            bool const number = value.kind == Measure::Kind::free && !is_number(s.value, 0);
            *local = number ? in({}) : value;
            return;
        }
        auto const target = units_.variable(name);
        units_.expect(s.prime ? units_.per_time(target) : target, value, at, s.prime ? name + "'" : name, "its value");
    }

    void equation(Expr const& left, Expr const& right, Position at) {
        auto const a = units_.measure(left);
        units_.expect(a, units_.measure(right), at, "the left side", "the right side");
    }

    void compartment(Compartment const& s, Position at) {
        if (!s.diffusion) return;  // measured with the reactions
        units_.expect("um4/ms", size_of(s), at, "a diffusion constant times an area", "this one");
    }

    Measure size_of(Compartment const& s) {
        units_.open_scope();
        units_.declare(s.index, in({}));
        auto const size = units_.measure(s.size);
        units_.close_scope();
        return size;
    }

    /// What reactions move: concentration times the size of its COMPARTMENT.
    Measure amount_of(Expr const& reactant) {
        auto amount = units_.measure(reactant);
        auto const found = compartments_.find(reactant->name);
        if (found == compartments_.end() || amount.kind != Measure::Kind::fixed) return amount;
        auto const size = size_of(*found->second);
        if (size.kind == Measure::Kind::unknown) return {};
        return in(amount.unit * size.unit);
    }

    void reaction(Reaction const& s, Position at) {
        Measure amount;
        std::string first;
        for (auto const* side : {&s.left, &s.right})
            for (auto const& r : *side) {
                auto const here = amount_of(r.name);
                if (first.empty()) {
                    amount = here;
                    first = r.name->name;
                } else {
                    units_.expect(amount, here, r.name->at, "the amount of " + first, "that of " + r.name->name);
                }
            }
        auto const flux = units_.per_time(amount);
        if (s.arrow == Arrow::flux) {
            units_.expect(flux, units_.measure(s.forward), at, "the flux into " + first, "this one");
        } else {
            rate(s.forward, s.left, flux, "forward");
            if (s.arrow == Arrow::both) rate(s.backward, s.right, flux, "backward");
        }
        for (auto const* made : {"f_flux", "b_flux"}) units_.declare(made, flux);
    }

    void rate(Expr const& given, std::vector<Reactant> const& reactants, Measure wanted, std::string const& which) {
        auto const rate = units_.measure(given);
        for (auto const& r : reactants) {
            auto const concentration = units_.measure(r.name);
            if (wanted.kind != Measure::Kind::fixed || concentration.kind != Measure::Kind::fixed) return;
            wanted.unit = wanted.unit * raised(concentration.unit, -r.count);
        }
        units_.expect(wanted, rate, given->at, "the " + which + " rate of this reaction", "this");
    }

    Program const& program_;
    Symbols const& symbols_;
    UnitMeasurer units_;
    std::vector<Argument> const* args_ = nullptr;             // of the block at hand
    std::map<std::string, Compartment const*> compartments_;  // of the block at hand, by state
};

}  // namespace

void check_units(Program const& program, Severity severity, Diagnostics& found) {
    Diagnostics elsewhere;  // what check() reports
    auto const symbols = resolve(program, elsewhere);
    UnitChecker(program, symbols, severity, found).run();
}

}  // namespace rall::nmodl
