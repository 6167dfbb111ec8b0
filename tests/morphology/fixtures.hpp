// What the tests of this folder share: reading text, finding diagnostics, small cells.
#pragma once

#include <algorithm>
#include <string>

#include "morphology/cable.hpp"
#include "morphology/swc.hpp"
#include "tests/contains.hpp"

namespace rall::morphology::test {

struct Read {
    Morphology morphology;
    Diagnostics diagnostics;

    /// The finding with this code, or nullptr.
    Diagnostic const* find(std::string const& code) const {
        auto const& all = diagnostics.items();
        auto const it = std::find_if(all.begin(), all.end(), [&](Diagnostic const& d) { return d.code == code; });
        return it == all.end() ? nullptr : &*it;
    }
};

inline Read read(std::string const& text, SwcOptions const& options = {}) {
    Read result;
    result.morphology = parse_swc(text, "cell.swc", options, result.diagnostics);
    return result;
}

inline SwcOptions with(std::string const& name, std::string const& value) {
    SwcOptions options;
    set_option(options, name, value);
    return options;
}

/// The code and line of the error that reading ends with, as "code:line"; "" when the text can be read.
inline std::string error_of(std::string const& text, SwcOptions const& options = {}) {
    Diagnostics diagnostics;
    try {
        parse_swc(text, "cell.swc", options, diagnostics);
    } catch (InputError const& error) {
        for (auto const& d : error.diagnostics().items())
            if (d.severity == Severity::error) return d.code + ":" + std::to_string(d.where.line);
    }
    return "";
}

inline Cable cut(Morphology const& morphology, CutRule const& rule = {}) {
    double const Ra = 100, cm = 1;
    return morphology::cut(morphology, {rule, {}}, {&Ra, 1}, {&cm, 1});
}

/// Soma of one point, one dendrite of two branches, an apical dendrite.
inline std::string const small_cell =
    "1 1 0 0 0 5 -1\n"
    "2 3 6 0 0 1 1\n"
    "3 3 16 0 0 1 2\n"
    "4 3 26 0 0 1 3\n"
    "5 3 16 10 0 0.5 3\n"
    "6 4 0 6 0 1 1\n"
    "7 4 0 306 0 1 6\n";

}  // namespace rall::morphology::test
