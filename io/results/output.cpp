#include "io/results/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/parallel.hpp"

namespace rall::io {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

[[noreturn]] void refuse(fs::path const& place, std::string const& why) {
    throw MachineError(fmt::format("cannot write to {}: {}", place.string(), why));
}

int rename_with(fs::path const& from, fs::path const& to, unsigned flags) {
    return ::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0 ? 0 : errno;
}

struct stat status_of(fs::path const& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) status = {};
    return status;
}

bool is_writable(fs::path const& directory) { return ::access(directory.c_str(), W_OK | X_OK) == 0; }

/// The place as an absolute path without links; what does not exist yet has its parents made.
fs::path resolve(fs::path place) {
    if (!place.has_filename()) place = place.parent_path();  // "out/"
    std::error_code code;
    place = fs::absolute(place).lexically_normal();
    if (!place.has_filename()) place = place.parent_path();
    if (fs::is_symlink(place, code) && !fs::exists(place, code)) refuse(place, "it is a link to what does not exist");
    if (fs::exists(place, code)) {
        if (!fs::is_directory(place, code)) refuse(place, "it is a file, not a directory");
        auto const real = fs::canonical(place, code);
        return code ? place : real;
    }
    fs::create_directories(place.parent_path(), code);
    auto const parent = fs::canonical(place.parent_path(), code);
    if (code) refuse(place, fmt::format("{}: {}", place.parent_path().string(), code.message()));
    return parent / place.filename();
}

/// ".out" for the hidden names of "out"; very long names leave no room for an ending.
std::string hidden_stem(std::string const& name) {
    if (name.size() <= 200) return "." + name;
    return fmt::format(".{}-{:016x}", name.substr(0, 180), std::hash<std::string>{}(name));
}

std::vector<fs::path> entries(fs::path const& directory) {
    std::vector<fs::path> names;
    for (auto const& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename());
    return names;
}

/// What cannot be removed now goes when the next results stand.
void discard(fs::path const& folder) noexcept {
    if (::rmdir(folder.c_str()) == 0) return;  // empty: that takes no memory
    try {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    } catch (...) {
    }
}

/// Brings all files of a folder to the disk, together: the system writes what is asked for at one time in one go.
void sync_files(fs::path const& folder) {
    constexpr int threads = 8;
    auto const names = entries(folder);
    in_parallel(static_cast<int>(names.size()), threads, [&](int k) {
        auto const path = folder / names[static_cast<std::size_t>(k)];
        if (S_ISREG(status_of(path).st_mode)) sync(path);
    });
    sync_directory(folder);
}

}  // namespace

OutputDirectory::OutputDirectory(fs::path const& where, std::set<std::string> const& names) : place_(resolve(where)) {
    std::error_code code;
    auto const parent = place_.parent_path();
    bool const exists = fs::exists(place_, code);
    if (exists && !is_writable(place_)) refuse(place_, std::strerror(EACCES));
    bool const mounted = exists && status_of(place_).st_dev != status_of(parent).st_dev;
    bool const here = exists && fs::equivalent(place_, fs::current_path(code), code);
    inside_ = mounted || here || place_ == parent || !is_writable(parent);
    if (inside_ && !exists) refuse(place_, std::strerror(EACCES));
    auto const stem = inside_ ? place_ / ".rall" : parent / hidden_stem(place_.filename().string());
    building_ = stem.string() + ".partial";
    interrupted_ = stem.string() + ".interrupted";

    lock_.emplace(stem.string() + ".lock", place_);
    if (!lock_->held()) {
        auto const text = json::parse(lock_->text(), nullptr, false);
        refuse(place_, fmt::format("{} is at work on it",
                                   text.is_object() ? text.value("holder", "another process") : "another process"));
    }
    try {
        settle();
        if (S_ISDIR(status_of(building_).st_mode)) {
            lock_->leave();
            refuse(place_, building_.string() + " is left from an earlier run, and cannot be removed");
        }
        for (auto const& name : names) {
            auto const status = fs::symlink_status(place_ / name, code);
            if (fs::is_directory(status)) refuse(place_ / name, "a directory is in the way");
            if (fs::is_symlink(status)) refuse(place_ / name, "a link is in the way");
        }
        lock_->write(json{{"holder", this_process()}}.dump(), NameLock::Sync::no);
        if (!fs::create_directory(building_, code)) refuse(place_, code ? code.message() : "a file is in the way");
    } catch (fs::filesystem_error const& failure) {
        refuse(place_, failure.code().message());
    }
}

OutputDirectory::~OutputDirectory() {
    if (!kept_ && !published_) discard(building_);
}

/// Under the lock nobody is at work: what lies here is of a dead process.
void OutputDirectory::settle() {
    auto const left = status_of(building_);
    if (!S_ISDIR(left.st_mode)) {
        ::unlink(building_.c_str());
        return;
    }
    auto const text = json::parse(lock_->text(), nullptr, false);
    bool const is_record = text.is_object();
    if (is_record && text.contains("exchanging")) {
        // Either the new set has its place, and this is the old one; or all but the exchange was done.
        if (text["exchanging"] == left.st_ino) {
            if (int const error = rename_with(building_, place_, RENAME_EXCHANGE)) refuse(place_, std::strerror(error));
            sync_directory(place_.parent_path());
        }
        bring_folders(text.at("folders").get<std::vector<std::string>>());
        discard_old();
    } else if (is_record && text.contains("moving")) {
        move_all(text["moving"].get<std::map<std::string, ino_t>>(), text.at("old").get<std::set<std::string>>());
        discard_old();
    } else if (fs::is_regular_file(building_ / record_name)) {
        discard(interrupted_);
        fs::rename(building_, interrupted_);
    } else {
        discard(building_);
    }
}

bool OutputDirectory::interrupted() const { return fs::is_directory(fs::symlink_status(interrupted_)); }

void OutputDirectory::adopt_interrupted() {
    discard(building_);
    if (int const error = rename_with(interrupted_, building_, 0)) refuse(place_, std::strerror(error));
}

void OutputDirectory::publish(std::set<std::string> const& former) {
    kept_ = true;
    try {
        sync_files(building_);
        if (!fs::exists(place_)) {
            if (int const error = rename_with(building_, place_, 0)) refuse(place_, std::strerror(error));
            sync_directory(place_.parent_path());
        } else if (inside_ || !exchange(former)) {
            move(former);
        }
    } catch (std::exception const& failure) {
        lock_->leave();
        throw MachineError(fmt::format(
            "{}\n    the results are complete and kept in {}\n    `rall recover {}` brings them to their place",
            failure.what(), building_.string(), place_.string()));
    }
    published_ = true;
    discard(interrupted_);
}

/// The old set, which is nobody's any more. Where it cannot be removed the text of the lock stays, which says what it is.
void OutputDirectory::discard_old() {
    discard(building_);
    if (S_ISDIR(status_of(building_).st_mode)) lock_->leave();
}

/// File by file, where the place itself must stay. Throws; old files are in their place then.
void OutputDirectory::move(std::set<std::string> const& former) {
    auto old = former;
    std::map<std::string, ino_t> files;
    for (auto const& name : entries(building_)) {
        old.erase(name);
        files.emplace(name, status_of(building_ / name).st_ino);
        if (fs::is_directory(fs::symlink_status(place_ / name))) refuse(place_ / name, "a directory is in the way");
    }
    lock_->write(json{{"holder", this_process()}, {"moving", files}, {"old", old}}.dump());
    move_all(files, old);
    discard_old();
}

/// May be done again from where it was broken off.
void OutputDirectory::move_all(std::map<std::string, ino_t> const& files, std::set<std::string> const& old) {
    std::vector<fs::path> exchanged, moved;
    for (auto const& [name, inode] : files) {
        auto const from = building_ / name, to = place_ / name;
        auto const there = status_of(to);
        if (there.st_ino == inode) continue;
        int error = there.st_ino == 0 ? ENOENT : rename_with(from, to, RENAME_EXCHANGE);
        if (error == 0) {
            exchanged.push_back(name);
        } else {
            bool const plain = error == ENOENT || error == EINVAL || error == ENOSYS;
            if (plain) error = rename_with(from, to, 0);
            if (error == 0) {
                moved.push_back(name);
                continue;
            }
            for (auto const& back : exchanged) rename_with(building_ / back, place_ / back, RENAME_EXCHANGE);
            for (auto const& back : moved) rename_with(place_ / back, building_ / back, 0);
            lock_->write(json{{"holder", this_process()}}.dump());
            refuse(to, std::strerror(error));
        }
    }
    for (auto const& name : old)
        if (!fs::is_directory(fs::symlink_status(place_ / name))) fs::remove(place_ / name);
    sync_directory(place_);
}

/// The whole directory at once. Returns false, with nothing changed, where that cannot be. Throws.
bool OutputDirectory::exchange(std::set<std::string> const& former) {
    // What belongs to others comes along: files as the same files at once, folders right after.
    std::vector<fs::path> linked;
    std::vector<std::string> folders;
    auto const undo = [&] {
        for (auto const& name : linked) ::unlink((building_ / name).c_str());
        return false;
    };
    auto const old = status_of(place_), built = status_of(building_);
    for (auto const& name : entries(place_)) {
        if (former.contains(name.string()) || fs::exists(fs::symlink_status(building_ / name))) continue;
        auto const status = status_of(place_ / name);
        if (S_ISDIR(status.st_mode) && status.st_dev == old.st_dev) {
            folders.push_back(name.string());
            continue;
        }
        // link() does not follow links.
        if (::link((place_ / name).c_str(), (building_ / name).c_str()) != 0) return undo();
        linked.push_back(name);
    }
    if ((built.st_uid != old.st_uid || built.st_gid != old.st_gid) &&
        ::chown(building_.c_str(), old.st_uid, old.st_gid) != 0)
        return undo();
    if (::chmod(building_.c_str(), old.st_mode & 07777) != 0) return undo();
    if (!linked.empty()) sync_directory(building_);
    lock_->write(json{{"holder", this_process()}, {"exchanging", built.st_ino}, {"folders", folders}}.dump());
    if (rename_with(building_, place_, RENAME_EXCHANGE) != 0) return undo();
    bring_folders(folders);
    sync_directory(place_.parent_path());
    discard_old();
    return true;
}

/// Folders of others, from the old directory to the new one. Throws where one cannot be moved: it stays where it is.
void OutputDirectory::bring_folders(std::vector<std::string> const& folders) {
    for (auto const& name : folders)
        if (S_ISDIR(status_of(building_ / name).st_mode))
            if (int const error = rename_with(building_ / name, place_ / name, RENAME_NOREPLACE)) {
                lock_->leave();
                throw MachineError(fmt::format("cannot bring {} back to {}: {}", (building_ / name).string(),
                                               place_.string(), std::strerror(error)));
            }
}

}  // namespace rall::io
