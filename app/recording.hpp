// What a run leaves on the disk: reports and spikes while it works, so that a run that is killed loses half a minute and not its
// three days, and the whole set at its end (docs/reliability.md).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/console.hpp"
#include "io/config/config.hpp"
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
        bool html = true;
    };
    /// Takes the output directory and opens reports. Throws MachineError.
    Recording(io::Config const& config, Options options);

    /// Samples of one of the config's reports.
    void take(network::Samples const& samples);
    /// After each epoch: brings everything to the disk where that was not done for a while.
    /// `record` gives the record of the run as it stands.
    void keep_up(network::Simulation const& simulation, std::function<nlohmann::json()> const& record);
    /// Writes what is left, and publishes. `ended_by`: what ended the run before its time, for its record; empty if nothing did.
    void finish(network::Simulation const& simulation, nlohmann::json record, Diagnostics const& diagnostics,
                std::string const& ended_by);

private:
    void flush(network::Simulation const& simulation, nlohmann::json record);
    void write_page() const;
    void write_record(nlohmann::json record, double until, std::string const& ended_by) const;

    io::Config const& config_;
    Options options_;
    io::OutputDirectory output_;
    std::vector<std::unique_ptr<io::ReportWriter>> reports_;
    std::map<int, model::PotentialMap> fields_;  ///< by probe, of reports of potentials
    struct Sum {
        io::ReportSum const* of;
        std::vector<std::vector<double>> waiting;  ///< samples, per part
    };
    static void add(Sum& sum, io::ReportWriter& report, network::Samples const& samples);
    std::map<int, Sum> sums_;  ///< by report
    std::optional<io::SpikeStream> spikes_;
    std::size_t streamed_ = 0;  ///< spikes
    Stopwatch watch_;
    double next_;  ///< s, when to flush
};

/// Makes results of what a killed run left beside `place`, where no results stand yet. Returns what to tell the user, if anything.
std::optional<std::string> recover_if_alone(std::filesystem::path const& place);

}  // namespace rall::app
