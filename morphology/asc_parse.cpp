#include "morphology/asc_parse.hpp"

#include <cctype>
#include <charconv>
#include <cmath>

#include "morphology/finish.hpp"

namespace rall::morphology::asc {
namespace {

enum class Kind { end, open, close, bar, spine_open, spine_close, number, word, string };

struct Token {
    Kind kind = Kind::end;
    std::string_view text;
    double value = 0;
    std::size_t offset = 0;  ///< in the file, for messages
};

char const* describe(Kind kind) {
    switch (kind) {
        case Kind::end:
            return "the end of the file";
        case Kind::open:
            return "'('";
        case Kind::close:
            return "')'";
        case Kind::bar:
            return "'|'";
        case Kind::spine_open:
            return "'<'";
        case Kind::spine_close:
            return "'>'";
        case Kind::number:
            return "a number";
        case Kind::word:
            return "a word";
        case Kind::string:
            return "a string";
    }
    return "";
}

/// Tokens of the file. Commas separate like blanks; ';' starts a comment.
class Lexer {
public:
    Lexer(std::string_view text, std::string const& file) : text_(text), file_(file) {}

    Token next() {
        skip_blanks();
        Token token;
        token.offset = position_;
        if (position_ == text_.size()) return token;
        char const c = text_[position_];
        switch (c) {
            case '(':
                return single(Kind::open);
            case ')':
                return single(Kind::close);
            case '|':
                return single(Kind::bar);
            case '<':
                return single(Kind::spine_open);
            case '>':
                return single(Kind::spine_close);
            case '"':
                return string();
            default:
                break;
        }
        std::size_t end = position_;
        while (end < text_.size() && !is_delimiter(text_[end])) ++end;
        token.text = text_.substr(position_, end - position_);
        position_ = end;
        auto digits = token.text;
        if (digits.starts_with('+')) digits.remove_prefix(1);
        auto const [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), token.value);
        bool const is_number = error == std::errc{} && stop == digits.data() + digits.size();
        if (is_number && !std::isfinite(token.value)) fail(token, "asc-not-finite", "a finite number was expected");
        token.kind = is_number ? Kind::number : Kind::word;
        return token;
    }

    [[noreturn]] void fail(Token const& token, char const* code, std::string message, std::string advice = {}) const {
        int line = 1;
        std::size_t begin = 0;
        for (std::size_t i = 0; i < token.offset; ++i)
            if (text_[i] == '\n' || (text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n'))) {
                ++line;
                begin = i + 1;
            }
        auto const end = std::min(text_.find_first_of("\r\n", begin), text_.size());
        throw InputError(Diagnostic{Severity::error,
                                    code,
                                    {file_, line, static_cast<int>(token.offset - begin) + 1},
                                    std::move(message),
                                    std::move(advice),
                                    printable(text_.substr(begin, end - begin), 200)});
    }

    /// Line of a token; asked in ascending order, so that all together cost one pass.
    int line_of(Token const& token) {
        for (; counted_ < token.offset; ++counted_)
            line_ += text_[counted_] == '\n' || (text_[counted_] == '\r' && text_.substr(counted_, 2) != "\r\n");
        return line_;
    }

private:
    static bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) || c == ','; }
    static bool is_delimiter(char c) {
        return is_blank(c) || std::string_view("()|<>\";").find(c) != std::string_view::npos;
    }

    void skip_blanks() {
        while (position_ < text_.size()) {
            if (text_[position_] == ';') position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
            else if (is_blank(text_[position_])) ++position_;
            else return;
        }
    }

    Token single(Kind kind) {
        Token const token{kind, text_.substr(position_, 1), 0, position_};
        ++position_;
        return token;
    }

    Token string() {
        Token token{Kind::string, {}, 0, position_};
        auto const end = text_.find_first_of("\"\r\n", position_ + 1);
        if (end == std::string_view::npos || text_[end] != '"')
            fail(token, "asc-syntax", "this string has no closing '\"' on its line");
        token.text = text_.substr(position_ + 1, end - position_ - 1);
        position_ = end + 1;
        return token;
    }

    std::string_view text_;
    std::string const& file_;
    std::size_t position_ = 0, counted_ = 0;
    int line_ = 1;
};

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
           });
}

class Parser {
public:
    Parser(std::string_view text, std::string const& file)
        : lexer_(text, file), current_(lexer_.next()), ahead_(lexer_.next()) {}

    File run() {
        if (current_.kind != Kind::open)
            lexer_.fail(current_, "asc-not-asc",
                        std::string("this file is not Neurolucida ASC: it starts with ") + describe(current_.kind),
                        "an ASC file is a list of objects in parentheses");
        while (current_.kind != Kind::end) object(0);
        return std::move(file_);
    }

private:
    static constexpr int deepest = 100;  ///< sets within sets

    void advance() {
        current_ = ahead_;
        ahead_ = lexer_.next();
    }
    [[noreturn]] void unexpected(std::string const& expected) {
        lexer_.fail(current_, "asc-syntax",
                    std::string(describe(current_.kind)) + " where " + expected + " was expected");
    }
    void take(Kind kind) {
        if (current_.kind != kind) unexpected(describe(kind));
        advance();
    }

    /// Passes over everything up to the parenthesis that closes the one just taken.
    void skip_rest(Token const& opening) {
        for (int depth = 1; depth > 0; advance()) {
            if (current_.kind == Kind::end) lexer_.fail(opening, "asc-syntax", "this parenthesis is never closed");
            depth += (current_.kind == Kind::open) - (current_.kind == Kind::close);
        }
    }

    void object(int depth) {
        if (depth > deepest) lexer_.fail(current_, "asc-syntax", "sets are nested more than 100 deep");
        Token const opening = current_;
        take(Kind::open);
        if (current_.kind == Kind::string) {
            contour(opening);
        } else if (current_.kind == Kind::word && same_word(current_.text, "Set")) {
            advance();
            if (current_.kind == Kind::string) advance();
            while (current_.kind == Kind::open) object(depth + 1);
            take(Kind::close);
        } else if (current_.kind == Kind::word || current_.kind == Kind::close) {
            skip_rest(opening);  // a property of the file, or a marker
        } else if (current_.kind == Kind::open) {
            tree(opening);
        } else {
            unexpected("a name, a string or '('");
        }
    }

    void contour(Token const& opening) {
        auto const name = current_.text;
        if (!same_word(name, "CellBody") && !same_word(name, "Cell Body") && !same_word(name, "Soma")) {
            ++file_.other_contours;
            return skip_rest(opening);
        }
        Contour contour;
        contour.line = lexer_.line_of(current_);
        advance();
        while (current_.kind != Kind::close) {
            Token const inner = current_;
            if (current_.kind == Kind::open && ahead_.kind == Kind::number) {
                contour.points.push_back(point());
            } else if (current_.kind == Kind::open) {
                advance();
                skip_rest(inner);
            } else if (current_.kind == Kind::end) {
                lexer_.fail(opening, "asc-syntax", "this parenthesis is never closed");
            } else {
                advance();  // a word such as Closed
            }
        }
        advance();
        file_.somata.push_back(std::move(contour));
    }

    void tree(Token const& opening) {
        int type = 0;
        while (current_.kind == Kind::open && (ahead_.kind == Kind::word || ahead_.kind == Kind::string)) {
            Token const property = current_;
            advance();
            if (same_word(current_.text, "Axon")) type = axon_type;
            if (same_word(current_.text, "Dendrite")) type = dend_type;
            if (same_word(current_.text, "Apical")) type = apic_type;
            skip_rest(property);
        }
        auto const before = file_.branches.size();
        int const points_before = file_.n_points;
        branches(type);
        if (current_.kind == Kind::string) {  // a text with its position looks like a tree of one point
            file_.branches.resize(before);
            file_.n_points = points_before;
            ++file_.texts;
            return skip_rest(opening);
        }
        take(Kind::close);
    }

    /// The points of one branch; its index, or its parent's when it has none.
    int branch(int parent, int type) {
        int const line = lexer_.line_of(current_);
        std::vector<Point> points;
        for (;;) {
            Token const opening = current_;
            if (current_.kind == Kind::open && ahead_.kind == Kind::number) {
                points.push_back(point());
            } else if (current_.kind == Kind::open && (ahead_.kind == Kind::word || ahead_.kind == Kind::string)) {
                advance();
                skip_rest(opening);
                ++file_.markers;
            } else if (current_.kind == Kind::spine_open) {
                while (current_.kind != Kind::spine_close && current_.kind != Kind::end) advance();
                take(Kind::spine_close);
                ++file_.spines;
            } else {
                break;
            }
        }
        if (points.empty()) {
            ++file_.empty_branches;
            return parent;
        }
        file_.branches.push_back({line, type, parent, std::move(points)});
        return static_cast<int>(file_.branches.size()) - 1;
    }

    /// A branch and all that split off from it: branch [ '(' branch { '|' branch } ')' ], with an own stack for the splits,
    /// which may be nested as deep as the file likes.
    void branches(int type) {
        std::vector<int> splits;  // the branch before each open split
        int here = branch(-1, type);
        for (;;) {
            skip_end_words();
            if (current_.kind == Kind::open) {
                advance();
                splits.push_back(here);
                here = branch(here, type);
            } else if (splits.empty()) {
                return;
            } else if (current_.kind == Kind::bar) {
                advance();
                here = branch(splits.back(), type);
            } else {
                take(Kind::close);
                here = splits.back();
                splits.pop_back();
            }
        }
    }

    /// How a branch ends (Normal, Incomplete, ...), and markers behind a split.
    void skip_end_words() {
        while (current_.kind == Kind::word || (current_.kind == Kind::open && ahead_.kind == Kind::word)) {
            Token const opening = current_;
            advance();
            if (opening.kind == Kind::open) skip_rest(opening);
        }
    }

    /// ( x y [z [diameter [word] [bezier]]] )
    Point point() {
        Token const opening = current_;
        take(Kind::open);
        double values[4] = {0, 0, 0, 0};
        int n = 0;
        for (; current_.kind == Kind::number; advance()) {
            if (n == 4) unexpected("')' after x, y, z and the diameter");
            values[n++] = current_.value;
        }
        if (n < 2) unexpected("the coordinate y");
        ++file_.n_points;
        if (current_.kind == Kind::word || current_.kind == Kind::open) skip_rest(opening);
        else take(Kind::close);
        return {values[0], values[1], values[2], values[3]};
    }

    Lexer lexer_;
    Token current_, ahead_;
    File file_;
};

}  // namespace

File parse(std::string_view text, std::string const& file) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
    return Parser(text, file).run();
}

}  // namespace rall::morphology::asc
