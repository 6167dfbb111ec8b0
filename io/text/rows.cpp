#include "io/text/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "io/text/csv.hpp"
#include "io/text/paths.hpp"

namespace rall::io {
namespace {

Rows from_file(Node const& node, RowFormat const& format, Diagnostics& diagnostics) {
    auto const path = file_beside(node, diagnostics);
    if (!path) return {};
    CsvTable table;
    try {
        table = read_csv(*path);
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, node);
        return {};
    }
    std::vector<std::size_t> columns;
    for (auto const& name : format.columns) {
        auto const found = std::ranges::find(table.names, name);
        if (found == table.names.end()) {
            error(diagnostics, "csv-column", node, fmt::format("{} has no column '{}'", table.file, name),
                  format.needs);
            return {};
        }
        columns.push_back(static_cast<std::size_t>(found - table.names.begin()));
    }
    Rows rows;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        auto& row = rows.emplace_back(columns.size());
        for (std::size_t k = 0; k < columns.size(); ++k)
            if (auto const& field = table.rows[i][columns[k]];
                !(csv_number(field, row[k]) && std::abs(row[k]) <= format.most) && !is_flooded(diagnostics))
                diagnostics.error(format.code, {table.file, table.lines[i], 0},
                                  fmt::format("{} is '{}'; expected {}", format.columns[k], field, format.number));
    }
    return rows;
}

}  // namespace

std::optional<std::vector<double>> read_row(Node const& node, std::string const& what, RowFormat const& format,
                                            Diagnostics& diagnostics) {
    auto const fits = [&](Node const& n) { return n.is_number() && std::abs(n.number()) <= format.most; };
    if (!node.is_array() || node.children.size() != format.columns.size() ||
        !std::ranges::all_of(node.children, fits)) {
        error(diagnostics, format.code, node,
              fmt::format("{}: expected [{}], {}", what, fmt::join(format.columns, ", "), format.numbers));
        return std::nullopt;
    }
    std::vector<double> row;
    for (auto const& n : node.children) row.push_back(n.number());
    return row;
}

Rows read_rows(Node const& node, std::string const& what, RowFormat const& format, Diagnostics& diagnostics) {
    if (node.is_string()) return from_file(node, format, diagnostics);
    Rows rows;
    if (!node.is_array()) {
        error(diagnostics, "config-type", node,
              fmt::format("{}: expected the name of a CSV file, or a list of [{}]", what,
                          fmt::join(format.columns, ", ")));
        return rows;
    }
    for (std::size_t i = 0; i < node.children.size() && !is_flooded(diagnostics); ++i)
        if (auto row = read_row(node.children[i], fmt::format("{}[{}]", what, i), format, diagnostics))
            rows.push_back(std::move(*row));
    return rows;
}

}  // namespace rall::io
