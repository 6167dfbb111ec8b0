#include "nmodl_lite/syntax/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace rall::nmodl {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

class Lexer {
public:
    Lexer(std::string_view text, int source, Report const& report) : text_(text), source_(source), report_(report) {}

    std::vector<Token> run() {
        while (skip_blanks(), here_ < text_.size()) token();
        Token end;
        end.at = place();
        end.begin = end.end = text_.size();
        tokens_.push_back(end);
        return std::move(tokens_);
    }

private:
    char peek(std::size_t ahead = 0) const { return here_ + ahead < text_.size() ? text_[here_ + ahead] : '\0'; }

    Position place() const { return {source_, line_, static_cast<int>(here_ - line_start_) + 1}; }

    /// One character further, counting lines; CR LF is one line end.
    void step() {
        char const c = text_[here_++];
        if (c == '\n' || (c == '\r' && peek() != '\n')) {
            ++line_;
            line_start_ = here_;
        }
    }

    void to_line_end() {
        while (here_ < text_.size() && text_[here_] != '\n' && text_[here_] != '\r') ++here_;
    }

    /// As in NEURON what stands behind a mark of the text's end (^D, ^Z of CP/M, 0) does not count.
    void skip_blanks() {
        while (here_ < text_.size()) {
            if (auto const c = peek(); c == '\0' || c == '\4' || c == '\32') here_ = text_.size();
            else if (is_space(c)) step();
            else if (peek() == ':' || peek() == '?') to_line_end();
            else break;
        }
    }

    void push(TokenKind kind, std::size_t begin, Position at) {
        Token token;
        token.kind = kind;
        token.text = text_.substr(begin, here_ - begin);
        token.at = at;
        token.begin = begin;
        token.end = here_;
        tokens_.push_back(token);
    }

    void token() {
        auto const begin = here_;
        auto const at = place();
        if (is_letter(peek())) {
            while (is_letter(peek()) || is_digit(peek())) ++here_;
            word(text_.substr(begin, here_ - begin), begin, at);
        } else if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
            number(begin, at);
        } else if (peek() == '"') {
            string(begin, at);
        } else {
            static constexpr std::array<std::string_view, 9> long_marks{
                "<->", "->", "<<", "<=", ">=", "==", "!=", "&&", "||"};
            auto const rest = text_.substr(here_);
            auto const* mark =
                std::find_if(long_marks.begin(), long_marks.end(), [&](auto m) { return rest.starts_with(m); });
            here_ += mark != long_marks.end() ? mark->size() : 1;
            while (here_ < text_.size() && (static_cast<unsigned char>(text_[here_]) & 0xC0) == 0x80 &&
                   mark == long_marks.end())
                ++here_;  // the rest of a UTF-8 letter
            push(TokenKind::mark, begin, at);
        }
    }

    /// Is there nothing but blanks before this place in its line?
    bool starts_line(std::size_t place) const {
        if (place == text_.npos) return false;
        while (place > 0 && (text_[place - 1] == ' ' || text_[place - 1] == '\t')) --place;
        return place == 0 || text_[place - 1] == '\n' || text_[place - 1] == '\r';
    }

    /// Where ENDCOMMENT or ENDVERBATIM stands: the first that begins a line, as in NEURON, which drops the rest of that line;
    /// where there is none, the first at all.
    std::size_t end_of_block(std::string const& end_word) const {
        auto const first = text_.find(end_word, here_);
        for (auto end = first; end != text_.npos; end = text_.find(end_word, end + 1))
            if (starts_line(end)) return end;
        return first;
    }

    void word(std::string_view text, std::size_t begin, Position at) {
        if (text == "COMMENT" || text == "VERBATIM") {
            auto const end_word = "END" + std::string(text);
            auto const end = end_of_block(end_word);
            if (end == text_.npos)
                report_(at, "nmodl-block-not-closed", std::string(text) + " is never closed", "add " + end_word);
            auto const body = here_;
            while (here_ < std::min(end, text_.size())) step();
            if (text == "VERBATIM") push(TokenKind::verbatim, body, at);
            if (end != text_.npos) here_ += end_word.size();
            if (starts_line(end)) to_line_end();
        } else if (text == "TITLE") {
            auto const body = here_;
            to_line_end();
            push(TokenKind::title, body, at);
        } else {
            push(TokenKind::name, begin, at);
        }
    }

    void number(std::size_t begin, Position at) {
        while (is_digit(peek())) ++here_;
        bool integer = true;
        if (peek() == '.') {
            integer = false;
            ++here_;
            while (is_digit(peek())) ++here_;
        }
        if (peek() == 'e' || peek() == 'E') {
            std::size_t const sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (is_digit(peek(1 + sign))) {
                integer = false;
                here_ += 1 + sign;
                while (is_digit(peek())) ++here_;
            }
        }
        push(TokenKind::number, begin, at);
        auto& token = tokens_.back();
        token.integer = integer;
        auto const result = std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.value);
        if (result.ec != std::errc{})
            report_(at, "nmodl-number-out-of-range", "'" + std::string(token.text) + "' is beyond the range of numbers",
                    "numbers reach from 2.2e-308 to 1.8e308");
    }

    void string(std::size_t begin, Position at) {
        ++here_;
        while (here_ < text_.size() && peek() != '"' && peek() != '\n')
            here_ += peek() == '\\' && here_ + 1 < text_.size() ? 2 : 1;
        if (peek() == '"') ++here_;
        else report_(at, "nmodl-string-not-closed", "this string is never closed", "add a \" on the same line");
        push(TokenKind::string, begin, at);
    }

    std::string_view text_;
    int source_;
    Report const& report_;
    std::size_t here_ = 0, line_start_ = 0;
    int line_ = 1;
    std::vector<Token> tokens_;
};

}  // namespace

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (text[i] == '\n' || text[i] == '\r') lines.emplace_back();
        else lines.back() += text[i];
    }
    return lines;
}

std::vector<Token> tokenize(std::string_view text, int source, Report const& report) {
    return Lexer(text, source, report).run();
}

std::string suggestion(std::string_view word, std::vector<std::string> const& words, std::string otherwise) {
    auto const near = near_matches(word, words);
    return near.empty() ? std::move(otherwise) : "did you mean '" + near.front() + "'?";
}

namespace {

std::string trimmed(std::string const& line) {
    auto const first = line.find_first_not_of(" \t");
    return first == line.npos ? std::string() : line.substr(first);
}

}  // namespace

Diagnostic at_source(Program const& program, Severity severity, Position at, std::string code, std::string message,
                     std::string advice) {
    Diagnostic d{severity, std::move(code), {}, std::move(message), std::move(advice), {}};
    if (at.source < static_cast<int>(program.sources.size())) {
        auto const& source = program.sources[static_cast<std::size_t>(at.source)];
        auto const line = static_cast<std::size_t>(at.line) - 1;
        d.where = {source.file, at.line, at.column};
        if (line < source.origins.size()) {
            auto const& origin = source.origins[line];
            d.where = {origin.file, origin.line, origin.column};
            d.source_line = origin.text;
            if (line < source.lines.size()) d.message += "; composed as: " + trimmed(source.lines[line]);
        } else if (line < source.lines.size()) {
            d.source_line = source.lines[line];
        }
    }
    return d;
}

}  // namespace rall::nmodl
