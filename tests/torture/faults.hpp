// What is to fail, as faults.cpp asks it: the plan and the state, which calls count, and the disk that gets full.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace faults {

enum Kind { Write, Sync, Rename, Open, Read, Mkdir, Unlink, Truncate, Close, Lock, Map, Memory, kinds };
constexpr char const* kind_names[kinds] = {"write",  "sync",     "rename", "open", "read", "mkdir",
                                           "unlink", "truncate", "close",  "lock", "map",  "memory"};
enum class What { nothing, error, half, kill, killed };

/// What the caller reads; attack.py knows this layout.
struct State {
    std::atomic<std::uint64_t> counts[kinds];
    std::atomic<std::int64_t> used, most_used;  // bytes of the disk
    std::atomic<std::uint64_t> hits;            // calls that met a fault
    char where[512];                            // path of the first of them
};

struct Plan {
    int kind = -1;
    std::uint64_t n = 0;
    bool on = false;  // this call and all that follow
    What what = What::nothing;
    int error = 0;
    std::int64_t disk = -1;
};

inline State own_state;
inline State* state = &own_state;
inline Plan plan;
inline char under[PATH_MAX];
inline std::size_t under_size = 0;
inline std::atomic<bool> armed{false};
inline pid_t owner = 0;  ///< the process whose calls count; of a child of its own, which only reads, reads do

constexpr struct {
    char const* name;
    int value;
} errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EDQUOT", EDQUOT}, {"ENOMEM", ENOMEM}, {"EINTR", EINTR},
              {"EACCES", EACCES}, {"EMFILE", EMFILE}, {"ENOLCK", ENOLCK}, {"EROFS", EROFS},   {"EINVAL", EINVAL}};

/// A test that is set up wrongly must not pass.
[[noreturn]] inline void refuse(char const* what) {
    ::dprintf(2, "faults: cannot make sense of %s\n", what);
    ::_exit(97);
}

inline void read_plan(char const* text) {
    if (std::strncmp(text, "disk:", 5) == 0) {
        plan.disk = std::atoll(text + 5);
        return;
    }
    char const* colon = std::strchr(text, ':');
    if (!colon) refuse(text);
    for (int k = 0; k < kinds; ++k)
        if (std::strlen(kind_names[k]) == std::size_t(colon - text) &&
            std::strncmp(text, kind_names[k], std::size_t(colon - text)) == 0)
            plan.kind = k;
    char* end = nullptr;
    plan.n = std::strtoull(colon + 1, &end, 10);
    plan.on = *end == '+';
    end += plan.on;
    if (plan.kind < 0 || plan.n == 0 || *end != ':') refuse(text);
    char const* what = end + 1;
    if (std::strcmp(what, "short") == 0) plan.what = What::half;
    else if (std::strcmp(what, "kill") == 0) plan.what = What::kill;
    else if (std::strcmp(what, "killed") == 0) plan.what = What::killed;
    else {
        for (auto const& e : errors)
            if (std::strcmp(what, e.name) == 0) plan.error = e.value;
        if (plan.error == 0) refuse(text);
        plan.what = What::error;
    }
}

inline bool is_under(char const* path) {
    return std::strncmp(path, under, under_size) == 0 && (path[under_size] == '/' || path[under_size] == 0);
}

/// The path of an open file, or false if its calls do not count.
inline bool named(int descriptor, char* path) {
    if (!armed || under_size == 0) return false;
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    auto const size = ::readlink(link, path, PATH_MAX - 1);
    if (size <= 0) return false;
    path[size] = 0;
    return is_under(path);
}

/// The absolute form of a path that a call gives relative to a directory, or false if its calls do not count.
inline bool named(int directory, char const* given, char* path) {
    if (!armed || under_size == 0 || !given) return false;
    if (given[0] == '/') {
        std::snprintf(path, PATH_MAX, "%s", given);
        return is_under(path);
    }
    char link[64];
    if (directory == AT_FDCWD) std::snprintf(link, sizeof link, "/proc/self/cwd");
    else std::snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    auto const size = ::readlink(link, path, PATH_MAX - 1);
    if (size <= 0) return false;
    std::snprintf(path + size, std::size_t(PATH_MAX - size), "/%s", given);
    return is_under(path);
}

inline void remember(char const* path) {
    if (state->hits.fetch_add(1) == 0) ::memccpy(state->where, path, 0, sizeof state->where - 1);
}

/// Counts a call, and says what it meets. Kills at once where that is the plan.
inline What meets(Kind kind, char const* path) {
    if (kind != Read && ::getpid() != owner) return What::nothing;
    auto const n = ++state->counts[kind];
    if (plan.kind != kind || !(plan.on ? n >= plan.n : n == plan.n)) return What::nothing;
    remember(path);
    if (plan.what == What::kill) ::kill(::getpid(), SIGKILL);
    if (plan.what == What::error) errno = plan.error;
    return plan.what;
}

template <class Call>
auto guarded(bool counts, Kind kind, char const* path, Call call, decltype(call()) failed) -> decltype(call()) {
    if (!counts) return call();
    auto const what = meets(kind, path);
    if (what == What::error) return failed;
    auto const result = call();
    if (what == What::killed) ::kill(::getpid(), SIGKILL);
    return result;
}

// The disk.
constexpr std::int64_t block = 4096;
inline std::int64_t blocks(std::int64_t size) { return (size + block - 1) / block * block; }

inline void charge(std::int64_t bytes) {
    auto const used = state->used += bytes;
    if (used > state->most_used) state->most_used = used;
}

inline bool no_room(std::int64_t bytes, char const* path) {
    if (plan.disk < 0 || state->used + bytes <= plan.disk) return false;
    remember(path);
    errno = ENOSPC;
    return true;
}

/// How many of `size` bytes from `offset` on (-1: where the file stands) the disk has room for; -1 with ENOSPC if none. Charges them.
inline ssize_t room(int descriptor, std::size_t size, off_t offset, char const* path) {
    struct stat status {};
    if (size == 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return ssize_t(size);
    if (offset < 0)
        offset = (::fcntl(descriptor, F_GETFL) & O_APPEND) ? status.st_size : ::lseek(descriptor, 0, SEEK_CUR);
    auto const had = blocks(status.st_size), end = offset + off_t(size);
    auto const left = plan.disk < 0 ? INT64_MAX / 2 : (plan.disk - state->used) / block * block;
    auto const last = had + (left > 0 ? left : 0);
    if (offset >= last) {
        remember(path);
        errno = ENOSPC;
        return -1;
    }
    auto const kept = end < last ? end : last;
    if (kept < end) remember(path);
    if (blocks(kept) > had) charge(blocks(kept) - had);
    return ssize_t(kept - offset);
}

/// What a file's end gives back.
inline std::int64_t freed_by(char const* path) {
    struct stat status {};
    if (::lstat(path, &status) != 0 || (!S_ISDIR(status.st_mode) && status.st_nlink > 1)) return 0;
    return block + (S_ISREG(status.st_mode) ? blocks(status.st_size) : 0);
}

}  // namespace faults
