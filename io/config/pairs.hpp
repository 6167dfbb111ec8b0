// "pairs" of an entry of "connections": which source is connected with which instance, one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "io/text/json.hpp"
#include "io/text/number_table.hpp"

namespace rall::io {

class Pairs {
public:
    struct Pair {
        std::int64_t source, instance;
        std::optional<double> weight, delay;  ///< where the file gives them
    };

    /// {"source": [...], "target": [...]}, or {"csv": "file.csv"} with the columns source and target, and weight and delay if it likes. Nothing
    /// after an error ("count", "csv-column", "file-missing").
    static std::optional<Pairs> read(Node const& node, std::string const& what, Diagnostics& diagnostics);

    std::size_t size() const { return table_ ? static_cast<std::size_t>(table_->rows()) : source_.size(); }
    bool has_weights() const { return weight_ > 0; }
    bool has_delays() const { return delay_ > 0; }

    /// Calls `connect` for each pair of n sources and m instances. False after an error ("pair", and those of NumberTable), which names
    /// the line.
    bool for_each(std::int64_t n, std::int64_t m, Diagnostics& diagnostics, std::function<void(Pair const&)> const& connect) const;

private:
    Node const* node_ = nullptr;
    std::string what_;
    std::vector<double> source_, target_;
    std::optional<NumberTable> table_;
    std::vector<std::size_t> columns_;      ///< of the table: source, target, then these, if it has them
    std::size_t weight_ = 0, delay_ = 0;  ///< places in `columns_`
};

}  // namespace rall::io
