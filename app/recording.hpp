// What a run leaves on the disk: reports and spikes while it works, so that a run that is killed loses half a minute and not its
// three days, and the whole set at its end (docs/reliability.md).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/console.hpp"
#include "io/config/config.hpp"
#include "io/config/report_rows.hpp"
#include "io/page/run_record.hpp"
#include "io/results/output.hpp"
#include "io/results/report_file.hpp"
#include "io/results/spikes.hpp"
#include "network/simulation.hpp"

namespace rall::app {

class Recording {
public:
    struct Options {
        double interval = 20;  ///< s between two flushes, at most
        io::Precision precision = io::Precision::float32;
        bool html = true, csv = false;
        std::string fingerprint = {};  ///< of the model, where checkpoints may need to know results again
        std::int64_t after = -1;       ///< reports begin behind this step
    };
    /// Takes the output directory and opens reports. Throws MachineError.
    Recording(io::Config const& config, Options options);

    /// Goes on with what a run of the same model left, as it was after `step` steps: puts the samples until then into the reports, and returns the
    /// spikes before `since` (ms). They are looked for in what a killed run left here, in the output directory, and in `former`, that of the run
    /// that made the checkpoint. Throws InputError ("results-missing") where they are in none of these.
    /// `last_rows`: see last_rows(); of those of step `step` the results may be without.
    std::vector<network::Spike> resume(std::int64_t step, double since, std::filesystem::path const& former, std::map<std::string, std::vector<double>> const& last_rows);
    /// By report's file: what was sampled at a step, where something was, as a list of a snapshot ("reports/v.h5"). `rall recover` leaves the last step out,
    /// of which not all spikes are known.
    std::map<std::string, std::vector<double>> last_rows(std::int64_t step) const;

    /// Samples of one of the config's reports.
    void take(network::Samples const& samples);
    /// After each epoch: brings everything to the disk where that was not done for a while.
    /// `record` gives the record of the run as it stands.
    void keep_up(network::Simulation const& simulation, std::function<nlohmann::json()> const& record);
    /// Brings everything to the disk itself, whatever becomes of the machine.
    void secure(network::Simulation const& simulation, nlohmann::json record);
    /// Writes what is left, and publishes. `ended_by`: what ended the run before its time, for its record; empty if nothing did.
    void finish(network::Simulation const& simulation, nlohmann::json record, Diagnostics const& diagnostics,
                std::string const& ended_by);

private:
    void flush(network::Simulation const& simulation, nlohmann::json record);
    void write_page() const;
    void write_csv() const;
    void write_record(nlohmann::json record, double until, std::string const& ended_by) const;
    std::int64_t samples_until(model::Probe const& probe, std::int64_t step) const;
    std::optional<std::string> misses(std::filesystem::path const& folder, std::int64_t step, double since,
                                      std::map<std::string, std::vector<double>> const& last_rows) const;

    io::Config const& config_;
    Options options_;
    io::OutputDirectory output_;
    std::vector<std::unique_ptr<io::ReportWriter>> reports_;
    std::vector<std::vector<double>> last_row_;  ///< of each
    std::vector<std::size_t> columns_;           ///< of each
    std::vector<std::vector<io::ReportColumns>> populations_;  ///< of each
    io::ReportRows rows_;
    void append(int report, double const* values, std::int64_t rows);
    std::uint64_t bring_back(std::size_t k, std::filesystem::path const& file, std::uint64_t most);
    std::optional<io::SpikeStream> spikes_;
    std::size_t streamed_ = 0;  ///< spikes
    Stopwatch watch_;
    double next_;  ///< s, when to flush
};

/// Makes results of what a killed run left beside `place`, where no results stand yet. Returns what to tell the user, if anything.
std::optional<std::string> recover_if_alone(std::filesystem::path const& place);

}  // namespace rall::app
