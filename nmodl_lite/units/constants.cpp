#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/units/check.hpp"
#include "nmodl_lite/units/table.hpp"

namespace rall::nmodl {

void number_unit_constants(Program& program, Diagnostics& found) {
    for (auto& unit : program.units) {
        if (!unit.constant || unit.value) continue;
        auto const factor = UnitTable(program.units).convert(unit.from, unit.to);
        if (!factor)
            found.add(at_source(program, Severity::error, unit.at, "nmodl-unit-unknown",
                                "cannot tell how many (" + unit.to + ") one (" + unit.from + ") is",
                                "give the number: " + unit.name + " = 1.0 (" + unit.to + ")"));
        unit.value = number(factor.value_or(0), unit.at);
    }
}

}  // namespace rall::nmodl
