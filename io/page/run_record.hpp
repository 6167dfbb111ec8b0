// run.json: what a run was, beside its spikes and reports, so that report.html can be made from an output directory alone.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "io/config/config.hpp"
#include "io/page/html.hpp"
#include "io/results/output.hpp"

namespace rall::io {

nlohmann::json to_json(Diagnostics const& diagnostics);

/// Columns of a report whose traces the page shows, and traces of all reports.
inline constexpr std::size_t most_labels = 12, most_traces = 40;

/// What run.json holds changes with this number, which stands in it.
inline constexpr int record_form = 2;

/// Cells that the page draws: the first of each type, as long as it stays quick to open.
std::vector<int> drawn_cells(model::Model const& model);

/// Highest voltage of every compartment of the drawn cells, gathered from a probe on all of them.
class Peaks {
public:
    /// Adds the probe to the model; empty if nothing is drawn.
    explicit Peaks(Config& config);
    int probe() const { return probe_; }  ///< index into the model's probes
    void take(double const* values, std::int64_t rows);
    std::vector<double> of(int cell) const;  ///< mV per compartment
    std::vector<double> const& highest() const { return highest_; }  ///< of all
    /// Goes on from where another stood. Of another number of compartments they are not taken.
    void resume(std::vector<double> const& highest) {
        if (highest.size() == highest_.size()) highest_ = highest;
    }

private:
    model::Model const& model_;
    int probe_;
    std::vector<double> highest_;
};

/// The record of a run. `network` is that of the model, as JSON (network_record.hpp); `summary` is what --summary writes; without `peaks`
/// (null) cells are drawn by region.
nlohmann::json run_record(Config const& config, nlohmann::json const& network, nlohmann::json const& summary,
                          Diagnostics const& diagnostics, Peaks const* peaks);

/// Names of the files that the run recorded in a directory wrote; empty if it holds no record.
std::set<std::string> recorded_files(std::filesystem::path const& directory);

/// The page of an output directory. Throws InputError when it is none ("no-run"), another version of Rall wrote it ("run-version"), or
/// its files are damaged.
html::ReportPage report_page(std::filesystem::path const& directory);

}  // namespace rall::io
