// The C that stands in VERBATIM blocks, as tokens and as a syntax tree. VERBATIM may open a brace in one block and close it in
// the next, with NMODL between; so the unit that is read is the body of an NMODL block, and its NMODL statements are
// tokens and statements of the C as well.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

enum class CTokenKind { name, number, string, mark, nmodl, end };

struct CToken {
    CTokenKind kind = CTokenKind::end;
    std::string text;       // of a string what stands between the quotes, escapes as written
    double value = 0;       // of a number or a character
    bool integer = false;   // a number written without point and exponent
    std::size_t index = 0;  // of an NMODL statement in its body
    Position at;
};

/// What stands in the way, thrown by all that read C and shown to the user with its place.
struct NotUnderstood : std::runtime_error {
    NotUnderstood(Position where, std::string const& what, std::string help = {})
        : std::runtime_error(what), at(where), advice(std::move(help)) {}
    Position at;
    std::string advice;
};

/// A type as far as its meaning matters here. An unknown name is some structure or class.
struct CType {
    std::string name = "int";  // "double" (float too), "int" (all whole numbers), "char", "void", else as written
    int pointers = 0;
    bool is_static = false;
    bool is_extern = false;

    bool is_real() const { return pointers == 0 && name == "double"; }
    bool is_integer() const { return pointers == 0 && (name == "int" || name == "char"); }
};

enum class CKind {
    number,
    string,
    name,
    unary,        // text is the operator: - + ! ~ * & ++ -- and, behind their operand, "x++" "x--"
    binary,       // text is the operator; "," too
    assign,       // text is = += -= *= /= and so on
    conditional,  // a ? b : c
    call,         // args[0] is what is called
    size,         // sizeof; of what is not kept
    index,        // args[0][args[1]]
    member,       // args[0].text or args[0]->text
    cast,         // (type)args[0]
    list          // { a, b } in an initialisation
};

struct CNode;
using CExpr = std::shared_ptr<CNode const>;

struct CNode {
    CKind kind = CKind::number;
    std::string text;
    double value = 0;
    bool integer = false;
    std::vector<CExpr> args;
    CType type;
    Position at;
    int depth = 1;  // of the tree, limited when it is built so that walking it cannot exhaust the stack
};

struct CVariable {
    std::string name;
    CType type;
    std::vector<CExpr> sizes;  // [n] after the name; null for []
    CExpr value;               // null without initialisation
    Position at;
};

enum class CStatementKind {
    empty,
    expression,
    declaration,
    block,
    branch,  // if: children are what is done, and else
    loop,    // for and while: children are what is repeated and the step of a for, if any
    repeat,  // do while
    choice,  // switch
    label,   // case, or default when there is no expression
    leave,   // return
    stop,    // break
    next,    // continue
    nmodl
};

struct CStatement {
    CStatementKind kind = CStatementKind::empty;
    Position at;
    CExpr expression;  // condition, value, what a switch or case asks
    std::vector<CVariable> variables;
    std::vector<CStatement> children;
    std::size_t index = 0;  // of an NMODL statement
};

/// A function defined in a VERBATIM block at file level; its body is read when something calls it.
struct CFunction {
    std::string name;
    CType type;
    std::vector<CVariable> parameters;
    std::vector<CToken> body;  // between its braces
    Position at;
};

}  // namespace rall::nmodl
