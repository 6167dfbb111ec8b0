#include "nmodl_lite/units/library.hpp"

#include <dlfcn.h>
#include <link.h>
#include <udunits2.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/diagnostics.hpp"

namespace rall::nmodl {

namespace {

struct Named {
    std::string_view name;
    std::string_view meaning;  // in other words; "" for the number 1
};

// What NEURON's database calls differently from udunits2 or has for itself. The constants are those of the SI of 2019; the mole
// is a number, so that (faraday) is a charge and (molar) is 1/liter in all files.
constexpr Named neurons_own[] = {
    {"mole", "6.02214076e23"},
    {"mol", "mole"},
    {"molar", "/liter"},
    {"M", "molar"},
    {"e", "1.602176634e-19 coulomb"},
    {"faraday", "e mole"},
    {"k", "1.380649e-23 joule/kelvin"},
    {"boltzmann", "k"},
    {"gasconstant", "k mole"},
    {"R", "k mole"},
    {"c", "299792458 meter/second"},
    {"planck", "6.62607015e-34 joule second"},
    {"hbar", "0.5 planck/pi"},
    {"pi", "3.14159265358979323846"},
    {"eV", "e volt"},
    {"ev", "e volt"},
    {"g", "9.80665 meter/second2"},
    {"force", "g"},
    {"gm", "gram"},
    {"coul", "coulomb"},
    {"mho", "siemens"},
    {"nt", "newton"},
    {"hz", "hertz"},
    {"khz", "kilohertz"},
    {"mhz", "megahertz"},
    {"megohm", "megaohm"},
    {"kilohm", "kiloohm"},
    {"radian", "0.5/pi"},
    {"steradian", "radian2"},
    {"degree", "1|180 pi radian"},
};

constexpr std::pair<std::string_view, double> all_prefixes[] = {
    {"yotta", 1e24}, {"zetta", 1e21},  {"exa", 1e18},   {"peta", 1e15},  {"tera", 1e12},
    {"giga", 1e9},   {"mega", 1e6},    {"kilo", 1e3},   {"hecto", 1e2},  {"deka", 1e1},
    {"deci", 1e-1},  {"centi", 1e-2},  {"milli", 1e-3}, {"micro", 1e-6}, {"nano", 1e-9},
    {"pico", 1e-12}, {"femto", 1e-15}, {"atto", 1e-18}, {"M", 1e6},      {"k", 1e3},
    {"m", 1e-3},     {"u", 1e-6},      {"n", 1e-9},     {"p", 1e-12},    {"f", 1e-15},
};

/// The factor of an SI prefix, in full ("milli") or as its letter ("m"); nothing for other words.
std::optional<double> prefix(std::string_view word) {
    for (auto const& [name, factor] : all_prefixes)
        if (name == word) return factor;
    return {};
}

/// All prefixes that a word begins with, the longest first, the word itself not among them.
std::vector<std::string_view> prefixes_of(std::string_view word) {
    std::vector<std::string_view> result;
    for (auto const& [name, factor] : all_prefixes)
        if (word.size() > name.size() && word.starts_with(name)) result.push_back(name);
    return result;
}

/// The database that came with the program or module of which this code is part, as in a wheel (python/CMakeLists.txt). Empty where none did, or where the
/// user names another: udunits2 then knows what to read.
std::string brought_database() {
    if (std::getenv("UDUNITS2_XML_PATH")) return {};
    Dl_info info{};
    void* map = nullptr;
    if (!::dladdr1(reinterpret_cast<void const*>(&brought_database), &info, &map, RTLD_DL_LINKMAP)) return {};
    char const* const loaded = static_cast<link_map const*>(map)->l_name;  // empty: the program itself
    std::error_code code;
    auto const here = std::filesystem::canonical(*loaded ? loaded : "/proc/self/exe", code).parent_path();
    for (auto const& prefix : {here, here.parent_path()})
        if (auto const file = prefix / "share/rall/udunits/udunits2.xml"; !code && std::filesystem::exists(file, code)) return file.string();
    return {};
}

/// The database of udunits2, read once. Its functions keep state of their own: one caller at a time.
class Database {
public:
    std::optional<Unit> find(std::string_view word) {
        std::lock_guard const lock(mutex_);
        if (!system_) open();
        auto* unit = ut_parse(system_, std::string(word).c_str(), UT_ASCII);
        if (!unit) return {};
        Unit result;
        bool const known = ut_accept_visitor(unit, &visitor, &result) == UT_SUCCESS;
        ut_free(unit);
        if (!known) return {};
        return result;
    }

private:
    void open() {
        ut_set_error_message_handler(ut_ignore);
        auto const brought = brought_database();
        system_ = ut_read_xml(brought.empty() ? nullptr : brought.c_str());
        if (system_) return;
        if (auto const* named = std::getenv("UDUNITS2_XML_PATH"))
            throw MachineError(std::string("the database of udunits2 cannot be read: UDUNITS2_XML_PATH names ") + named);
        throw MachineError("the database of udunits2 cannot be read: install Debian's libudunits2-data, or let UDUNITS2_XML_PATH name it");
    }

    static Unit base(ut_unit const* unit) {
        static constexpr std::string_view symbols[] = {"m", "kg", "s", "A", "K", "cd"};
        Unit result;
        std::string_view const symbol = ut_get_symbol(unit, UT_ASCII);
        auto const found = std::ranges::find(symbols, symbol);
        if (found != std::end(symbols)) result.powers[static_cast<std::size_t>(found - std::begin(symbols))] = 1;
        else if (symbol == "mol") result.factor = 6.02214076e23;
        else if (symbol == "rad") result.factor = 0.5 / 3.14159265358979323846;
        return result;
    }

    static ut_status basic(ut_unit const* unit, void* into) {
        *static_cast<Unit*>(into) = base(unit);
        return UT_SUCCESS;
    }
    static ut_status product(ut_unit const*, int count, ut_unit const* const* units, int const* powers, void* into) {
        Unit result;
        for (int i = 0; i < count; ++i) result = result * raised(base(units[i]), powers[i]);
        *static_cast<Unit*>(into) = result;
        return UT_SUCCESS;
    }
    static ut_status galilean(ut_unit const*, double scale, ut_unit const* underlying, double, void* into) {
        auto const status = ut_accept_visitor(underlying, &visitor, into);
        static_cast<Unit*>(into)->factor *= scale;
        return status;
    }
    static ut_status timestamp(ut_unit const*, ut_unit const*, double, void*) { return UT_MEANINGLESS; }
    static ut_status logarithmic(ut_unit const*, double, ut_unit const*, void*) { return UT_MEANINGLESS; }

    static constexpr ut_visitor visitor{basic, product, galilean, timestamp, logarithmic};

    std::mutex mutex_;
    ut_system* system_ = nullptr;
};

}  // namespace

std::optional<Unit> library_unit(std::string_view word) {
    static Database database;
    auto const own = std::ranges::find(neurons_own, word, &Named::name);
    auto unit = own == std::end(neurons_own)
                    ? database.find(word)
                    : read_unit(own->meaning, [](auto word) { return unit_of(word, library_unit); });
    if (unit) {
        unit->number = 1;
        unit->words = {{std::string(word), 1}};
    }
    return unit;
}

std::optional<Unit> unit_of(std::string_view text, Words const& whole) {
    if (auto unit = whole(text)) return unit;
    auto named = [&](std::optional<Unit> unit, double factor) {
        if (unit) {
            unit->factor *= factor;
            unit->words = {{std::string(text), 1}};
        }
        return unit;
    };
    for (auto const& start : prefixes_of(text))
        if (auto unit = named(whole(text.substr(start.size())), *prefix(start))) return unit;
    if (text.size() > 2 && text.back() == 's')  // plurals
        if (auto unit = named(unit_of(text.substr(0, text.size() - 1), whole), 1)) return unit;
    if (auto const factor = prefix(text); factor && text.size() > 1) return named(Unit{}, *factor);  // milli/liter
    return {};
}

}  // namespace rall::nmodl
