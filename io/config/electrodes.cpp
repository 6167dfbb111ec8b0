// The electrodes of a report of type "lfp", and the medium around them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/text/csv.hpp"

namespace rall::io {
namespace {

using morphology::Vec3;

constexpr double farthest = 1e9;                  ///< um, of an electrode from the origin along an axis
constexpr Range conductivities{1e-9, true, 1e9};  ///< S/m, from the best insulators to beyond every metal

bool is_place(double x) { return std::abs(x) <= farthest; }

/// "[x, y, z]": three numbers, or nothing after an error.
std::optional<std::array<double, 3>> three(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    if (node.is_array() && node.children.size() == 3 && std::ranges::all_of(node.children, [](Node const& n) { return n.is_number() && is_place(n.number()); }))
        return std::array{node.children[0].number(), node.children[1].number(), node.children[2].number()};
    error(diagnostics, "electrode-place", node, what + ": expected [x, y, z], three numbers in um, at most 1e9");
    return std::nullopt;
}

std::vector<Vec3> from_file(Node const& node, Diagnostics& diagnostics) {
    auto const path = (std::filesystem::path(node.document->file()).parent_path() / node.text()).lexically_normal();
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) {
        error(diagnostics, "file-missing", node, no_file(path), "relative names start from the file that names them");
        return {};
    }
    CsvTable table;
    try {
        table = read_csv(path);
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, node);
        return {};
    }
    std::array<std::size_t, 3> columns{};
    for (std::size_t k = 0; k < 3; ++k) {
        std::string const name(1, "xyz"[k]);
        auto const found = std::ranges::find(table.names, name);
        if (found == table.names.end()) {
            error(diagnostics, "csv-column", node, fmt::format("{} has no column '{}'", table.file, name),
                  "electrodes need the columns x, y and z, in um");
            return {};
        }
        columns[k] = static_cast<std::size_t>(found - table.names.begin());
    }
    std::vector<Vec3> electrodes;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        std::array<double, 3> at{};
        for (std::size_t k = 0; k < 3; ++k)
            if (auto const& field = table.rows[row][columns[k]];
                !(csv_number(field, at[k]) && is_place(at[k])) && !is_flooded(diagnostics))
                diagnostics.error("electrode-place", {table.file, table.lines[row], 0},
                                  fmt::format("{} is '{}'; expected a number in um, at most 1e9", "xyz"[k], field));
        electrodes.push_back({at[0], at[1], at[2]});
    }
    return electrodes;
}

std::vector<Vec3> read_electrodes(Object& object, Diagnostics& diagnostics) {
    auto const* node = object.required("electrodes");
    auto const what = object.what() + ".electrodes";
    if (!node) return {};
    if (node->is_string()) return from_file(*node, diagnostics);
    if (!node->is_array()) {
        error(diagnostics, "config-type", *node, what + ": expected the name of a CSV file, or a list of [x, y, z]");
        return {};
    }
    if (node->children.empty()) error(diagnostics, "electrodes-none", *node, what + " is empty");
    std::vector<Vec3> electrodes;
    for (auto const& child : node->children)
        if (is_flooded(diagnostics)) break;
        else if (auto const at = three(child, fmt::format("{}[{}]", what, electrodes.size()), diagnostics))
            electrodes.push_back({(*at)[0], (*at)[1], (*at)[2]});
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
