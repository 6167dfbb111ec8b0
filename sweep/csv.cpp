#include "sweep/csv.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace rall::sweep {

Csv::Csv(std::filesystem::path const& path) : path_(path) {
    auto const table = io::read_csv(path);
    names_ = table.names;
    columns_.resize(names_.size());
    for (std::size_t k = 0; k < names_.size(); ++k) index_.try_emplace(names_[k], k);
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        for (std::size_t k = 0; k < names_.size(); ++k) {
            double value = 0;
            if (!io::csv_number(table.rows[row][k], value))
                throw InputError("csv-number", {path.string(), table.lines[row], 0},
                                 fmt::format("'{}' in column '{}' is not a number", table.rows[row][k], names_[k]));
            columns_[k].push_back(value);
        }
}

std::vector<double> Csv::column(std::string const& name, io::Node const& where, Diagnostics& diagnostics) const {
    if (auto const found = index_.find(name); found != index_.end()) return columns_[found->second];
    io::error(diagnostics, "csv-column", where, fmt::format("{} has no column '{}'", path_.string(), name),
              did_you_mean(name, names_));
    return {};
}

}  // namespace rall::sweep
