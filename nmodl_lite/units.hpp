// Units as NMODL writes them: the factor that turns a number in one unit into another, for UNITS { R = (k-mole) (joule/degC) }.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace rall::nmodl {

/// A product of powers of the base units m, kg, s, C, K, cd times a factor.
struct Unit {
    double factor = 1;
    std::array<int, 6> powers{};
    bool operator==(Unit const&) const = default;
};

/// Reads "mA/cm2", "k-mole", "1e-3 volt coulomb/degC": factors joined by blanks, '-' or '*', the first '/' and all that
/// follows divides, a number after a unit is its power. Constants of nature by their 2019 SI values, as NEURON takes them.
/// Nothing if a word is unknown.
std::optional<Unit> read_unit(std::string_view text);

/// How many `to` one `from` is. Nothing if either is unknown or they measure different things.
std::optional<double> convert(std::string_view from, std::string_view to);

}  // namespace rall::nmodl
