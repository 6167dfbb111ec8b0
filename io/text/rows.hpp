// Rows of numbers as a config gives them: places and rotations, as lists or in a CSV file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/text/json.hpp"

namespace rall::io {

/// What a row consists of, and how messages call it.
struct RowFormat {
    std::string code;                  ///< of errors
    std::vector<std::string> columns;  ///< of a row: "x", "y", "z"
    std::string numbers;               ///< what is expected of all: "three numbers in um, at most 1e9"
    std::string number;                ///< what is expected of one: "a number in um, at most 1e9"
    std::string needs;  ///< advice where a file lacks one: "electrodes need the columns x, y and z, in um"
    double most = 0;    ///< how large a number may be, without its sign
};

using Rows = std::vector<std::vector<double>>;

/// "[x, y, z]": a row; nothing after an error.
std::optional<std::vector<double>> read_row(Node const& node, std::string const& what, RowFormat const& format,
                                            Diagnostics& diagnostics);
/// A list of rows, or the name of a CSV file that has these columns and may have others; what is wrong is an error. A relative name
/// starts from the file that names it.
Rows read_rows(Node const& node, std::string const& what, RowFormat const& format, Diagnostics& diagnostics);

}  // namespace rall::io
