// The files of a run appear together, when it is complete, or not at all. Until then they are built in a hidden folder beside their
// place, under a lock that says who is at work, and then take it by one renaming: the old set stands until the new one does.
//
//     .out.lock          held while somebody works on `out`; its text says who, and how far publishing has come
//     .out.partial       what is being built; of a dead process: what it left
//     .out.interrupted   what a run left that was killed, until results stand in `out` (`rall recover out` makes them results)
//
// Files and folders of somebody else come along. A place that cannot be exchanged for another directory (a mount point, the working
// directory) has these inside it, and gets its files one after the other; the text of the lock lets whoever comes next finish that.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace rall::io {

inline constexpr char const *record_name = "run.json", *page_name = "report.html";

class OutputDirectory {
public:
    /// Takes the lock, finishes or removes what a dead process left, and makes the folder to build in. `names` are files that will be
    /// written, of which none may be a directory or a link there. Throws MachineError: who holds the lock, or what is in the way.
    explicit OutputDirectory(std::filesystem::path const& place, std::set<std::string> const& names = {});
    ~OutputDirectory();  ///< removes what was built, unless it was published or kept
    OutputDirectory(OutputDirectory const&) = delete;
    OutputDirectory& operator=(OutputDirectory const&) = delete;

    std::filesystem::path const& place() const { return place_; }
    std::filesystem::path const& building() const { return building_; }

    /// Brings the files to their place and removes those of `former` that were not written anew. Other files that lie there stay.
    /// Throws MachineError; what was built is kept then, and the message says where.
    void publish(std::set<std::string> const& former = {});

    /// What was built stays in its folder when this object goes, for recover().
    void keep() { kept_ = true; }
    /// Is there something that a killed run left?
    bool interrupted() const;
    std::filesystem::path const& left() const { return interrupted_; }  ///< where that is
    /// Goes on with that instead of an empty folder: building() is what was left.
    void adopt_interrupted();

private:
    void settle();
    bool exchange(std::set<std::string> const& former);
    void bring_folders(std::vector<std::string> const& folders);
    void move(std::set<std::string> const& former);
    void move_all(std::map<std::string, ino_t> const& files, std::set<std::string> const& old);
    void discard_old();

    std::filesystem::path place_, building_, interrupted_;
    bool inside_ = false;  ///< the hidden names lie in the place itself
    bool kept_ = false, published_ = false;
    std::optional<NameLock> lock_;
};

}  // namespace rall::io
