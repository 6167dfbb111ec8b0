#include "base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/diagnostics.hpp"

namespace rall {
namespace fs = std::filesystem;
namespace {

fs::path directory_of(fs::path const& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

/// Is there something that takes bytes as they come: a device, a pipe, a file that this process has open (/dev/stdout, /dev/fd/3)?
bool is_stream(fs::path const& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return false;
    if (!S_ISREG(status.st_mode)) return true;
    auto const text = fs::absolute(path).lexically_normal().string();
    auto const is_under = [&](char const* prefix) { return text.starts_with(prefix); };
    return text == "/dev/stdout" || text == "/dev/stderr" || is_under("/dev/fd/") || is_under("/proc/");
}

void write_stream(fs::path const& path, std::string_view content) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid()) cannot_write(path, errno);
    if (int const error = write_all(file, content)) cannot_write(path, error);
    if (int const error = file.close()) cannot_write(path, error);
}

int sync_number(int file) {
    int result;
    while ((result = ::fsync(file)) != 0 && errno == EINTR) {
    }
    // Some file systems know no syncing of directories or special files.
    return result == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP ? 0 : errno;
}

int open_new(fs::path const& path) {
    return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int write_new(fs::path const& path, std::string_view content, bool synced) {
    Descriptor file(open_new(path));
    if (!file.valid()) return errno;
    int error = write_all(file, content);
    if (!error && synced) error = sync_number(file);
    if (int const closing = file.close(); !error) error = closing;
    return error;
}

}  // namespace

void cannot_write(fs::path const& path, int error) {
    throw MachineError("cannot write " + path.string() + ": " + std::strerror(error));
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}
Descriptor::~Descriptor() { close(); }
int Descriptor::release() { return std::exchange(number_, -1); }
int Descriptor::close() {
    // Linux closes it even if it says EINTR.
    return number_ < 0 || ::close(release()) == 0 || errno == EINTR ? 0 : errno;
}

int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const n = ::write(file, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) return ENOSPC;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

void sync(fs::path const& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.valid()) cannot_write(path, errno);
    if (int const error = sync_number(file)) cannot_write(path, error);
}

void sync_directory(fs::path const& directory) {
    Descriptor file(::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.valid()) cannot_write(directory, errno);
    if (int const error = sync_number(file)) cannot_write(directory, error);
}

void write_new_file(fs::path const& path, std::string_view content) {
    if (int const error = write_new(path, content, false)) cannot_write(path, error);
}

void write_file(fs::path const& path, std::string_view content) {
    if (is_stream(path)) return write_stream(path, content);
    std::error_code code;
    if (fs::is_directory(path, code)) cannot_write(path, EISDIR);
    auto const name = path.filename().string();
    // Names have at most 255 bytes.
    auto const aside = directory_of(path) / ("." + name.substr(0, 200) + ".part");
    // Whoever holds the lock owns what lies aside: a process that was killed left it.
    NameLock const lock(aside.string() + ".lock", path);
    if (!lock.held())
        throw MachineError("cannot write " + path.string() + ": it is being written by " + lock.text());
    fs::remove(aside, code);
    int error = write_new(aside, content, true);
    if (!error && ::rename(aside.c_str(), path.c_str()) != 0) error = errno;
    if (error) {
        fs::remove(aside, code);
        cannot_write(path, error);
    }
    sync_directory(directory_of(path));
}

NameLock::NameLock(fs::path path, fs::path const& place) : path_(std::move(path)), place_(place) {
    for (int patience = 50;;) {
        Descriptor file(::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
        struct stat opened {}, named {};
        if (!file.valid() || ::fstat(file, &opened) != 0) cannot_write(place_, errno);
        if (!S_ISREG(opened.st_mode)) throw MachineError("cannot write " + path_.string() + ": it is no ordinary file");
        bool taken = true;
        while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR) continue;
            // A file system without locks has none to respect.
            if (errno == ENOLCK || errno == ENOTSUP || errno == ENOSYS || errno == EINVAL) break;
            if (errno != EWOULDBLOCK) cannot_write(place_, errno);
            taken = false;
            break;
        }
        char buffer[4096];
        auto const n = ::pread(file, buffer, sizeof buffer, 0);
        text_.assign(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
        if (!taken) {
            // The holder may have the lock and not have said yet who it is.
            if (text_.empty() && --patience > 0) {
                ::usleep(10'000);
                continue;
            }
            if (text_.empty()) text_ = "another process";
            return;
        }
        // Its last holder may have removed the name between our opening and locking it.
        if (::lstat(path_.c_str(), &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
            continue;
        file_ = std::move(file);
        return;
    }
}

NameLock::~NameLock() {
    if (held()) ::unlink(path_.c_str());
}

void NameLock::write(std::string_view text, Sync sync) {
    if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) cannot_write(place_, errno);
    if (int const error = write_all(file_, text)) cannot_write(place_, error);
    if (sync == Sync::yes)
        if (int const error = sync_number(file_)) cannot_write(place_, error);
    text_ = text;
}

std::string this_process() {
    char host[256] = "", since[32] = "";
    ::gethostname(host, sizeof host - 1);
    auto const now = std::time(nullptr);
    tm local{};
    if (::localtime_r(&now, &local)) std::strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", &local);
    return "process " + std::to_string(::getpid()) + " on " + host + ", since " + since;
}

}  // namespace rall
