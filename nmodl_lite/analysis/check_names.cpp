#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/analysis/checks.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int most_local = 20'000;  // elements of a LOCAL array, which lies on the stack

class NameChecker {
public:
    NameChecker(Program const& program, Symbols const& symbols, Diagnostics& found)
        : program_(program),
          symbols_(symbols),
          found_(found),
          is_artificial_(std::ranges::any_of(program.neuron, [](NeuronBlock const& neuron) { return neuron.kind == "ARTIFICIAL_CELL"; })) {}

    void block(Block const& block) {
        block_ = &block;
        scopes_.assign(1, {});
        for (auto const& arg : block.args) scopes_[0][arg.name] = false;
        if (block.kind == BlockKind::function) scopes_[0][block.name] = false;
        if (block.kind == BlockKind::net_receive) scopes_[0]["flag"] = false;
        if (block.kind == BlockKind::kinetic) scopes_[0].insert({{"f_flux", false}, {"b_flux", false}});
        body(block.body);
    }

    /// Names that nobody declares, each once with all its places.
    void unknown() {
        for (auto const& name : unknown_names_) {
            auto const& places = unknown_.at(name);
            std::set<int> lines;
            for (auto const& place : places) lines.insert(place.line);
            lines.erase(places[0].line);
            std::string others;
            for (int const line : lines)
                if (others.size() < 30) others += (others.empty() ? "" : ", ") + std::to_string(line);
            if (others.size() >= 30) others += ", ...";
            error(places[0], "nmodl-unknown-name",
                  "'" + name + "' is not declared" + (others.empty() ? "" : " (used also in line " + others + ")"),
                  suggestion(name, candidates_.at(name), "declare it in PARAMETER, ASSIGNED or LOCAL"));
        }
    }

private:
    void error(Position at, std::string code, std::string message, std::string advice = {}) {
        found_.add(at_source(program_, Severity::error, at, std::move(code), std::move(message), std::move(advice)));
    }

    void body(Body const& statements) {
        scopes_.emplace_back();
        for (auto const& statement : statements) check(statement);
        scopes_.pop_back();
    }

    void check(Statement const& statement) {
        std::visit(overloaded{[&](Local const& s) {
                                  for (auto const& local : s.names) {
                                      scopes_.back()[local.name] = local.size != nullptr;
                                      if (local.size) local_size(local, statement.at);
                                  }
                              },
                              [&](From const& s) {
                                  expression(s.from);
                                  expression(s.to);
                                  expression(s.by);
                                  scopes_.emplace_back()[s.index] = false;
                                  body(s.body);
                                  scopes_.pop_back();
                              },
                              [&](Assign const& s) {
                                  target(s, statement.at);
                                  expression(s.value);
                              },
                              [&](Call const& s) {
                                  if (!calls_equations(s.call)) call_of(s.call);
                              },
                              [&](Conductance const& s) { name_of(s.name, statement.at); },
                              [&](Compartment const& s) {
                                  scopes_.emplace_back()[s.index] = false;
                                  expression(s.size);
                                  for (auto const& state : s.names) in_compartment(state, statement.at);
                                  scopes_.pop_back();
                              },
                              [&](ForNetcons const& s) {
                                  scopes_.emplace_back();
                                  for (auto const& arg : s.args) scopes_.back()[arg] = false;
                                  body(s.body);
                                  scopes_.pop_back();
                              },
                              [&](kind_of<If, While, Solve, Table, Verbatim, Watch, Reaction, Conserve, Diffusion,
                                          Equation, Elimination, NestedInitial, Lag, Plain> auto const&) {
                                  each_expression(statement, [&](Expr const& e) { expression(e); });
                                  for (auto const* inner : bodies_of(statement)) body(*inner);
                              }},
                   statement.what);
    }

    /// Null when the name is no local; else whether it is an array.
    bool const* local(std::string const& name) const {
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
            if (auto const found = scope->find(name); found != scope->end()) return &found->second;
        return nullptr;
    }

    std::vector<std::string> candidates() const {
        auto names = symbols_.names();
        for (auto const& scope : scopes_)
            for (auto const& [name, is_array] : scope) names.push_back(name);
        return names;
    }

    void name_of(std::string const& name, Position at) {
        if (!local(name) && !symbols_.find(name)) not_declared(name, at);
    }

    void in_compartment(std::string const& name, Position at) {
        if (local(name) || symbols_.find(name)) return;
        std::vector<std::string> states;
        for (auto const& declared : program_.states) states.push_back(declared.name);
        found_.add(at_source(program_, Severity::warning, at, "nmodl-compartment-unknown",
                             "'" + name + "' is no STATE: it is passed over, as in NEURON", did_you_mean(name, states)));
    }

    /// A DERIVATIVE block called as if it were a PROCEDURE takes a step.
    bool calls_equations(Expr const& e) const {
        auto const* block = find_block(program_, e->name);
        return block && block->kind == BlockKind::derivative && e->args.empty();
    }

    void not_declared(std::string const& name, Position at) {
        if (program_.lost.contains(name)) return;
        if (unknown_[name].empty()) {
            unknown_names_.push_back(name);
            candidates_[name] = candidates();
        }
        unknown_[name].push_back(at);
    }

    void local_size(LocalName const& local, Position at) {
        auto const* known = local.size->op == Op::name ? symbols_.find(local.size->name) : nullptr;
        double const size = is_number(local.size)                          ? local.size->value
                            : known && known->kind == SymbolKind::constant ? known->value
                                                                           : 0;
        if (size < 1 || size > most_local || size != std::floor(size))
            error(at, "nmodl-array-size",
                  "the LOCAL array " + local.name + " has from 1 to " + std::to_string(most_local) + " elements, a number that is known here",
                  "declare it in ASSIGNED, or give its size by a number or DEFINE");
    }

    void variable(Expr const& e) {
        bool is_array = false;
        if (auto const* here = local(e->name)) {
            is_array = *here;
        } else if (auto const* symbol = symbols_.find(e->name)) {
            is_array = symbol->is_array;
            if (symbol->kind == SymbolKind::function || symbol->kind == SymbolKind::procedure)
                return error(e->at, "nmodl-call-expected", "'" + e->name + "' is a function: its arguments are missing",
                             "write " + e->name + "(...)");
            if (symbol->kind == SymbolKind::equations)
                return error(e->at, "nmodl-not-a-variable", "'" + e->name + "' is a block, no variable");
            if (symbol->kind == SymbolKind::random || symbol->kind == SymbolKind::vector)
                return error(e->at, "nmodl-not-a-variable",
                             "'" + e->name + "' is a " +
                                 (symbol->kind == SymbolKind::random ? "RANDOM stream" : "VECTOR") + ", no variable");
        } else {
            return not_declared(e->name, e->at);
        }
        if (is_array && e->args.empty())
            error(e->at, "nmodl-index-missing", "'" + e->name + "' is an array: its index is missing",
                  "write " + e->name + "[0]");
        if (!is_array && !e->args.empty()) error(e->at, "nmodl-not-an-array", "'" + e->name + "' is no array");
    }

    void target(Assign const& s, Position at) {
        variable(s.target);
        for (auto const& index : s.target->args) expression(index);
        auto const& name = s.target->name;
        if (local(name)) {
            if (s.prime) error(at, "nmodl-not-a-state", "'" + name + "' is no STATE and has no equation");
            return;
        }
        auto const* symbol = symbols_.find(name);
        if (!symbol) return;
        if (s.prime && symbol->kind != SymbolKind::state)
            error(at, "nmodl-not-a-state", "'" + name + "' is no STATE and has no equation", "declare it in STATE");
        if (s.prime && block_->kind != BlockKind::derivative)
            error(at, "nmodl-equation-misplaced", "an equation " + name + "' = ... stands outside a DERIVATIVE block");
        if (symbol->external)
            error(at, "nmodl-not-assignable", "'" + name + "' is EXTERNAL and cannot be assigned to",
                  "it belongs to another mechanism; give it in the config: \"conditions\": {\"mechanisms\": ...}");
        // v is the block's own copy of the potential; what is assigned to it lasts until the block ends, as in NEURON, whose NET_RECEIVE alone gives
        // it to the compartment, or keeps it in an artificial cell.
        if (name == "v" && block_->kind == BlockKind::net_receive) {
            if (is_artificial_)
                error(at, "nmodl-not-assignable", "NET_RECEIVE sets v, which is the potential of a compartment, and an ARTIFICIAL_CELL has none",
                      "give the variable another name");
            else error(at, "nmodl-not-assignable", "NET_RECEIVE sets v, the potential of the compartment, which Rall does not do",
                       "integrate-and-fire cells are ARTIFICIAL_CELLs with a potential of their own, as IntFire1");
        }
        if ((symbol->kind == SymbolKind::special && name != "v") || symbol->kind == SymbolKind::constant)
            error(at, "nmodl-not-assignable", "'" + name + "' cannot be assigned to",
                  "it is given from outside or a constant");
    }

    void call_of(Expr const& e) {
        for (auto const& arg : e->args) {
            bool const storage = &arg == &e->args[0] && names_storage(e);
            if (!storage) expression(arg);
        }
        auto const* symbol = symbols_.find(e->name);
        auto wrong_count = [&](std::size_t low, std::size_t high) {
            if (e->args.size() >= low && e->args.size() <= high) return;
            error(e->at, "nmodl-argument-count",
                  e->name + " takes " + std::to_string(low) + (low == high ? "" : " to " + std::to_string(high)) +
                      (high == 1 ? " argument" : " arguments") + ", here it gets " + std::to_string(e->args.size()));
        };
        if (symbol && (symbol->kind == SymbolKind::function || symbol->kind == SymbolKind::procedure)) {
            auto const* block = find_block(program_, e->name);
            return wrong_count(block->args.size(), block->args.size());
        }
        auto const* builtin = find_builtin(e->name);
        if (!builtin && program_.lost.contains(e->name)) return;
        if (!builtin) {
            auto names = builtin_names();
            for (auto const& block : program_.blocks)
                if (is_helper(block))
                    names.push_back(block.name);
            return error(e->at, "nmodl-unknown-function", "'" + e->name + "' is no function that is known here",
                         suggestion(e->name, names, "write it as a FUNCTION"));
        }
        wrong_count(static_cast<std::size_t>(builtin->min_args), static_cast<std::size_t>(builtin->max_args));
        if (e->name == "nrn_pointing" && e->args.size() == 1) {
            auto const* pointer = e->args[0]->op == Op::name ? symbols_.find(e->args[0]->name) : nullptr;
            if (!pointer || !pointer->pointer)
                error(e->at, "nmodl-no-pointer", "the argument of nrn_pointing is no POINTER",
                      "declare it in the NEURON block: POINTER p");
        }
        if (builtin->kind == BuiltinKind::random && !e->args.empty()) {
            auto const* stream = symbols_.find(e->args[0]->name);
            if (!stream || stream->kind != SymbolKind::random)
                error(e->at, "nmodl-no-random-stream", "the first argument of " + e->name + " is no RANDOM stream",
                      "declare it in the NEURON block: RANDOM r");
        }
        if (builtin->kind == BuiltinKind::vector && !e->args.empty()) {
            auto const* vector = symbols_.find(e->args[0]->name);
            if (!vector || vector->kind != SymbolKind::vector)
                error(e->at, "nmodl-no-vector", "the first argument of " + e->name + " is no VECTOR",
                      "declare it in the NEURON block: VECTOR x");
        }
    }

    void expression(Expr const& e) {
        if (!e) return;
        if (e->op == Op::call) return call_of(e);
        if (e->op == Op::name) variable(e);
        for (auto const& arg : e->args) expression(arg);
    }

    Program const& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    bool is_artificial_;
    Block const* block_ = nullptr;
    std::vector<std::map<std::string, bool>> scopes_;
    std::vector<std::string> unknown_names_;                      // in the order in which they stand
    std::map<std::string, std::vector<Position>> unknown_;        // where names stand that nobody declares
    std::map<std::string, std::vector<std::string>> candidates_;  // what was declared where each stood first
};

}  // namespace

void check_names(Program const& program, Symbols const& symbols, Diagnostics& found) {
    NameChecker checker(program, symbols, found);
    for (auto const& block : program.blocks) checker.block(block);
    checker.unknown();
}

}  // namespace rall::nmodl
