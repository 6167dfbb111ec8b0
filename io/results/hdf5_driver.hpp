// How HDF5's bytes reach the disk, and come from it: a virtual file driver (HDF5 "Virtual File Layer" technical note) that keeps two promises
// which the library's own does not. The first failure is remembered and told: HDF5, which is not made to live on after one, sees none that
// befalls a write, and says of one that befalls a read no more than that what it looked for is not there. And
// what the file says of itself (its metadata) changes only when the file is flushed, as a whole: between two flushes, whatever
// happens to the process, the file is what it was at the last one, and can be read while it is written.
//
// Data go to the file at once, since nothing in it speaks of them yet; changed metadata are held as pages. A flush writes all pages to a
// journal beside the file, then to the file, then removes the journal (the first one needs none: the file was nothing before; nor does a copy
// that is changed before it takes the place of a file). A process killed in between leaves a whole journal, which
// replay_journal() brings to the file, or a torn one, which is thrown away.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <memory>

#include "base/file.hpp"

namespace rall::io::h5 {

/// What has become of a file that is open.
struct Fate {
    std::filesystem::path path;
    int error = 0;           ///< errno of the first failure: nothing reaches the file from then on, and no answer about it counts
    bool abandoned = false;  ///< nobody wants the file any more: nothing reaches it from then on
    bool good() const { return error == 0 && !abandoned; }
};

enum class Use { make, change, read };

/// File access properties (closed by the caller) with which H5Fcreate makes a new file, refusing one that exists, or H5Fopen opens one
/// to be changed (a copy, made anew if that fails) or read. < 0 on failure.
hid_t driver_properties(std::shared_ptr<Fate> const& fate, Use use);

/// Where the journal of a file lies.
std::filesystem::path journal_of(std::filesystem::path const& file);

/// Finishes the flush that a killed process began, if it had got far enough. Throws MachineError.
void replay_journal(std::filesystem::path const& file);

}  // namespace rall::io::h5
