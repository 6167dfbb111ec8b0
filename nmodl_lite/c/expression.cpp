// Expressions of C: what they are worth, and the statements that come before them where NMODL needs some.
#include "nmodl_lite/syntax/expression.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nmodl_lite/c/parser.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

Op op_of(std::string const& text) {
    static std::map<std::string, Op> const ops{
        {"+", Op::add},    {"-", Op::subtract},   {"*", Op::multiply},     {"/", Op::divide},
        {"<", Op::less},   {">", Op::greater},    {"<=", Op::less_equal},  {">=", Op::greater_equal},
        {"==", Op::equal}, {"!=", Op::not_equal}, {"&&", Op::logical_and}, {"||", Op::logical_or}};
    auto const found = ops.find(text);
    return found == ops.end() ? Op::number : found->second;
}

/// True if computing it where C would not has consequences: it calls something, or reads an element that may not exist.
bool must_wait(Expr const& e) {
    bool result = false;
    visit(e, [&](Expr const& node) {
        if (node->op == Op::call) result = true;
        if (node->op == Op::name && !node->args.empty() && !is_number(node->args[0])) result = true;
    });
    return result;
}

}  // namespace

/// Without what stands behind the point: NMODL has no function for it but the remainder, which has the sign of its operand.
Expr CTranslator::truncated(Value const& value) {
    auto x = value.e;
    if (value.integer) return x;
    if (is_number(x)) return number(std::trunc(x->value), x->at);
    if (x->op != Op::name) {  // named, for it stands twice
        auto const whole_and_rest = name(temporary("untruncated"), x->at);
        emit(whole_and_rest, x);
        x = whole_and_rest;
    }
    return subtract(x, call("fmod", {x, number(1, x->at)}, x->at));
}

Expr CTranslator::numeric(Value const& value, Position at) {
    if (value.kind != Value::number)
        throw NotUnderstood(at, value.pointer.empty() ? "a pointer or an object of C where a number is wanted"
                                                      : "the pointer '" + value.pointer + "' where a number is wanted");
    return value.e;
}

Expr CTranslator::number_of(CExpr const& e) { return numeric(value(e), e->at); }

/// Of pointers: all that Rall has are set.
Expr CTranslator::truth(CExpr const& e) {
    auto const v = value(e);
    return v.kind == Value::number ? v.e : number(v.kind != Value::null, e->at);
}

CTranslator::Value CTranslator::value(CExpr const& e) {
    switch (e->kind) {
        case CKind::number:
            return {Value::number, number(e->value, e->at), e->integer, {}};
        case CKind::string:
            return object();
        case CKind::name:
            return named(e);
        case CKind::unary:
            return unary(e);
        case CKind::binary:
            return binary(e);
        case CKind::assign:
            return assigned(e);
        case CKind::conditional:
            return chosen(e, nullptr);
        case CKind::call:
            return called(e);
        case CKind::index:
            return element_of(e);
        case CKind::cast:
            return cast(e);
        case CKind::member:
            if (e->args[0]->text == "_nt" && e->text == "_t") return real(name("t", e->at));
            if (e->args[0]->text == "_nt" && e->text == "_dt") return real(name("dt", e->at));
            throw NotUnderstood(e->at, "the member '" + e->text + "' of a structure");
        case CKind::list:
            throw NotUnderstood(e->at, "a list in braces");
        case CKind::size:
            throw NotUnderstood(e->at, "'sizeof'");
    }
    return object();
}

CTranslator::Value CTranslator::named(CExpr const& e) {
    auto const& text = e->text;
    if (auto const* local = find_local(text)) {
        if (local->is_array)
            return {Value::numbers, name(local->name, e->at), local->type.is_integer(), {}, number(0, e->at)};
        if (!local->type.is_real() && !local->type.is_integer()) return local->bound ? local->value : object();
        return {Value::number, name(local->name, e->at), local->type.is_integer(), {}};
    }
    // What NEURON's translator makes of NMODL's names: LOCALs and arguments get _l, pointers _p_, ions _ion_.
    if (text.starts_with("_l") && nmodl_knows(text.substr(2))) {
        auto const local = text.substr(2);
        return {Value::number, name(local, e->at), std::ranges::find(counters_, local) != counters_.end(), {}};
    }
    if (text.starts_with("_p_") && world_.is_pointer(text.substr(3)))
        return {Value::handle, nullptr, false, text.substr(3)};
    if (text.starts_with("_ion_") && world_.is_variable(text.substr(5))) return real(name(text.substr(5), e->at));
    if (text == "_v") return real(name("v", e->at));
    if (!world_.variable(text)) {
        if (world_.is_array(text)) return {Value::numbers, name(text, e->at), false, {}, number(0, e->at)};
        if (world_.is_variable(text) || world_.is_pointer(text)) return real(name(text, e->at));
    }
    for (char const* zero : {"cvode_active_", "_cvode_active_", "secondorder", "nrnmpi_myid", "stoprun"})
        if (text == zero) return whole(number(0, e->at));
    if (text == "nrnmpi_numprocs" || text == "nrn_nthread") return whole(number(1, e->at));
    for (char const* given : {"_nt", "nrn_threads", "_pnt", "_tqitem", "_ppvar", "_thread", "_p", "_ml", "_args",
                              "stdout", "stderr", "stdin"})
        if (text == given) return object();
    if (auto const* variable = world_.variable(text)) {
        auto const& type = variable->type;
        if (!variable->sizes.empty() && (type.is_real() || type.name == "int")) {
            return {
                Value::numbers, name(static_array(text, *variable), e->at), type.is_integer(), {}, number(0, e->at)};
        }
        if (variable->sizes.empty() && type.pointers == 1) return {Value::handle, nullptr, false, text};
        if (!variable->sizes.empty() || (!type.is_real() && !type.is_integer())) return object();
        auto const start = variable->value ? constant_value(variable->value) : 0.0;
        if (!start) throw NotUnderstood(e->at, "the start value of '" + text + "'");
        return {Value::number, name(world_.keep(text, *start, variable->at), e->at), type.is_integer(), {}};
    }
    throw NotUnderstood(e->at, "the name '" + text + "', which nothing here declares,");
}

CTranslator::Value CTranslator::unary(CExpr const& e) {
    auto const& op = e->text;
    if (op == "++" || op == "--" || op == "x++" || op == "x--") return stepped(e, true);
    if (op == "&") {
        auto const& of = e->args[0];
        if (of->kind == CKind::name && of->text.starts_with("_p_") && world_.is_pointer(of->text.substr(3)))
            return {Value::address, nullptr, false, of->text.substr(3)};
        if (of->kind == CKind::name && world_.is_pointer(of->text)) return {Value::handle, nullptr, false, of->text};
        return address_of(value(of), e->at);
    }
    auto const v = value(e->args[0]);
    if (op == "*") {
        if (v.kind == Value::numbers) return element_at(v, number(0, e->at), e->at);
        if (v.kind == Value::address && v.e) return {Value::number, v.e, v.integer, {}};
        if (v.kind == Value::address) return {Value::handle, nullptr, false, v.pointer};
        if (v.kind == Value::handle) return real(name(v.pointer, e->at));
        if (v.kind == Value::object) return v;
        throw NotUnderstood(e->at, "'*' before something that is no pointer");
    }
    if (op == "!") {
        if (v.kind != Value::number) return whole(number(v.kind == Value::null, e->at));
        return whole(is_number(v.e) ? number(v.e->value == 0, e->at) : make(Op::logical_not, {v.e}, e->at));
    }
    auto const x = numeric(v, e->at);
    if (op == "-") return {Value::number, build(Op::negate, {x}, e->at), v.integer, {}};
    if (op == "+") return v;
    throw NotUnderstood(e->at, "the operator '" + op + "'");
}

CTranslator::Value CTranslator::arithmetic(std::string const& op, Value const& a, Value const& b, Position at) {
    bool const whole_numbers = a.integer && b.integer;
    if (is_number(a.e) && is_number(b.e)) {
        auto const known = apply(op, a.e->value, b.e->value, whole_numbers);
        if (known) return {Value::number, number(*known, at), whole_numbers || is_comparison(op_of(op)), {}};
    }
    if (op == "%" && whole_numbers) return whole(call("fmod", {a.e, b.e}, at));
    if (op == "<<" && whole_numbers && is_number(b.e)) return whole(multiply(a.e, number(std::exp2(b.e->value), at)));
    auto const known = op_of(op);
    if (known == Op::number) throw NotUnderstood(at, "the operator '" + op + "'");
    if (is_comparison(known)) return whole(make(known, {a.e, b.e}, at));
    auto const result = build(known, {a.e, b.e}, at);
    if (op == "/" && whole_numbers) return whole(truncated(real(result)));
    return {Value::number, result, whole_numbers, {}};
}

CTranslator::Value CTranslator::binary(CExpr const& e) {
    auto const& op = e->text;
    if (op == ",") {
        evaluate(e->args[0]);
        return value(e->args[1]);
    }
    if (op == "&&" || op == "||") return logical(e);
    auto const a = value(e->args[0]), b = value(e->args[1]);
    if (a.kind != Value::number || b.kind != Value::number) return pointers(op, a, b, e->at);
    return arithmetic(op, a, b, e->at);
}

/// && and ||: the second operand counts only where the first does not decide.
CTranslator::Value CTranslator::logical(CExpr const& e) {
    bool const both = e->text == "&&";
    auto const first = truth(e->args[0]);
    if (is_number(first) && (first->value != 0) != both) return whole(number(!both, e->at));
    Body before;
    auto* const outer = std::exchange(out_, &before);
    auto const second = truth(e->args[1]);
    out_ = outer;
    if (is_number(first)) {
        out_->insert(out_->end(), before.begin(), before.end());
        return whole(is_number(second) ? number(second->value != 0, e->at) : second);
    }
    if (before.empty() && !must_wait(second))
        return whole(build(both ? Op::logical_and : Op::logical_or, {first, second}, e->at));
    auto const result = name(temporary("holds"), e->at);
    auto const as_number = [](Expr const& x) {
        return is_comparison(x->op) ? x : make(Op::not_equal, {x, number(0)}, x->at);
    };
    emit(result, as_number(first));
    before.push_back(assign_at(result, as_number(second)));
    auto const asks = both ? make(Op::not_equal, {result, number(0)}) : make(Op::equal, {result, number(0)});
    out_->push_back({e->at, If{asks, std::move(before), {}}});
    return whole(result);
}

/// condition ? a : b, left in `target` when there is one.
CTranslator::Value CTranslator::chosen(CExpr const& e, Expr const& target) {
    auto const condition = truth(e->args[0]);
    if (is_number(condition)) return value(e->args[condition->value != 0 ? 1 : 2]);
    auto const result = target ? target : name(temporary("chosen"), e->at);
    bool integer = true;
    auto one = [&](CExpr const& branch) {
        Body body;
        auto* const outer = std::exchange(out_, &body);
        auto const v = value(branch);
        integer = integer && v.integer;
        emit(result, numeric(v, branch->at));
        out_ = outer;
        return body;
    };
    auto then = one(e->args[1]), otherwise = one(e->args[2]);
    out_->push_back({e->at, If{condition, std::move(then), std::move(otherwise)}});
    return {Value::number, result, integer, {}};
}

/// A number into a variable; whole numbers lose what stands behind the point.
void CTranslator::set(Expr const& target, bool integer, CExpr const& source) {
    if (source->kind == CKind::conditional && !integer) {
        auto const v = chosen(source, target);
        if (v.e != target) emit(target, v.e);
        return;
    }
    auto const v = value(source);
    auto const x = numeric(v, source->at);
    auto const stored = integer ? truncated(v) : x;
    if (!equal(stored, target)) emit(target, stored);
}

/// What may stand on the left of an assignment.
Expr CTranslator::variable(Value const& place, Position at) {
    auto const e = numeric(place, at);
    if (e->op == Op::call && e->name == "vector_value") return e;
    if (e->op != Op::name) throw NotUnderstood(at, "an assignment to something that is no variable");
    if (std::ranges::any_of(tables_, [&](auto const& t) { return t.second == e->name; }))
        throw NotUnderstood(at, "an assignment to '" + e->name + "', a static array,");
    return e;
}

void CTranslator::store(Value const& place, Value const& v, Position at) {
    emit(variable(place, at), place.integer ? truncated(v) : numeric(v, at));
}

CTranslator::Value CTranslator::assigned(CExpr const& e) {
    auto const& target = e->args[0];
    if (auto* const pointer = local_pointer(target)) {
        auto const v = value(e->args[1]);
        if (e->text == "=") return bind(*pointer, v, target->text, e->at);
        auto const moved = pointers(e->text.substr(0, e->text.size() - 1), pointer->value, v, e->at);
        return bind(*pointer, moved, target->text, e->at);
    }
    auto const place = value(target);
    if (e->text == "=") {
        if (place.kind != Value::number) evaluate(e->args[1]);  // a stream or an object is set up: Rall has its own
        else set(variable(place, e->at), place.integer, e->args[1]);
        return place;
    }
    numeric(place, target->at);
    auto const by = value(e->args[1]);
    numeric(by, e->args[1]->at);
    store(place, arithmetic(e->text.substr(0, e->text.size() - 1), place, by, e->at), e->at);
    return place;
}

/// ++ and --, before or behind.
CTranslator::Value CTranslator::stepped(CExpr const& e, bool wanted) {
    if (auto* const pointer = local_pointer(e->args[0])) return stepped_pointer(*pointer, e->text, wanted, e->at);
    auto const place = value(e->args[0]);
    auto result = place;
    numeric(place, e->at);
    bool const behind = e->text.starts_with("x");
    if (behind && wanted) {
        result.e = name(temporary("before"), e->at);
        emit(result.e, place.e);
    }
    store(place, arithmetic(e->text.ends_with("+") ? "+" : "-", place, whole(number(1, e->at)), e->at), e->at);
    return result;
}

CTranslator::Value CTranslator::element_of(CExpr const& e) {
    auto const index = number_of(e->args[1]);
    auto const& of = e->args[0];
    if (of->kind == CKind::name && of->text == "_args" && block_->kind == BlockKind::net_receive) {
        if (!is_number(index) || index->value < 0 || index->value >= static_cast<double>(block_->args.size()))
            throw NotUnderstood(e->at, "an element of _args that is no argument of NET_RECEIVE");
        return real(name(block_->args[static_cast<std::size_t>(index->value)].name, e->at));
    }
    auto array = value(of);
    if (array.kind == Value::handle && world_.is_pointer(array.pointer)) {  // numbers behind the one that is pointed to
        world_.vector(array.pointer, e->at);
        array = {Value::numbers, nullptr, false, array.pointer, number(0, e->at)};
    }
    if (array.kind == Value::numbers) return element_at(array, index, e->at);
    bool const is_named = array.e && array.e->op == Op::name && array.e->args.empty();
    if (array.kind == Value::object || array.kind == Value::handle || !is_named)
        throw NotUnderstood(e->at, "an element of something that is no array of this file");
    return {Value::number, element(array.e->name, index, e->at), array.integer, {}};
}

/// Old files keep the address of an object of hoc in a variable that is no POINTER: *(void**)&space, (void*)(unsigned long)space.
CTranslator::Value CTranslator::pointer_cast(CExpr const& e, Value const& v) {
    auto const is_plain = [&](Expr const& x) {
        return x && x->op == Op::name && x->args.empty() && world_.is_variable(x->name);
    };
    if (v.kind == Value::address && e->type.pointers > 1 && is_plain(v.e))
        return {Value::address, nullptr, false, v.e->name};
    if (v.kind != Value::number) return v;
    auto inner = e->args[0];
    while (inner->kind == CKind::cast) inner = inner->args[0];
    if (inner->kind == CKind::name)
        if (auto const named_there = named(inner); named_there.kind == Value::number && is_plain(named_there.e))
            return {Value::handle, nullptr, false, named_there.e->name};
    return object();  // (void*)0
}

CTranslator::Value CTranslator::cast(CExpr const& e) {
    auto v = value(e->args[0]);
    if (e->type.pointers > 0) return pointer_cast(e, v);
    if (v.kind != Value::number || e->type.name == "void") return v;
    if (e->type.is_integer()) return whole(truncated(v));
    v.integer = v.integer && !e->type.is_real();
    return v;
}

/// A statement that is an expression: what counts is what it does.
void CTranslator::evaluate(CExpr const& e) {
    if (e->kind == CKind::unary && (e->text.ends_with("++") || e->text.ends_with("--"))) {
        stepped(e, false);
        return;
    }
    auto const v = value(e);
    if (v.kind == Value::number && v.e && v.e->op == Op::call && e->kind == CKind::call)
        out_->push_back({e->at, Call{v.e}});
}

}  // namespace rall::nmodl
