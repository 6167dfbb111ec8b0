#include "nmodl_lite/syntax/parser.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/parse.hpp"

namespace rall::nmodl {

namespace {

std::map<std::string_view, BlockKind> const& block_words() {
    static std::map<std::string_view, BlockKind> const words{
        {"INITIAL", BlockKind::initial},
        {"BREAKPOINT", BlockKind::breakpoint},
        {"DERIVATIVE", BlockKind::derivative},
        {"FUNCTION", BlockKind::function},
        {"PROCEDURE", BlockKind::procedure},
        {"NET_RECEIVE", BlockKind::net_receive},
        {"KINETIC", BlockKind::kinetic},
        {"LINEAR", BlockKind::linear},
        {"NONLINEAR", BlockKind::nonlinear},
        {"DISCRETE", BlockKind::discrete},
        {"FUNCTION_TABLE", BlockKind::function_table},
        {"CONSTRUCTOR", BlockKind::constructor},
        {"DESTRUCTOR", BlockKind::destructor},
        {"BEFORE", BlockKind::before},
        {"AFTER", BlockKind::after},
        {"TERMINAL", BlockKind::terminal},
    };
    return words;
}

constexpr std::array<std::string_view, 11> other_words{"NEURON",  "UNITS",    "PARAMETER",   "ASSIGNED",
                                                       "STATE",   "CONSTANT", "INDEPENDENT", "DEFINE",
                                                       "INCLUDE", "LOCAL",    "UNITSON"};

// Blocks of the MODL language that NEURON never had or dropped.
constexpr std::array<std::string_view, 7> obsolete_words{"STEPPED",  "SENS", "MATCH", "PARTIAL",
                                                         "EQUATION", "STEP", "FORALL"};

constexpr int most_errors = 200;
constexpr std::size_t longest_file = 4'000'000;  // bytes; the longest published mechanisms have 0.2 million

// Habits from other languages: what stands there, and what NMODL writes.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> habits{{
    {";", "no mark ends a statement in NMODL: leave it out"},
    {"%", "the remainder of a division is fmod(a, b)"},
    {"=", "equality is =="},
    {"&", "'and' is &&"},
    {"|", "'or' is ||"},
    {"#", "a comment begins with ':'"},
    {"else", "else follows the '}' of its if"},
    {"ELSE", "ELSE follows the '}' of its IF"},
    {"elseif", "write else if (...) { ... }"},
    {"elsif", "write else if (...) { ... }"},
    {"elif", "write else if (...) { ... }"},
    {"then", "write if (...) { ... }"},
    {"endif", "a block ends with '}'"},
    {"for", "a loop is FROM i = 0 TO 9 { ... } or while (...) { ... }"},
    {"do", "a loop is FROM i = 0 TO 9 { ... } or while (...) { ... }"},
    {"return", "the result of a FUNCTION is what is assigned to its name"},
    {"double", "variables of a block are declared with LOCAL"},
    {"float", "variables of a block are declared with LOCAL"},
    {"int", "variables of a block are declared with LOCAL"},
    {"void", "a block without a result is a PROCEDURE"},
    {"mod", "the remainder of a division is fmod(a, b)"},
    {"VAR", "variables of a block are declared with LOCAL"},
}};

std::vector<std::string> top_level_words() {
    std::vector<std::string> words(other_words.begin(), other_words.end());
    for (auto const& [word, kind] : block_words()) words.emplace_back(word);
    words.insert(words.end(), {"TITLE", "COMMENT", "VERBATIM", "UNITSOFF"});
    return words;
}

bool starts_block(Token const& token) {
    if (token.kind == TokenKind::title || token.kind == TokenKind::verbatim) return true;
    if (token.kind != TokenKind::name) return false;
    return block_words().contains(token.text) || std::ranges::find(other_words, token.text) != other_words.end();
}

}  // namespace

Token const& Parser::peek(std::size_t ahead) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }

Token Parser::take() {
    Token const token = peek();
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
}

bool Parser::is(std::string_view text, std::size_t ahead) const {
    auto const& token = peek(ahead);
    return (token.kind == TokenKind::name || token.kind == TokenKind::mark) && token.text == text;
}

bool Parser::accept(std::string_view text) {
    if (!is(text)) return false;
    take();
    return true;
}

std::string Parser::shown(Token const& token) const {
    auto const first = token.text.empty() ? ' ' : token.text[0];
    if (static_cast<unsigned char>(first) < ' ') return "a control character (" + std::to_string(first) + ")";
    switch (token.kind) {
        case TokenKind::end:
            return "the end of the file";
        case TokenKind::title:
            return "TITLE";
        case TokenKind::verbatim:
            return "VERBATIM";
        default:
            return "'" + std::string(token.text) + "'";
    }
}

void Parser::report(Severity severity, Position at, std::string code, std::string message, std::string advice) {
    found_.add(at_source(program_, severity, at, std::move(code), std::move(message), std::move(advice)));
    if (severity != Severity::error || ++program_.errors < most_errors) return;
    found_.add(at_source(program_, Severity::error, at, "nmodl-too-many-errors",
                         "reading ends here, after " + std::to_string(most_errors) + " errors", "is this NMODL?"));
    throw Enough{};
}

void Parser::fail(std::string message, std::string advice) { fail(peek().at, std::move(message), std::move(advice)); }

void Parser::fail(Position at, std::string message, std::string advice) {
    report(Severity::error, at, "nmodl-syntax", std::move(message), advice.empty() ? hint() : std::move(advice));
    throw Bail{};
}

std::string Parser::hint() const {
    auto const here = std::string(peek().text), next = std::string(peek(1).text);
    auto const before = next_ > 0 ? std::string(tokens_[next_ - 1].text) : std::string();
    if (here == "/" && (next == "/" || next == "*"))
        return "a comment begins with ':', or stands between COMMENT and ENDCOMMENT";
    if (here == "*" && before == "*") return "a power is a^b";
    if (here == ">" && before == "<") return "inequality is !=";
    if ((here == "+" || here == "-") && (next == "=" || next == here) && is_letter(before[0]))
        return "write " + before + " = " + before + " " + here + " ...";
    return habit(here);
}

std::string Parser::habit(std::string_view word) {
    auto const* known = std::ranges::find(habits, word, &std::pair<std::string_view, std::string_view>::first);
    return known == habits.end() ? std::string() : std::string(known->second);
}

/// Does a block of the file begin here? Inside another block that means a '}' is missing.
bool Parser::head_of_block() const {
    if (!is_name()) return false;
    static constexpr std::array<std::string_view, 6> declaring{"NEURON",   "UNITS", "PARAMETER",
                                                               "ASSIGNED", "STATE", "CONSTANT"};
    auto const word = peek().text;
    if (word == "INITIAL") return is("{", 1) && peek().at.column == 1 && block_kind_ != BlockKind::net_receive;
    if (word == "NET_RECEIVE") return is("(", 1);
    bool const declares = std::ranges::find(declaring, word) != declaring.end();
    return (declares || block_words().contains(word)) && (is("{", 1) || (is_name(1) && (is("{", 2) || is("(", 2))));
}

/// True at the '}' that closes what began at `start`. Where the file ends or another block begins first, that is reported,
/// and what was read so far stands.
bool Parser::closed(std::string const& what, Position start) {
    if (unclosed_ || accept("}")) return true;
    if (!at_end() && !head_of_block()) return false;
    report(Severity::error, peek().at, "nmodl-block-not-closed",
           "expected '}' to close " + what + " that starts in line " + std::to_string(start.line) + ", found " +
               shown(peek()));
    unclosed_ = true;
    return true;
}

/// Where something is missing: here, or behind the last token if that stands in a line above.
Position Parser::end_of_line() const {
    auto const here = peek().at;
    if (next_ == 0) return here;
    auto const& last = tokens_[next_ - 1];
    if (last.at.line >= here.line || last.kind == TokenKind::verbatim || last.kind == TokenKind::title) return here;
    return {last.at.source, last.at.line, last.at.column + static_cast<int>(last.end - last.begin)};
}

void Parser::expect(std::string_view text, std::string const& after) {
    if (!accept(text))
        fail(end_of_line(), "expected '" + std::string(text) + "' " + after + ", found " + shown(peek()));
}

Name Parser::expect_name(std::string const& what) {
    if (!is_name()) fail("expected " + what + ", found " + shown(peek()));
    auto const token = take();
    return {std::string(token.text), token.at};
}

int Parser::expect_integer(std::string const& what) {
    if (peek().kind != TokenKind::number || !peek().integer || peek().value > 1e6)
        fail("expected " + what + " (a whole number), found " + shown(peek()));
    return static_cast<int>(take().value);
}

std::string Parser::parenthesised() {
    expect("(", "here");
    auto const begin = peek().begin;
    for (int depth = 1;;) {
        if (at_end() || is("{") || is("}"))
            fail(end_of_line(), "expected ')' to close the units, found " + shown(peek()));
        auto const token = take();
        if (token.kind == TokenKind::mark && token.text == "(") ++depth;
        if (token.kind == TokenKind::mark && token.text == ")" && --depth == 0)
            return std::string(text_.substr(begin, token.begin - begin));
    }
}

std::string Parser::optional_units() { return is("(") ? parenthesised() : std::string(); }

void Parser::skip_block() {
    if (!accept("{")) return;
    for (int depth = 1; depth > 0 && !at_end();) {
        auto const token = take();
        if (token.kind != TokenKind::mark) continue;
        if (token.text == "{") ++depth;
        if (token.text == "}") --depth;
    }
}

/// After an error in a statement: on to the next line, over whole blocks, but not past the } of this one.
void Parser::skip_to_next_statement(std::size_t start) {
    if (next_ == start && !is("}")) take();
    int const line = tokens_[next_ > 0 ? next_ - 1 : 0].at.line;
    while (!at_end() && !is("}") && !head_of_block()) {
        if (is("{")) skip_block();
        else if (peek().at.line > line) return;
        else take();
    }
}

void Parser::skip_to_next_block() {
    while (!at_end() && !starts_block(peek())) {
        if (is("{")) skip_block();
        else take();
    }
}

/// What was read since `begin` is lost to an error.
void Parser::lose(std::size_t begin) {
    for (auto i = begin; i < next_; ++i)
        if (tokens_[i].kind == TokenKind::name) program_.lost.emplace(tokens_[i].text);
}

std::vector<Argument> Parser::arguments() {
    std::vector<Argument> args;
    expect("(", "before the arguments");
    while (!is(")")) {
        auto const argument = expect_name("the name of an argument");
        args.push_back({argument.name, optional_units()});
        if (!accept(",") && !is(")")) fail("expected ',' or ')' between arguments, found " + shown(peek()));
    }
    take();
    return args;
}

void Parser::block(BlockKind kind) {
    Block result;
    result.kind = kind;
    result.at = take().at;
    block_kind_ = kind;
    switch (kind) {
        case BlockKind::function:
        case BlockKind::procedure:
        case BlockKind::function_table:
            result.name =
                expect_name("the name of the " + std::string(kind == BlockKind::procedure ? "procedure" : "function"))
                    .name;
            result.args = arguments();
            result.units = optional_units();
            break;
        case BlockKind::net_receive:
            result.args = arguments();
            break;
        case BlockKind::derivative:
        case BlockKind::kinetic:
        case BlockKind::linear:
        case BlockKind::nonlinear:
        case BlockKind::discrete:
            result.name = expect_name("the name of the block").name;
            break;
        case BlockKind::before:
        case BlockKind::after:
            result.name = expect_name("BREAKPOINT, SOLVE, INITIAL or STEP").name;
            break;
        default:
            break;
    }
    if (accept("SOLVEFOR"))
        for (auto const& item : name_list("a state")) result.solve_for.push_back(item.name);
    if (kind != BlockKind::function_table) result.body = body("at the start of the block");
    if (!continues(result)) program_.blocks.push_back(std::move(result));
}

/// NEURON takes several INITIAL or BREAKPOINT blocks for one, in which the LOCALs of each are its own. False where the block stands
/// for itself.
bool Parser::continues(Block const& block) {
    if (block.kind != BlockKind::initial && block.kind != BlockKind::breakpoint) return false;
    auto const first = std::ranges::find(program_.blocks, block.kind, &Block::kind);
    if (first == program_.blocks.end()) return false;
    auto scoped = [](Block const& part) {
        bool const has_locals =
            std::ranges::any_of(part.body, [](Statement const& s) { return std::holds_alternative<Local>(s.what); });
        return has_locals ? Body{{part.at, If{number(1, part.at), part.body, {}}}} : part.body;
    };
    first->body = scoped(*first);
    auto const more = scoped(block);
    first->body.insert(first->body.end(), more.begin(), more.end());
    return true;
}

void Parser::include() {
    auto const at = take().at;
    if (peek().kind != TokenKind::string || peek().text.size() < 2)
        fail("expected a file name in quotes after INCLUDE, found " + shown(peek()));
    auto const quoted = take().text;
    std::filesystem::path path(std::string(quoted.substr(1, quoted.size() - 2)));
    if (path.is_relative())
        path = std::filesystem::path(program_.sources[static_cast<std::size_t>(at.source)].file).parent_path() / path;
    if (include_depth_ >= 16) {
        report(Severity::error, at, "nmodl-include-too-deep", "files include each other more than 16 deep",
               "break the circle");
        return;
    }
    if (constexpr int most = 1000; ++n_includes_ > most) {
        if (n_includes_ == most + 1)
            report(Severity::error, at, "nmodl-include-too-many",
                   "more than " + std::to_string(most) + " files are included, those named twice counted twice",
                   "include each file once");
        return;
    }
    std::string text;
    try {
        text = read_file(path);
    } catch (InputError const& error) {
        report(Severity::error, at, "nmodl-include-not-found", "cannot include '" + path.string() + "'",
               "the name is looked up relative to the file that includes it");
        return;
    }
    auto const tokens = std::move(tokens_);
    auto const next = next_;
    auto const outer = text_;
    ++include_depth_;
    file(text, path.string());
    --include_depth_;
    tokens_ = tokens;
    next_ = next;
    text_ = outer;
}

void Parser::top_level() {
    auto const token = peek();
    if (token.kind == TokenKind::title) {
        auto text = take().text;
        auto const begin = text.find_first_not_of(" \t");
        program_.title = begin == text.npos ? std::string() : std::string(text.substr(begin));
        return;
    }
    if (token.kind == TokenKind::verbatim) {
        Block verbatim;
        verbatim.kind = BlockKind::verbatim;
        verbatim.at = token.at;
        verbatim.body.push_back({token.at, Verbatim{std::string(take().text)}});
        program_.blocks.push_back(std::move(verbatim));
        return;
    }
    if (is("NEURON")) return neuron_block();
    if (is("UNITS")) return units_block();
    if (is("PARAMETER")) return declarations(program_.parameters, "PARAMETER");
    if (is("ASSIGNED")) return declarations(program_.assigned, "ASSIGNED");
    if (is("STATE")) return declarations(program_.states, "STATE");
    if (is("CONSTANT")) return declarations(program_.constants, "CONSTANT");
    if (is("DEFINE")) return define();
    if (is("INCLUDE")) return include();
    if (is("UNITSON") || is("UNITSOFF")) return units_switch();
    if (is("PLOT")) {  // of no meaning in NEURON
        while (!at_end() && peek().at.line == token.at.line) take();
        return;
    }
    if (accept("}"))
        return report(Severity::error, token.at, "nmodl-syntax", "this '}' closes nothing",
                      "there is one too many here or above");
    if (accept("INDEPENDENT")) {  // NEURON's independent variable is t, whatever is written here
        expect("{", "after INDEPENDENT");
        while (!closed("the INDEPENDENT block", token.at)) take();
        return;
    }
    if (accept("LOCAL")) {
        for (auto const& local : local_list().names) {
            program_.locals.emplace_back();
            program_.locals.back().name = local.name;
            program_.locals.back().at = token.at;
            program_.locals.back().size = local.size;
        }
        return;
    }
    if (token.kind == TokenKind::name) {
        if (auto const word = block_words().find(token.text); word != block_words().end()) return block(word->second);
        if (std::ranges::find(obsolete_words, token.text) != obsolete_words.end()) {
            report(Severity::error, token.at, "nmodl-obsolete",
                   std::string(token.text) + " is no part of NEURON's NMODL",
                   "remove it, or say the same with the blocks that NEURON has");
            take();
            skip_to_next_block();
            return;
        }
    }
    report(Severity::error, token.at, "nmodl-syntax",
           "expected a block such as NEURON or BREAKPOINT, found " + shown(token),
           token.kind == TokenKind::name ? suggestion(token.text, top_level_words()) : hint());
    auto const before = next_;
    take();
    skip_to_next_block();
    lose(before);
}

void Parser::file(std::string_view text, std::string const& name, std::vector<Origin> origins) {
    auto const source = static_cast<int>(program_.sources.size());
    texts_.push_back(to_utf8(text.substr(0, longest_file)));
    text_ = texts_.back();
    program_.sources.push_back({name, split_lines(text_), std::move(origins)});
    if (text.size() > longest_file)
        report(Severity::error, {source, 1, 1}, "nmodl-too-large", "the file is longer than four million bytes",
               "is this NMODL?");
    next_ = 0;
    tokens_ = tokenize(text_, source, [&](Position at, std::string code, std::string message, std::string advice) {
        report(Severity::error, at, std::move(code), std::move(message), std::move(advice));
    });
    while (!at_end()) {
        unclosed_ = false;
        auto const before = next_;
        try {
            top_level();
        } catch (Bail const&) {
            skip_to_next_block();
            lose(before);
        }
    }
}

namespace {

Program parse(std::string_view text, std::string const& file, std::vector<Origin> origins, Diagnostics& found) {
    Program program;
    Parser parser(program, found);
    try {
        parser.file(text, file, std::move(origins));
    } catch (Parser::Enough const&) {
    }
    return program;
}

}  // namespace

Program parse(std::string_view text, std::string const& file, Diagnostics& found) {
    return parse(text, file, {}, found);
}

Program parse(Composed const& composed, Diagnostics& found) {
    return parse(composed.text, composed.file, composed.origins, found);
}

}  // namespace rall::nmodl
