// Results as CSV beside the HDF5 files they are made from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/results/report_file.hpp"

namespace rall::io {

/// The CSV files that a report becomes, one for each of its populations: "v.csv", or "v_POPULATION.csv" where there are several.
std::vector<std::string> csv_names(std::string const& report_file, std::vector<ReportColumns> const& populations);

/// Writes them beside the report: time (ms), then the columns with their units. Throws MachineError.
void write_report_csv(std::filesystem::path const& report, std::vector<ReportColumns> const& populations, std::string const& units, Precision precision);

/// Writes spikes: time (ms), population, node. Throws MachineError.
void write_spikes_csv(std::filesystem::path const& spikes, std::filesystem::path const& csv);

}  // namespace rall::io
