// Directories that nobody but this user can change, for files that become part of the program. They are held open and everything in
// them is reached from there without following a link, so that nobody can put another in their place between a look and a use.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace rall {

/// A place that cannot be used, with path and reason: it is not ours alone, it cannot be written, it is full.
class Unusable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// All members throw Unusable.
class OwnDirectory {
public:
    /// Opens it; it is made (mode 0700), with those above it, where it is missing. Refused are a link, a directory of somebody
    /// else, and one to which group or others may write: what lies there may be anybody's. Directories above it are not looked at:
    /// whoever can exchange it cannot give the new one to this user.
    explicit OwnDirectory(std::filesystem::path const& path);

    /// A new one under the directory for temporary files, with a name that nobody can foresee.
    static OwnDirectory temporary();

    /// One inside it, opened and checked alike: made where it is missing, or nothing.
    OwnDirectory child(std::string const& name) const;
    std::optional<OwnDirectory> find_child(std::string const& name) const;

    /// Is this still what stands in `parent` under that name?
    bool stands_in(OwnDirectory const& parent, std::string const& name) const;

    /// Takes from others what they may do here.
    void close_to_others() const;

    /// The bytes of an ordinary file of this user's that others cannot write; nothing if there is none.
    std::optional<std::string> read(std::string const& name) const;

    /// A new file (mode 0600). It is not forced to the disk: after a loss of power its reader finds out by a checksum.
    void write(std::string const& name, std::string_view bytes) const;

    /// Makes a file that a program wrote into it ours alone; false if there is none.
    bool take(std::string const& name) const;

    /// The lock that this file is (made if missing), held until the handle is closed or the process has ended, however it ends. An empty
    /// handle (-1): another process has it and we do not `wait`, a signal came while we did, or the directory has been removed.
    Descriptor lock(std::string const& name, bool wait) const;

    /// Replaces what stands under the new name.
    void rename(std::string const& from, std::string const& to) const;

    /// With all that is in it, if it is there.
    void remove(std::string const& name) const;

    std::vector<std::string> names() const;
    std::filesystem::path const& path() const { return path_; }  ///< for messages
    int handle() const { return handle_; }

private:
    OwnDirectory(Descriptor handle, std::filesystem::path path);
    Descriptor open(std::string const& name, int flags) const;
    std::filesystem::path path_;
    Descriptor handle_;
};

/// The directory for temporary files: TMPDIR, or /tmp where that is missing or relative.
std::filesystem::path temporary_files();

}  // namespace rall
