#include "io/text/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace rall::io {

std::vector<std::string> split_csv(std::string_view line) {
    std::vector<std::string> fields(1);
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            if (inside && i + 1 < line.size() && line[i + 1] == '"') fields.back() += line[i++];
            else inside = !inside;
        } else if (line[i] == ',' && !inside) {
            fields.emplace_back();
        } else {
            fields.back() += line[i];
        }
    }
    return fields;
}

std::string quoted_csv(std::string const& field) {
    if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
    std::string text = "\"";
    for (char const c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

bool csv_number(std::string_view field, double& value) {
    auto const begin = std::min(field.find_first_not_of(" \t+"), field.size());
    auto const last = field.find_last_not_of(" \t") + 1;
    if (begin >= last) return false;
    auto const [end, failure] = std::from_chars(field.data() + begin, field.data() + last, value);
    return failure == std::errc{} && end == field.data() + last && std::isfinite(value);
}

CsvTable read_csv(std::filesystem::path const& path) {
    std::istringstream text(read_file(path));
    CsvTable table{path.string(), {}, {}, {}};
    int number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        auto fields = split_csv(line);
        if (table.names.empty()) {
            table.names = std::move(fields);
            continue;
        }
        if (fields.size() != table.names.size())
            throw InputError(
                "csv-columns", {table.file, number, 0},
                fmt::format("{} fields, but the header names {} columns", fields.size(), table.names.size()));
        table.rows.push_back(std::move(fields));
        table.lines.push_back(number);
    }
    if (table.rows.empty())
        throw InputError("csv-empty", {table.file, number, 0}, "no rows: expected a line of names, then rows");
    return table;
}

}  // namespace rall::io
