#include "nmodl_lite/c/lexer.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.hpp"
#include "nmodl_lite/c/parser.hpp"

namespace rall::nmodl {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::array<std::string_view, 22> long_marks{"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
                                                      "<=",  ">=",  "==",  "!=", "&&", "||", "+=", "-=",
                                                      "*=",  "/=",  "%=",  "&=", "|=", "^="};

/// Characters to tokens, one at a time; a line that begins with # comes as a mark "#", the end of its line as "\n".
class Reader {
public:
    Reader(std::string_view text, Position at) : text_(text), at_(at) {}

    std::vector<CToken> run() {
        std::vector<CToken> all;
        bool line_start = true, directive = false;
        for (;;) {
            line_start = skip_blanks(directive) || line_start;
            if (directive && line_start) {
                all.push_back(token(CTokenKind::mark, "\n"));
                directive = false;
                continue;
            }
            if (here_ >= text_.size()) break;
            directive = directive || (peek() == '#' && line_start);
            line_start = false;
            all.push_back(one());
        }
        if (directive) all.push_back(token(CTokenKind::mark, "\n"));
        return all;
    }

private:
    char peek(std::size_t ahead = 0) const { return here_ + ahead < text_.size() ? text_[here_ + ahead] : '\0'; }

    void step(std::size_t n = 1) {
        for (; n > 0 && here_ < text_.size(); --n) {
            char const c = text_[here_++];
            ++at_.column;
            if (c == '\n' || (c == '\r' && peek() != '\n')) {
                ++at_.line;
                at_.column = 1;
            }
        }
    }

    /// True when a line ended; within a directive it stops there.
    bool skip_blanks(bool directive) {
        bool new_line = false;
        while (here_ < text_.size()) {
            char const c = peek();
            if (c == '\n' || c == '\r') {
                step();
                new_line = true;
                if (directive) return true;
            } else if (c == ' ' || c == '\t' || c == '\f' || c == '\v') {
                step();
            } else if (c == '\\' && (peek(1) == '\n' || peek(1) == '\r')) {
                step(peek(1) == '\r' && peek(2) == '\n' ? 3 : 2);
            } else if (c == '/' && peek(1) == '*') {
                auto const end = text_.find("*/", here_ + 2);
                step((end == text_.npos ? text_.size() : end + 2) - here_);
            } else if (c == '/' && peek(1) == '/') {
                while (here_ < text_.size() && peek() != '\n' && peek() != '\r') step();
            } else {
                break;
            }
        }
        return new_line;
    }

    CToken token(CTokenKind kind, std::string text) const {
        CToken result;
        result.kind = kind;
        result.text = std::move(text);
        result.at = at_;
        return result;
    }

    CToken one() {
        auto const begin = here_;
        auto result = token(CTokenKind::mark, {});
        if (is_letter(peek())) {
            while (is_letter(peek()) || is_digit(peek())) step();
            result.kind = CTokenKind::name;
            result.text = text_.substr(begin, here_ - begin);
        } else if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
            number(result);
        } else if (peek() == '"') {
            result.kind = CTokenKind::string;
            result.text = quoted('"');
        } else if (peek() == '\'') {
            result.kind = CTokenKind::number;
            result.integer = true;
            result.text = quoted('\'');
            result.value = result.text.empty() ? 0 : static_cast<unsigned char>(result.text.back());
        } else {
            auto const rest = text_.substr(here_);
            auto const* mark = std::ranges::find_if(long_marks, [&](auto m) { return rest.starts_with(m); });
            step(mark != long_marks.end() ? mark->size() : 1);
            result.text = text_.substr(begin, here_ - begin);
        }
        return result;
    }

    void number(CToken& result) {
        std::string const rest(text_.substr(here_, 64));
        char* end = nullptr;
        bool const hexadecimal = rest.size() > 1 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'X');
        bool const octal = !hexadecimal && rest[0] == '0' && rest.size() > 1 && is_digit(rest[1]) &&
                           rest.find_first_of(".eE") >= rest.find_first_not_of("0123456789");
        result.value =
            octal ? static_cast<double>(std::strtoull(rest.c_str(), &end, 8)) : std::strtod(rest.c_str(), &end);
        auto const text = rest.substr(0, static_cast<std::size_t>(end - rest.c_str()));
        result.kind = CTokenKind::number;
        result.integer = hexadecimal || text.find_first_of(".eE") == text.npos;
        step(text.size());
        while (std::string_view("uUlLfF").find(peek()) != std::string_view::npos && peek() != '\0') {
            if (peek() == 'f' || peek() == 'F') result.integer = false;
            step();
        }
        result.text = text;
    }

    std::string quoted(char mark) {
        auto const at = at_;
        step();
        auto const begin = here_;
        while (here_ < text_.size() && peek() != mark && peek() != '\n') step(peek() == '\\' ? 2 : 1);
        std::string text(text_.substr(begin, std::min(here_, text_.size()) - begin));
        if (peek() != mark) throw NotUnderstood(at, "a quote that is never closed");
        step();
        return text;
    }

    std::string_view text_;
    std::size_t here_ = 0;
    Position at_;
};

bool is_mark(CToken const& token, std::string_view text) {
    return token.kind == CTokenKind::mark && token.text == text;
}

CToken number_token(double value, Position at) {
    CToken token;
    token.kind = CTokenKind::number;
    token.value = value;
    token.integer = true;
    token.at = at;
    return token;
}

}  // namespace

Preprocessor::Preprocessor(FindHeader find_header) : find_header_(std::move(find_header)) {
    auto const value = [&](std::string const& name, std::string_view text) {
        macros_[name].tokens = Reader(text, {}).run();
    };
    for (char const* version : {"NRN_VERSION_GTEQ_8_2_0", "NRN_VERSION_GTEQ", "NRN_VERSION_MAJOR"}) value(version, "1");
    value("_threadargscomma_", "");
    value("_threadargsprotocomma_", "");
    value("_threadargs_", "");
    value("_threadargsproto_", "");
    value("NULL", "0");
    value("M_PI", "3.14159265358979323846");
    value("M_E", "2.7182818284590452354");
    value("RAND_MAX", "2147483647");
    value("DBL_MAX", "1.7976931348623157e308");
    value("FLT_MAX", "3.40282347e38");
    value("INT_MAX", "2147483647");
}

std::vector<CToken> Preprocessor::tokens(std::string_view text, Position at) {
    std::vector<CToken> out;
    work_ = 0;
    read(text, at, out);
    return out;
}

void Preprocessor::read(std::string_view text, Position at, std::vector<CToken>& out) {
    auto const raw = Reader(text, at).run();
    std::vector<CToken> pending;  // what follows a directive is replaced with the definitions known then
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (is_mark(raw[i], "#")) {
            std::vector<CToken> line;
            for (++i; i < raw.size() && !is_mark(raw[i], "\n"); ++i) line.push_back(raw[i]);
            expand(pending, {}, out);
            pending.clear();
            if (!line.empty() && line[0].text == "include") include(line, out);
            else directive(line);
        } else if (active()) {
            pending.push_back(raw[i]);
        }
    }
    expand(pending, {}, out);
}

/// Headers of the system bring nothing that is not known here; those of the model stand beside its files.
void Preprocessor::include(std::vector<CToken> const& line, std::vector<CToken>& out) {
    if (!active() || !find_header_ || line.size() < 2 || line[1].kind != CTokenKind::string) return;
    auto const header = find_header_(line[1].at, line[1].text);
    if (header && included_.insert(header->at.source).second) read(header->text, header->at, out);
}

std::vector<CToken> const* Preprocessor::meaning(std::string const& name) const {
    auto const found = macros_.find(name);
    return found == macros_.end() || found->second.has_parameters ? nullptr : &found->second.tokens;
}

bool Preprocessor::active() const {
    return std::ranges::all_of(branches_, [](Branch const& b) { return b.active; });
}

void Preprocessor::directive(std::vector<CToken> const& line) {
    if (line.empty()) return;
    auto const& word = line[0].text;
    auto const known = [&] { return line.size() > 1 && macros_.contains(line[1].text); };
    if (word == "if" || word == "ifdef" || word == "ifndef") {
        bool const outside = active();
        bool const holds = !outside ? false : word == "if" ? condition(line, line[0].at) : known() == (word == "ifdef");
        branches_.push_back({outside, holds, holds});
    } else if (word == "else" || word == "elif") {
        if (branches_.empty()) throw NotUnderstood(line[0].at, "#" + word + " without #if");
        auto& branch = branches_.back();
        branch.active = false;
        branch.active = branch.outside && !branch.taken && (word == "else" || condition(line, line[0].at));
        branch.taken = branch.taken || branch.active;
    } else if (word == "endif") {
        if (!branches_.empty()) branches_.pop_back();
    } else if (!active()) {
        return;
    } else if (word == "define" && line.size() > 1) {
        define(line);
    } else if (word == "undef" && line.size() > 1) {
        macros_.erase(line[1].text);
    }  // #pragma, #error: nothing that changes what is computed
}

bool Preprocessor::condition(std::vector<CToken> const& line, Position at) {
    std::vector<CToken> text;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i].text == "defined") {
            bool const parenthesis = i + 1 < line.size() && is_mark(line[i + 1], "(");
            auto const name = i + (parenthesis ? 2 : 1);
            bool const known = name < line.size() && macros_.contains(line[name].text);
            text.push_back(number_token(known, line[i].at));
            i = name + (parenthesis ? 1 : 0);
        } else if (line[i].text.starts_with("NRN_VERSION_") && i + 1 < line.size() && is_mark(line[i + 1], "(")) {
            // NRN_VERSION_GTEQ(9, 0, 0) and its kin, asked of 8.2.2.
            std::vector<double> parts;
            auto const comparison = line[i].text;
            for (i += 2; i < line.size() && !is_mark(line[i], ")"); ++i)
                if (line[i].kind == CTokenKind::number) parts.push_back(line[i].value);
            parts.resize(3);
            std::vector<double> const ours{8, 2, 2};
            bool const holds = comparison.ends_with("GTEQ")   ? ours >= parts
                               : comparison.ends_with("GT")   ? ours > parts
                               : comparison.ends_with("LTEQ") ? ours <= parts
                               : comparison.ends_with("LT")   ? ours < parts
                               : comparison.ends_with("NEQ")  ? ours != parts
                                                              : ours == parts;
            text.push_back(number_token(holds, at));
        } else {
            text.push_back(line[i]);
        }
    }
    std::vector<CToken> expanded;
    expand(text, {}, expanded);
    for (auto& token : expanded)  // what is not defined is 0
        if (token.kind == CTokenKind::name) token = number_token(0, token.at);
    auto const value = constant_value(CParser(expanded, {}).whole_expression());
    if (!value) throw NotUnderstood(at, "this #if");
    return *value != 0;
}

void Preprocessor::define(std::vector<CToken> const& line) {
    Macro macro;
    std::size_t i = 2;
    // A parameter list follows the name without a blank.
    if (i < line.size() && is_mark(line[i], "(") && line[i].at.line == line[1].at.line &&
        line[i].at.column == line[1].at.column + static_cast<int>(line[1].text.size())) {
        macro.has_parameters = true;
        for (++i; i < line.size() && !is_mark(line[i], ")"); ++i)
            if (line[i].kind == CTokenKind::name) macro.parameters.push_back(line[i].text);
        ++i;
    }
    for (; i < line.size(); ++i) macro.tokens.push_back(line[i]);
    macros_[line[1].text] = std::move(macro);
}

void Preprocessor::expand(std::vector<CToken> const& in, std::set<std::string> const& within,
                          std::vector<CToken>& out) const {
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (++work_ > 200000 || within.size() > 100) throw NotUnderstood(in[i].at, "a macro that grows without end");
        auto const found = in[i].kind == CTokenKind::name ? macros_.find(in[i].text) : macros_.end();
        if (found == macros_.end() || within.contains(in[i].text)) {
            out.push_back(in[i]);
            continue;
        }
        auto const& macro = found->second;
        auto inside = within;
        inside.insert(in[i].text);
        auto const at = in[i].at;
        std::vector<CToken> replaced;
        if (macro.has_parameters) {
            if (i + 1 >= in.size() || !is_mark(in[i + 1], "(")) {
                out.push_back(in[i]);
                continue;
            }
            std::vector<std::vector<CToken>> args(1);
            int depth = 1;
            for (i += 2; i < in.size(); ++i) {
                if (is_mark(in[i], "(")) ++depth;
                if (is_mark(in[i], ")") && --depth == 0) break;
                if (is_mark(in[i], ",") && depth == 1) args.emplace_back();
                else args.back().push_back(in[i]);
            }
            args.resize(std::max(args.size(), macro.parameters.size()));
            for (auto const& token : macro.tokens) {
                auto const parameter = token.kind == CTokenKind::name ? std::ranges::find(macro.parameters, token.text)
                                                                      : macro.parameters.end();
                if (parameter == macro.parameters.end()) replaced.push_back(token);
                else expand(args[static_cast<std::size_t>(parameter - macro.parameters.begin())], within, replaced);
            }
        } else {
            replaced = macro.tokens;
        }
        for (auto& token : replaced) token.at = at;
        expand(replaced, inside, out);
    }
}

}  // namespace rall::nmodl
