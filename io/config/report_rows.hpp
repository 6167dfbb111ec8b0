// From samples of probes to rows of reports: as they are, as potentials outside of cells, or summed up.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "io/config/config.hpp"

namespace rall::io {

class ReportRows {
public:
    /// Takes rows of a report, by its number in the config.
    using Append = std::function<void(int report, double const* values, std::int64_t rows)>;
    /// `config` lives as long.
    ReportRows(Config const& config, Append append);
    /// Rows of one of the probes of reports, sites side by side.
    void take(int probe, double const* values, std::int64_t rows);

private:
    struct Sum {
        ReportSum const* of;
        std::vector<std::vector<double>> waiting;  ///< samples, per part
    };
    void add(int report, Sum& sum, int probe, double const* values, std::int64_t rows);

    Config const& config_;
    Append append_;
    std::map<int, model::PotentialMap> fields_;  ///< by probe, of reports of potentials
    std::map<int, Sum> sums_;                    ///< by report
};

}  // namespace rall::io
