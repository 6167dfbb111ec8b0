// The electrodes of a report of type "lfp", and the medium around them.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "io/config/build.hpp"
#include "io/text/rows.hpp"
#include "io/text/types_table.hpp"

namespace rall::io {
namespace {

using morphology::Vec3;

std::vector<Vec3> read_electrodes(Object& object, Diagnostics& diagnostics) {
    auto const* node = object.required("electrodes");
    auto const what = object.what() + ".electrodes";
    if (!node) return {};
    static RowFormat const format{"electrode-place",
                                  {"x", "y", "z"},
                                  "three numbers in um, at most 1e9",
                                  "a number in um, at most 1e9",
                                  "electrodes need the columns x, y and z, in um",
                                  1e9};
    if (node->is_array() && node->children.empty()) error(diagnostics, "electrodes-none", *node, what + " is empty");
    std::vector<Vec3> electrodes;
    for (auto const& row : read_rows(*node, what, format, diagnostics)) electrodes.push_back({row[0], row[1], row[2]});
    return electrodes;
}

/// "electrode_positions", as BMTK has them: a file whose columns channel, x_pos, y_pos and z_pos are separated by blanks.
std::vector<Vec3> read_positions(Build& build, Object& object) {
    auto const* node = object.find("electrode_positions");
    object.choice("minimum_distance");
    if (!object.optional_text("electrode_positions")) return {};
    auto const path = build.paths.file(*node, build.diagnostics);
    if (!path) return {};
    std::vector<Vec3> electrodes;
    try {
        TypesTable const table(*path, "channel");
        for (int row = 0; row < static_cast<int>(table.rows()); ++row) {
            std::array<double, 3> at{};
            for (std::size_t k = 0; k < 3; ++k) {
                auto const* column = std::array{"x_pos", "y_pos", "z_pos"}[k];
                auto const value = table.number(row, column);
                if (!value || std::abs(*value) > 1e9)
                    throw InputError("electrode-place", table.where(row), fmt::format("no {} in um, at most 1e9", column));
                at[k] = *value;
            }
            electrodes.push_back({at[0], at[1], at[2]});
        }
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, *node);
    }
    return electrodes;
}

/// One number for all directions, or one for each.
std::array<double, 3> read_conductivity(Object& object, std::array<double, 3> const& normal, Diagnostics& diagnostics) {
    auto const* node = object.find("conductivity");
    if (!node || !node->is_array()) {
        double const value = object.number("conductivity");
        return {value, value, value};
    }
    auto const values = object.numbers("conductivity");
    if (values.size() == 3) return {values[0], values[1], values[2]};
    if (node->children.size() != 3)
        error(diagnostics, "count", *node,
              fmt::format("{}.conductivity: expected a number in S/m, or three, along x, y and z", object.what()));
    return normal;
}

}  // namespace

model::Extracellular read_extracellular(Build& build, Object& object) {
    auto& diagnostics = build.diagnostics;
    model::Extracellular field;
    field.electrodes = object.has("electrode_positions") ? read_positions(build, object) : read_electrodes(object, diagnostics);
    field.conductivity = read_conductivity(object, field.conductivity, diagnostics);
    auto const method = object.choice("method");
    field.source = method == "line_source"    ? model::Source::line
                   : method == "point_source" ? model::Source::point
                                              : model::Source::root_as_point;
    return field;
}

}  // namespace rall::io
