// May instances with the same parameters in one compartment be one that holds the sums of their states? They may where all that they do is linear:
// states begin at 0, their equations and the currents are linear and homogeneous in them, and events add what depends on no state. All else that
// an instance keeps must be the same in all of them at any time.
#include <algorithm>
#include <map>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// How a value hangs on the states of the instance.
struct Value {
    enum Kind {
        zero,    // always 0
        same,    // not at all: it is the same in all instances (in NET_RECEIVE: whoever hears the event)
        linear,  // a sum of states, each times what is the same
        own,     // the state `state` plus what is the same
        other
    } kind = other;
    std::string state = {};

    bool operator==(Value const&) const = default;
    bool is_same() const { return kind == zero || kind == same; }
    bool is_linear() const { return kind == zero || kind == linear; }
};

/// Of a value that is one or the other.
Value either(Value const& a, Value const& b) {
    if (a == b) return a;
    if (a.is_same() && b.is_same()) return {Value::same};
    if (a.is_linear() && b.is_linear()) return {Value::linear};
    return {};
}

Value sum(Value const& a, Value const& b, bool subtracted) {
    if (a.kind == Value::own && b.is_same()) return a;
    if (b.kind == Value::own && a.is_same() && !subtracted) return b;
    return a.kind == Value::own || b.kind == Value::own ? Value{} : either(a, b);
}

Value product(Value const& a, Value const& b) {
    if (a.kind == Value::zero || b.kind == Value::zero) return {Value::zero};
    if (a.is_same() && b.is_same()) return {Value::same};
    if ((a.is_same() && b.is_linear()) || (a.is_linear() && b.is_same())) return {Value::linear};
    return {};
}

Value quotient(Value const& a, Value const& b) { return b.is_same() && a.kind != Value::own ? a : Value{}; }

/// What is known of variables at a place of a body: by key_of().
using Known = std::map<std::string, Value>;

class Evaluation {
public:
    Evaluation(Mechanism const& mechanism, Symbols const& symbols, Known& known) : m_(mechanism), symbols_(symbols), known_(known) {}

    void run(Body const& body) {
        for (auto const& s : body) statement(s);
    }

    Value value(Expr const& e) const {
        switch (e->op) {
            case Op::number:
                return {e->value == 0 ? Value::zero : Value::same};
            case Op::name:
                return value_of(key_of(e), known_);
            case Op::negate:
                return quotient(value(e->args[0]), {Value::same});
            case Op::add:
            case Op::subtract:
                return sum(value(e->args[0]), value(e->args[1]), e->op == Op::subtract);
            case Op::multiply:
                return product(value(e->args[0]), value(e->args[1]));
            case Op::divide:
                return quotient(value(e->args[0]), value(e->args[1]));
            case Op::call: {
                auto const* builtin = find_builtin(e->name);
                bool const is_function = std::ranges::find(m_.functions, e->name, &Block::name) != m_.functions.end() ||
                                         std::ranges::find(m_.tables, e->name, &FunctionTable::name) != m_.tables.end();
                return (builtin && builtin->kind == BuiltinKind::math) || is_function ? function_of(e) : Value{};
            }
            case Op::power:
            case Op::logical_not:
            case Op::less:
            case Op::greater:
            case Op::less_equal:
            case Op::greater_equal:
            case Op::equal:
            case Op::not_equal:
            case Op::logical_and:
            case Op::logical_or:
                return function_of(e);
            case Op::string:
            case Op::prime:
                return {};
        }
        return {};
    }

private:
    Value value_of(std::string const& key, Known const& known) const {
        if (auto const found = known.find(key); found != known.end()) return found->second;
        auto const* symbol = symbols_.find(key);
        return {symbol && symbol->kind == SymbolKind::special ? Value::same : Value::other};
    }

    /// Any function of the operands.
    Value function_of(Expr const& e) const {
        return {std::ranges::all_of(e->args, [&](Expr const& arg) { return value(arg).is_same(); }) ? Value::same : Value::other};
    }

    void statement(Statement const& s) {
        std::visit(overloaded{[&](Assign const& a) {
                                  auto const key = key_of(a.target);
                                  if (a.prime || key.ends_with("[]")) return lose({s});
                                  known_[key] = value(a.value);
                              },
                              [&](If const& i) {
                                  if (!value(i.condition).is_same()) return lose({s});
                                  auto otherwise = known_;
                                  run(i.then);
                                  Evaluation(m_, symbols_, otherwise).run(i.otherwise);
                                  meet(otherwise);
                              },
                              [&](While const& w) { loop(s, w.body, {w.condition}, {}); },
                              [&](From const& f) { loop(s, f.body, {f.from, f.to, f.by}, f.index); },
                              [&](Call const&) {}, [&](Local const&) {},
                              [&](kind_of<Solve, Conductance, Table, Verbatim, Watch, Reaction, Conserve, Compartment, Diffusion, Equation,
                                          Elimination, NestedInitial, ForNetcons, Lag, Plain> auto const&) { lose({s}); }},
                   s.what);
    }

    /// Of what may run again and again, until nothing more becomes known.
    void loop(Statement const& s, Body const& body, std::vector<Expr> const& bounds, std::string const& index) {
        for (Known before; before != known_;) {
            before = known_;
            if (!index.empty()) known_[index] = {Value::same};
            if (!std::ranges::all_of(bounds, [&](Expr const& e) { return !e || value(e).is_same(); })) return lose({s});
            run(body);
            meet(before);
        }
    }

    /// Where another way leads to the same place.
    void meet(Known const& other) {
        for (auto const& [key, value] : other) known_.try_emplace(key, value_of(key, known_));
        for (auto& [key, value] : known_) value = either(value, value_of(key, other));
    }

    /// Of what the statements assign nothing is known any more.
    void lose(Body const& statements) {
        for (auto const& variable : assigned_in(statements)) {
            known_[variable] = {};
            for (auto& [key, value] : known_)
                if (key.starts_with(variable + "[")) value = {};
        }
    }

    Mechanism const& m_;
    Symbols const& symbols_;
    Known& known_;
};

std::vector<std::string> keys_of(Variable const& v) {
    if (!v.is_array) return {v.name};
    std::vector<std::string> keys;
    for (int i = 0; i < v.size; ++i) keys.push_back(v.name + "[" + std::to_string(i) + "]");
    return keys;
}

class Superposition {
public:
    Superposition(Mechanism const& mechanism, Symbols const& symbols) : m_(mechanism), symbols_(symbols) {}

    /// Why not; "" where they may.
    std::string obstacle() const {
        auto const by_kind = obstacle_of_kind();
        if (!by_kind.empty()) return by_kind;
        for (auto const check : {&Superposition::initial, &Superposition::connect, &Superposition::current, &Superposition::state, &Superposition::receive})
            if (auto const why = (this->*check)(); !why.empty()) return why;
        return {};
    }

private:
    bool has(Role role) const { return std::ranges::any_of(m_.variables, [&](Variable const& v) { return v.role == role; }); }

    std::string obstacle_of_kind() const {
        if (m_.kind != Kind::point) return "it is no point process in a compartment";
        if (m_.sends_events) return "it sends events";
        if (!m_.watch_flags.empty()) return "it watches conditions";
        if (m_.visits_connections) return "it visits its connections";
        if (!m_.has_receive) return "it hears no events";
        if (!m_.has_current()) return "it has no current";
        if (has(Role::pointer)) return "it has POINTERs";
        if (has(Role::random)) return "it draws random numbers";
        if (has(Role::vector)) return "it has VECTORs";
        if (m_.sets_ions) return "it sets a concentration or a reversal potential";
        if (m_.moments() != 0) return "it has BEFORE or AFTER blocks";
        if (!m_.schemes.empty()) return "it has a KINETIC block, whose channels may be told apart";
        return {};
    }

    /// What instances have in common, `states` as they are, and of all others nothing.
    Known known(Value::Kind states) const {
        Known known;
        for (auto const& v : m_.variables)
            for (auto const& key : keys_of(v)) {
                if (v.role == Role::state) known[key] = {states, states == Value::own ? key : std::string()};
                else if (v.role == Role::ion_write || v.role == Role::observable) known.try_emplace(key, Value{});
                else known[key] = {Value::same};
            }
        return known;
    }

    /// Of variables that are kept and that a body leaves as anything else than what they must be.
    template <class IsFine>
    std::string first(Role role, Known const& known, IsFine const& is_fine) const {
        for (auto const& v : m_.variables)
            for (auto const& key : keys_of(v))
                if (v.role == role && !is_fine(known.at(key))) return key;
        return {};
    }

    /// What is neither state nor looked at only is the same in all.
    std::string kept(Known const& known) const {
        for (auto const role : {Role::carried, Role::changed_parameter})
            if (auto const key = first(role, known, [](Value const& v) { return v.is_same(); }); !key.empty()) return key + " depends on states";
        return {};
    }

    std::string initial() const {
        auto known = this->known(Value::zero);
        Evaluation(m_, symbols_, known).run(m_.initial);
        if (auto const key = first(Role::state, known, [](Value const& v) { return v.kind == Value::zero; }); !key.empty())
            return key + " does not begin at 0";
        return kept(known);
    }

    std::string current() const {
        auto known = this->known(Value::linear);
        Evaluation evaluation(m_, symbols_, known);
        evaluation.run(m_.current);
        for (auto const& current : m_.currents)
            if (!evaluation.value(name(current)).is_linear()) return current + " is not proportional to the states";
        if (!evaluation.value(m_.total_current).is_linear() || !evaluation.value(m_.total_conductance).is_linear())
            return "the conductance is not proportional to the states";
        return advanced(known);
    }

    std::string state() const {
        auto known = this->known(Value::linear);
        Evaluation(m_, symbols_, known).run(m_.state);
        return advanced(known);
    }

    std::string advanced(Known const& known) const {
        if (auto const key = first(Role::state, known, [](Value const& v) { return v.is_linear(); }); !key.empty())
            return "what becomes of " + key + " is not linear and homogeneous in the states";
        return kept(known);
    }

    /// INITIAL of NET_RECEIVE.
    std::string connect() const { return m_.has_connect ? heard(m_.connect, "INITIAL of NET_RECEIVE") : std::string(); }

    std::string receive() const { return heard(m_.receive, "NET_RECEIVE"); }

    std::string heard(Body const& body, std::string const& block) const {
        auto known = this->known(Value::own);
        auto arguments = m_.net_args;
        arguments.push_back(m_.flag);
        for (auto const& argument : arguments) known[argument] = {Value::same};
        Evaluation(m_, symbols_, known).run(body);
        for (auto const& argument : arguments)
            if (!known[argument].is_same()) return argument + " of " + block + " depends on states";
        for (auto const& v : m_.variables)
            for (auto const& key : keys_of(v))
                if (v.role == Role::state && known.at(key) != Value{Value::own, key}) return block + " does more to " + key + " than add what depends on no state";
        auto const assigned = assigned_in(body);
        for (auto const& v : m_.variables)
            if ((v.role == Role::carried || v.role == Role::changed_parameter) && assigned.contains(v.name) && std::ranges::find(arguments, v.name) == arguments.end())
                return block + " sets " + v.name;
        return {};
    }

    Mechanism const& m_;
    Symbols const& symbols_;
};

}  // namespace

void find_superposition(Mechanism& mechanism, Symbols const& symbols) { mechanism.not_additive = Superposition(mechanism, symbols).obstacle(); }

}  // namespace rall::nmodl
