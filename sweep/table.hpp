// The results of a sweep: a row per member, kept safe while the sweep runs and written as a table when it ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/inputs.hpp"
#include "sweep/description.hpp"

namespace rall::sweep {

enum class Status { finished, diverged };

struct Row {
    Status status = Status::finished;
    double diverged_at = 0;  ///< ms
    std::vector<double>
        features;  ///< as features.hpp orders them; NaN where not defined, and all of a member that diverged
    /// The voltage where features are measured, thinned for the page (report.hpp): start, dt (ms) and values (mV), as html::base64 writes them;
    /// empty for a member whose trace is not kept.
    std::string trace = {};
};

/// Rows by member.
using Rows = std::map<std::size_t, Row>;

/// A file of an output directory to which finished members are added: what it holds survives the end of the program at any moment
/// and the loss of power. It belongs to the sweep whose fingerprint it begins with.
class Journal {
public:
    /// Opens or makes the file and reads the rows in it, or with `restart` throws them away; a last line that was cut short is
    /// taken off, and one that is not as it was written is as if it were not there ("sweep-damaged", a warning). The output directory is
    /// locked. Throws InputError ("sweep-other") if the file belongs to another sweep, MachineError if it cannot be written.
    Journal(std::filesystem::path path, std::uint64_t fingerprint, bool restart, Diagnostics& diagnostics);
    ~Journal();
    Journal(Journal const&) = delete;
    Journal& operator=(Journal const&) = delete;

    Rows const& rows() const { return rows_; }
    /// Adds rows; they are on the disk when this returns. Throws MachineError.
    void add(Rows const& rows);

private:
    void write(std::string const& text);
    std::filesystem::path path_;
    std::uint64_t fingerprint_;
    int file_ = -1;
    Rows rows_;
};

/// A number of all that decides the results: all files that were read, and the version of Rall.
std::uint64_t fingerprint(InputRecord const& inputs);

/// The table as CSV: member, parameters, status, diverged_at, features, with units in the first line, of parameters where they are known (sweep/units.hpp);
/// a field without a value is empty.
std::string csv_table(Description const& description, Members const& members, Rows const& rows, Catalogue const& catalogue);

/// The same as HDF5: a dataset per column under /parameters and /features, with units (and what a feature means), and member, diverged, diverged_at; missing
/// values are NaN.
void write_hdf5_table(std::filesystem::path const& path, Description const& description, Members const& members,
                      Rows const& rows, Catalogue const& catalogue);

}  // namespace rall::sweep
