#include "io/text/number_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostics.hpp"
#include "base/input_file.hpp"
#include "base/inputs.hpp"
#include "io/text/csv.hpp"

namespace rall::io {
namespace {

/// Calls f(number, line) for each line that is not empty, without its end.
template <class F>
void for_each_line(std::filesystem::path const& path, F const& f) {
    constexpr std::uint64_t at_once = 1 << 20;  // bytes
    InputFile file(path);
    std::int64_t number = 0;
    auto const give = [&](std::string_view line) {
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) f(number, line);
    };
    std::string text;
    for (;;) {
        auto const more = file.read(at_once);
        if (more.empty()) break;
        text += more;
        std::string_view rest = text;
        for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) give(rest.substr(0, end));
        text.erase(0, text.size() - rest.size());
    }
    if (!text.empty()) give(text);
}

}  // namespace

NumberTable::NumberTable(std::filesystem::path path) : path_(std::move(path)) {
    note_input(path_);
    std::int64_t last = 0;
    for_each_line(path_, [&](std::int64_t number, std::string_view line) {
        if (names_.empty()) names_ = split_csv(line);
        else ++rows_;
        last = number;
    });
    if (rows_ == 0)
        throw InputError("csv-empty", {path_.string(), static_cast<int>(last), 0},
                         "no rows: expected a line of names, then rows");
}

void NumberTable::for_each_row(std::vector<std::size_t> const& columns,
                               std::function<void(std::int64_t, std::span<double const>)> const& row) const {
    std::vector<double> values(columns.size());
    std::vector<std::string_view> fields;
    std::int64_t rows = -1;  // the first line are the names
    for_each_line(path_, [&](std::int64_t number, std::string_view line) {
        if (++rows == 0) return;
        auto const wrong = [&](char const* code, std::string const& message) {
            return InputError(code, {path_.string(), static_cast<int>(number), 0}, message);
        };
        fields.clear();
        for (auto rest = line;;) {
            auto const comma = rest.find(',');
            fields.push_back(rest.substr(0, comma));
            if (comma == rest.npos) break;
            rest.remove_prefix(comma + 1);
        }
        if (fields.size() != names_.size())
            throw wrong("csv-columns", fmt::format("{} fields, but the header names {} columns", fields.size(), names_.size()));
        for (std::size_t k = 0; k < columns.size(); ++k)
            if (!csv_number(fields[columns[k]], values[k]))
                throw wrong("csv-number", fmt::format("{} is '{}'; expected a number that is finite", names_[columns[k]],
                                                      fields[columns[k]].substr(0, 40)));
        row(number, values);
    });
    if (rows != rows_)
        throw InputError("file-changed", {path_.string()}, "this file has changed since it was first read",
                         "start again once nobody writes to it any more");
}

}  // namespace rall::io
