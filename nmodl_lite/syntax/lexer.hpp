// Text to tokens. NMODL has no reserved words at this level: a token is a name, a number, a string or a mark, and the parser
// decides by context. Comments are dropped; TITLE and VERBATIM come as one token holding their text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

enum class TokenKind { name, number, string, mark, title, verbatim, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;  // into the source text; of TITLE and VERBATIM what follows the word
    double value = 0;       // of a number
    bool integer = false;   // a number written with digits only
    Position at;
    std::size_t begin = 0, end = 0;  // bytes in the source text
};

bool is_letter(char c);  ///< may begin a name

/// The lines of a text, whatever ends them: LF, CR LF or CR.
std::vector<std::string> split_lines(std::string_view text);

/// Tokens of `text`, the last one of kind end. `text` must outlive them. Problems (a VERBATIM that never ends) are reported
/// through `report(position, code, message, advice)`.
using Report = std::function<void(Position, std::string, std::string, std::string)>;
std::vector<Token> tokenize(std::string_view text, int source, Report const& report);

/// "did you mean 'gnabar'?" if one of the words is near, else `otherwise`.
std::string suggestion(std::string_view word, std::vector<std::string> const& words, std::string otherwise = {});

/// A finding at a place in a program, with the line of text it stands in.
Diagnostic at_source(Program const& program, Severity severity, Position at, std::string code, std::string message,
                     std::string advice = {});

}  // namespace rall::nmodl
