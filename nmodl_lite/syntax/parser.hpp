// Tokens to syntax tree by recursive descent, one function per rule. Inside the library only; callers use parse() of parse.hpp.
// A syntax error is reported and thrown as Bail; it is caught per statement and per block, which then skip to where
// reading can go on, so that one mistake does not hide the next.
#pragma once

#include <deque>
#include <filesystem>
#include <initializer_list>
#include <optional>

#include "nmodl_lite/syntax/lexer.hpp"

namespace rall::nmodl {

class Parser {
public:
    Parser(Program& program, Diagnostics& found) : program_(program), found_(found) {}

    /// Reads a whole file, and those it includes, into the program.
    void file(std::string_view text, std::string const& name, std::vector<Origin> origins = {});

    struct Enough {};  // thrown by file(): so many errors that reading on helps nobody

private:
    struct Bail {};  // the error is already reported

    // parser.cpp: tokens, errors, blocks
    Token const& peek(std::size_t ahead = 0) const;
    Token take();
    bool at_end() const { return peek().kind == TokenKind::end; }
    bool is(std::string_view text, std::size_t ahead = 0) const;
    bool is_name(std::size_t ahead = 0) const { return peek(ahead).kind == TokenKind::name; }
    bool accept(std::string_view text);
    void expect(std::string_view text, std::string const& after);
    Name expect_name(std::string const& what);
    int expect_integer(std::string const& what);
    std::string parenthesised();   // raw text between ( and its )
    std::string optional_units();  // "" when there is no (
    std::string shown(Token const& token) const;
    void report(Severity severity, Position at, std::string code, std::string message, std::string advice = {});
    [[noreturn]] void fail(std::string message, std::string advice = {});  // at the next token
    [[noreturn]] void fail(Position at, std::string message, std::string advice = {});
    Position end_of_line() const;
    static std::string habit(std::string_view word);
    std::string hint() const;  // what to write instead of the next token, when that is a habit from another language
    bool head_of_block() const;
    bool closed(std::string const& what, Position start);
    void skip_block();  // from { to its }
    void skip_to_next_statement(std::size_t start);
    void skip_to_next_block();
    void lose(std::size_t begin);
    void top_level();
    void block(BlockKind kind);
    bool continues(Block const& block);
    std::vector<Argument> arguments();
    void include();

    // parser_declaration.cpp
    void neuron_block();
    void neuron_clause(NeuronBlock& neuron);
    std::string ontology_name();
    void use_ion(NeuronBlock& neuron);
    std::vector<Name> name_list(std::string const& what);
    void units_block();
    void units_switch();
    UnitDefinition unit_definition();
    void declarations(std::vector<Declaration>& into, std::string const& block);
    Declaration declaration(std::string const& block);
    Expr signed_number();
    Expr array_size();
    void define();

    // parser_statement.cpp
    Body body(std::string const& place);  // { statements }
    void statement(Body& into);
    void keyword_statement(Body& into, Position at, std::string const& word);
    void assignment_or_call(Body& into);
    Statement if_statement();
    Statement from_statement();
    Statement solve_statement();
    Statement table_statement();
    Statement watch_statement();
    Statement compartment_statement(bool diffusion);
    Statement reaction_or_equation();
    std::vector<Reactant> reactants();
    Expr conserved_term();
    Local local_list();

    // parser_expression.cpp
    static constexpr int product_level = 4;  // of expression(): * and /
    Expr expression(int level = 0);
    Expr unary();
    Expr primary();
    Expr name_expression(bool calls = true);

    struct Deeper;  // counts nesting, so that a hostile file cannot exhaust the stack

    Program& program_;
    Diagnostics& found_;
    std::deque<std::string> texts_;  // tokens point into these
    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    int depth_ = 0;
    int operators_ = 0;      // of the statement being read
    bool unclosed_ = false;  // a '}' is missing: the blocks around are left
    int include_depth_ = 0, n_includes_ = 0;
    BlockKind block_kind_ = BlockKind::procedure;
};

struct Parser::Deeper {
    explicit Deeper(Parser& parser) : parser_(parser) {
        if (++parser_.depth_ > 200) {
            --parser_.depth_;
            parser_.fail("this is nested too deeply", "at most 200 levels of parentheses and blocks are read");
        }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(Deeper const&) = delete;
    Parser& parser_;
};

}  // namespace rall::nmodl
