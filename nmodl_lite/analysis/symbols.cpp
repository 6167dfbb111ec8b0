#include "nmodl_lite/analysis/symbols.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr std::array<std::string_view, 6> special_names{"v", "t", "dt", "celsius", "area", "diam"};

constexpr int most_elements = 100000;  // a kernel's variables are numbered one by one

class Resolver {
public:
    Resolver(Program const& program, Diagnostics& found) : program_(program), found_(found) {}

    Symbols run() {
        for (auto special : special_names) add({.name = std::string(special), .kind = SymbolKind::special});
        for (auto const& define : program_.defines)
            add({.name = define.name, .kind = SymbolKind::constant, .at = define.at, .value = double(define.value)});
        unit_constants();
        NeuronBlock const neuron = merged();
        kind(neuron);
        declare(program_.constants, SymbolKind::constant);
        declare(program_.states, SymbolKind::state);
        declare(program_.parameters, SymbolKind::parameter);
        declare(program_.assigned, SymbolKind::assigned);
        file_locals();
        start_values(neuron);
        blocks();
        for (auto const& ion : neuron.ions) use_ion(ion);
        currents(neuron);
        pointers(neuron);
        visibility(neuron);
        use_table();
        return std::move(symbols_);
    }

private:
    void error(Position at, std::string code, std::string message, std::string advice = {}) {
        found_.add(at_source(program_, Severity::error, at, std::move(code), std::move(message), std::move(advice)));
    }

    Symbol& add(Symbol symbol) {
        auto const [where, fresh] = symbols_.all.try_emplace(symbol.name, symbol);
        auto& present = where->second;
        if (!fresh && present.kind != SymbolKind::special) {
            error(symbol.at, "nmodl-declared-twice", "'" + symbol.name + "' is declared twice",
                  "the first is in line " + std::to_string(present.at.line));
        } else if (!fresh && symbol.kind != SymbolKind::special && symbol.kind != SymbolKind::parameter &&
                   symbol.kind != SymbolKind::assigned) {
            error(symbol.at, "nmodl-reserved-name",
                  "'" + symbol.name + "' is NEURON's own variable and cannot be declared so", "choose another name");
        }
        if (fresh && symbol.is_variable()) symbols_.order.push_back(symbol.name);
        return present;
    }

    /// All NEURON blocks as one.
    NeuronBlock merged() {
        NeuronBlock all;
        for (auto const& block : program_.neuron) {
            if (!block.kind.empty()) {
                if (!all.kind.empty())
                    error(block.name.at, "nmodl-two-names", "the mechanism is named a second time", "keep one of them");
                all.kind = block.kind;
                all.name = block.name;
            }
            auto append = [](auto& into, auto const& more) { into.insert(into.end(), more.begin(), more.end()); };
            append(all.ions, block.ions);
            append(all.nonspecific, block.nonspecific);
            append(all.electrode, block.electrode);
            append(all.range, block.range);
            append(all.global, block.global);
            append(all.pointer, block.pointer);
            append(all.bbcore_pointer, block.bbcore_pointer);
            append(all.random, block.random);
            append(all.vector, block.vector);
            append(all.external, block.external);
        }
        return all;
    }

    void kind(NeuronBlock const& neuron) {
        symbols_.name = neuron.kind.empty() ? name_of_file() : neuron.name.name;
        symbols_.kind = neuron.kind == "POINT_PROCESS"     ? Kind::point
                        : neuron.kind == "ARTIFICIAL_CELL" ? Kind::artificial
                                                           : Kind::density;
        for (auto const& r : neuron.random) add({.name = r.name, .kind = SymbolKind::random, .at = r.at});
        for (auto const& v : neuron.vector) {
            add({.name = v.name, .kind = SymbolKind::vector, .at = v.at});
            if (symbols_.kind == Kind::density)
                error(v.at, "nmodl-vector", "a density mechanism has no VECTOR: '" + v.name + "'",
                      "the config gives numbers to instances of point processes and artificial cells only");
        }
        for (auto const& p : neuron.bbcore_pointer) {
            error(p.at, "nmodl-not-supported", "a BBCOREPOINTER is not supported: '" + p.name + "'",
                  "a random stream is declared with RANDOM " + p.name);
            pointers_.push_back(p.name);
        }
    }

    /// NEURON takes a file without SUFFIX for a density mechanism of the file's name.
    std::string name_of_file() {
        auto const name = std::filesystem::path(program_.sources[0].file).stem().string();
        if (program_.errors > 0) return name;  // it may have been lost
        bool const is_name = !name.empty() && is_letter(name[0]) && std::ranges::all_of(name, [](char c) {
            return is_letter(c) || (c >= '0' && c <= '9');
        });
        found_.add(at_source(program_, is_name ? Severity::warning : Severity::error,
                             program_.neuron.empty() ? Position{0, 1, 1} : program_.neuron[0].at, "nmodl-no-name",
                             is_name ? "the file names no mechanism: it is called " + name + " after its file, as in NEURON"
                                     : "the file names no mechanism, and cannot be called after its file: a name has letters, "
                                       "digits and _, and begins with no digit",
                             "add SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL with a name to the NEURON block"));
        return name;
    }

    double number_of(Expr const& e, double otherwise) {
        if (!e) return otherwise;
        if (e->op == Op::negate) return -number_of(e->args[0], otherwise);
        if (e->op == Op::number) return e->value;
        auto const* known = symbols_.find(e->name);
        if (known && known->kind == SymbolKind::constant) return known->value;
        error(e->at, "nmodl-unknown-name", "'" + e->name + "' is no number here",
              "DEFINE " + e->name + " before it is used");
        return otherwise;
    }

    void unit_constants() {
        for (auto const& unit : program_.units) {
            if (!unit.constant) continue;
            double const value = unit.value ? number_of(unit.value, 0) : 0;
            add({.name = unit.name, .kind = SymbolKind::constant, .at = unit.at, .units = unit.to, .value = value});
        }
    }

    int array_size(double size, Declaration const& d) {
        if (size >= 1 && size <= most_elements - elements_ && size == std::floor(size)) {
            elements_ += static_cast<int>(size);
            return static_cast<int>(size);
        }
        error(d.at, "nmodl-array-size",
              size >= 1 && size <= most_elements
                  ? "the arrays of a mechanism have at most " + std::to_string(most_elements) + " elements together"
                  : "an array has from 1 to " + std::to_string(most_elements) + " elements",
              "correct the size of '" + d.name + "'");
        return 1;
    }

    void declare(std::vector<Declaration> const& all, SymbolKind kind) {
        for (auto const& d : all) {
            if (std::ranges::find(pointers_, d.name) != pointers_.end()) {
                add({.name = d.name, .kind = SymbolKind::pointer, .at = d.at});
                continue;
            }
            Symbol symbol{.name = d.name, .kind = kind, .at = d.at, .units = d.units, .value = number_of(d.value, 0)};
            if (d.size) {
                symbol.is_array = true;
                symbol.size = array_size(number_of(d.size, 1), d);
            }
            if (d.low) symbol.limits = {number_of(d.low, 0), number_of(d.high, 0)};
            auto& added = add(symbol);
            if (added.kind == SymbolKind::special) added.units = d.units;
        }
    }

    /// A LOCAL of the whole file is a variable; one that bears the name of a declared variable is taken for it.
    void file_locals() {
        std::vector<Declaration> own;
        for (auto const& local : program_.locals) {
            auto const* declared = symbols_.find(local.name);
            if (declared && declared->is_variable() && !declared->is_array && !local.size)
                found_.add(at_source(program_, Severity::warning, local.at, "nmodl-local-is-variable",
                                     "LOCAL " + local.name + " bears the name of the variable declared in line " +
                                         std::to_string(declared->at.line) + " and is taken for it",
                                     "NEURON keeps two; name them differently if you mean that"));
            else own.push_back(local);
        }
        declare(own, SymbolKind::assigned);
    }

    /// The parameter x0 of a STATE x, where it starts, need not be declared; it exists where the file uses it.
    void start_values(NeuronBlock const& neuron) {
        std::set<std::string> used;
        for (auto const& block : program_.blocks)
            each_expression(block.body, [&](Expr const& e) { used.merge(variables_of(e)); });
        for (auto const* list : {&neuron.range, &neuron.global})
            for (auto const& listed : *list) used.insert(listed.name);
        for (auto const& state : program_.states) {
            auto const start = state.name + "0";
            if (used.contains(start) && !symbols_.find(start))
                add({.name = start,
                     .kind = SymbolKind::parameter,
                     .at = state.at,
                     .units = state.units,
                     .value = number_of(state.value, 0)});
        }
    }

    void blocks() {
        std::map<BlockKind, Position> single;
        for (auto const& block : program_.blocks) {
            switch (block.kind) {
                case BlockKind::function:
                case BlockKind::function_table:
                    add({.name = block.name, .kind = SymbolKind::function, .at = block.at});
                    break;
                case BlockKind::procedure:
                    add({.name = block.name, .kind = SymbolKind::procedure, .at = block.at});
                    break;
                case BlockKind::derivative:
                case BlockKind::kinetic:
                case BlockKind::linear:
                case BlockKind::nonlinear:
                case BlockKind::discrete:
                    add({.name = block.name, .kind = SymbolKind::equations, .at = block.at});
                    break;
                case BlockKind::initial:
                case BlockKind::breakpoint:
                case BlockKind::net_receive:
                    if (auto const [first, fresh] = single.try_emplace(block.kind, block.at); !fresh)
                        error(block.at, "nmodl-declared-twice", "this block stands here a second time",
                              "the first is in line " + std::to_string(first->second.line) + "; join them");
                    break;
                default:
                    break;
            }
        }
    }

    Symbol& variable(Name const& named) {
        auto const found = symbols_.all.find(named.name);
        if (found != symbols_.all.end()) return found->second;
        return add({.name = named.name, .kind = SymbolKind::assigned, .at = named.at});  // implicit, as in NEURON
    }

    void use_ion(UseIon const& use) {
        auto const& ion = use.ion.name;
        auto const index = static_cast<int>(symbols_.ions.size());
        double const valence = number_of(use.valence, 0);
        if (std::fabs(valence) > 100 || valence != std::floor(valence))
            error(use.ion.at, "nmodl-valence", "the VALENCE of an ion is a whole number such as 2 or -1");
        symbols_.ions.push_back({ion, std::fabs(valence) > 100 ? 0 : static_cast<int>(valence), {}, {}});
        auto field_of = [&](Name const& named) {
            if (named.name == "e" + ion) return IonField::reversal;
            if (named.name == ion + "i") return IonField::inner;
            if (named.name == ion + "o") return IonField::outer;
            if (named.name == "i" + ion) return IonField::current;
            error(named.at, "nmodl-ion-variable", "'" + named.name + "' is no variable of the ion " + ion,
                  did_you_mean(named.name, {"e" + ion, ion + "i", ion + "o", "i" + ion}));
            return IonField::none;
        };
        auto mark = [&](Name const& named, bool write) {
            auto const field = field_of(named);
            if (field == IonField::none) return;
            auto& symbol = variable(named);
            if (std::ranges::find(program_.constants, named.name, &Declaration::name) != program_.constants.end() &&
                symbol.kind == SymbolKind::constant) {  // as in NEURON the ion's value, not the CONSTANT's
                symbol.kind = SymbolKind::assigned;
                symbols_.order.push_back(named.name);
            }
            if (!symbol.is_variable())
                return error(named.at, "nmodl-ion-variable", "'" + named.name + "' is declared as something else");
            symbol.ion = index;
            symbol.field = field;
            (write ? symbol.ion_write : symbol.ion_read) = true;
            if (symbol.kind == SymbolKind::parameter)
                symbol.kind = SymbolKind::assigned;  // the ion's value, not the file's
            auto& listed = symbols_.ions.back();
            (write ? listed.write : listed.read).push_back(named.name);
            if (!write) return;
            if (field == IonField::current) symbols_.currents.push_back(named.name), symbol.current = true;
            if (field == IonField::inner || field == IonField::outer) symbols_.writes_concentration = true;
        };
        for (auto const& named : use.read) mark(named, false);
        for (auto const& named : use.write) mark(named, true);
    }

    void currents(NeuronBlock const& neuron) {
        auto list = [&](std::vector<Name> const& names) {
            for (auto const& named : names) {
                auto& symbol = variable(named);
                if (symbol.current) continue;
                symbol.current = true;
                symbol.range = true;
                symbols_.currents.push_back(named.name);
            }
        };
        list(neuron.nonspecific);
        list(neuron.electrode);
        symbols_.electrode_current = !neuron.electrode.empty();
        if (symbols_.electrode_current && symbols_.currents.size() > neuron.electrode.size())
            found_.add(at_source(
                program_, Severity::warning, neuron.electrode[0].at, "nmodl-electrode-current",
                "an ELECTRODE_CURRENT beside membrane currents: all of them flow as from an electrode, positive "
                "ones into the cell, as in NEURON",
                "split the mechanism in two if that is not meant"));
        if (symbols_.kind == Kind::artificial && !symbols_.currents.empty())
            error(neuron.name.at, "nmodl-artificial-current", "an ARTIFICIAL_CELL has no membrane, hence no currents",
                  "make it a POINT_PROCESS");
    }

    void pointers(NeuronBlock const& neuron) {
        for (auto const& named : neuron.pointer) {
            auto& symbol = variable(named);
            if (symbol.ion >= 0 || symbol.current || symbol.is_array ||
                (symbol.kind != SymbolKind::assigned && symbol.kind != SymbolKind::parameter))
                error(named.at, "nmodl-pointer", "'" + named.name + "' cannot be a POINTER and something else as well",
                      "declare it in ASSIGNED, as one number");
            symbol.pointer = true;
        }
        for (auto const& named : neuron.external) {
            auto& symbol = variable(named);
            if (symbol.ion >= 0 || symbol.current || symbol.is_array || symbol.pointer ||
                (symbol.kind != SymbolKind::assigned && symbol.kind != SymbolKind::parameter))
                error(named.at, "nmodl-external", "'" + named.name + "' cannot be EXTERNAL and something else as well",
                      "declare it in ASSIGNED, as one number");
            symbol.external = true;
        }
    }

    bool is_used(std::string const& variable) const {
        return std::ranges::any_of(program_.blocks, [&](Block const& block) {
            bool used = false;
            each_expression(block.body, [&](Expr const& e) {
                visit(e, [&](Expr const& node) { used = used || node->name == variable; });
            });
            return used;
        });
    }

    /// NEURON gives a file with a TABLE the GLOBAL usetable, which is 1 unless a user sets it to 0.
    void use_table() {
        if (program_.uses_tables && !symbols_.find("usetable"))  // tabulate() has taken the TABLEs
            add({.name = "usetable", .kind = SymbolKind::constant, .value = 1});
        for (auto const& block : program_.blocks)
            each_statement(block.body, [&](Statement const& s) {
                if (std::holds_alternative<Table>(s.what) && !symbols_.find("usetable"))
                    add({.name = "usetable", .kind = SymbolKind::constant, .at = s.at, .value = 1});
            });
    }

    void visibility(NeuronBlock const& neuron) {
        for (auto const& named : neuron.global)  // declares what is used and declared nowhere else
            if (!symbols_.find(named.name) && is_used(named.name)) variable(named);
        auto mark = [&](std::vector<Name> const& names, char const* word, bool Symbol::*flag) {
            for (auto const& named : names) {
                auto const found = symbols_.all.find(named.name);
                if (found == symbols_.all.end()) {
                    auto const meant = suggestion(named.name, symbols_.order);
                    found_.add(
                        at_source(program_, Severity::warning, named.at, "nmodl-unknown-name",
                                  std::string("'") + named.name + "' is listed under " + word + " but declared nowhere",
                                  meant + (meant.empty() ? "" : " ") + "It is left out, as in NEURON."));
                } else {
                    found->second.*flag = true;
                }
            }
        };
        mark(neuron.range, "RANGE", &Symbol::range);
        mark(neuron.global, "GLOBAL", &Symbol::global);
    }

    Program const& program_;
    Diagnostics& found_;
    Symbols symbols_;
    std::vector<std::string> pointers_;
    int elements_ = 0;  // of all arrays
};

}  // namespace

Symbol const* Symbols::find(std::string const& name) const {
    auto const found = all.find(name);
    return found == all.end() ? nullptr : &found->second;
}

std::vector<std::string> Symbols::names() const {
    std::vector<std::string> names;
    for (auto const& [name, symbol] : all) names.push_back(name);
    return names;
}

Symbols resolve(Program const& program, Diagnostics& found) { return Resolver(program, found).run(); }

void spell_out(Program& program, Symbols const& symbols) {
    std::set<std::string> declared;
    for (auto const* list :
         {&program.parameters, &program.assigned, &program.states, &program.constants, &program.locals})
        for (auto const& d : *list) declared.insert(d.name);
    for (auto const& name : symbols.order)
        if (auto const& symbol = *symbols.find(name);
            !declared.contains(name) && symbol.kind == SymbolKind::assigned && symbol.asks.empty()) {
            auto& added = program.assigned.emplace_back();
            added.name = name;
            added.at = symbol.at;
            added.units = symbol.units;
        }
}

Block const* find_block(Program const& program, BlockKind kind) {
    auto const found = std::ranges::find(program.blocks, kind, &Block::kind);
    return found == program.blocks.end() ? nullptr : &*found;
}

Block const* find_block(Program const& program, std::string const& name) {
    auto const found = std::ranges::find_if(program.blocks, [&](Block const& b) {
        return !name.empty() && b.name == name && b.kind != BlockKind::before && b.kind != BlockKind::after;
    });
    return found == program.blocks.end() ? nullptr : &*found;
}

}  // namespace rall::nmodl
