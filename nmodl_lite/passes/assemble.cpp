// What is left of INITIAL, BREAKPOINT and NET_RECEIVE becomes the bodies of kernels.
#include <algorithm>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Assembler {
public:
    Assembler(Program const& program, Symbols const& symbols, Solved solved, Diagnostics& found)
        : program_(program), symbols_(symbols), found_(found) {
        mechanism_.name = symbols.name;
        mechanism_.title = program.title;
        mechanism_.file = program.sources.empty() ? std::string() : program.sources[0].file;
        mechanism_.kind = symbols.kind;
        mechanism_.ions = symbols.ions;
        mechanism_.methods = std::move(solved.methods);
        mechanism_.schemes = std::move(solved.schemes);
        mechanism_.currents = symbols.currents;
        mechanism_.electrode_current = symbols.electrode_current;
        mechanism_.writes_concentration = symbols.writes_concentration;
    }

    Mechanism run() {
        initial();
        breakpoint();
        net_receive();
        watch();
        before_and_after();
        events();
        diffusion();
        for (auto const& block : program_.blocks)
            if (block.recursive) mechanism_.functions.push_back(block);
        for (auto const& table : program_.blocks)
            if (table.kind == BlockKind::function_table)
                mechanism_.tables.push_back({table.name, table.units, static_cast<int>(table.args.size())});
        return std::move(mechanism_);
    }

private:
    static void append(Body& into, Body const& more) { into.insert(into.end(), more.begin(), more.end()); }

    /// States start from START, or from the parameter <state>0, before INITIAL runs; concentrations keep the ion's value.
    void initial() {
        for (auto const& variable : symbols_.order) {
            auto const& symbol = *symbols_.find(variable);
            if (symbol.kind != SymbolKind::state || symbol.ion >= 0) continue;
            auto const* given = symbols_.find(variable + "0");
            bool const is_given = given && given->kind == SymbolKind::parameter && !given->is_array;
            auto const start = is_given ? name(variable + "0") : number(symbol.value);
            for (int i = 0; i < symbol.size; ++i)
                mechanism_.initial.push_back(assign(
                    symbol.is_array ? element(variable, number(i), symbol.at) : name(variable, symbol.at), start));
        }
        if (auto const* block = find_block(program_, BlockKind::initial)) append(mechanism_.initial, block->body);
    }

    void breakpoint() {
        auto const* block = find_block(program_, BlockKind::breakpoint);
        Body rest;
        std::vector<Block const*> solved;
        if (block)
            for (auto const& statement : block->body) {
                auto const* solve = std::get_if<Solve>(&statement.what);
                if (!solve) rest.push_back(statement);
                else if (auto const* what = find_block(program_, solve->block)) solved.push_back(what);
            }
        for (auto const* what : solved) append(mechanism_.state, what->body);
        append(mechanism_.has_current() ? mechanism_.current : mechanism_.state, rest);
        transitions(solved, mechanism_.has_current() ? Body{} : rest);
    }

    /// What comes before the rates, and the rates of all usable schemes; what these leave behind, and what comes after them.
    void transitions(std::vector<Block const*> const& solved, Body const& rest) {
        std::set<std::string> advanced;  // what holds its new value only after the transitions
        Body behind;                     // what stands behind a scheme
        for (auto const* block : solved) {
            auto const scheme = std::ranges::find_if(
                mechanism_.schemes, [&](Scheme const& s) { return s.usable() && s.block == block->name; });
            if (scheme == mechanism_.schemes.end()) {
                append(advanced.empty() ? mechanism_.transitions : behind, block->body);
                continue;
            }
            auto until = behind;
            append(until, scheme->rates);
            if (reads(until, advanced)) {
                scheme->obstacle = "it reads states of a KINETIC block that is solved before it";
                if (scheme->exact)
                    found_.add(at_source(program_, Severity::error, scheme->at, "nmodl-matexp",
                                         "METHOD matexp cannot solve " + scheme->block + ": " + scheme->obstacle,
                                         "write METHOD sparse"));
                scheme->transitions.clear();
                scheme->totals.clear();
                append(behind, block->body);
                continue;
            }
            append(mechanism_.transitions, until);
            behind.clear();
            append(mechanism_.after_transitions, scheme->results);
            for (auto const& state : scheme->states) advanced.insert(state->name);
            advanced.merge(assigned_in(scheme->results));
        }
        append(mechanism_.after_transitions, behind);
        append(mechanism_.after_transitions, rest);
        if (advanced.empty()) mechanism_.transitions = mechanism_.after_transitions = {};
    }

    static bool reads(Body const& body, std::set<std::string> const& variables) {
        bool found = false;
        each_expression(body, [&](Expr const& e) {
            for (auto const& variable : variables_of(e)) found = found || variables.contains(variable);
        });
        return found;
    }

    void net_receive() {
        auto const* block = find_block(program_, BlockKind::net_receive);
        if (!block) return;
        if (mechanism_.kind == Kind::density)
            found_.add(at_source(program_, Severity::error, block->at, "nmodl-net-receive-in-suffix",
                                 "a density mechanism receives no events", "make it a POINT_PROCESS"));
        mechanism_.has_receive = true;
        for (auto const& arg : block->args) mechanism_.net_args.push_back(arg.name);
        mechanism_.flag = block->flag;
        for (auto const& statement : block->body) {
            if (auto const* nested = std::get_if<NestedInitial>(&statement.what)) {
                mechanism_.has_connect = true;
                append(mechanism_.connect, nested->body);
            } else {
                if (std::holds_alternative<Local>(statement.what)) mechanism_.connect.push_back(statement);
                mechanism_.receive.push_back(statement);
            }
        }
        if (!mechanism_.has_connect) mechanism_.connect.clear();
    }

    void watch() {
        auto const* block = find_block(program_, BlockKind::watch);
        if (!block) return;
        mechanism_.watch = block->body;
        for (auto const& [condition, flag] : std::get<Watch>(block->body.back().what).items)
            mechanism_.watch_flags.push_back(flag->value);
    }

    void before_and_after() {
        for (auto const& block : program_.blocks) {
            if (block.kind != BlockKind::before && block.kind != BlockKind::after) continue;
            auto const before = block.kind == BlockKind::before;
            auto* const body = block.name == "INITIAL" ? before ? &mechanism_.before_initial : &mechanism_.after_initial
                               : block.name == "BREAKPOINT" && before ? &mechanism_.before_breakpoint
                               : block.name == "SOLVE" && !before     ? &mechanism_.after_solve
                               : block.name == "STEP" && before       ? &mechanism_.before_step
                                                                      : nullptr;
            if (body) append(*body, block.body);
            else
                found_.add(
                    at_source(program_, Severity::error, block.at, "nmodl-no-such-moment",
                              (before ? "BEFORE " : "AFTER ") + block.name + " never runs, in NEURON neither",
                              "there are BEFORE and AFTER INITIAL, BEFORE BREAKPOINT, AFTER SOLVE, BEFORE STEP"));
        }
    }

    void events() {
        for (auto const* body : bodies_of(mechanism_))
            each_statement(*body, [&](Statement const& s) {
                if (auto const* call = std::get_if<Call>(&s.what)) {
                    auto const& name = call->call->name;
                    if (name == "net_move") mechanism_.moves_events = true;
                    if (name == "net_send" || name == "net_event" || name == "net_move") mechanism_.sends_events = true;
                } else if (std::holds_alternative<ForNetcons>(s.what)) {
                    mechanism_.visits_connections = true;
                }
            });
    }

    void diffusion() {
        for (auto const& block : program_.blocks) {
            if (block.kind != BlockKind::diffusion) continue;
            for (auto const& s : block.body)
                if (auto const* d = std::get_if<Diffusion>(&s.what)) mechanism_.diffusions.push_back(*d);
                else mechanism_.diffusion.push_back(s);
        }
        if (mechanism_.diffusions.empty()) return;
        if (mechanism_.kind != Kind::density)
            found_.add(at_source(program_, Severity::error, mechanism_.diffusions[0].state->at, "nmodl-diffusion",
                                 "LONGITUDINAL_DIFFUSION stands in a density mechanism only",
                                 "give the mechanism a SUFFIX: a point process has no neighbours"));
        Naming naming(mechanism_, symbols_);
        auto const named = [&](Expr& value, std::string const& wanted) {
            auto const local = name(naming.fresh(wanted), value->at);
            mechanism_.diffusion.push_back(assign(local, value));
            value = local;
        };
        for (auto& d : mechanism_.diffusions) {
            named(d.constant, d.state->name + "_diffusion");
            named(d.volume, d.state->name + "_per_length");
        }
    }

    Program const& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    Mechanism mechanism_;
};

}  // namespace

Mechanism assemble(Program const& program, Symbols const& symbols, Solved solved, Diagnostics& found) {
    return Assembler(program, symbols, std::move(solved), found).run();
}

}  // namespace rall::nmodl
