#include "sweep/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/text.hpp"

namespace rall::sweep {

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

Csv::Csv(std::filesystem::path const& path) : path_(path) {
    std::istringstream text(read_file(path));
    int number = 0;
    auto const fail = [&](char const* code, std::string const& message) {
        throw InputError(code, {path.string(), number, 0}, message);
    };
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        auto const fields = split_csv(line);
        if (names_.empty()) {
            names_ = fields;
            columns_.resize(fields.size());
            continue;
        }
        if (fields.size() != names_.size())
            fail("csv-columns",
                 fmt::format("{} fields, but the header names {} columns", fields.size(), names_.size()));
        for (std::size_t k = 0; k < fields.size(); ++k) {
            auto const begin = std::min(fields[k].find_first_not_of(" \t+"), fields[k].size());
            auto const last = fields[k].find_last_not_of(" \t") + 1;
            double value = 0;
            auto const [end, failure] = std::from_chars(fields[k].data() + begin, fields[k].data() + last, value);
            if (failure != std::errc{} || end != fields[k].data() + last || !std::isfinite(value))
                fail("csv-number", fmt::format("'{}' in column '{}' is not a number", fields[k], names_[k]));
            columns_[k].push_back(value);
        }
    }
    if (columns_.empty() || columns_.front().empty())
        fail("csv-empty", "no rows: expected a line of parameter names, then a row of numbers for each member");
}

std::vector<double> Csv::column(std::string const& name, io::Node const& where, Diagnostics& diagnostics) const {
    auto const found = std::ranges::find(names_, name);
    if (found != names_.end()) return columns_[static_cast<std::size_t>(found - names_.begin())];
    io::error(diagnostics, "csv-column", where, fmt::format("{} has no column '{}'", path_.string(), name),
              did_you_mean(name, names_));
    return {};
}

}  // namespace rall::sweep
