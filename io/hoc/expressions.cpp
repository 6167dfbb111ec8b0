// Values of expressions, as hoc computes them.
#include <fmt/format.h>

#include <cmath>

#include "io/hoc/machine.hpp"

namespace rall::io::hoc {
namespace {

/// hoc compares numbers with this tolerance (float_epsilon).
constexpr double epsilon = 1e-11;

}  // namespace

double Machine::combine(Tree const& tree, double a, double b) const {
    auto const& op = tree.text;
    switch (op[0]) {
        case '+': return a + b;
        case '-': return a - b;
        case '*': return a * b;
        case '^': return std::pow(a, b);
        case '/':
            if (b == 0) fail(tree.where, "hoc-value", "division by zero");
            return a / b;
        case '%':
            if (!(b > 0)) fail(tree.where, "hoc-value", fmt::format("a % {:.6g}: expected a divisor above 0", b));
            return a - b * std::floor(a / b);
    }
    if (std::isnan(a) || std::isnan(b))
        fail(tree.where, "hoc-unset", "what is compared depends on the gid of a cell, which a kind of cells does not have");
    if (op == "==") return std::abs(a - b) <= epsilon;
    if (op == "!=") return std::abs(a - b) > epsilon;
    if (op == "<") return a < b - epsilon;
    if (op == "<=") return a <= b + epsilon;
    if (op == ">") return a > b + epsilon;
    if (op == ">=") return a >= b - epsilon;
    return op == "&&" ? a != 0 && b != 0 : a != 0 || b != 0;
}

Value Machine::evaluate(Tree const& tree, Frame& frame) {
    Deeper const deeper(*this, tree.where);
    spend(1, tree.where);
    switch (tree.kind) {
        case Kind::number: return Value::of(tree.number);
        case Kind::text: return Value::of(tree.text);
        case Kind::path: return read(resolve(tree, frame), tree.where);
        case Kind::assign: return assign(tree, frame);
        case Kind::unary: {
            double const x = number(tree.children[0], frame);
            return Value::of(tree.text == "-" ? -x : x == 0 ? 1 : 0);
        }
        case Kind::binary: {
            double const a = number(tree.children[0], frame), b = number(tree.children[1], frame);
            return Value::of(combine(tree, a, b));
        }
        case Kind::create_object: return Value::of(create_object(tree.text, arguments(tree, frame), tree.where));
        default: fail(tree.where, "hoc-unsupported", "this expression is not read here");
    }
}

double Machine::number(Tree const& tree, Frame& frame) {
    auto const value = evaluate(tree, frame);
    if (value.kind != Value::number) fail(tree.where, "hoc-type", "expected a number here");
    return value.value;
}

std::string Machine::text(Tree const& tree, Frame& frame) {
    auto value = evaluate(tree, frame);
    if (value.kind != Value::text) fail(tree.where, "hoc-type", "expected a text here");
    return std::move(value.string);
}

Object* Machine::object(Tree const& tree, Frame& frame) {
    auto const value = evaluate(tree, frame);
    if (value.kind != Value::object) fail(tree.where, "hoc-type", "expected an object here");
    return value.instance;
}

Value Machine::read(Ref const& ref, Place const& where) {
    if (!ref.free.empty())
        fail(where, "hoc-unknown", fmt::format("'{}' is read, but nothing has given it a value", ref.free),
             ref.free == "celsius" || ref.free == "v_init" ? "conditions of the run are not known to a template" : "");
    if (ref.range.empty()) return ref.value;
    if (ref.interval) fail(where, "hoc-type", "an interval of a section has no single value");
    if (ref.range == "L") return Value::of(sections_.length(ref.section));
    if (ref.range == "nseg") return Value::of(sections_[ref.section].nseg);
    if (ref.range == "Ra") return Value::of(sections_[ref.section].Ra);
    return Value::of(sections_.range(ref.section, ref.range, ref.x.value_or(0.5), where));
}

Value Machine::assign(Tree const& tree, Frame& frame) {
    auto const& target = tree.children[0];
    auto const& given = tree.children[1];
    bool const plain = tree.text == "=";
    if (given.kind == Kind::interval) {
        double const y0 = number(given.children[0], frame), y1 = number(given.children[1], frame);
        auto const ref = resolve(target, frame);
        if (!plain || ref.range.empty() || !ref.interval) fail(tree.where, "hoc-type", "a:b can be given to an interval of a section only, as in diam(0:1) = a:b");
        sections_.set_interval(ref.section, ref.range, ref.interval->first, ref.interval->second, y0, y1, tree.where);
        return {};
    }
    auto value = evaluate(given, frame);
    auto const ref = resolve(target, frame);
    auto const need = [&](Value::Kind kind, char const* what) {
        if (value.kind != kind) fail(given.where, "hoc-type", fmt::format("expected {} here", what));
    };
    if (ref.object) {
        need(Value::object, "an object");
        *ref.object = value.instance;
    } else if (ref.text) {
        need(Value::text, "a text");
        *ref.text = value.string;
    } else {
        if (!ref.number && ref.range.empty() && ref.free.empty()) fail(target.where, "hoc-type", "no value can be given to this");
        need(Value::number, "a number");
        if (!plain) {
            if (!ref.range.empty() && ref.range != "L" && ref.range != "nseg" && ref.range != "Ra" && !ref.x)
                fail(tree.where, "hoc-unsupported", fmt::format("'{}' of a whole section is changed by '{}'; expected '='", ref.range, tree.text));
            value.value = combine(tree, read(ref, target.where).value, value.value);
        }
        double const x = value.value;
        if (ref.number) {
            *ref.number = x;
        } else if (!ref.free.empty()) {
            bool const condition = ref.free == "celsius" || ref.free == "v_init";
            auto* const owner = condition ? top_ : frame.self;
            owner->variables[ref.free].value = x;
            if (!condition && !stack_.empty() && !(owner->of && owner->of->published.contains(ref.free))) unused_.try_emplace(ref.free, target.where);
        } else if (ref.interval) {
            fail(tree.where, "hoc-type", "an interval of a section needs two values, as in diam(0:1) = a:b");
        } else if (ref.range == "L") {
            sections_.set_length(ref.section, x, tree.where);
        } else if (ref.range == "nseg") {
            sections_.set_nseg(ref.section, x, tree.where);
        } else if (ref.range == "Ra") {
            sections_.set_Ra(ref.section, x, tree.where);
        } else {
            sections_.set_range(ref.section, ref.range, ref.x, x, tree.where);
        }
    }
    return value;
}

}  // namespace rall::io::hoc
