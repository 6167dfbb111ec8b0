// The text of a hoc file as a tree of statements. Only the grammar is here: what names mean is found out when a template is run (machine.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/text/json.hpp"

namespace rall::io::hoc {

/// A place in a file, for messages.
struct Place {
    Document const* document = nullptr;
    std::size_t offset = 0;
};

/// An error at a place, with its line.
[[noreturn]] void fail(Place const& where, std::string code, std::string message, std::string advice = {});
/// A JSON node that stands at this place: messages about it point there.
Node node_at(Place const& where, std::string key);

enum class Kind {
    // expressions
    number,    ///< `number`
    text,      ///< a string in quotes, `text`
    path,      ///< links: names and arguments joined by dots
    link,      ///< `text`: a name, or "$1", "$s2", "$o3"; then any number of `index`, at most one `arguments`
    index,     ///< [expression]
    arguments, ///< (expressions)
    interval,  ///< a:b
    unary,     ///< `text`: "-" or "!"
    binary,    ///< `text`: "+", "-", "*", "/", "%", "^", "==", ..., "&&", "||"
    assign,    ///< `text`: "=", "+=", "-=", "*=", "/="; target and value
    create_object,  ///< new `text`; arguments
    address,   ///< &path
    // statements
    block,
    evaluate,       ///< an expression as a statement
    when,           ///< condition, statement, perhaps another one
    loop_while,     ///< condition, statement
    loop_c,         ///< for (statement; condition; statement) statement
    loop_range,     ///< for `text` = a, b statement
    loop_segments,  ///< for (`text`) statement or for (`text`, expression) statement
    loop_list,      ///< forsec expression statement
    loop_all,       ///< forall statement
    in_section,     ///< section statement
    insert,         ///< insert `text`
    create,         ///< links with at most one index
    connect,        ///< child(x) and parent(x), or child(x) and x on the current section
    access,
    give_back,  ///< return, perhaps with an expression
    leave,      ///< break
    again,      ///< continue
    print,
    local,       ///< links: numbers of this call
    localobj,    ///< links: objects of this call
    strdef,
    objref,      ///< links with at most one index
    make_public, ///< names that others may use
    make_external,
    procedure,  ///< proc, func or obfunc `text`, a block
    class_,     ///< begintemplate `text`, a block
};

struct Tree {
    Kind kind;
    Place where;
    std::string text = {};
    double number = 0;
    std::vector<Tree> children = {};
};

/// Parses a file. Throws InputError ("hoc-syntax", "hoc-unsupported", "hoc-depth") at the line.
Tree parse(Document const& document);
/// Parses text that a program made; whatever is wrong in it stands at `where`.
Tree parse(std::string_view text, Place const& where);

}  // namespace rall::io::hoc
