#include "nmodl_lite/units/unit.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/text.hpp"

namespace rall::nmodl {

namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '%' || c == '_'; }

/// Reads parts of a unit's text from left to right.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool done() const { return at_ == text_.size(); }
    char here() const { return done() ? '\0' : text_[at_]; }
    void skip() { ++at_; }

    std::string_view letters() {
        auto const begin = at_;
        while (is_letter(here())) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    /// Digits right after a unit; 1 without any. Larger powers than 99 are none.
    int power() {
        if (here() == '^') ++at_;
        int power = 0;
        bool given = false;
        for (; is_digit(here()) && power < 100; ++at_, given = true) power = 10 * power + (here() - '0');
        return given ? power : 1;
    }

    /// 3, 1.5e-4, NEURON's way of writing that (1.5-4), or a fraction (1|60).
    std::optional<double> number() {
        auto value = plain();
        if (!value) return {};
        if (here() == '|') {
            ++at_;
            auto const below = plain();
            if (!below || *below == 0) return {};
            *value /= *below;
        }
        return value;
    }

private:
    std::optional<double> plain() {
        double value = 0;
        auto const* const end = text_.data() + text_.size();
        auto const* const stop = std::from_chars(text_.data() + at_, end, value).ptr;
        if (stop == text_.data() + at_) return {};  // a point without a digit
        at_ = static_cast<std::size_t>(stop - text_.data());
        if ((here() == '+' || here() == '-') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
            double const sign = here() == '-' ? -1 : 1;
            ++at_;
            int exponent = 0;
            at_ = static_cast<std::size_t>(std::from_chars(text_.data() + at_, end, exponent).ptr - text_.data());
            value *= std::pow(10, sign * exponent);
        }
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

bool Unit::dimensionless() const { return powers == Unit{}.powers; }

Unit operator*(Unit const& a, Unit const& b) {
    Unit result = a;
    result.factor *= b.factor;
    result.number *= b.number;
    for (std::size_t i = 0; i < a.powers.size(); ++i) result.powers[i] += b.powers[i];
    for (auto const& [word, power] : b.words)
        if ((result.words[word] += power) == 0) result.words.erase(word);
    return result;
}

Unit raised(Unit const& unit, double power) {
    Unit result = unit;
    result.factor = std::pow(unit.factor, power);
    result.number = std::pow(unit.number, power);
    for (auto& p : result.powers) p *= power;
    for (auto& [word, p] : result.words) p *= power;
    if (power == 0) result.words.clear();
    return result;
}

bool same_dimension(Unit const& a, Unit const& b) {
    return std::ranges::equal(a.powers, b.powers, [](double p, double q) { return std::abs(p - q) < 1e-9; });
}

bool same(Unit const& a, Unit const& b) {
    return same_dimension(a, b) && std::abs(a.factor - b.factor) <= 1e-5 * std::abs(b.factor);
}

std::string factor_text(double factor) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", factor);
    return text;
}

std::string to_string(Unit const& unit) {
    std::string above, below;
    for (auto const& [word, power] : unit.words) {
        auto& part = power > 0 ? above : below;
        if (!part.empty()) part += " ";
        part += word + (std::abs(power) == 1 ? "" : factor_text(std::abs(power)));
    }
    auto text = unit.number == 1 ? "" : factor_text(unit.number);
    if (!above.empty()) text += (text.empty() ? "" : " ") + above;
    if (text.empty() && below.empty()) return "1";
    if (below.empty()) return text;
    return (text.empty() ? "1" : text) + "/" + below;
}

std::optional<Unit> read_unit(std::string_view text, Words const& words) {
    Unit result;
    int sign = 1;
    for (Reader in(text); !in.done();) {
        char const c = in.here();
        if (c == '/') {
            if (sign < 0) return {};
            sign = -1;
            in.skip();
        } else if (is_digit(c) || c == '.') {
            auto const value = in.number();
            if (!value || *value == 0) return {};
            result.factor *= std::pow(*value, sign);
            result.number *= std::pow(*value, sign);
        } else if (is_letter(c)) {
            auto const unit = words(in.letters());
            if (!unit) return {};
            result = result * raised(*unit, sign * in.power());
        } else if (c == '-' || c == '*' || std::isspace(static_cast<unsigned char>(c))) {
            in.skip();
        } else {
            return {};
        }
    }
    return result;
}

}  // namespace rall::nmodl
