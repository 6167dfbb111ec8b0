// Units as NMODL writes them: what (mA/cm2) means, and the factor that turns a number in one unit into another.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

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

/// The units a file may use: its own (new) = (old) definitions, NEURON's, and those of the udunits2 database.
class UnitTable {
public:
    UnitTable() = default;
    explicit UnitTable(std::vector<UnitDefinition> const& definitions);

    /// Reads "mA/cm2", "k-mole", "1e-3 volt coulomb/degC", "/ms": factors joined by blanks, '-' or '*', the first '/' and all
    /// that follows divides, a number after a unit is its power; 1-3 is 1e-3 and 1|60 is 1/60. Nothing if a word is unknown.
    std::optional<Unit> read(std::string_view text) const;

    /// How many `to` one `from` is. Nothing if either is unknown or they measure different things.
    std::optional<double> convert(std::string_view from, std::string_view to) const;

private:
    std::optional<Unit> word(std::string_view text) const;
    std::optional<Unit> whole_word(std::string_view text) const;

    std::map<std::string, Unit, std::less<>> own_;
};

}  // namespace rall::nmodl
