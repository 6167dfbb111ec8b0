#include <algorithm>

#include "nmodl_lite/access.hpp"
#include "nmodl_lite/dataflow.hpp"
#include "nmodl_lite/derivative.hpp"
#include "nmodl_lite/divisions.hpp"
#include "nmodl_lite/exponentials.hpp"
#include "nmodl_lite/expression.hpp"
#include "nmodl_lite/lexer.hpp"
#include "nmodl_lite/passes.hpp"
#include "nmodl_lite/statement.hpp"

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
        mechanism_.diffusions = std::move(solved.diffusions);
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
        if (mechanism_.has_current()) conductance();
        diffusion();
        for (auto* body : bodies()) flows_.push_back(analyse(*body, symbols_));
        roles();
        for (auto const function : functions_of(mechanism_)) remove_unread(function);
        for (auto* body : {&mechanism_.current, &mechanism_.state}) save_arithmetic(*body);
        return std::move(mechanism_);
    }

private:
    std::vector<Body*> bodies() { return bodies_of(mechanism_); }

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
        if (block)
            for (auto const& statement : block->body) {
                auto const* solve = std::get_if<Solve>(&statement.what);
                if (!solve) rest.push_back(statement);
                else if (auto const* solved = find_block(program_, solve->block))
                    append(mechanism_.state, solved->body);
            }
        append(mechanism_.has_current() ? mechanism_.current : mechanism_.state, rest);
    }

    void net_receive() {
        auto const* block = find_block(program_, BlockKind::net_receive);
        if (!block) return;
        if (mechanism_.kind == Kind::density)
            found_.add(at_source(program_, Severity::error, block->at, "nmodl-net-receive-in-suffix",
                                 "a density mechanism receives no events", "make it a POINT_PROCESS"));
        mechanism_.has_receive = true;
        for (auto const& arg : block->args) mechanism_.net_args.push_back(arg.name);
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
        for (auto* body : bodies())
            each_statement(*body, [&](Statement const& s) {
                if (auto const* call = std::get_if<Call>(&s.what)) {
                    auto const& name = call->call->name;
                    if (name == "net_move") mechanism_.moves_events = true;
                    if (name == "net_send" || name == "net_event" || name == "net_move") mechanism_.sends_events = true;
                } else if (auto const* loop = std::get_if<ForNetcons>(&s.what)) {
                    mechanism_.visits_connections = true;
                    connection_args_.insert(loop->args.begin(), loop->args.end());
                }
            });
        connection_args_.insert(mechanism_.net_args.begin(), mechanism_.net_args.end());
    }

    void diffusion() {
        if (mechanism_.diffusions.empty()) return;
        if (mechanism_.kind != Kind::density)
            found_.add(at_source(program_, Severity::error, mechanism_.diffusions[0].state->at, "nmodl-diffusion",
                                 "LONGITUDINAL_DIFFUSION stands in a density mechanism only",
                                 "give the mechanism a SUFFIX: a point process has no neighbours"));
        auto const named = [&](Expr& value, std::string const& wanted) {
            auto const local = name(fresh(wanted), value->at);
            mechanism_.diffusion.push_back(assign(local, value));
            value = local;
        };
        for (auto& d : mechanism_.diffusions) {
            named(d.constant, d.state->name + "_diffusion");
            named(d.volume, d.state->name + "_per_length");
        }
    }

    std::string fresh(std::string const& wanted) {
        if (used_.empty()) {
            for (auto const& [symbol, what] : symbols_.all) used_.insert(symbol);
            for (auto* body : bodies())
                each_statement(*body, [&](Statement const& s) {
                    if (auto const* local = std::get_if<Local>(&s.what))
                        for (auto const& item : local->names) used_.insert(item.name);
                });
        }
        auto name = wanted;
        for (int i = 1; !used_.insert(name).second; ++i) name = wanted + "_" + std::to_string(i);
        return name;
    }

    Expr sum(std::vector<Expr> const& terms) {
        Expr total = number(0);
        for (auto const& term : terms) total = add(total, term);
        return total;
    }

    /// dI/dv: as CONDUCTANCE says; else the derivative where the currents are linear in v, so that it equals NEURON's
    /// difference over 0.001 mV; else that difference, which evaluates the block twice.
    void conductance() {
        auto& body = mechanism_.current;
        std::vector<Expr> currents, stated;
        for (auto const& current : mechanism_.currents) currents.push_back(name(current));
        mechanism_.total_current = sum(currents);
        std::erase_if(body, [&](Statement const& s) {
            auto const* conductance = std::get_if<Conductance>(&s.what);
            if (conductance) stated.push_back(name(conductance->name, s.at));
            return conductance != nullptr;
        });
        if (!stated.empty()) {
            mechanism_.conductance = "CONDUCTANCE";
            mechanism_.total_conductance = sum(stated);
            return;
        }
        std::vector<Tangents> const tangents{
            {body, name("v"), [&](std::string const& wanted) { return fresh(wanted); }}};
        std::vector<Expr> slopes;
        std::set<std::string> wanted;
        for (auto const& current : currents)
            if (auto const slope = tangents[0].target(current)) {
                slopes.push_back(slope);
                wanted.insert(slope->name);
            }
        Body differentiated;
        std::string unknown;
        if (!remembers(body) && !assigned_in(body).contains("v") &&
            differentiate(body, tangents, differentiated, unknown) &&
            constant_tangents(differentiated, tangents, wanted)) {
            mechanism_.conductance = "derivative";
            mechanism_.total_conductance = sum(slopes);
            body = std::move(differentiated);
            Local locals;
            for (auto const& tangent : tangents[0].names()) locals.names.push_back({tangent, nullptr});
            if (!locals.names.empty()) body.insert(body.begin(), {body[0].at, locals});
        } else {
            mechanism_.conductance = "difference";
        }
    }

    /// True if a second evaluation finds traces of the first: a count, a stream of random numbers.
    bool remembers(Body const& body) const {
        auto const flow = analyse(body, symbols_);
        bool const counts =
            std::ranges::any_of(flow.written, [&](auto const& variable) { return flow.exposed.contains(variable); });
        return counts || draws(body);
    }

    static bool draws(Body const& body) {
        bool found = false;
        each_expression(body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                found = found || (node->op == Op::call && node->name.starts_with("random_"));
            });
        });
        return found;
    }

    bool anywhere(std::string const& variable, std::set<std::string> Dataflow::*set) const {
        return std::ranges::any_of(flows_, [&](Dataflow const& flow) { return (flow.*set).contains(variable); });
    }

    /// True if some body may leave without having written a variable that it writes on another path.
    bool sometimes_written(std::string const& variable) const {
        return std::ranges::any_of(
            flows_, [&](Dataflow const& f) { return f.written.contains(variable) && !f.certain.contains(variable); });
    }

    void add_variable(Symbol const& symbol, Role role, int size = 0) {
        Variable v;
        v.name = symbol.name;
        v.units = symbol.units;
        v.role = role;
        v.value = symbol.value;
        v.size = size > 0 ? size : symbol.size;
        v.is_array = symbol.is_array;
        v.range = symbol.range || symbol.kind == SymbolKind::state;
        v.limits = symbol.limits;
        v.element = mechanism_.n_elements();
        if (role == Role::ion_read || role == Role::ion_write) {
            v.ion = symbol.ion;
            v.field = symbol.field;
        }
        mechanism_.variables.push_back(v);
    }

    void roles() {
        if (mechanism_.has_current()) {  // the solver reads the currents when current() ends
            auto& flow = flows_[1];
            for (auto const& current : mechanism_.currents)
                if (!flow.certain.contains(current)) flow.exposed.insert(current);
            if (mechanism_.total_conductance)
                for (auto const& variable : variables_of(mechanism_.total_conductance)) {
                    flow.read.insert(variable);
                    if (!flow.certain.contains(variable)) flow.exposed.insert(variable);
                }
        }
        for (auto const& variable : symbols_.order) {
            auto const& symbol = *symbols_.find(variable);
            bool const written = anywhere(variable, &Dataflow::written);
            if (symbol.pointer) {
                mechanism_.writes_pointers = mechanism_.writes_pointers || written;
                if (written || anywhere(variable, &Dataflow::read)) add_variable(symbol, Role::pointer);
            } else if (symbol.ion >= 0) {
                ion_variable(symbol);
            } else if (symbol.kind == SymbolKind::state) {
                add_variable(symbol, Role::state);
            } else if (symbol.kind == SymbolKind::parameter) {
                add_variable(symbol, symbol.range ? (written ? Role::changed_parameter : Role::parameter)
                                                  : (written ? Role::carried : Role::global));
            } else {
                bool const visible = symbol.range || symbol.global;
                if (anywhere(variable, &Dataflow::exposed) || (visible && (!written || sometimes_written(variable))))
                    add_variable(symbol, Role::carried);
                else if (visible) add_variable(symbol, Role::observable);
                else if (symbol.is_array) declare_array(symbol);
            }
        }
        for (auto const& [name, role] : {std::pair{"diam", Role::diam}, std::pair{"area", Role::area}})
            if (anywhere(name, &Dataflow::read)) add_variable(*symbols_.find(name), role);
        for (auto const& [name, symbol] : symbols_.all)
            if (symbol.kind == SymbolKind::random) add_variable(symbol, Role::random, 3);
        if (!mechanism_.watch_flags.empty())  // under a name that no file can give
            add_variable({.name = "WATCH", .size = static_cast<int>(mechanism_.watch_flags.size()), .is_array = true},
                         Role::watch);
    }

    /// An array that no instance keeps is a local of every body that uses it.
    void declare_array(Symbol const& symbol) {
        auto const all = bodies();
        for (std::size_t i = 0; i < all.size(); ++i)
            if (flows_[i].read.contains(symbol.name) || flows_[i].written.contains(symbol.name))
                all[i]->insert(all[i]->begin(), {symbol.at, Local{{{symbol.name, number(symbol.size)}}}});
    }

    void ion_variable(Symbol const& symbol) {
        bool const is_current = symbol.field == IonField::current;
        if (symbol.ion_write) add_variable(symbol, Role::ion_write);
        if (symbol.ion_write && !is_current) {
            mechanism_.sets_ions = true;
            mechanism_.sets_ions_in_current =
                mechanism_.sets_ions_in_current || flows_[1].written.contains(symbol.name);
        }
        if (symbol.ion_read && (is_current || !symbol.ion_write)) add_variable(symbol, Role::ion_read);
    }

    /// Assignments to locals that nobody reads.
    void remove_unread(KernelFunction function) {
        auto& body = *bodies()[static_cast<std::size_t>(function)];
        for (bool changed = true; changed;) {
            auto read = analyse(body, symbols_).read;
            read.merge(outputs_of(mechanism_, function));
            changed = remove_unread(body, read);
        }
    }

    bool remove_unread(Body& body, std::set<std::string> const& read) {
        bool changed = false;
        for (auto& statement : body)
            for (auto* inner : bodies_of(statement)) changed = remove_unread(*inner, read) || changed;
        auto const removed = std::erase_if(body, [&](Statement const& s) {
            if (auto const* i = std::get_if<If>(&s.what)) return i->then.empty() && i->otherwise.empty();
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || read.contains(a->target->name) || mechanism_.destination(a->target->name) ||
                connection_args_.contains(a->target->name))
                return false;
            return !draws({s});
        });
        return changed || removed > 0;
    }

    void save_arithmetic(Body& body) {
        Naming const naming{[&](std::string const& name) { return !mechanism_.find(name) && !symbols_.find(name); },
                            [&](std::string const& wanted) { return fresh(wanted); }};
        auto const latest = name_values_apart(body, naming);
        if (&body == &mechanism_.current)
            for (auto* total : {&mechanism_.total_current, &mechanism_.total_conductance})
                *total = substitute(*total, latest);
        share_exponentials(body, symbols_, naming);
        save_divisions(body, symbols_, naming);
    }

    Program const& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    Mechanism mechanism_;
    std::vector<Dataflow> flows_;  // of bodies()
    std::set<std::string> used_;
    std::set<std::string> connection_args_;  // arguments of NET_RECEIVE and FOR_NETCONS
};

}  // namespace

Mechanism assemble(Program const& program, Symbols const& symbols, Solved solved, Diagnostics& found) {
    return Assembler(program, symbols, std::move(solved), found).run();
}

}  // namespace rall::nmodl
