#include "nmodl_lite/analysis/access.hpp"

#include <algorithm>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr Body Mechanism::*bodies[] = {&Mechanism::initial,
                                       &Mechanism::current,
                                       &Mechanism::state,
                                       &Mechanism::receive,
                                       &Mechanism::connect,
                                       &Mechanism::watch,
                                       &Mechanism::before_initial,
                                       &Mechanism::after_initial,
                                       &Mechanism::before_breakpoint,
                                       &Mechanism::after_solve,
                                       &Mechanism::before_step,
                                       &Mechanism::diffusion,
                                       &Mechanism::derivative,
                                       &Mechanism::relax,
                                       &Mechanism::settle,
                                       &Mechanism::next_discontinuity,
                                       &Mechanism::transitions,
                                       &Mechanism::after_transitions,
                                       &Mechanism::curves,
                                       &Mechanism::state_on_curves};

/// RANDOM streams that a body draws from, VECTORs, and FUNCTION_TABLEs that it looks something up in.
std::set<std::string> streams_and_tables(Body const& body) {
    std::set<std::string> used;
    each_expression(body, [&](Expr const& e) {
        visit(e, [&](Expr const& node) {
            if (node->op != Op::call) return;
            used.insert(names_storage(node) ? node->args[0]->name : node->name);
        });
    });
    return used;
}

/// As a comment of lines that NEURON can read: it takes 512 characters at most.
std::string names_text(std::vector<Variable const*> const& variables) {
    std::string text;
    std::size_t line = 0;
    for (auto const* v : variables) {
        text += text.empty() ? "" : ",";
        if (text.size() - line > 120) {
            text += "\n:   ";
            line = text.size();
        }
        text += " " + v->name;
    }
    return text.empty() ? " nothing" : text;
}

}  // namespace

char const* to_string(KernelFunction function) {
    static constexpr char const* names[] = {"initial",
                                            "current",
                                            "state",
                                            "receive",
                                            "connect",
                                            "watch",
                                            "before_initial",
                                            "after_initial",
                                            "before_breakpoint",
                                            "after_solve",
                                            "before_step",
                                            "diffusion",
                                            "derivative",
                                            "relax",
                                            "settle",
                                            "next_discontinuity",
                                            "transitions",
                                            "after_transitions",
                                            "curves",
                                            "state_on_curves"};
    return names[static_cast<int>(function)];
}

std::vector<KernelFunction> functions_of(Mechanism const& m) {
    using enum KernelFunction;
    std::vector<KernelFunction> functions{initial};
    if (m.has_current()) functions.push_back(current);
    if (m.has_state()) functions.push_back(state);
    if (m.has_receive) functions.push_back(receive);
    if (m.has_connect) functions.push_back(connect);
    if (!m.watch.empty()) functions.push_back(watch);
    for (auto const moment : {before_initial, after_initial, before_breakpoint, after_solve, before_step})
        if (!body_of(m, moment).empty()) functions.push_back(moment);
    for (auto const other : {diffusion, derivative, relax, settle, next_discontinuity, after_transitions})
        if (!body_of(m, other).empty()) functions.push_back(other);
    if (m.has_transitions()) functions.push_back(transitions);
    if (m.has_curves()) functions.insert(functions.end(), {curves, state_on_curves});
    return functions;
}

Body const& body_of(Mechanism const& m, KernelFunction function) { return m.*bodies[static_cast<int>(function)]; }

std::vector<Body*> loops_of(Mechanism& m) {
    return {&m.current, &m.state, &m.transitions, &m.derivative, &m.relax, &m.settle};
}

std::vector<Body*> bodies_of(Mechanism& m) {
    std::vector<Body*> all;
    for (auto const body : bodies) all.push_back(&(m.*body));
    return all;
}

std::vector<Body const*> bodies_of(Mechanism const& m) {
    std::vector<Body const*> all;
    for (auto const body : bodies) all.push_back(&(m.*body));
    return all;
}

std::set<std::string> outputs_of(Mechanism const& m, KernelFunction function) {
    std::set<std::string> outputs;
    if (function == KernelFunction::current)
        for (auto const& total : {m.total_current, m.total_conductance})
            if (total) outputs.merge(variables_of(total));
    if (function == KernelFunction::transitions)
        for (auto const& output : m.transition_outputs()) outputs.merge(variables_of(output));
    if (function == KernelFunction::curves) outputs.insert(m.curve_names.begin(), m.curve_names.end());
    if (function == KernelFunction::diffusion)
        for (auto const& d : m.diffusions) outputs.insert({d.constant->name, d.volume->name});
    if (function == KernelFunction::next_discontinuity && !m.next.empty()) outputs.insert(m.next);
    return outputs;
}

namespace {

/// `outputs`: what the body computes beside variables; `currents`: the solver reads the membrane currents behind it.
Access access_of(Mechanism const& m, Body const& body, std::set<std::string> const& outputs, bool currents) {
    Symbols symbols;  // tell the sizes of arrays
    for (auto const& v : m.variables)
        if (v.is_array) symbols.all.try_emplace(v.name, Symbol{.name = v.name, .size = v.size, .is_array = true});
    Access access{analyse(body, symbols), {}, {}};
    auto& flow = access.flow;
    for (auto const& variable : outputs) {
        flow.read.insert(variable);
        if (!flow.certain.contains(variable)) flow.exposed.insert(variable);
    }
    auto const used = streams_and_tables(body);
    for (auto const& v : m.variables) {
        if (v.role == Role::random) {
            if (!used.contains(v.name)) continue;
            access.read.push_back(&v);
            access.written.push_back(&v);
            continue;
        }
        if (v.role == Role::table || v.role == Role::vector) {
            if (used.contains(v.name)) access.read.push_back(&v);
            continue;
        }
        bool const output = currents && v.role == Role::ion_write && v.field == IonField::current;
        bool const written = flow.written.contains(v.name), read = flow.read.contains(v.name);
        if (!output && !written && !read) continue;
        auto const* const destination = m.destination(v.name);
        bool const kept = written && !flow.certain.contains(v.name) && destination;
        bool const whole = v.is_array && (written || read);
        if ((flow.exposed.contains(v.name) || kept || whole) && m.source(v.name) == &v) access.read.push_back(&v);
        if (destination == &v && (written || output)) access.written.push_back(&v);
    }
    return access;
}

}  // namespace

void hide(Access& access, std::string const& name) {
    for (auto* list : {&access.read, &access.written})
        std::erase_if(*list, [&](Variable const* v) { return v->name == name; });
}

Access access_of(Mechanism const& m, KernelFunction function) {
    auto access = access_of(m, body_of(m, function), outputs_of(m, function), function == KernelFunction::current);
    if (function == KernelFunction::receive) hide(access, m.flag);
    if (function == KernelFunction::state_on_curves)
        for (auto const& curve : m.curve_names) hide(access, curve);
    return access;
}

Access access_of(Mechanism const& m, Body const& part, std::set<std::string> const& outputs) {
    return access_of(m, part, outputs, false);
}

namespace {

/// When the fixed step calls a function; 0: never.
unsigned phase_of(KernelFunction function) {
    using enum KernelFunction;
    switch (function) {
        case initial:
        case connect:
        case before_initial:
        case after_initial:
            return phase::at_start;
        case receive:
        case watch:
        case before_breakpoint:
        case current:
            return phase::before_solve;
        case state:
        case transitions:
        case after_transitions:
        case curves:
        case state_on_curves:
        case diffusion:
        case after_solve:
        case before_step:
            return phase::after_solve;
        case derivative:
        case relax:
        case settle:
        case next_discontinuity:
            return 0;
    }
    return 0;
}

}  // namespace

std::vector<Phases> phases_of(Mechanism const& m) {
    std::vector<Phases> phases(m.variables.size());
    auto const of = [&](Variable const* v) -> Phases& { return phases[static_cast<std::size_t>(v - m.variables.data())]; };
    for (auto const function : functions_of(m)) {
        auto const access = access_of(m, function);
        for (auto const* v : access.read) of(v).read |= phase_of(function);
        for (auto const* v : access.written) of(v).written |= phase_of(function);
    }
    for (auto const& v : m.variables)  // the solver draws and diffuses states
        if (v.role == Role::state) of(&v).written |= phase::at_start | phase::after_solve;
    return phases;
}

bool changes_arguments(Mechanism const& m) {
    if (!m.has_receive) return false;
    auto const written = access_of(m, KernelFunction::receive).flow.written;
    return std::ranges::any_of(m.net_args, [&](std::string const& arg) { return written.contains(arg); });
}

int doubles_read(Access const& access) {
    int count = 0;
    for (auto const* v : access.read)
        if (v->role != Role::global) count += v->size;
    return count;
}

int doubles_written(Access const& access) {
    int count = 0;
    for (auto const* v : access.written) count += v->role == Role::random ? 1 : v->size;
    return count;
}

std::string index_text(Mechanism const& m) {
    std::string text;
    for (auto const function : functions_of(m)) {
        auto const access = access_of(m, function);
        text += std::string(": ") + to_string(function) + " reads" + names_text(access.read) + "; writes" +
                names_text(access.written) + "\n";
    }
    return text;
}

}  // namespace rall::nmodl
