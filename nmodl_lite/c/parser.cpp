#include "nmodl_lite/c/parser.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace rall::nmodl {

namespace {

std::set<std::string> const& whole_numbers() {
    static std::set<std::string> const names{
        "int",     "long",    "short",   "char",    "unsigned", "signed", "size_t", "uint32_t", "uint64_t", "uint16_t",
        "uint8_t", "int32_t", "int64_t", "int16_t", "int8_t",   "bool",   "_Bool",  "ssize_t",  "u_int32_t"};
    return names;
}

std::set<std::string> const& other_types() {
    static std::set<std::string> const names{
        "double",    "float",  "void",   "FILE",          "Rand", "nrnran123_State", "IvocVect",
        "Object",    "Symbol", "Datum",  "Point_process", "Prop", "ThreadDatum",     "_NrnThread",
        "NrnThread", "auto",   "time_t", "Memb_list",     "Node", "va_list"};
    return names;
}

bool is_qualifier(std::string const& word) {
    static std::set<std::string> const words{"const",  "static", "extern", "volatile", "register",  "inline",
                                             "struct", "union",  "enum",   "restrict", "__restrict"};
    return words.contains(word);
}

constexpr std::array<std::array<std::string_view, 4>, 10> levels{{{"||"},
                                                                  {"&&"},
                                                                  {"|"},
                                                                  {"^"},
                                                                  {"&"},
                                                                  {"==", "!="},
                                                                  {"<", ">", "<=", ">="},
                                                                  {"<<", ">>"},
                                                                  {"+", "-"},
                                                                  {"*", "/", "%"}}};

CExpr node(CKind kind, std::string text, std::vector<CExpr> args, Position at) {
    auto e = std::make_shared<CNode>();
    e->kind = kind;
    e->text = std::move(text);
    e->args = std::move(args);
    e->at = at;
    for (auto const& arg : e->args) e->depth = std::max(e->depth, arg->depth + 1);
    if (e->depth > 1000) throw NotUnderstood(at, "an expression this long");
    return e;
}

}  // namespace

struct CParser::Deeper {
    explicit Deeper(CParser& parser) : parser_(parser) {
        if (++parser_.depth_ > 200) {
            --parser_.depth_;
            throw NotUnderstood(parser_.peek().at, "C that is nested this deeply");
        }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(Deeper const&) = delete;
    CParser& parser_;
};

CParser::CParser(std::vector<CToken> tokens, std::set<std::string> types)
    : tokens_(std::move(tokens)), types_(std::move(types)) {
    CToken end;
    if (!tokens_.empty()) end.at = tokens_.back().at;
    tokens_.push_back(end);
}

CToken const& CParser::peek(std::size_t ahead) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }

CToken CParser::take() {
    auto const token = peek();
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
}

bool CParser::is(std::string_view text, std::size_t ahead) const {
    auto const& token = peek(ahead);
    return (token.kind == CTokenKind::mark || token.kind == CTokenKind::name) && token.text == text;
}

bool CParser::accept(std::string_view mark) {
    if (!is(mark)) return false;
    take();
    return true;
}

void CParser::expect(std::string_view mark) {
    if (!accept(mark)) fail();
}

void CParser::fail() {
    auto const& token = peek();
    if (token.kind == CTokenKind::end) throw NotUnderstood(token.at, "the C ends within a statement");
    if (token.kind == CTokenKind::nmodl) throw NotUnderstood(token.at, "NMODL within a statement of C");
    throw NotUnderstood(token.at, "'" + token.text + "' at this place of the C code");
}

bool CParser::is_type(std::size_t ahead) const {
    auto const& token = peek(ahead);
    return token.kind == CTokenKind::name && (is_qualifier(token.text) || whole_numbers().contains(token.text) ||
                                              other_types().contains(token.text) || types_.contains(token.text));
}

/// A statement that begins with a type, or with a name that can be nothing else: `Thing x`, `Thing* x = ...`.
bool CParser::starts_declaration() const {
    if (is_type()) return !is("(", 1);
    if (peek().kind != CTokenKind::name) return false;
    std::size_t i = 1;
    while (is("*", i)) ++i;
    if (peek(i).kind != CTokenKind::name) return false;
    return i == 1 || is("=", i + 1) || is(";", i + 1) || is(",", i + 1) || is("[", i + 1);
}

CType CParser::type() {
    CType result;
    bool named = false;
    while (peek().kind == CTokenKind::name) {
        auto const word = peek().text;
        if (is_qualifier(word)) {
            result.is_static = result.is_static || word == "static";
            result.is_extern = result.is_extern || word == "extern";
            take();
            if (word == "struct" || word == "union" || word == "enum") {
                result.name = word + " " + take().text;
                named = true;
            }
        } else if (!named || (whole_numbers().contains(word) && result.name == "int") ||
                   (word == "double" && result.name == "int")) {
            if (word == "float" || word == "double") result.name = "double";
            else result.name = word != "char" && whole_numbers().contains(word) ? "int" : word;
            named = true;
            take();
        } else {
            break;
        }
    }
    while (is("*") || is("const")) result.pointers += take().text == "*";
    return result;
}

bool CParser::is_cast() const {
    if (!is("(")) return false;
    if (is_type(1)) return true;
    if (peek(1).kind != CTokenKind::name) return false;
    std::size_t i = 2;
    while (is("*", i)) ++i;
    return i > 2 && is(")", i);
}

CVariable CParser::declarator(CType const& base) {
    CVariable variable;
    variable.type = base;
    while (is("*") || is("const")) variable.type.pointers += take().text == "*";
    if (peek().kind != CTokenKind::name) fail();
    variable.at = peek().at;
    variable.name = take().text;
    while (accept("[")) {
        variable.sizes.push_back(is("]") ? nullptr : expression());
        expect("]");
    }
    if (is("(")) {  // the prototype of a function
        variable.type.is_extern = true;
        int depth = 0;
        do {
            if (is("(")) ++depth;
            if (is(")")) --depth;
            take();
        } while (depth > 0 && peek().kind != CTokenKind::end);
    }
    if (accept("=")) variable.value = initial_value();
    return variable;
}

CExpr CParser::initial_value() {
    if (!is("{")) return assignment();
    Deeper const deeper(*this);
    auto const at = take().at;
    std::vector<CExpr> items;
    while (!is("}")) {
        items.push_back(initial_value());
        if (!accept(",") && !is("}")) fail();
    }
    take();
    return node(CKind::list, {}, std::move(items), at);
}

CStatement CParser::declaration() {
    CStatement result;
    result.kind = CStatementKind::declaration;
    result.at = peek().at;
    auto base = type();
    if (is(";")) {
        take();
        return result;
    }
    auto const pointers = std::exchange(base.pointers, 0);
    do {
        auto declared = base;
        if (result.variables.empty()) declared.pointers = pointers;
        result.variables.push_back(declarator(declared));
    } while (accept(","));
    expect(";");
    return result;
}

CStatement CParser::leaving(CStatementKind kind) {
    CStatement result;
    result.kind = kind;
    result.at = take().at;
    if (kind == CStatementKind::leave && !is(";")) result.expression = expression();
    expect(";");
    return result;
}

CStatement CParser::statement() {
    Deeper const deeper(*this);
    CStatement result;
    result.at = peek().at;
    if (peek().kind == CTokenKind::nmodl) {
        result.kind = CStatementKind::nmodl;
        result.index = take().index;
    } else if (accept("{")) {
        result.kind = CStatementKind::block;
        while (!accept("}")) {
            if (peek().kind == CTokenKind::end)
                throw NotUnderstood(result.at, "a '{' that no VERBATIM of this block closes");
            result.children.push_back(statement());
        }
    } else if (accept(";")) {
    } else if (accept("if")) {
        result.kind = CStatementKind::branch;
        expect("(");
        result.expression = expression();
        expect(")");
        result.children.push_back(statement());
        if (accept("else")) result.children.push_back(statement());
    } else if (accept("while")) {
        result.kind = CStatementKind::loop;
        expect("(");
        result.expression = expression();
        expect(")");
        result.children.push_back(statement());
    } else if (accept("for")) {
        CStatement loop, first, step;
        loop.kind = CStatementKind::loop;
        loop.at = step.at = result.at;
        step.kind = CStatementKind::expression;
        expect("(");
        first = statement();  // a declaration or an expression, with its ';'
        if (!is(";")) loop.expression = expression();
        expect(";");
        if (!is(")")) step.expression = expression();
        expect(")");
        loop.children.push_back(statement());
        if (step.expression) loop.children.push_back(step);
        result.kind = CStatementKind::block;
        result.children = {std::move(first), std::move(loop)};
    } else if (accept("do")) {
        result.kind = CStatementKind::repeat;
        result.children.push_back(statement());
        expect("while");
        expect("(");
        result.expression = expression();
        expect(")");
        expect(";");
    } else if (accept("switch")) {
        result.kind = CStatementKind::choice;
        expect("(");
        result.expression = expression();
        expect(")");
        result.children.push_back(statement());
    } else if (is("case") || (is("default") && is(":", 1))) {
        result.kind = CStatementKind::label;
        if (take().text == "case") result.expression = conditional();
        expect(":");
    } else if (is("return")) {
        result = leaving(CStatementKind::leave);
    } else if (is("break")) {
        result = leaving(CStatementKind::stop);
    } else if (is("continue")) {
        result = leaving(CStatementKind::next);
    } else if (is("goto")) {
        throw NotUnderstood(result.at, "'goto'");
    } else if (starts_declaration()) {
        result = declaration();
    } else {
        result.kind = CStatementKind::expression;
        result.expression = expression();
        expect(";");
    }
    return result;
}

std::vector<CStatement> CParser::statements() {
    std::vector<CStatement> all;
    while (peek().kind != CTokenKind::end) all.push_back(statement());
    return all;
}

CExpr CParser::whole_expression() {
    auto e = expression();
    if (peek().kind != CTokenKind::end) fail();
    return e;
}

CExpr CParser::expression() {
    auto left = assignment();
    while (is(",")) {
        auto const at = take().at;
        left = node(CKind::binary, ",", {left, assignment()}, at);
    }
    return left;
}

CExpr CParser::assignment() {
    static std::set<std::string_view> const marks{"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};
    Deeper const deeper(*this);
    auto const left = conditional();
    if (peek().kind != CTokenKind::mark || !marks.contains(peek().text)) return left;
    auto const mark = take();
    return node(CKind::assign, mark.text, {left, assignment()}, mark.at);
}

CExpr CParser::conditional() {
    Deeper const deeper(*this);
    auto condition = binary(0);
    if (!is("?")) return condition;
    auto const at = take().at;
    auto const yes = expression();
    expect(":");
    return node(CKind::conditional, {}, {condition, yes, conditional()}, at);
}

CExpr CParser::binary(int level) {
    if (level == static_cast<int>(levels.size())) return unary();
    auto left = binary(level + 1);
    auto const& marks = levels[static_cast<std::size_t>(level)];
    while (peek().kind == CTokenKind::mark && std::ranges::find(marks, peek().text) != marks.end()) {
        auto const mark = take();
        left = node(CKind::binary, mark.text, {left, binary(level + 1)}, mark.at);
    }
    return left;
}

CExpr CParser::unary() {
    Deeper const deeper(*this);
    for (char const* mark : {"-", "+", "!", "~", "*", "&", "++", "--"})
        if (is(mark)) {
            auto const at = take().at;
            return node(CKind::unary, mark, {unary()}, at);
        }
    if (is("sizeof")) {
        auto const at = take().at;
        if (is_cast()) {
            take();
            type();
            expect(")");
        } else {
            unary();
        }
        return node(CKind::size, {}, {}, at);
    }
    if (is_cast()) {
        auto const at = take().at;
        auto const to = type();
        expect(")");
        auto cast = std::make_shared<CNode>(*node(CKind::cast, {}, {unary()}, at));
        cast->type = to;
        return cast;
    }
    return postfix();
}

CExpr CParser::postfix() {
    auto e = primary();
    for (;;) {
        auto const at = peek().at;
        if (accept("(")) {
            std::vector<CExpr> args{e};
            while (!is(")")) {
                args.push_back(assignment());
                if (!accept(",") && !is(")")) fail();
            }
            take();
            e = node(CKind::call, {}, std::move(args), e->at);
        } else if (accept("[")) {
            auto const index = expression();
            expect("]");
            e = node(CKind::index, {}, {e, index}, e->at);
        } else if (accept(".") || accept("->")) {
            if (peek().kind != CTokenKind::name) fail();
            e = node(CKind::member, take().text, {e}, e->at);
        } else if (accept("++")) {
            e = node(CKind::unary, "x++", {e}, at);
        } else if (accept("--")) {
            e = node(CKind::unary, "x--", {e}, at);
        } else {
            return e;
        }
    }
}

CExpr CParser::primary() {
    auto const token = peek();
    switch (token.kind) {
        case CTokenKind::number: {
            take();
            auto e = std::make_shared<CNode>(*node(CKind::number, token.text, {}, token.at));
            e->value = token.value;
            e->integer = token.integer;
            return e;
        }
        case CTokenKind::string:
            take();
            while (peek().kind == CTokenKind::string) take();
            return node(CKind::string, token.text, {}, token.at);
        case CTokenKind::name:
            take();
            return node(CKind::name, token.text, {}, token.at);
        default: {
            expect("(");
            auto const e = expression();
            expect(")");
            return e;
        }
    }
}

void CParser::skip_declaration() {
    for (int depth = 0; peek().kind != CTokenKind::end;) {
        auto const token = take();
        if (token.text == "{" && token.kind == CTokenKind::mark) ++depth;
        if (token.text == "}" && token.kind == CTokenKind::mark && --depth <= 0 && !is(";") &&
            peek().kind != CTokenKind::name && !is("*"))
            return;
        if (token.text == ";" && token.kind == CTokenKind::mark && depth <= 0) return;
    }
}

void CParser::external(std::vector<CFunction>& functions, std::vector<CVariable>& variables) {
    if (is("typedef")) {
        auto const begin = next_;
        skip_declaration();
        for (auto i = next_; i > begin; --i)  // its name is the last one
            if (tokens_[i - 1].kind == CTokenKind::name) {
                types_.insert(tokens_[i - 1].text);
                break;
            }
        return;
    }
    auto const base = type();
    if (peek().kind == CTokenKind::name && is("(", 1)) {
        CFunction function;
        function.at = peek().at;
        function.name = take().text;
        function.type = base;
        take();
        while (!is(")")) {
            if (is("void") && is(")", 1)) {
                take();
                break;
            }
            function.parameters.push_back(declarator(type()));
            if (!accept(",") && !is(")")) fail();
        }
        take();
        if (accept(";")) return;
        expect("{");
        for (int depth = 1;;) {
            if (peek().kind == CTokenKind::end) fail();
            auto const token = take();
            if (token.kind == CTokenKind::mark && token.text == "{") ++depth;
            if (token.kind == CTokenKind::mark && token.text == "}" && --depth == 0) break;
            function.body.push_back(token);
        }
        functions.push_back(std::move(function));
        return;
    }
    std::vector<CVariable> declared;
    auto each = base;
    do {
        declared.push_back(declarator(each));
        each.pointers = 0;
    } while (accept(","));
    expect(";");
    for (auto& variable : declared)
        if (!variable.type.is_extern) variables.push_back(std::move(variable));
}

void CParser::file(std::vector<CFunction>& functions, std::vector<CVariable>& variables) {
    while (peek().kind != CTokenKind::end) {
        auto const begin = next_;
        try {
            external(functions, variables);
        } catch (NotUnderstood const&) {  // an error only for who uses it
            next_ = begin;
            skip_declaration();
        }
        if (next_ == begin) take();
    }
}

}  // namespace rall::nmodl
