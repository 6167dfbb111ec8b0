// The units that NeuroML defines, by the spelling it gives them, and quantities such as "10 mS_per_cm2" or "-70mV".
// Source: NeuroML 2.3, core dimensions and units. A unit is 10^power times a multiple of the SI unit of its dimension.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rall::io::neuroml {

/// Powers of kg, m, s, A, K and mol.
using Dimension = std::array<int, 6>;

struct Unit {
    std::string_view symbol;
    std::string_view dimension;  ///< its name: "voltage"
    int power = 0;
    double scale = 1, offset = 0;  ///< SI value = (number + offset) * scale * 10^power; the offset of degC only
};

/// The unit of a symbol, "" for a plain number; null for one that NeuroML does not define.
Unit const* find_unit(std::string_view symbol);
std::vector<std::string> unit_symbols(std::string_view dimension);

/// The dimension of a name such as "voltage"; nothing for one that is unknown.
std::optional<Dimension> find_dimension(std::string_view name);

/// The number of a unit in Rall's coherent units (mV, ms, um, nA, mM, K, amol; uS = nA/mV, pC = nA ms, ...), in which expressions between
/// quantities hold as they are written.
double to_coherent(double number, Unit const& unit);

/// The number of one unit in another of the same dimension; decimal powers are exact where doubles are.
double convert(double number, Unit const& from, Unit const& to);

/// "10 mS_per_cm2" in two: the number and the symbol, which may follow at once. Nothing where no number begins the text, or something
/// other than one symbol follows.
struct Quantity {
    double number = 0;
    std::string symbol;
};
std::optional<Quantity> split_quantity(std::string_view text);

}  // namespace rall::io::neuroml
