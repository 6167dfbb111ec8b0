// Values for several things at once, as a config gives them: a list, or the column of a CSV file.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/text/object.hpp"

namespace rall::io {

/// Whether a value is {"csv": "file.csv", "column": "name"}.
bool is_csv(Node const& node);

/// What such a value names, as a list; fields that are numbers are numbers in it. A relative name starts from the file that names it.
struct Column {
    Node list;
    /// Section and place on it (0..1) of each row, if the file has the columns `section` and `x`.
    std::vector<std::pair<std::string, double>> places;
    std::string file;
    std::vector<int> lines;  ///< in the file, of each row
};
/// Nothing after an error ("file-missing", "csv-column", and those of read_csv).
std::optional<Column> read_column(Node const& node, std::string const& what, Diagnostics& diagnostics);

/// A number for all of several things, or one for each.
class Series {
public:
    Series(double value) : values_{value} {}
    Series(std::vector<double> values, Node const* where, std::string file = {}, std::vector<int> lines = {})
        : values_(std::move(values)), where_(where), file_(std::move(file)), lines_(std::move(lines)) {}

    double operator[](std::size_t i) const { return where_ ? values_[i] : values_[0]; }
    bool is_list() const { return where_ != nullptr; }
    std::vector<double> const& values() const { return values_; }
    /// Where value i of a list is written, in the config or in a CSV file.
    Location at(std::size_t i) const {
        return lines_.empty() ? where_->children[i].where() : Location{file_, lines_[i], 0};
    }

    /// An error ("count", at the list) unless there is a value for each of n things, called `things` in the message.
    bool fits(std::size_t n, std::string const& what, std::string const& things, Diagnostics& diagnostics) const;

private:
    std::vector<double> values_;
    Node const* where_ = nullptr;  ///< of a list
    std::string file_;             ///< of a column
    std::vector<int> lines_;
};

/// The number, list or column that an object's key gives; nothing if it gives none, or after an error.
std::optional<Series> read_series(Object& object, std::string_view key, Range range, Diagnostics& diagnostics);
/// The same in the range that the object's table has for the key.
std::optional<Series> read_series(Object& object, std::string_view key, Diagnostics& diagnostics);
/// A list or column; `what` is its name in messages.
std::optional<Series> read_list(Node const& node, std::string const& what, Range range, Diagnostics& diagnostics);

}  // namespace rall::io
