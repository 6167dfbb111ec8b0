// Words of hoc. Ends of lines count, as they end statements.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/hoc/syntax.hpp"

namespace rall::io::hoc {

struct Token {
    enum Kind { end, line_end, name, number, text, argument, symbol } kind = end;
    std::string spelling = {};  ///< of a string without quotes, its escapes resolved
    double value = 0;
    Place where;
};

/// `made`: the place of all words, of text that a program made.
std::vector<Token> tokens(std::string_view text, Document const* document, std::optional<Place> const& made);

}  // namespace rall::io::hoc
