#include "io/neuroml/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace rall::io::neuroml {
namespace {

struct Function {
    std::string_view name, nmodl, muparser;  // "" where the language lacks it
};
constexpr std::array functions{
    Function{"exp", "exp", "exp"},    Function{"log", "log", "ln"},     Function{"ln", "log", "ln"},
    Function{"sqrt", "sqrt", "sqrt"}, Function{"sin", "sin", "sin"},    Function{"cos", "cos", "cos"},
    Function{"tan", "tan", "tan"},    Function{"sinh", "sinh", "sinh"}, Function{"cosh", "cosh", "cosh"},
    Function{"tanh", "tanh", "tanh"}, Function{"abs", "fabs", "abs"},   Function{"ceil", "ceil", ""},
    Function{"H", "H", "H"},  // Heaviside's step, written as a comparison
};

Function const* find_function(std::string_view name) {
    auto const found = std::ranges::find(functions, name, &Function::name);
    return found == functions.end() ? nullptr : &*found;
}

struct Level {
    std::string_view lems, nmodl;
    int level;
};
constexpr std::array operators{
    Level{".or.", "||", 0}, Level{".and.", "&&", 1}, Level{".gt.", ">", 2},  Level{".geq.", ">=", 2},
    Level{".lt.", "<", 2},  Level{".leq.", "<=", 2}, Level{".eq.", "==", 2}, Level{".neq.", "!=", 2},
    Level{"+", "+", 3},     Level{"-", "-", 3},      Level{"*", "*", 4},     Level{"/", "/", 4},
};

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    TermPtr all() {
        auto result = expression(0);
        blanks();
        if (here_ < text_.size()) fail(fmt::format("'{}' is not expected here", text_.substr(here_, 1)));
        return result;
    }

private:
    [[noreturn]] void fail(std::string message) const { throw ExpressionFailure{here_, std::move(message)}; }

    void blanks() {
        while (here_ < text_.size() && std::string_view(" \t\r\n").find(text_[here_]) != std::string_view::npos)
            ++here_;
    }
    bool accept(std::string_view mark) {
        blanks();
        if (!text_.substr(here_).starts_with(mark)) return false;
        here_ += mark.size();
        return true;
    }
    static TermPtr operation(std::string_view name, std::vector<TermPtr> args) {
        return std::make_shared<Term const>(Term{Term::Kind::operation, 0, std::string(name), std::move(args)});
    }

    TermPtr expression(int level) {
        if (level > 4) return unary();
        auto left = expression(level + 1);
        for (bool more = true; more;) {
            more = false;
            for (auto const& op : operators)
                if (op.level == level && accept(op.lems)) {
                    if (++n_operators_ > 2000) fail("more than 2000 operators");
                    left = operation(op.nmodl, {left, expression(level + 1)});
                    if (level == 2) return left;  // comparisons do not follow one another
                    more = true;
                    break;
                }
        }
        return left;
    }

    TermPtr unary() {
        if (++depth_ > 100) fail("this is nested too deeply");
        TermPtr result;
        if (accept("-")) result = operation("-", {unary()});
        else if (accept("+")) result = unary();
        else result = power();
        --depth_;
        return result;
    }

    TermPtr power() {
        auto base = primary();
        if (!accept("^")) return base;
        auto exponent = accept("-") ? operation("-", {primary()}) : primary();
        if (accept("^")) fail("a^b^c can mean two things: write parentheses");
        return operation("^", {base, exponent});
    }

    TermPtr primary() {
        if (accept("(")) {
            if (++depth_ > 100) fail("this is nested too deeply");
            auto inner = expression(0);
            if (!accept(")")) fail("expected ')'");
            --depth_;
            return inner;
        }
        blanks();
        if (here_ == text_.size()) fail("a number, a name or '(' is missing at the end");
        char const c = text_[here_];
        if ((c >= '0' && c <= '9') || c == '.') return number();
        auto const begin = here_;
        while (here_ < text_.size() && is_letter(text_[here_], here_ > begin)) ++here_;
        if (here_ == begin) fail(fmt::format("expected a number, a name or '(', found '{}'", text_.substr(here_, 1)));
        std::string name(text_.substr(begin, here_ - begin));
        if (!accept("(")) return std::make_shared<Term const>(Term{Term::Kind::name, 0, std::move(name), {}});
        if (!find_function(name)) {
            here_ = begin;
            std::vector<std::string> known;
            for (auto const& function : functions) known.emplace_back(function.name);
            fail(fmt::format("there is no function '{}'; {}", name, did_you_mean(name, known)));
        }
        if (++depth_ > 100) fail("this is nested too deeply");
        auto argument = expression(0);
        if (!accept(")")) fail(fmt::format("expected ')' after the argument of {}", name));
        --depth_;
        return std::make_shared<Term const>(Term{Term::Kind::call, 0, std::move(name), {argument}});
    }

    TermPtr number() {
        double value = 0;
        auto const* begin = text_.data() + here_;
        auto const [end, failure] = std::from_chars(begin, text_.data() + text_.size(), value);
        if (failure != std::errc()) fail("this is no number");
        here_ += static_cast<std::size_t>(end - begin);
        if (here_ < text_.size() && is_letter(text_[here_], false))
            fail("a number with a unit cannot stand in an expression: give it as a Constant or Parameter");
        return std::make_shared<Term const>(Term{Term::Kind::number, value, {}, {}});
    }

    static bool is_letter(char c, bool digits) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (digits && c >= '0' && c <= '9');
    }

    std::string_view text_;
    std::size_t here_ = 0;
    int depth_ = 0, n_operators_ = 0;
};

void collect(Term const& term, std::set<std::string>& names) {
    if (term.kind == Term::Kind::name) names.insert(term.name);
    for (auto const& arg : term.args) collect(*arg, names);
}

}  // namespace

TermPtr parse_expression(std::string_view text) { return Reader(text).all(); }

std::set<std::string> names_in(Term const& term) {
    std::set<std::string> names;
    collect(term, names);
    return names;
}

std::string write_expression(Term const& term, Language language,
                             std::function<std::string(std::string const&)> const& rename) {
    auto const inner = [&](std::size_t i) { return write_expression(*term.args[i], language, rename); };
    switch (term.kind) {
        case Term::Kind::number:
            return number_text(term.number);
        case Term::Kind::name:
            return rename(term.name);
        case Term::Kind::call: {
            if (term.name == "H") return fmt::format("({} > 0)", inner(0));
            auto const* function = find_function(term.name);
            auto const name = language == Language::nmodl ? function->nmodl : function->muparser;
            if (name.empty())
                throw ExpressionFailure{0, fmt::format("the function '{}' cannot be used here", term.name)};
            return fmt::format("{}({})", name, inner(0));
        }
        case Term::Kind::operation:
            break;
    }
    if (term.args.size() == 1) return fmt::format("({}{})", term.name, inner(0));
    return fmt::format("({} {} {})", inner(0), term.name, inner(1));
}

std::string number_text(double value) {
    auto text = fmt::format("{}", value);
    return value < 0 ? "(" + text + ")" : text;
}

}  // namespace rall::io::neuroml
