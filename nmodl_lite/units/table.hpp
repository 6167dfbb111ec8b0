// The units that a file may use, and the factor that turns a number in one unit into another.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"
#include "nmodl_lite/units/unit.hpp"

namespace rall::nmodl {

/// The units a file may use: its own (new) = (old) definitions, NEURON's, and those of the udunits2 database.
class UnitTable {
public:
    UnitTable() = default;
    explicit UnitTable(std::vector<UnitDefinition> const& definitions);

    /// The unit of a text (read_unit).
    std::optional<Unit> read(std::string_view text) const;

    /// How many `to` one `from` is. Nothing if either is unknown or they measure different things.
    std::optional<double> convert(std::string_view from, std::string_view to) const;

private:
    std::map<std::string, Unit, std::less<>> own_;
};

}  // namespace rall::nmodl
