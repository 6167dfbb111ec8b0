// Tables as CSV (RFC 4180): a header line of names, then rows.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "io/text/json.hpp"

namespace rall::sweep {

/// A file of numbers.
class Csv {
public:
    /// Throws InputError naming file and line: "csv-empty", "csv-number", "csv-columns".
    explicit Csv(std::filesystem::path const& path);
    /// The column of this name; empty after an error at `where` ("csv-column").
    std::vector<double> column(std::string const& name, io::Node const& where, Diagnostics& diagnostics) const;

private:
    std::filesystem::path path_;
    std::vector<std::string> names_;
    std::vector<std::vector<double>> columns_;
};

/// The fields of a line; a field in quotes may hold commas, and a doubled quote means one.
std::vector<std::string> split_csv(std::string_view line);
/// A field as it is written into a line.
std::string quoted_csv(std::string const& field);

}  // namespace rall::sweep
