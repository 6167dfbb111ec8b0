#include "nmodl_lite/units.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string>

namespace rall::nmodl {

namespace {

struct Named {
    std::string_view name;
    std::string_view meaning;  // in other units; "" for a base unit
};

constexpr std::string_view base_units[] = {"m", "kg", "sec", "coul", "K", "candela"};

// CODATA 2018 values, exact since the SI of 2019: the mole is a number here, as NEURON has it.
constexpr Named table[] = {
    {"meter", "m"},
    {"metre", "m"},
    {"cm", "0.01 m"},
    {"mm", "0.001 m"},
    {"km", "1000 m"},
    {"micron", "1e-6 m"},
    {"um", "1e-6 m"},
    {"nm", "1e-9 m"},
    {"angstrom", "1e-10 m"},
    {"inch", "0.0254 m"},
    {"gram", "0.001 kg"},
    {"gm", "0.001 kg"},
    {"g", "9.80665 m/sec2"},
    {"mg", "1e-6 kg"},
    {"s", "sec"},
    {"second", "sec"},
    {"ms", "0.001 sec"},
    {"us", "1e-6 sec"},
    {"minute", "60 sec"},
    {"min", "60 sec"},
    {"hour", "3600 sec"},
    {"hr", "3600 sec"},
    {"day", "86400 sec"},
    {"coulomb", "coul"},
    {"kelvin", "K"},
    {"degK", "K"},
    {"degC", "K"},
    {"cd", "candela"},
    {"amp", "coul/sec"},
    {"ampere", "coul/sec"},
    {"A", "coul/sec"},
    {"mA", "0.001 amp"},
    {"uA", "1e-6 amp"},
    {"nA", "1e-9 amp"},
    {"pA", "1e-12 amp"},
    {"newton", "kg m/sec2"},
    {"nt", "kg m/sec2"},
    {"dyne", "1e-5 newton"},
    {"joule", "newton m"},
    {"J", "joule"},
    {"watt", "joule/sec"},
    {"volt", "watt/amp"},
    {"V", "volt"},
    {"mV", "0.001 volt"},
    {"uV", "1e-6 volt"},
    {"eV", "1.602176634e-19 joule"},
    {"ohm", "volt/amp"},
    {"mho", "amp/volt"},
    {"siemens", "amp/volt"},
    {"S", "siemens"},
    {"mS", "0.001 siemens"},
    {"uS", "1e-6 siemens"},
    {"nS", "1e-9 siemens"},
    {"pS", "1e-12 siemens"},
    {"farad", "coul/volt"},
    {"uF", "1e-6 farad"},
    {"henry", "sec2/farad"},
    {"weber", "volt sec"},
    {"tesla", "weber/m2"},
    {"hertz", "1/sec"},
    {"Hz", "1/sec"},
    {"pascal", "newton/m2"},
    {"atm", "101325 pascal"},
    {"cal", "4.1868 joule"},
    {"calorie", "4.1868 joule"},
    {"cc", "1e-6 m3"},
    {"liter", "0.001 m3"},
    {"litre", "0.001 m3"},
    {"l", "0.001 m3"},
    {"pi", "3.14159265358979323846"},
    {"radian", "0.5/pi"},
    {"degree", "0.00555555555555555556 pi radian"},
    {"percent", "0.01"},
    {"mole", "6.02214076e23"},
    {"mol", "mole"},
    {"molar", "mole/liter"},
    {"M", "molar"},
    {"mM", "0.001 molar"},
    {"uM", "1e-6 molar"},
    {"nM", "1e-9 molar"},
    {"e", "1.602176634e-19 coul"},
    {"faraday", "e mole"},
    {"k", "1.380649e-23 joule/K"},
    {"boltzmann", "k"},
    {"gasconstant", "k mole"},
    {"R", "k mole"},
    {"c", "299792458 m/sec"},
    {"planck", "6.62607015e-34 joule sec"},
    {"hbar", "0.5 planck/pi"},
};

constexpr std::pair<std::string_view, double> prefixes[] = {
    {"yotta", 1e24}, {"zetta", 1e21}, {"exa", 1e18},  {"peta", 1e15},  {"tera", 1e12},   {"giga", 1e9},
    {"mega", 1e6},   {"kilo", 1e3},   {"hecto", 1e2}, {"deka", 1e1},   {"deci", 1e-1},   {"centi", 1e-2},
    {"milli", 1e-3}, {"micro", 1e-6}, {"nano", 1e-9}, {"pico", 1e-12}, {"femto", 1e-15}, {"atto", 1e-18},
    {"k", 1e3},      {"m", 1e-3},     {"u", 1e-6},    {"n", 1e-9},     {"p", 1e-12},     {"f", 1e-15},
};

std::optional<Unit> word_to_unit(std::string_view word, int depth) {
    if (depth > 20) return {};
    for (std::size_t i = 0; i < std::size(base_units); ++i)
        if (word == base_units[i]) {
            Unit unit;
            unit.powers[i] = 1;
            return unit;
        }
    for (auto const& known : table)
        if (word == known.name) return read_unit(known.meaning);
    if (word.size() > 2 && word.back() == 's')  // plurals
        if (auto unit = word_to_unit(word.substr(0, word.size() - 1), depth + 1)) return unit;
    for (auto const& [prefix, factor] : prefixes)
        if (word.size() > prefix.size() && word.starts_with(prefix))
            if (auto unit = word_to_unit(word.substr(prefix.size()), depth + 1)) {
                unit->factor *= factor;
                return unit;
            }
    return {};
}

void multiply(Unit& into, Unit const& other, int power) {
    into.factor *= std::pow(other.factor, power);
    for (std::size_t i = 0; i < into.powers.size(); ++i) into.powers[i] += power * other.powers[i];
}

}  // namespace

std::optional<Unit> read_unit(std::string_view text) {
    Unit result;
    int sign = 1;
    for (std::size_t i = 0; i < text.size();) {
        char const c = text[i];
        if (c == '/') {
            if (sign < 0) return {};
            sign = -1;
            ++i;
        } else if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') {
            double value = 0;
            auto const end = std::from_chars(text.data() + i, text.data() + text.size(), value).ptr;
            if (end == text.data() + i) return {};  // a point without a digit
            i = static_cast<std::size_t>(end - text.data());
            result.factor *= std::pow(value, sign);
        } else if (std::isalpha(static_cast<unsigned char>(c))) {
            auto end = i;
            while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end]))) ++end;
            auto const unit = word_to_unit(text.substr(i, end - i), 0);
            if (!unit) return {};
            int power = 0;
            for (; end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) && power < 100; ++end)
                power = 10 * power + (text[end] - '0');
            multiply(result, *unit, sign * (power == 0 ? 1 : power));
            i = end;
        } else if (c == '-' || c == '*' || std::isspace(static_cast<unsigned char>(c))) {
            ++i;
        } else {
            return {};
        }
    }
    return result;
}

std::optional<double> convert(std::string_view from, std::string_view to) {
    auto const a = read_unit(from), b = read_unit(to);
    if (!a || !b || a->powers != b->powers) return {};
    return a->factor / b->factor;
}

}  // namespace rall::nmodl
