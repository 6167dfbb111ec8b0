// When a run writes checkpoints, and where (docs/reliability.md).
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "app/console.hpp"
#include "base/diagnostics.hpp"
#include "io/page/run_record.hpp"
#include "io/results/checkpoint.hpp"
#include "network/simulation.hpp"

namespace rall::app {

class Recording;

/// How often, by the model's time or by the clock.
struct Interval {
    double ms = 0;       ///< of the model, 0: not by it
    double seconds = 0;  ///< by the clock, 0: not by it
    /// "10 ms" is the model's time; "30 s", "5 min" and "2 h" are the clock's. Nothing where the text is neither.
    static std::optional<Interval> of(std::string const& text);
};

/// A checkpoint could not be written; the run ends, with its results until then.
struct CheckpointFailure : MachineError {
    using MachineError::MachineError;
};

class Checkpoints {
public:
    struct Options {
        std::optional<Interval> every;
        bool at_end = false;
        std::filesystem::path file;
    };
    Checkpoints(Options options, io::Checkpoint about) : options_(std::move(options)), about_(std::move(about)) {}

    bool on() const { return options_.every || options_.at_end; }
    std::filesystem::path const& file() const { return options_.file; }
    int written() const { return written_; }

    /// The step, behind the present one, that an epoch must not go beyond. The one at the end is written a step before the end: only what comes
    /// after a run that has gone on is what a longer run would have done.
    std::int64_t next_stop(network::Simulation const& simulation) const;
    bool due(network::Simulation const& simulation) const;  ///< by the model's time, the same on all ranks
    bool due_by_clock(network::Simulation const& simulation) const;
    /// Brings results to the disk first, since the checkpoint goes on with them. All ranks at once; `recording` is at rank 0, which writes. Throws CheckpointFailure.
    void write(network::Simulation& simulation, Recording* recording, std::function<nlohmann::json()> const& record, io::Peaks const* peaks);

    /// {"written": 3, "bytes": ..., "seconds": ..., "file": ...}
    nlohmann::json summary() const;

private:
    std::int64_t every_steps() const;
    Options options_;
    io::Checkpoint about_;
    Stopwatch watch_;
    double last_ = 0;  ///< s
    std::int64_t last_step_ = -1;
    int written_ = 0;
    double bytes_ = 0, seconds_ = 0;  ///< of the last; of all
};

inline constexpr char const* peaks_list = "page/peaks";

}  // namespace rall::app
