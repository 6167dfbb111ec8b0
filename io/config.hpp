// A config becomes a model: SONATA's simulation config with the cells described inline (docs/config.md).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/mechanisms.hpp"
#include "model/model.hpp"
#include "morphology/morphology.hpp"

namespace rall::io {

/// One entry of "reports"; its samples are those of model.probes[probe].
struct Report {
    std::string name;
    std::string file_name;  ///< in the output directory, with .h5
    std::string units;
    int probe = 0;
};

enum class SpikeOrder { by_time, by_id };

/// All that a config says.
struct Config {
    std::filesystem::path file;
    model::Model model;
    /// Per type of the model: its shape with 3-D points, for pictures.
    std::vector<std::shared_ptr<morphology::Morphology const>> morphologies;
    std::vector<Report> reports;
    std::vector<std::filesystem::path> mechanism_dirs;
    std::filesystem::path output_dir;
    std::string spikes_file;
    SpikeOrder spike_order = SpikeOrder::by_time;
    std::optional<std::string> log_file;
};

/// Makes the mechanisms known that the directories (and the built-in set) hold.
using LoadMechanisms = std::function<Mechanisms(std::vector<std::filesystem::path> const& directories)>;

/// What a command line may say instead of the config.
struct Overrides {
    std::optional<double> tstop;  ///< ms
};

/// Reads a config and all files it names. Notes and warnings go to `diagnostics`; all errors found are thrown together as
/// one InputError.
Config read_config(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                   Overrides const& overrides = {});

}  // namespace rall::io
