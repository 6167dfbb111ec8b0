// Types of nodes and edges as SONATA has them in CSV files: a line of names, then a row per type; fields are separated by blanks and may
// stand in quotes; NULL and what is empty is not given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"

namespace rall::io {

/// The fields of a line that blanks separate; a field in quotes, single or double, may hold blanks, and a doubled quote means one.
std::vector<std::string> split_blanks(std::string_view line);

class TypesTable {
public:
    TypesTable() = default;
    /// `key`: the column that numbers the types, "node_type_id". Throws InputError naming file and line: "csv-empty", "csv-columns", "csv-column",
    /// "csv-number", "type-twice".
    TypesTable(std::filesystem::path const& path, std::string const& key);

    std::vector<std::string> const& names() const { return names_; }
    bool has(std::string const& column) const;
    /// The row of a type; -1 if there is none.
    int row(std::uint64_t type) const;
    std::size_t rows() const { return rows_.size(); }
    std::vector<std::uint64_t> types() const;
    std::optional<std::string> text(int row, std::string const& column) const;
    /// Throws InputError ("csv-number") naming file and line.
    std::optional<double> number(int row, std::string const& column) const;
    Location where(int row) const;
    std::string const& file() const { return file_; }

private:
    std::string file_;
    std::vector<std::string> names_;
    std::vector<std::vector<std::string>> rows_;
    std::vector<int> lines_;
    std::map<std::uint64_t, int> by_type_;
};

}  // namespace rall::io
