// The electrodes of a report of type "lfp", and the medium around them.
#include <fmt/format.h>

#include "io/config/build.hpp"
#include "io/text/rows.hpp"

namespace rall::io {
namespace {

using morphology::Vec3;

constexpr Range conductivities{1e-9, true, 1e9};  ///< S/m, from the best insulators to beyond every metal

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

/// One number for all directions, or one for each.
std::array<double, 3> read_conductivity(Object& object, std::array<double, 3> const& normal, Diagnostics& diagnostics) {
    auto const* node = object.find("conductivity");
    if (!node || !node->is_array()) {
        double const value = object.number("conductivity", normal[0], conductivities, "S/m");
        return {value, value, value};
    }
    auto const values = object.numbers("conductivity", conductivities);
    if (values.size() == 3) return {values[0], values[1], values[2]};
    if (node->children.size() != 3)
        error(diagnostics, "count", *node,
              fmt::format("{}.conductivity: expected a number in S/m, or three, along x, y and z", object.what()));
    return normal;
}

}  // namespace

model::Extracellular read_extracellular(Object& object, Diagnostics& diagnostics) {
    model::Extracellular field;
    field.electrodes = read_electrodes(object, diagnostics);
    field.conductivity = read_conductivity(object, field.conductivity, diagnostics);
    auto const method = object.choice("method", {"line_source", "point_source", "root_as_point"});
    field.source = method == "line_source"    ? model::Source::line
                   : method == "point_source" ? model::Source::point
                                              : model::Source::root_as_point;
    return field;
}

}  // namespace rall::io
