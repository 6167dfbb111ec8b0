#include "mechanisms/own_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace rall {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(fs::path const& place, std::string const& why) {
    throw Unusable(fmt::format("{}: {}", place.string(), why));
}

[[noreturn]] void fail(fs::path const& place, int error) { fail(place, std::strerror(error)); }

/// Throws unless it is of this type (S_IFDIR, ...), ours, and out of reach of others.
struct stat require_ours(int file, fs::path const& place, mode_t type) {
    struct stat status {};
    if (::fstat(file, &status) != 0) fail(place, errno);
    if ((status.st_mode & S_IFMT) != type)
        fail(place, type == S_IFDIR ? "it is no directory" : "it is no ordinary file");
    if (status.st_uid != ::geteuid())
        fail(place, fmt::format("it belongs to user {}, and this is user {}", status.st_uid, ::geteuid()));
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        fail(place, fmt::format("others may write to it (mode {:04o})", status.st_mode & 07777));
    return status;
}

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Opens a directory that must be there.
Descriptor open_directory(int above, char const* name, fs::path const& place) {
    Descriptor handle(::openat(above, name, directory_flags));
    if (handle < 0) {
        struct stat status {};
        int const error = errno;
        if (::fstatat(above, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode))
            fail(place, "it is a link");
        fail(place, error);
    }
    require_ours(handle, place, S_IFDIR);
    return handle;
}

void make_directory(int above, char const* name, fs::path const& place) {
    if (::mkdirat(above, name, 0700) != 0 && errno != EEXIST) fail(place, errno);
}

}  // namespace

fs::path temporary_files() {
    char const* chosen = std::getenv("TMPDIR");
    return chosen && *chosen == '/' ? chosen : "/tmp";
}

OwnDirectory::OwnDirectory(Descriptor handle, fs::path path) : path_(std::move(path)), handle_(std::move(handle)) {}

OwnDirectory::OwnDirectory(fs::path const& path) : path_(path.lexically_normal()) {
    if (!path_.has_filename()) path_ = path_.parent_path();  // a slash at the end would follow a link
    std::error_code code;
    fs::create_directories(path_.parent_path(), code);
    if (code) fail(path_, code.message());
    make_directory(AT_FDCWD, path_.c_str(), path_);
    handle_ = open_directory(AT_FDCWD, path_.c_str(), path_);
}

OwnDirectory OwnDirectory::temporary() {
    auto name = (temporary_files() / "rall-XXXXXX").string();
    if (!::mkdtemp(name.data())) fail(temporary_files(), errno);
    return {open_directory(AT_FDCWD, name.c_str(), name), name};
}

OwnDirectory OwnDirectory::child(std::string const& name) const {
    make_directory(handle_, name.c_str(), path_ / name);
    return {open_directory(handle_, name.c_str(), path_ / name), path_ / name};
}

std::optional<OwnDirectory> OwnDirectory::find_child(std::string const& name) const {
    struct stat status {};
    if (::fstatat(handle_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return {};
        fail(path_ / name, errno);
    }
    return OwnDirectory(open_directory(handle_, name.c_str(), path_ / name), path_ / name);
}

bool OwnDirectory::stands_in(OwnDirectory const& parent, std::string const& name) const {
    struct stat ours {
    }, there{};
    return ::fstat(handle_, &ours) == 0 && ::fstatat(parent.handle_, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

void OwnDirectory::close_to_others() const {
    auto const status = require_ours(handle_, path_, S_IFDIR);
    if (status.st_mode & 077 && ::fchmod(handle_, 0700) != 0 && errno != EROFS) fail(path_, errno);
}

/// O_NONBLOCK: a pipe that somebody made would wait for its other end.
Descriptor OwnDirectory::open(std::string const& name, int flags) const {
    Descriptor file(::openat(handle_, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (file < 0) {
        if (errno == ENOENT) return file;
        fail(path_ / name, errno == ELOOP ? "it is a link" : std::strerror(errno));
    }
    require_ours(file, path_ / name, S_IFREG);
    return file;
}

std::optional<std::string> OwnDirectory::read(std::string const& name) const {
    auto const file = open(name, O_RDONLY);
    if (file < 0) return {};
    std::string bytes;
    for (std::size_t size = 0;;) {
        bytes.resize(size + (1 << 16));
        auto const n = ::read(file, bytes.data() + size, bytes.size() - size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail(path_ / name, errno);
        size += static_cast<std::size_t>(n);
        bytes.resize(size);
        if (n == 0) return bytes;
    }
}

void OwnDirectory::write(std::string const& name, std::string_view bytes) const {
    auto file = open(name, O_WRONLY | O_CREAT | O_EXCL);
    if (file < 0) fail(path_ / name, ENOENT);
    if (int const error = write_all(file, bytes)) fail(path_ / name, error);
    if (int const error = file.close()) fail(path_ / name, error);
}

bool OwnDirectory::take(std::string const& name) const {
    Descriptor const file(::openat(handle_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file < 0 && errno == ENOENT) return false;
    if (file < 0 || ::fchmod(file, 0600) != 0) fail(path_ / name, errno);
    return true;
}

Descriptor OwnDirectory::lock(std::string const& name, bool wait) const {
    auto file = open(name, O_RDWR | O_CREAT);
    if (file < 0) return file;  // the directory has just been removed
    if (::flock(file, wait ? LOCK_EX : LOCK_EX | LOCK_NB) == 0) return file;
    if (errno == EWOULDBLOCK || errno == EINTR) return Descriptor();
    fail(path_ / name, errno);
}

void OwnDirectory::rename(std::string const& from, std::string const& to) const {
    remove(to);
    if (::renameat(handle_, from.c_str(), handle_, to.c_str()) != 0) fail(path_ / to, errno);
}

void OwnDirectory::remove(std::string const& name) const {
    std::error_code code;
    fs::remove_all(fmt::format("/proc/self/fd/{}/{}", int(handle_), name), code);  // removes links, follows none
    if (code) fail(path_ / name, code.message());
}

std::vector<std::string> OwnDirectory::names() const {
    std::vector<std::string> all;
    std::error_code code;
    for (fs::directory_iterator entry(fmt::format("/proc/self/fd/{}/", int(handle_)), code), end; !code && entry != end;
         entry.increment(code))
        all.push_back(entry->path().filename());
    if (code) fail(path_, code.message());
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace rall
