// What an entry of "cells" says of each of its cells: where it lies, where its potential starts, parameters that differ from cell to cell,
// and what was measured of it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/text/rows.hpp"

namespace rall::io {
namespace {

constexpr double farthest = 1e9;  ///< um, of a cell from the origin along an axis

/// A row for all cells, or one for each; empty without any, and after an error.
Rows rows_of(Build& build, Object& object, char const* key, int count, RowFormat const& format) {
    auto const* node = object.find(key);
    if (!node) return {};
    auto const what = object.what() + "." + key;
    auto const errors = build.diagnostics.count(Severity::error);
    if (node->is_array() && !node->children.empty() && !node->children.front().is_array()) {
        auto row = read_row(*node, what, format, build.diagnostics);
        return row ? Rows{std::move(*row)} : Rows{};
    }
    auto rows = read_rows(*node, what, format, build.diagnostics);
    if (build.diagnostics.count(Severity::error) > errors) return {};
    if (rows.size() == static_cast<std::size_t>(count)) return rows;
    error(build.diagnostics, "count", *node,
          fmt::format("{} has {} rows for {} cell{}", what, rows.size(), count, count == 1 ? "" : "s"),
          fmt::format("expected one [{}] for all, or {} of them", fmt::join(format.columns, ", "), count));
    return {};
}

/// A number for all cells, or one for each; nothing without any, and after an error.
std::optional<Series> series_of(Build& build, Object& object, std::string const& key, int count) {
    auto series = object.row(key) ? read_series(object, key, build.diagnostics) : read_series(object, key, any_number, build.diagnostics);
    if (series && !series->fits(static_cast<std::size_t>(count), object.what() + "." + key, "cells", build.diagnostics))
        return std::nullopt;
    return series;
}

/// "hh.gnabar" of an entry whose type is known: the mechanism must be painted there, and have the parameter.
void set_parameter(Build& build, CellPlan const& plan, CellEntry const& entry, std::string const& key,
                   Series const& values) {
    auto const& node = plan.parameters->at(key);
    auto const dot = key.find('.');
    auto const mechanism = key.substr(0, dot);
    std::vector<std::string> painted;
    for (auto const& paint : build.model.types[static_cast<std::size_t>(entry.type)].mechanisms)
        painted.push_back(paint.mechanism);
    if (dot == std::string::npos || std::ranges::find(painted, mechanism) == painted.end()) {
        complain(build.diagnostics, Severity::error, "mechanism-absent", node,
                 dot == std::string::npos
                     ? fmt::format("'{}' is no parameter: expected mechanism.parameter, such as pas.g", key)
                     : fmt::format("{} is painted nowhere on '{}'", mechanism, entry.name),
                 dot == std::string::npos ? std::string() : did_you_mean(mechanism, painted), true);
        return;
    }
    Given const given{key.substr(dot + 1), &node};
    if (!find_parameter(*build.mechanisms.at(mechanism), given, build.diagnostics)) return;
    model::CellParameter own{mechanism, given.name, entry.first, {}};
    for (int i = 0; i < entry.count; ++i) own.values.push_back(values[static_cast<std::size_t>(i)]);
    build.model.cell_parameters.push_back(std::move(own));
}

}  // namespace

void plan_each_cell(Build& build, CellPlan& plan, Object& object) {
    int const count = plan.entry.count;
    plan.positions = rows_of(build, object, "position", count,
                             {"cell-place",
                              {"x", "y", "z"},
                              "three numbers in um, at most 1e9",
                              "a number in um, at most 1e9",
                              "positions need the columns x, y and z, in um",
                              farthest});
    plan.rotations =
        rows_of(build, object, "rotation", count,
                {"cell-rotation",
                 {"orientation_w", "orientation_x", "orientation_y", "orientation_z"},
                 "the four numbers of a quaternion, from -1 to 1",
                 "a number from -1 to 1",
                 "rotations need the columns orientation_w, orientation_x, orientation_y and orientation_z",
                 1});
    for (auto& q : plan.rotations) {
        double const length = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
        if (std::abs(length - 1) > 1e-3) {
            error(build.diagnostics, "cell-rotation", object.at("rotation"),
                  fmt::format("{}.rotation: the quaternion [{}] has the length {:.4g}; expected 1", object.what(),
                              fmt::join(q, ", "), length),
                  "a turn by the angle a about the axis x, y, z: [cos(a/2), x sin(a/2), y sin(a/2), z sin(a/2)]");
            break;
        }
        for (auto& part : q) part /= length;
    }
    plan.v_init = series_of(build, object, "v_init", count);
    for (auto const* key : {"threshold_current", "holding_current", "input_resistance"})
        if (auto known = series_of(build, object, key, count)) plan.entry.numbers.emplace(key, std::move(*known));
    plan.parameters = object.find("parameters");
}

void set_each_cell(Build& build, CellPlan const& plan, CellEntry const& entry) {
    for (int i = 0; i < entry.count; ++i) {
        auto& cell = build.model.cells[static_cast<std::size_t>(entry.first + i)];
        auto const row = [&](Rows const& rows) { return rows[rows.size() == 1 ? 0 : static_cast<std::size_t>(i)]; };
        if (plan.v_init) cell.v_init = (*plan.v_init)[static_cast<std::size_t>(i)];
        if (!plan.positions.empty()) std::ranges::copy(row(plan.positions), cell.placement.position.begin());
        if (!plan.rotations.empty()) std::ranges::copy(row(plan.rotations), cell.placement.rotation.begin());
    }
    if (!plan.parameters) return;
    Object object(*plan.parameters, "cells." + entry.name + ".parameters", build.diagnostics);
    for (auto const& child : plan.parameters->children)
        if (auto const values = series_of(build, object, child.key, entry.count))
            set_parameter(build, plan, entry, child.key, *values);
    object.finish();
}

}  // namespace rall::io
