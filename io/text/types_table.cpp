#include "io/text/types_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/text.hpp"
#include "io/text/csv.hpp"

namespace rall::io {
namespace {

bool is_missing(std::string const& field) {
    return field.empty() || field == "NULL" || field == "NONE" || field == "None" || field == "NaN" || field == "nan";
}

}  // namespace

std::vector<std::string> split_blanks(std::string_view line) {
    std::vector<std::string> fields;
    char quote = 0;
    bool open = false;  // a field has begun
    for (std::size_t i = 0; i < line.size(); ++i) {
        char const c = line[i];
        if (quote) {
            if (c != quote) fields.back() += c;
            else if (i + 1 < line.size() && line[i + 1] == quote) fields.back() += line[i++];
            else quote = 0;
        } else if (c == ' ' || c == '\t') {
            open = false;
        } else {
            if (!open) fields.emplace_back(), open = true;
            // Quotes inside of a field, as in model_name=='LIF_exc', are part of it.
            if (fields.back().empty() && (c == '"' || c == '\'')) quote = c;
            else fields.back() += c;
        }
    }
    return fields;
}

TypesTable::TypesTable(std::filesystem::path const& path, std::string const& key) : file_(path.string()) {
    std::istringstream text(read_file(path));
    int number = 0;
    std::size_t column = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        auto fields = split_blanks(line);
        if (fields.empty()) continue;
        Location const where{file_, number, 0};
        if (names_.empty()) {
            names_ = std::move(fields);
            auto const found = std::ranges::find(names_, key);
            if (found == names_.end())
                throw InputError("csv-column", where, fmt::format("there is no column '{}'", key),
                                 names_.size() == 1 && names_[0].find(',') != std::string::npos
                                     ? "columns of SONATA's types are separated by blanks, not by commas"
                                     : did_you_mean(key, names_));
            column = static_cast<std::size_t>(found - names_.begin());
            continue;
        }
        if (fields.size() != names_.size())
            throw InputError("csv-columns", where,
                             fmt::format("{} fields, but the first line names {} columns", fields.size(), names_.size()),
                             "fields with blanks stand in quotes; one that is not given is NULL");
        std::uint64_t type = 0;
        auto const& id = fields[column];
        auto const [end, code] = std::from_chars(id.data(), id.data() + id.size(), type);
        if (code != std::errc() || end != id.data() + id.size())
            throw InputError("csv-number", where, fmt::format("{} is '{}'; expected a whole number", key, id));
        if (!by_type_.emplace(type, static_cast<int>(rows_.size())).second)
            throw InputError("type-twice", where, fmt::format("{} {} has a row already", key, type));
        rows_.push_back(std::move(fields));
        lines_.push_back(number);
    }
    if (rows_.empty())
        throw InputError("csv-empty", {file_, number, 0}, "no types: expected a line of names, then a row per type");
}

bool TypesTable::has(std::string const& column) const { return std::ranges::find(names_, column) != names_.end(); }

int TypesTable::row(std::uint64_t type) const {
    auto const found = by_type_.find(type);
    return found == by_type_.end() ? -1 : found->second;
}

std::vector<std::uint64_t> TypesTable::types() const {
    std::vector<std::uint64_t> all;
    for (auto const& [type, row] : by_type_) all.push_back(type);
    return all;
}

std::optional<std::string> TypesTable::text(int row, std::string const& column) const {
    auto const found = std::ranges::find(names_, column);
    if (row < 0 || found == names_.end()) return {};
    auto const& field = rows_[static_cast<std::size_t>(row)][static_cast<std::size_t>(found - names_.begin())];
    if (is_missing(field)) return {};
    return field;
}

std::optional<double> TypesTable::number(int row, std::string const& column) const {
    auto const field = text(row, column);
    if (!field) return {};
    double value = 0;
    if (!csv_number(*field, value))
        throw InputError("csv-number", where(row), fmt::format("{} is '{}'; expected a number", column, *field));
    return value;
}

Location TypesTable::where(int row) const { return {file_, lines_[static_cast<std::size_t>(row)], 0}; }

}  // namespace rall::io
