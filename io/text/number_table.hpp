// Columns of numbers of a CSV file too long to be held as text: it is read in pieces, row by row.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace rall::io {

class NumberTable {
public:
    /// Reads the header and counts the rows. Throws InputError ("csv-empty", "file-not-readable").
    explicit NumberTable(std::filesystem::path path);

    std::filesystem::path const& path() const { return path_; }
    std::vector<std::string> const& names() const { return names_; }
    std::int64_t rows() const { return rows_; }

    /// Calls `row` with the line of each row (from 1) and its numbers in these columns (indices into names()). Throws InputError ("csv-columns",
    /// "csv-number", "file-changed") naming file and line.
    void for_each_row(std::vector<std::size_t> const& columns,
                      std::function<void(std::int64_t line, std::span<double const>)> const& row) const;

private:
    std::filesystem::path path_;
    std::vector<std::string> names_;
    std::int64_t rows_ = 0;
};

}  // namespace rall::io
