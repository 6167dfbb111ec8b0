// Expressions as LEMS writes them: + - * / ^, functions, and in conditions .gt. .geq. .lt. .leq. .eq. .neq. .and. .or.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rall::io::neuroml {

struct Term;
using TermPtr = std::shared_ptr<Term const>;

/// A number, a name, a function of arguments, or an operator (in NMODL's spelling) on them; "-" of one argument negates.
struct Term {
    enum class Kind { number, name, call, operation };
    Kind kind = Kind::number;
    double number = 0;
    std::string name;
    std::vector<TermPtr> args;
};

/// Why a text is no expression, and at which byte of it.
struct ExpressionFailure {
    std::size_t offset = 0;
    std::string message;
};

/// Throws ExpressionFailure.
TermPtr parse_expression(std::string_view text);

/// Names that an expression reads.
std::set<std::string> names_in(Term const& term);

enum class Language { nmodl, muparser };

/// The same in another language, every operation in parentheses; `rename` says what becomes of a name. Throws ExpressionFailure for a
/// function that the language lacks.
std::string write_expression(Term const& term, Language language,
                             std::function<std::string(std::string const&)> const& rename);

/// The shortest text that reads back as this number.
std::string number_text(double value);

}  // namespace rall::io::neuroml
