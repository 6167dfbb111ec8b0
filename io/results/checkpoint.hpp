// Checkpoints: what a model is at a time (model/snapshot.hpp) as an HDF5 file, with what it was made of. A file is written aside, brought to the disk
// and renamed, and the one before it stays beside it ("run.h5", "run.previous.h5"). It ends with a checksum over all that comes before, so that no
// byte of one that was damaged, cut short, or never finished is taken for what it was.
//
//     /checkpoint             attributes: format, program, fingerprint, step, t (ms), dt (ms), output_dir
//     /checkpoint/config      texts "run.dt<tab>0.025": what the config says, without what a restart may change
//     /checkpoint/files       texts "cell.swc<tab>...": every file that was read, and a number of its content
//     /checkpoint/numbers     names of lists of doubles
//     /checkpoint/counts      names of lists of whole numbers
//     /cells/v, /mechanisms/hh/m, ...   the lists
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/inputs.hpp"
#include "io/text/json.hpp"
#include "model/snapshot.hpp"

namespace rall::io {

/// What a model was made of.
struct Origin {
    std::map<std::string, std::string> config;  ///< path of keys -> value as JSON; of a very long config sections are told by a checksum
    std::map<std::string, std::string> files;   ///< name without folders -> a number of the content

    std::string fingerprint() const;  ///< 16 hexadecimal digits
    /// What is not the same in `other`, for people, the first few of it; empty if all is.
    std::string difference(Origin const& other) const;
};

/// `config` without what a restart may change: run.tstop, run.save, run.restore, output.output_dir and the manifest. `options`: those of the command
/// line that change the model. Of `inputs` the config file itself does not count, whose keys do.
Origin origin_of(Node const& config, std::filesystem::path const& file, std::map<std::string, std::string> const& options,
                 InputRecord const& inputs);

struct Checkpoint {
    std::string program;  ///< version of Rall
    Origin origin;
    std::string output_dir;  ///< where the results of the run were to go
    double dt = 0;           ///< ms
    model::Snapshot snapshot;
    double t() const { return static_cast<double>(snapshot.step) * dt; }  ///< ms
};

/// The one that was there before goes to previous_of(path). Returns the size, bytes. Throws MachineError; then what was there still is.
std::uint64_t write_checkpoint(std::filesystem::path const& path, Checkpoint const& checkpoint);
std::filesystem::path previous_of(std::filesystem::path const& path);

/// That one can be written there, found out before it is needed. Throws MachineError.
void try_checkpoint(std::filesystem::path const& path);

/// Throws InputError ("checkpoint-damaged", "no-checkpoint") naming the file, and the one before it if that is whole.
Checkpoint read_checkpoint(std::filesystem::path const& path);

/// Does the file end like one?
bool is_checkpoint(std::filesystem::path const& path);

}  // namespace rall::io
