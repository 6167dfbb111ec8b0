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
#include <nlohmann/json.hpp>
#include <vector>

#include "base/diagnostics.hpp"

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

void discard(fs::path const& folder) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
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
        for (auto const& name : names) {
            auto const status = fs::symlink_status(place_ / name, code);
            if (fs::is_directory(status)) refuse(place_ / name, "a directory is in the way");
            if (fs::is_symlink(status)) refuse(place_ / name, "a link is in the way");
        }
        lock_->write(json{{"holder", this_process()}}.dump());
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
    if (text.is_object() && text.contains("exchanging")) {
        // Either the new set has its place, and this is the old one; or all but the exchange was done.
        if (text["exchanging"] == left.st_ino) {
            if (int const error = rename_with(building_, place_, RENAME_EXCHANGE)) refuse(place_, std::strerror(error));
            sync_directory(place_.parent_path());
        }
        discard(building_);
    } else if (text.is_object() && text.contains("moving")) {
        move_all(text["moving"].get<std::set<std::string>>());
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
        sync_directory(building_);
        if (!fs::exists(place_)) {
            if (int const error = rename_with(building_, place_, 0)) refuse(place_, std::strerror(error));
            sync_directory(place_.parent_path());
        } else if (inside_ || !exchange(former)) {
            auto old = former;
            for (auto const& name : entries(building_)) {
                old.erase(name);
                if (fs::is_directory(fs::symlink_status(place_ / name)))
                    refuse(place_ / name, "a directory is in the way");
            }
            lock_->write(json{{"holder", this_process()}, {"moving", old}}.dump());
            move_all(old);
        }
    } catch (std::exception const& failure) {
        lock_->leave();
        throw MachineError(fmt::format("{}\n    the results are complete and kept in {}\n    `rall recover {}` brings them to their place",
                                       failure.what(), building_.string(), place_.string()));
    }
    published_ = true;
    discard(interrupted_);
}

/// File by file, without the `old` ones. May be done again from where it was broken off. Throws.
void OutputDirectory::move_all(std::set<std::string> const& old) {
    for (auto const& name : old)
        if (!fs::is_directory(fs::symlink_status(place_ / name))) fs::remove(place_ / name);
    for (auto const& name : entries(building_)) fs::rename(building_ / name, place_ / name);
    sync_directory(place_);
    discard(building_);
}

/// The whole directory at once. Returns false, with nothing changed, where that cannot be. Throws.
bool OutputDirectory::exchange(std::set<std::string> const& former) {
    // What belongs to others comes along, as the same files.
    std::vector<fs::path> linked;
    auto const undo = [&] {
        for (auto const& name : linked) ::unlink((building_ / name).c_str());
        return false;
    };
    for (auto const& name : entries(place_)) {
        if (former.contains(name.string()) || fs::exists(fs::symlink_status(building_ / name))) continue;
        // link() does not follow links.
        if (::link((place_ / name).c_str(), (building_ / name).c_str()) != 0) return undo();
        linked.push_back(name);
    }
    auto const old = status_of(place_);
    auto const built = status_of(building_);
    if ((built.st_uid != old.st_uid || built.st_gid != old.st_gid) &&
        ::chown(building_.c_str(), old.st_uid, old.st_gid) != 0)
        return undo();
    if (::chmod(building_.c_str(), old.st_mode & 07777) != 0) return undo();
    sync_directory(building_);
    lock_->write(json{{"holder", this_process()}, {"exchanging", built.st_ino}}.dump());
    if (rename_with(building_, place_, RENAME_EXCHANGE) != 0) return undo();
    sync_directory(place_.parent_path());
    discard(building_);
    return true;
}

}  // namespace rall::io
