#include "io/text/series.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/text/csv.hpp"
#include "io/text/paths.hpp"

namespace rall::io {

bool is_csv(Node const& node) { return node.find("csv") != nullptr; }

std::optional<Column> read_column(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    Object object(node, what, diagnostics);
    auto const file = object.required_text("csv"), name = object.required_text("column");
    object.finish();
    if (file.empty() || name.empty()) return std::nullopt;
    auto const path = file_beside(node.at("csv"), diagnostics);
    if (!path) return std::nullopt;
    CsvTable table;
    try {
        table = read_csv(*path);
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, node);
        return std::nullopt;
    }
    auto const find = [&](std::string_view column) {
        return std::ranges::find(table.names, column) - table.names.begin();
    };
    auto const width = static_cast<std::ptrdiff_t>(table.names.size());
    auto const index = find(name), section = find("section"), x = find("x");
    if (index == width) {
        error(diagnostics, "csv-column", node.at("column"), fmt::format("{} has no column '{}'", table.file, name),
              did_you_mean(name, table.names));
        return std::nullopt;
    }
    Column column;
    auto& list = column.list;
    list.document = node.document;
    list.offset = node.offset;
    list.key_offset = node.key_offset;
    list.key = node.key;
    list.scalar = Scalar::Array{};
    column.file = table.file;
    column.lines = table.lines;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        auto const& fields = table.rows[row];
        auto& value = list.children.emplace_back();
        value.document = node.document;
        value.offset = node.offset;
        double number = 0;
        if (csv_number(fields[index], number)) value.scalar = number;
        else value.scalar = fields[index];
        if (section == width || x == width) continue;
        if (!csv_number(fields[x], number) || number < 0 || number > 1) {
            diagnostics.error("csv-place", {table.file, table.lines[row], 0},
                              fmt::format("x is '{}'; expected a number from 0 to 1", fields[x]));
            return std::nullopt;
        }
        column.places.emplace_back(fields[section], number);
    }
    return column;
}

bool Series::fits(std::size_t n, std::string const& what, std::string const& things, Diagnostics& diagnostics) const {
    if (!where_ || values_.size() == n) return true;
    error(diagnostics, "count", *where_, fmt::format("{} has {} values for {} {}", what, values_.size(), n, things),
          fmt::format("expected one value for all, or {}", n));
    return false;
}

std::optional<Series> read_list(Node const& node, std::string const& what, Range range, Diagnostics& diagnostics) {
    auto const errors = diagnostics.count(Severity::error);
    Node list;
    std::string file;
    std::vector<int> lines;
    if (is_csv(node)) {
        auto column = read_column(node, what, diagnostics);
        if (!column) return std::nullopt;
        auto const& rows = column->list.children;
        auto const text = std::ranges::find_if(rows, [](Node const& row) { return !row.is_number(); });
        if (text != rows.end()) {
            error(diagnostics, "csv-number", node,
                  fmt::format("{} is '{}' in {}:{}; expected a number that is finite", what, text->text(), column->file,
                              column->lines[static_cast<std::size_t>(text - rows.begin())]));
            return std::nullopt;
        }
        list = std::move(column->list);
        file = std::move(column->file);
        lines = std::move(column->lines);
    } else if (node.is_array()) {
        list = node;
    } else {
        error(diagnostics, "config-type", node,
              what + ": expected a list of numbers, or {\"csv\": file, \"column\": name}");
        return std::nullopt;
    }
    // Checked as a member of an object, whose name is in front of the last '.'.
    auto const dot = what.rfind('.');
    list.key = what.substr(dot + 1);
    Node holder;
    holder.document = node.document;
    holder.scalar = Scalar::Object{};
    holder.children.push_back(std::move(list));
    auto values = Object(holder, what.substr(0, dot), diagnostics).numbers(holder.children[0].key, range);
    if (diagnostics.count(Severity::error) > errors) return std::nullopt;
    return Series(std::move(values), &node, std::move(file), std::move(lines));
}

std::optional<Series> read_series(Object& object, std::string_view key, Range range, Diagnostics& diagnostics) {
    auto const* node = object.find(key);
    if (!node) return std::nullopt;
    if (node->is_array()) {
        auto const errors = diagnostics.count(Severity::error);
        auto values = object.numbers(key, range);
        if (diagnostics.count(Severity::error) > errors) return std::nullopt;
        return Series(std::move(values), node);
    }
    if (is_csv(*node)) return read_list(*node, fmt::format("{}.{}", object.what(), key), range, diagnostics);
    auto const value = object.optional_number(key, range);
    return value ? std::optional<Series>(*value) : std::nullopt;
}

std::optional<Series> read_series(Object& object, std::string_view key, Diagnostics& diagnostics) {
    return read_series(object, key, object.row(key)->range, diagnostics);
}

}  // namespace rall::io
