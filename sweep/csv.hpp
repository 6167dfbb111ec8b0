// The values of a sweep from a CSV file.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/text/csv.hpp"
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
    std::map<std::string, std::size_t> index_;  ///< of a column by its name
    std::vector<std::vector<double>> columns_;
};

using io::quoted_csv;
using io::split_csv;

}  // namespace rall::sweep
