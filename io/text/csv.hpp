// Tables as CSV (RFC 4180): a header line of names, then rows.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rall::io {

/// The fields of a line; a field in quotes may hold commas, and a doubled quote means one.
std::vector<std::string> split_csv(std::string_view line);
/// A field as it is written into a line.
std::string quoted_csv(std::string const& field);
/// The finite number that a field is, blanks and a sign around it allowed. Returns false for anything else.
bool csv_number(std::string_view field, double& value);

struct CsvTable {
    std::string file;
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> rows;  ///< each as long as `names`
    std::vector<int> lines;                      ///< on which each row stands, from 1
};

/// Throws InputError naming file and line: "csv-empty", "csv-columns", "file-not-readable".
CsvTable read_csv(std::filesystem::path const& path);

}  // namespace rall::io
