// Units as NMODL writes them: what (mA/cm2) means, given the words.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rall::nmodl {

/// factor * m^a kg^b s^c A^d K^e cd^f; amounts of substance and angles are plain numbers, as in NEURON.
struct Unit {
    double factor = 1;
    std::array<double, 6> powers{};
    double number = 1;                    // how it is written, for messages: this number times
    std::map<std::string, double> words;  // these words to these powers

    bool dimensionless() const;
};

Unit operator*(Unit const& a, Unit const& b);
Unit raised(Unit const& unit, double power);

bool same_dimension(Unit const& a, Unit const& b);
bool same(Unit const& a, Unit const& b);  ///< factors equal to a part in 10^5, as constants of nature are written

/// A factor for people: six digits.
std::string factor_text(double factor);

/// "mV S/cm2", "0.001 volt", "1": as it was composed.
std::string to_string(Unit const& unit);

/// What a word means; nothing if it is unknown.
using Words = std::function<std::optional<Unit>(std::string_view)>;

/// Reads "mA/cm2", "k-mole", "1e-3 volt coulomb/degC", "/ms": factors joined by blanks, '-' or '*', the first '/' and all
/// that follows divides, a number after a unit is its power; 1-3 is 1e-3 and 1|60 is 1/60. Nothing if a word is unknown.
std::optional<Unit> read_unit(std::string_view text, Words const& words);

}  // namespace rall::nmodl
