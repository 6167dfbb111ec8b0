#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "io/hoc/lexer.hpp"
#include "io/hoc/syntax.hpp"

namespace rall::io::hoc {
namespace {

constexpr int deepest = 200;  ///< statements and brackets in one another

/// Words that hoc has and that no template of a cell needs.
bool is_unsupported(std::string_view word) {
    static std::set<std::string_view> const words{"iterator", "iterator_statement", "uninsert", "double", "setpointer", "stop", "delete", "help", "read", "em",
                                                  "depvar", "eqn", "solve", "coredump_on_error", "parallel"};
    return words.contains(word);
}

class Parser {
public:
    Parser(std::string_view text, Document const* document, std::optional<Place> const& made) : tokens_(tokens(text, document, made)) {}

    Tree file() {
        Tree all{Kind::block, here().where};
        while (skip_lines(), here().kind != Token::end) all.children.push_back(statement());
        return all;
    }

private:
    struct Deeper {
        explicit Deeper(Parser& parser) : parser(parser) {
            if (++parser.depth_ > deepest)
                fail(parser.here().where, "hoc-depth", fmt::format("more than {} statements and brackets stand in one another", deepest));
        }
        ~Deeper() { --parser.depth_; }
        Parser& parser;
    };

    Token const& here() const { return tokens_[at_]; }
    Token const& next(std::size_t ahead = 1) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
    bool is(std::string_view symbol) const { return here().kind == Token::symbol && here().spelling == symbol; }
    bool is_word(std::string_view word) const { return here().kind == Token::name && here().spelling == word; }
    Token take() {
        auto token = here();
        if (token.kind != Token::end) ++at_;
        return token;
    }
    bool accept(std::string_view symbol) { return is(symbol) ? (++at_, true) : false; }
    void skip_lines() {
        while (here().kind == Token::line_end) ++at_;
    }
    [[noreturn]] void expected(std::string const& what) const {
        auto const& token = here();
        fail(token.where, "hoc-syntax",
             token.kind == Token::line_end || token.kind == Token::end ? fmt::format("the line ends here; expected {}", what)
                                                                        : fmt::format("found '{}'; expected {}", to_utf8(token.spelling), what));
    }
    void need(std::string_view symbol) {
        if (!accept(symbol)) expected(fmt::format("'{}'", symbol));
    }
    std::string need_name(std::string const& what) {
        if (here().kind != Token::name) expected(what);
        return take().spelling;
    }

    Tree block() {
        Tree result{Kind::block, here().where};
        need("{");
        while (skip_lines(), !is("}")) {
            if (here().kind == Token::end) fail(result.where, "hoc-syntax", "this { is not closed; expected }");
            result.children.push_back(statement());
        }
        need("}");
        return result;
    }

    Tree statement() {
        Deeper const deeper(*this);
        if (is("{")) return block();
        auto const where = here().where;
        if (here().kind != Token::name) return expression_statement();
        auto const word = here().spelling;
        if (is_unsupported(word))
            fail(where, "hoc-unsupported", fmt::format("'{}' is not read in templates of cells", word), "docs/sonata.md says what is");
        if (word == "else") fail(where, "hoc-syntax", "this else belongs to no if", "as in NEURON it stands on the line on which its if ends: } else {");
        using Read = Tree (Parser::*)(Place const&);
        static std::map<std::string_view, Read> const statements{
            {"if", &Parser::when},           {"while", &Parser::loop_while},    {"for", &Parser::loop},          {"forsec", &Parser::loop_list},
            {"forall", &Parser::loop_all},   {"insert", &Parser::insert},       {"create", &Parser::create},     {"connect", &Parser::connect},
            {"access", &Parser::access},     {"return", &Parser::give_back},    {"break", &Parser::leave},       {"continue", &Parser::again},
            {"print", &Parser::print},       {"local", &Parser::local},         {"localobj", &Parser::localobj}, {"strdef", &Parser::strdef},
            {"objref", &Parser::objref},       {"objectvar", &Parser::objref},     {"public", &Parser::make_public},  {"external", &Parser::external}, {"proc", &Parser::procedure},
            {"func", &Parser::procedure},    {"obfunc", &Parser::procedure},    {"begintemplate", &Parser::class_}};
        if (auto const found = statements.find(word); found != statements.end()) {
            ++at_;
            return (this->*found->second)(where);
        }
        return expression_statement();
    }

    /// The statement that an if or a loop governs, perhaps on the next line.
    Tree governed() {
        skip_lines();
        return statement();
    }

    /// An expression; or a section and a statement that runs in it: "soma[0] insert pas".
    Tree expression_statement() {
        Tree left = expression();
        if (left.kind == Kind::path && (left.children.back().children.empty() || is_indexed(left.children.back())) &&
            (here().kind == Token::name || here().kind == Token::argument || is("{"))) {
            auto const where = left.where;
            return {Kind::in_section, where, {}, 0, {std::move(left), statement()}};
        }
        auto const where = left.where;
        return {Kind::evaluate, where, {}, 0, {std::move(left)}};
    }
    static bool is_indexed(Tree const& link) { return !link.children.empty() && link.children.back().kind == Kind::index; }

    /// "(condition) statement", of `if` or `while`.
    Tree conditional(Kind kind, Place const& where) {
        Tree result{kind, where};
        need("(");
        result.children.push_back(expression());
        need(")");
        result.children.push_back(governed());
        return result;
    }
    Tree when(Place const& where) {
        auto result = conditional(Kind::when, where);
        if (is_word("else")) {
            ++at_;
            result.children.push_back(governed());
        }
        return result;
    }
    Tree loop_while(Place const& where) { return conditional(Kind::loop_while, where); }
    Tree loop(Place const& where) {
        if (here().kind == Token::name) {
            Tree result{Kind::loop_range, where, take().spelling};
            need("=");
            result.children.push_back(expression());
            need(",");
            result.children.push_back(expression());
            result.children.push_back(governed());
            return result;
        }
        need("(");
        if (here().kind == Token::name && next().kind == Token::symbol && (next().spelling == ")" || next().spelling == ",")) {
            Tree result{Kind::loop_segments, where, take().spelling};
            if (accept(",")) result.children.push_back(expression());
            need(")");
            result.children.push_back(governed());
            return result;
        }
        Tree result{Kind::loop_c, where};
        auto const first = here().where;
        result.children.push_back({Kind::evaluate, first, {}, 0, {expression()}});
        need(";");
        result.children.push_back(expression());
        need(";");
        auto const last = here().where;
        result.children.push_back({Kind::evaluate, last, {}, 0, {expression()}});
        need(")");
        result.children.push_back(governed());
        return result;
    }
    Tree loop_list(Place const& where) {
        Tree result{Kind::loop_list, where};
        result.children.push_back(unary());
        result.children.push_back(governed());
        return result;
    }
    Tree loop_all(Place const& where) { return {Kind::loop_all, where, {}, 0, {governed()}}; }
    Tree insert(Place const& where) { return {Kind::insert, where, need_name("the name of a mechanism")}; }
    Tree access(Place const& where) { return {Kind::access, where, {}, 0, {path()}}; }
    Tree leave(Place const& where) { return {Kind::leave, where}; }
    Tree again(Place const& where) { return {Kind::again, where}; }
    Tree connect(Place const& where) {
        Tree result{Kind::connect, where};
        result.children.push_back(path());
        need(",");
        result.children.push_back(expression());
        return result;
    }
    Tree give_back(Place const& where) {
        Tree result{Kind::give_back, where};
        if (here().kind != Token::line_end && here().kind != Token::end && !is("}")) result.children.push_back(expression());
        return result;
    }
    Tree print(Place const& where) {
        Tree result{Kind::print, where};
        if (here().kind == Token::line_end || is("}")) return result;
        do result.children.push_back(expression());
        while (accept(","));
        return result;
    }

    /// Names with commas between them, with at most one index each.
    Tree names(Kind kind, Place const& where, bool indexed) {
        Tree result{kind, where};
        do {
            skip_lines_after_comma(result);
            Tree name{Kind::link, here().where, need_name("a name")};
            if (indexed && accept("[")) {
                auto const place = here().where;
                name.children.push_back({Kind::index, place, {}, 0, {expression()}});
                need("]");
            }
            result.children.push_back(std::move(name));
        } while (accept(","));
        return result;
    }
    void skip_lines_after_comma(Tree const& list) {
        if (!list.children.empty()) skip_lines();
    }
    Tree create(Place const& where) { return names(Kind::create, where, true); }
    Tree objref(Place const& where) { return names(Kind::objref, where, true); }
    Tree local(Place const& where) { return names(Kind::local, where, false); }
    Tree localobj(Place const& where) { return names(Kind::localobj, where, false); }
    Tree strdef(Place const& where) { return names(Kind::strdef, where, false); }
    Tree make_public(Place const& where) { return names(Kind::make_public, where, false); }
    Tree external(Place const& where) { return names(Kind::make_external, where, false); }

    Tree procedure(Place const& where) {
        Tree result{Kind::procedure, where, need_name("the name of the procedure")};
        need("(");
        need(")");
        skip_lines();
        result.children.push_back(block());
        return result;
    }
    Tree class_(Place const& where) {
        Tree result{Kind::class_, where, need_name("the name of the template")};
        if (in_class_) fail(where, "hoc-syntax", "a template cannot stand in another one");
        in_class_ = true;
        Tree body{Kind::block, where};
        while (skip_lines(), !is_word("endtemplate")) {
            if (here().kind == Token::end) fail(where, "hoc-syntax", fmt::format("this template does not end; expected endtemplate {}", result.text));
            body.children.push_back(statement());
        }
        ++at_;
        if (here().kind != Token::name || here().spelling != result.text) expected(result.text);
        ++at_;
        in_class_ = false;
        result.children.push_back(std::move(body));
        return result;
    }

    // Expressions; ends of lines inside brackets do not count.
    Tree expression() {
        Deeper const deeper(*this);
        Tree left = either();
        if (here().kind == Token::symbol && (is("=") || is("+=") || is("-=") || is("*=") || is("/="))) {
            if (left.kind != Kind::path) fail(left.where, "hoc-syntax", "a value can be given to a variable only");
            Tree result{Kind::assign, left.where, take().spelling};
            result.children.push_back(std::move(left));
            result.children.push_back(interval());
            return result;
        }
        return left;
    }
    Tree interval() {
        Tree left = expression();
        if (!is(":")) return left;
        Tree result{Kind::interval, take().where};
        result.children.push_back(std::move(left));
        result.children.push_back(expression());
        return result;
    }
    Tree chain(Tree (Parser::*operand)(), std::initializer_list<std::string_view> operators) {
        Tree left = (this->*operand)();
        for (int n = 0; here().kind == Token::symbol && std::ranges::find(operators, std::string_view(here().spelling)) != operators.end(); ++n) {
            if (n > 5 * deepest) fail(here().where, "hoc-depth", "this expression is too long");
            Tree result{Kind::binary, here().where, take().spelling};
            result.children.push_back(std::move(left));
            result.children.push_back((this->*operand)());
            left = std::move(result);
        }
        return left;
    }
    Tree either() { return chain(&Parser::both, {"||"}); }
    Tree both() { return chain(&Parser::comparison, {"&&"}); }
    Tree comparison() { return chain(&Parser::sum, {"==", "!=", "<", "<=", ">", ">="}); }
    Tree sum() { return chain(&Parser::product, {"+", "-"}); }
    Tree product() { return chain(&Parser::unary, {"*", "/", "%"}); }
    Tree unary() {
        Deeper const deeper(*this);
        if (is("-") || is("!")) {
            auto const sign = take();
            Tree result{Kind::unary, sign.where, sign.spelling};
            result.children.push_back(unary());
            return result;
        }
        return power();
    }
    Tree power() {
        Tree left = primary();
        if (!is("^")) return left;
        Tree result{Kind::binary, here().where, take().spelling};
        result.children.push_back(std::move(left));
        result.children.push_back(unary());  // from right to left, after a sign
        return result;
    }
    Tree primary() {
        auto const where = here().where;
        if (here().kind == Token::number) {
            auto const token = take();
            return {Kind::number, where, token.spelling, token.value};
        }
        if (here().kind == Token::text) return {Kind::text, where, take().spelling};
        if (accept("(")) {
            skip_lines();
            Tree inner = expression();
            skip_lines();
            need(")");
            return inner;
        }
        if (accept("&")) return {Kind::address, where, {}, 0, {path()}};
        if (is_word("new")) {
            ++at_;
            Tree result{Kind::create_object, where, need_name("the name of a template")};
            result.children.push_back(is("(") ? arguments() : Tree{Kind::arguments, where});
            return result;
        }
        return path();
    }
    Tree arguments() {
        Tree result{Kind::arguments, here().where};
        need("(");
        skip_lines();
        if (accept(")")) return result;
        do {
            skip_lines();
            result.children.push_back(interval());
            skip_lines();
        } while (accept(","));
        need(")");
        return result;
    }
    Tree path() {
        Tree result{Kind::path, here().where};
        do {
            if (here().kind != Token::name && !(result.children.empty() && here().kind == Token::argument))
                expected(result.children.empty() ? "a value" : "a name");
            Tree link{Kind::link, here().where, take().spelling};
            while (is("[")) {
                auto const where = take().where;
                link.children.push_back({Kind::index, where, {}, 0, {expression()}});
                need("]");
            }
            if (is("(")) link.children.push_back(arguments());
            result.children.push_back(std::move(link));
            if (result.children.size() > deepest) fail(result.where, "hoc-depth", "too many names follow one another");
        } while (accept("."));
        return result;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool in_class_ = false;
};

}  // namespace

void fail(Place const& where, std::string code, std::string message, std::string advice) {
    Diagnostic found{Severity::error, std::move(code), {}, std::move(message), std::move(advice), {}};
    if (where.document) {
        found.where = where.document->where(where.offset);
        if (auto const line = where.document->line_of(where.offset); line.size() <= 1000) found.source_line = std::string(line);
    }
    throw InputError(std::move(found));
}

Node node_at(Place const& where, std::string key) {
    Node node;
    node.document = where.document;
    node.offset = node.key_offset = where.offset;
    node.key = std::move(key);
    return node;
}

Tree parse(Document const& document) { return Parser(document.text(), &document, {}).file(); }

Tree parse(std::string_view text, Place const& where) { return Parser(text, where.document, where).file(); }

}  // namespace rall::io::hoc
