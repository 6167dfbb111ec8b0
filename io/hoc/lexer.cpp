#include "io/hoc/lexer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "io/text/csv.hpp"

namespace rall::io::hoc {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Lexer {
public:
    Lexer(std::string_view text, Document const* document, std::optional<Place> const& made)
        : text_(text), document_(document), made_(made) {}

    std::vector<Token> read() {
        while (skip(), at_ < text_.size()) word();
        add(Token::line_end, at_);
        add(Token::end, at_);
        return std::move(found_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    Place place(std::size_t offset) const { return made_ ? *made_ : Place{document_, offset}; }
    Token& add(Token::Kind kind, std::size_t begin) {
        found_.push_back({kind, std::string(text_.substr(begin, at_ - begin)), 0, place(begin)});
        return found_.back();
    }

    /// Blanks, comments, and ends of lines behind a backslash.
    void skip() {
        while (at_ < text_.size()) {
            char const c = peek();
            if (c == ' ' || c == '\t' || c == '\r' || c == '\f') ++at_;
            else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) at_ += peek(1) == '\n' ? 2 : 3;
            else if (c == '/' && peek(1) == '/') at_ = std::min(text_.find('\n', at_), text_.size());
            else if (c == '/' && peek(1) == '*') {
                auto const close = text_.find("*/", at_ + 2);
                if (close == text_.npos) fail(place(at_), "hoc-syntax", "this comment does not end; expected */");
                at_ = close + 2;
            } else return;
        }
    }

    void word() {
        auto const begin = at_;
        char const c = peek();
        if (c == '\n') {
            ++at_;
            add(Token::line_end, begin);
        } else if (is_letter(c)) {
            while (is_letter(peek()) || is_digit(peek())) ++at_;
            add(Token::name, begin);
        } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            number();
        } else if (c == '"') {
            text();
        } else if (c == '$') {
            ++at_;
            if (peek() == 's' || peek() == 'o') ++at_;
            auto const digits = at_;
            while (is_digit(peek())) ++at_;
            if (at_ == digits || at_ > digits + 3)
                fail(place(begin), "hoc-syntax", "this argument is not understood; expected $ and a number, $s and a number or $o and a number");
            add(Token::argument, begin);
        } else {
            for (std::string_view const two : {"==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/="})
                if (text_.substr(at_, 2) == two) {
                    at_ += 2;
                    add(Token::symbol, begin);
                    return;
                }
            if (std::string_view("(){}[],.=<>+-*/%^!&:;").find(c) == std::string_view::npos)
                fail(place(begin), "hoc-syntax", fmt::format("'{}' is no part of hoc", to_utf8(text_.substr(at_, 1))));
            ++at_;
            add(Token::symbol, begin);
        }
    }

    void number() {
        auto const begin = at_;
        while (is_digit(peek())) ++at_;
        if (peek() == '.') ++at_;
        while (is_digit(peek())) ++at_;
        if ((peek() == 'e' || peek() == 'E') &&
            (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))))) {
            at_ += 2;
            while (is_digit(peek())) ++at_;
        }
        auto& token = add(Token::number, begin);
        auto const digits = token.spelling;
        if (!csv_number(digits, token.value) || !std::isfinite(token.value))
            fail(token.where, "hoc-syntax", fmt::format("'{}' is no number", digits));
    }

    void text() {
        auto const begin = at_++;
        std::string content;
        for (;; ++at_) {
            if (at_ >= text_.size() || peek() == '\n') fail(place(begin), "hoc-syntax", "this text does not end on its line; expected \"");
            if (peek() == '"') break;
            if (peek() != '\\') {
                content += peek();
                continue;
            }
            ++at_;
            switch (peek()) {
                case 'n': content += '\n'; break;
                case 't': content += '\t'; break;
                case 'r': content += '\r'; break;
                case '"': content += '"'; break;
                case '\\': content += '\\'; break;
                default: fail(place(at_ - 1), "hoc-syntax", "expected \\n, \\t, \\r, \\\" or \\\\ in a text");
            }
        }
        ++at_;
        add(Token::text, begin).spelling = std::move(content);
    }

    std::string_view text_;
    Document const* document_;
    std::optional<Place> made_;
    std::size_t at_ = 0;
    std::vector<Token> found_;
};

}  // namespace

std::vector<Token> tokens(std::string_view text, Document const* document, std::optional<Place> const& made) {
    return Lexer(text, document, made).read();
}

}  // namespace rall::io::hoc
