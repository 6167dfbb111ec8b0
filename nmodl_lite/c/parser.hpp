// C tokens to syntax tree, by recursive descent. Knows no meaning: a name that is no type is a variable or a function.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "nmodl_lite/c/syntax.hpp"

namespace rall::nmodl {

class CParser {
public:
    /// `types`: names of types beside those of C and of NEURON's headers.
    CParser(std::vector<CToken> tokens, std::set<std::string> types);

    /// Statements up to the end of the tokens. Throws NotUnderstood.
    std::vector<CStatement> statements();

    /// All tokens as one expression.
    CExpr whole_expression();

    /// What stands at file level: functions, and variables; the names of types are added to those known. What is neither
    /// (prototypes, structures) is passed over.
    void file(std::vector<CFunction>& functions, std::vector<CVariable>& variables);

    std::set<std::string> const& types() const { return types_; }

private:
    struct Deeper;

    CToken const& peek(std::size_t ahead = 0) const;
    CToken take();
    bool is(std::string_view mark, std::size_t ahead = 0) const;
    bool accept(std::string_view mark);
    void expect(std::string_view mark);
    bool is_type(std::size_t ahead = 0) const;
    bool starts_declaration() const;
    [[noreturn]] void fail();

    CStatement statement();
    CStatement leaving(CStatementKind kind);
    CStatement declaration();
    CVariable declarator(CType const& base);
    CType type();
    bool is_cast() const;
    void skip_declaration();
    void external(std::vector<CFunction>& functions, std::vector<CVariable>& variables);

    CExpr expression();  // with commas
    CExpr assignment();
    CExpr conditional();
    CExpr binary(int level);
    CExpr unary();
    CExpr postfix();
    CExpr primary();
    CExpr initial_value();

    std::vector<CToken> tokens_;
    std::set<std::string> types_;
    std::size_t next_ = 0;
    int depth_ = 0;
};

/// The value of an expression of numbers.
std::optional<double> constant_value(CExpr const& e);

/// An operator applied to two numbers as C does it; empty where C gives none (division by zero of whole numbers).
std::optional<double> apply(std::string const& op, double a, double b, bool integers);

}  // namespace rall::nmodl
