#include "io/config/report_rows.hpp"

#include <algorithm>

namespace rall::io {

ReportRows::ReportRows(Config const& config, Append append) : config_(config), append_(std::move(append)) {
    for (std::size_t k = 0; k < config.reports.size(); ++k) {
        auto const& report = config.reports[k];
        if (report.field) fields_.try_emplace(report.probe, config.model, config.model.probes[static_cast<std::size_t>(report.probe)], *report.field);
        if (report.sum) sums_.emplace(static_cast<int>(k), Sum{&*report.sum, std::vector<std::vector<double>>(report.sum->parts.size())});
    }
}

void ReportRows::take(int probe, double const* values, std::int64_t rows) {
    int const report = config_.report_of_probe[static_cast<std::size_t>(probe)];
    if (auto const sum = sums_.find(report); sum != sums_.end()) return add(report, sum->second, probe, values, rows);
    auto const field = fields_.find(probe);
    append_(report, field == fields_.end() ? values : field->second.apply(values, rows).data(), rows);
}

/// Samples of the parts wait for one another, so that they are added in order.
void ReportRows::add(int report, Sum& sum, int probe, double const* samples, std::int64_t n) {
    auto const& parts = sum.of->parts;
    std::size_t rows = ~std::size_t{0};
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (parts[p].probe == probe)
            sum.waiting[p].insert(sum.waiting[p].end(), samples, samples + static_cast<std::size_t>(n) * parts[p].column.size());
        rows = std::min(rows, sum.waiting[p].size() / parts[p].column.size());
    }
    if (rows == 0) return;
    auto const columns = sum.of->columns.size();
    std::vector<double> values(rows * columns);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        auto const& [probe_of_part, column, weight] = parts[p];
        for (std::size_t row = 0, k = 0; row < rows; ++row)
            for (std::size_t site = 0; site < column.size(); ++site, ++k) values[row * columns + column[site]] += weight[site] * sum.waiting[p][k];
        sum.waiting[p].erase(sum.waiting[p].begin(), sum.waiting[p].begin() + static_cast<std::ptrdiff_t>(rows * column.size()));
    }
    append_(report, values.data(), static_cast<std::int64_t>(rows));
}

}  // namespace rall::io
