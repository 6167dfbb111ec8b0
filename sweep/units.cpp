#include "sweep/units.hpp"

#include <fmt/format.h>

#include <span>

#include "io/schema/schema.hpp"

namespace rall::sweep {
std::string units_of(Parameter const& parameter, Catalogue const& catalogue) {
    if (parameter.scale) return "times";
    auto const& path = parameter.paths.front().text();
    auto const dot = path.rfind('.');
    auto const name = path.substr(dot + 1);
    for (auto const& [mechanism, info] : catalogue.mechanisms())
        if (path.ends_with(".mechanisms." + mechanism + "." + name))
            for (auto const& variable : std::span(info->variables, info->n_variables))
                if (name == variable.name) return variable.units;
    if (path.find(".parameters.") != std::string::npos) return {};
    return io::units_of(name);
}

std::string heading(Parameter const& parameter, Catalogue const& catalogue) {
    auto const units = units_of(parameter, catalogue);
    return units.empty() ? parameter.name : fmt::format("{} ({})", parameter.name, units);
}

std::string with_units(Parameter const& parameter, double value, Catalogue const& catalogue) {
    auto const units = units_of(parameter, catalogue);
    return parameter.scale ? fmt::format("{} x {}", parameter.name, value) : fmt::format("{} = {}{}{}", parameter.name, value, units.empty() ? "" : " ", units);
}

}  // namespace rall::sweep
