// Arrays of C and pointers to numbers: into arrays of the file, and into VECTORs, which take the place of hoc's Vectors.
#include <algorithm>
#include <utility>

#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

/// The number `index` places behind the one that is pointed to.
CTranslator::Value CTranslator::element_at(Value const& numbers, Expr const& index, Position at) {
    auto const place = add(numbers.offset, index);
    if (numbers.pointer.empty()) return {Value::number, element(numbers.e->name, place, at), numbers.integer, {}};
    return real(call("vector_value", {name(numbers.pointer, at), place}, at));
}

/// &x: of an element a pointer that can go on to the next.
CTranslator::Value CTranslator::address_of(Value const& v, Position) {
    if (v.kind != Value::number) return v;
    if (v.e->op == Op::name && v.e->args.size() == 1)
        return {Value::numbers, name(v.e->name, v.e->at), v.integer, {}, v.e->args[0]};
    if (v.e->op == Op::call && v.e->name == "vector_value")
        return {Value::numbers, nullptr, false, v.e->args[0]->name, v.e->args[1]};
    auto result = v;
    result.kind = Value::address;
    return result;
}

namespace {

bool same_array(Expr const& a, Expr const& b) { return a && b ? a->name == b->name : !a && !b; }

}  // namespace

/// Arithmetic and comparisons of pointers, one of them at least.
CTranslator::Value CTranslator::pointers(std::string const& op, Value const& a, Value const& b, Position at) {
    auto const moved = [](Value run, Expr const& by) {
        run.offset = by;
        return run;
    };
    if (a.kind == Value::numbers && b.kind == Value::number && op == "+") return moved(a, add(a.offset, b.e));
    if (a.kind == Value::number && b.kind == Value::numbers && op == "+") return moved(b, add(b.offset, a.e));
    if (a.kind == Value::numbers && b.kind == Value::number && op == "-") return moved(a, subtract(a.offset, b.e));
    bool const same =
        a.kind == Value::numbers && b.kind == Value::numbers && a.pointer == b.pointer && same_array(a.e, b.e);
    if (same) return arithmetic(op, whole(a.offset), whole(b.offset), at);
    bool const nothing_a = a.kind == Value::null || a.kind == Value::number;
    bool const nothing_b = b.kind == Value::null || b.kind == Value::number;
    // All that Rall has are set; _nt is nrn_threads: there is one thread.
    if (op == "==" || op == "!=") return whole(number((op == "==") != (nothing_a != nothing_b), at));
    numeric(a, at);
    return numeric(b, at), object();
}

/// The pointer that a name of C is; null when it is none.
CTranslator::CLocal* CTranslator::local_pointer(CExpr const& e) {
    auto* const local = e->kind == CKind::name ? find_local(e->text) : nullptr;
    return local && !local->is_array && !local->type.is_real() && !local->type.is_integer() ? local : nullptr;
}

CTranslator::Value CTranslator::bind(CLocal& pointer, Value const& v, std::string const& shown, Position at) {
    auto& own = pointer.value;
    // Where it is set in every case, it may have pointed to something else before.
    bool const first = !pointer.bound || own.kind == Value::object || nesting_ == pointer.nesting;
    bool const same =
        own.kind == v.kind && own.pointer == v.pointer &&
        (v.kind == Value::numbers ? same_array(own.e, v.e) && (pointer.moving || equal(own.offset, v.offset))
                                  : own.e == v.e);
    if (!first && !same) throw NotUnderstood(at, "the pointer '" + shown + "', which changes,");
    if (!pointer.bound || !same) {
        pointer.moving = v.kind == Value::numbers && (!is_number(v.offset) || stepped_.contains(shown));
        own = v;
        pointer.bound = true;
        if (pointer.moving) own.offset = name(temporary(shown), at);
    }
    if (pointer.moving && !equal(own.offset, v.offset)) emit(own.offset, v.offset);
    return own;
}

/// ++ and -- of a pointer.
CTranslator::Value CTranslator::stepped_pointer(CLocal& pointer, std::string const& op, bool wanted, Position at) {
    if (!pointer.moving) throw NotUnderstood(at, "the pointer '" + pointer.name + "', which changes,");
    auto before = pointer.value;
    bool const behind = op.starts_with("x") && wanted;
    if (behind) {
        before.offset = name(temporary("before"), at);
        emit(before.offset, pointer.value.offset);
    }
    emit(pointer.value.offset, add(pointer.value.offset, number(op.ends_with("+") ? 1 : -1, at)));
    return behind ? before : pointer.value;
}

/// Which pointers go from number to number: p++, --p, p += n, or p = ... a second time.
void CTranslator::note_step(std::vector<CToken> const& before, CToken const& token) {
    auto const is_step = [](CToken const& t) { return t.text == "++" || t.text == "--"; };
    auto const is_name = [](CToken const& t) { return t.kind == CTokenKind::name; };
    if (before.empty()) return;
    if (is_name(before.back()) && (is_step(token) || token.text == "+=" || token.text == "-="))
        stepped_.insert(before.back().text);
    if (is_name(token) && is_step(before.back())) stepped_.insert(token.text);
    if (is_name(before.back()) && token.text == "=" && !set_once_.insert(before.back().text).second)
        stepped_.insert(before.back().text);
}

/// An array that lives on between calls. One with its values in the file must stay as it is: then it is as good as new each time.
std::string CTranslator::static_array(std::string const& shown, CVariable const& variable) {
    if (auto const known = tables_.find(shown); known != tables_.end()) return known->second;
    auto const given = variable.value && variable.value->kind == CKind::list ? variable.value->args.size() : 0;
    if (variable.sizes.size() != 1) throw NotUnderstood(variable.at, "the array '" + shown + "' of several dimensions");
    auto const size = variable.sizes[0] ? number_of(variable.sizes[0]) : number(static_cast<double>(given));
    if (!is_number(size) || size->value < 1) throw NotUnderstood(variable.at, "the size of '" + shown + "'");
    if (given == 0) return world_.keep_array(shown, size, variable.at);
    auto const own = tables_[shown] = fresh(shown);
    locals_.push_back({own, size});
    auto* const outer = std::exchange(out_, &prologue_);
    for (std::size_t i = 0; i < given; ++i)
        emit(element(own, number(static_cast<double>(i)), variable.at), number_of(variable.value->args[i]));
    out_ = outer;
    return own;
}

void CTranslator::emit(Expr const& target, Expr const& value) {
    if (target->op == Op::call)  // an element of a VECTOR
        out_->push_back(
            {target->at, Call{call("vector_store", {target->args[0], target->args[1], value}, target->at)}});
    else out_->push_back(assign_at(target, value));
}

/// The variable in which hoc would leave the Vector that is meant.
std::string CTranslator::vector_of(CExpr const& e) {
    auto const v = value(e);
    if (v.kind != Value::handle || v.pointer.empty())
        throw NotUnderstood(e->at, "a hoc Vector that no variable of this file holds");
    world_.vector(v.pointer, e->at);
    return v.pointer;
}

/// What C asks a hoc Vector; there is nothing that changes its size.
CTranslator::Value CTranslator::vector_asked(std::string const& function, std::vector<CExpr> const& args, Position at) {
    auto const size = [&](std::string const& vector) { return whole(call("vector_size", {name(vector, at)}, at)); };
    if (function == "vector_pobj") return object();
    if ((function == "vector_capacity" || function == "vector_buffer_size") && args.size() == 1)
        return size(vector_of(args[0]));
    if (function == "vector_vec" && args.size() == 1)
        return {Value::numbers, nullptr, false, vector_of(args[0]), number(0, at)};
    if (function == "vector_instance_px" && args.size() == 2 && args[1]->kind == CKind::unary && args[1]->text == "&")
        if (auto* const pointer = local_pointer(args[1]->args[0])) {
            auto const vector = vector_of(args[0]);
            bind(*pointer, {Value::numbers, nullptr, false, vector, number(0, at)}, args[1]->args[0]->text, at);
            return size(vector);
        }
    throw NotUnderstood(at,
                        "the call '" + function + "()': a VECTOR has the numbers and the size that the config gives",
                        "where it records, use a report; a few values can be parameters");
}

}  // namespace rall::nmodl
