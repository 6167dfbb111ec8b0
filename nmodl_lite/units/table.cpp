#include "nmodl_lite/units/table.hpp"

#include "nmodl_lite/units/library.hpp"

namespace rall::nmodl {

UnitTable::UnitTable(std::vector<UnitDefinition> const& definitions) {
    for (auto const& definition : definitions) {
        if (definition.constant) continue;
        if (auto unit = read(definition.from)) {
            unit->number = 1;
            unit->words = {{definition.name, 1}};
            own_.insert_or_assign(definition.name, *unit);
        }
    }
}

std::optional<Unit> UnitTable::read(std::string_view text) const {
    auto const whole = [&](std::string_view word) {
        auto const found = own_.find(word);
        return found != own_.end() ? found->second : library_unit(word);
    };
    return read_unit(text, [&](std::string_view word) { return unit_of(word, whole); });
}

std::optional<double> UnitTable::convert(std::string_view from, std::string_view to) const {
    auto const a = read(from), b = read(to);
    if (!a || !b || !same_dimension(*a, *b)) return {};
    return a->factor / b->factor;
}

}  // namespace rall::nmodl
