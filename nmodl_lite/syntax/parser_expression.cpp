// Expressions, by precedence: || && comparisons + - * / unary ^, the last binding from the right.
#include <array>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/parser.hpp"

namespace rall::nmodl {

namespace {

struct Binary {
    std::string_view mark;
    Op op;
    int level;
};

constexpr std::array<Binary, 12> binaries{{{"||", Op::logical_or, 0},
                                           {"&&", Op::logical_and, 1},
                                           {"<", Op::less, 2},
                                           {">", Op::greater, 2},
                                           {"<=", Op::less_equal, 2},
                                           {">=", Op::greater_equal, 2},
                                           {"==", Op::equal, 2},
                                           {"!=", Op::not_equal, 2},
                                           {"+", Op::add, 3},
                                           {"-", Op::subtract, 3},
                                           {"*", Op::multiply, 4},
                                           {"/", Op::divide, 4}}};
constexpr int unary_level = 5;
constexpr int most_operators = 1000;  // in one statement; trees are walked recursively

}  // namespace

Expr Parser::expression(int level) {
    if (level == unary_level) return unary();
    auto left = expression(level + 1);
    for (;;) {
        auto const& token = peek();
        Binary const* found = nullptr;
        for (auto const& binary : binaries)
            if (binary.level == level && token.kind == TokenKind::mark && token.text == binary.mark) found = &binary;
        if (!found) return left;
        if (++operators_ > most_operators) fail("this expression is too long", "split it over several assignments");
        auto const at = take().at;
        left = make(found->op, {left, expression(level + 1)}, at);
    }
}

Expr Parser::unary() {
    Deeper const deeper(*this);
    auto const at = peek().at;
    if (accept("-")) return make(Op::negate, {unary()}, at);
    if (accept("!")) return make(Op::logical_not, {unary()}, at);
    auto base = primary();
    if (!is("^")) return base;
    auto const power_at = take().at;
    return make(Op::power, {base, unary()}, power_at);
}

Expr Parser::primary() {
    auto const token = peek();
    if (token.kind == TokenKind::number) {
        take();
        auto value = std::make_shared<Expression>(*number(token.value, token.at));
        value->units = optional_units();
        return value;
    }
    if (token.kind == TokenKind::string) {
        take();
        auto text = std::make_shared<Expression>();
        text->op = Op::string;
        text->name = std::string(token.text);
        text->at = token.at;
        return text;
    }
    if (accept("(")) {
        auto inner = expression();
        expect(")", "to close the '(' of column " + std::to_string(token.at.column));
        if (inner->op != Op::number || !inner->units.empty()) return inner;
        auto factor = std::make_shared<Expression>(*inner);
        factor->converts = true;
        return factor;
    }
    if (token.kind == TokenKind::name) return name_expression();
    fail("expected a number, a name or '(', found " + shown(token));
}

/// name, name[index], name', name'[index] or, with `calls`, name(arguments)
Expr Parser::name_expression(bool calls) {
    auto const token = take();
    std::string const text(token.text);
    if (calls && accept("(")) {
        std::vector<Expr> args;
        while (!accept(")")) {
            args.push_back(expression());
            if (!accept(",") && !is(")"))
                fail("expected ',' or ')' in the call of " + text + ", found " + shown(peek()), habit(text));
        }
        return call(text, std::move(args), token.at);
    }
    std::vector<Expr> index;
    int primes = 0;
    auto read_index = [&] {
        if (!accept("[")) return;
        if (!index.empty()) fail("only arrays of one dimension exist", "compute the place: a[i*n + j]");
        index.push_back(expression());
        expect("]", "after the index");
    };
    read_index();
    while (accept("'")) ++primes;
    read_index();  // the derivative of an element is x'[i] in NEURON; x[i]' is read as well
    auto result = std::make_shared<Expression>();
    result->op = primes > 0 ? Op::prime : Op::name;
    result->value = primes;
    result->name = text;
    result->args = std::move(index);
    result->at = token.at;
    return result;
}

}  // namespace rall::nmodl
