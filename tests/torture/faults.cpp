// Faults for a program that knows nothing of them: preloaded (LD_PRELOAD), this library stands between the program and libc, counts
// its calls, and lets one of them fail, a disk get full, or the process die there. Children of the program are left alone.
//
//     FAULTS_UNDER  only calls on files at or under this directory count (memory counts everywhere)
//     FAULTS_STATE  file of a `State`, made by the caller, through which it learns the counts even when the process is killed
//     FAULTS        KIND:N:WHAT    the N-th call of that kind (from 1) meets WHAT; N+ means this one and all that follow
//                   disk:BYTES     so much room is left under FAULTS_UNDER: blocks of 4096 bytes, one more for each file and directory
//
// KIND is a name of `kind_names`; WHAT an error (ENOSPC, EIO, ...), `short` (half of a write), `kill` (SIGKILL before the call) or
// `killed` (after it). Calls are counted from the beginning of main().
#include "tests/torture/faults.hpp"

#include <dlfcn.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <cstdarg>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

using namespace faults;

template <class Function>
Function* next(Function*, char const* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}
#define REAL(name) static auto* const real = next(&::name, #name)

__attribute__((constructor)) void begin() {
    char const* place = std::getenv("FAULTS_UNDER");
    if (!place) return;
    under_size = std::strlen(place);
    if (under_size == 0 || under_size >= sizeof under) refuse("FAULTS_UNDER");
    std::memcpy(under, place, under_size);
    if (char const* file = std::getenv("FAULTS_STATE")) {
        REAL(open);
        int const descriptor = real(file, O_RDWR | O_CLOEXEC);
        void* const shared = descriptor < 0
                                 ? MAP_FAILED
                                 : ::mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (shared == MAP_FAILED) refuse("FAULTS_STATE");
        state = static_cast<State*>(shared);
        ::close(descriptor);
    }
    if (char const* text = std::getenv("FAULTS")) read_plan(text);
    ::unsetenv("LD_PRELOAD");
}

/// Hands out bytes as the plan allows: `call(n)` writes the first n.
template <class Call>
ssize_t written(int descriptor, std::size_t size, off_t offset, Call call) {
    char path[PATH_MAX];
    if (!named(descriptor, path)) return call(size);
    auto const what = meets(Write, path);
    if (what == What::error) return -1;
    if (what == What::half) size = (size + 1) / 2;
    auto const fits = room(descriptor, size, offset, path);
    auto const result = fits < 0 ? -1 : call(std::size_t(fits));
    if (what == What::killed) ::kill(::getpid(), SIGKILL);
    return result;
}

template <class Call>
auto opened(int directory, char const* given, bool writes, bool creates, Call call, decltype(call()) failed)
    -> decltype(call()) {
    char path[PATH_MAX];
    bool const counts = named(directory, given, path) && writes;
    bool const makes = counts && creates && ::access(path, F_OK) != 0;
    if (makes && no_room(block, path)) return failed;
    auto const result = guarded(counts, Open, path, call, failed);
    if (makes && result != failed) charge(block);
    return result;
}

template <class Call>
int moved(int from_directory, char const* from, int to_directory, char const* to, unsigned flags, Call call) {
    char path[PATH_MAX], target[PATH_MAX];
    bool const counts = named(from_directory, from, path) | named(to_directory, to, target);
    auto const freed = counts && !(flags & 2u) ? freed_by(target) : 0;  // 2: RENAME_EXCHANGE
    int const result = guarded(counts, Rename, target, call, -1);
    if (result == 0 && freed > 0) charge(-freed);
    return result;
}

template <class Call>
int removed(int directory, char const* given, Call call) {
    char path[PATH_MAX];
    bool const counts = named(directory, given, path);
    auto const freed = counts ? freed_by(path) : 0;
    int const result = guarded(counts, Unlink, path, call, -1);
    if (result == 0 && freed > 0) charge(-freed);
    return result;
}

/// Makes a directory or a link.
template <class Call>
int made(int directory, char const* given, Call call) {
    char path[PATH_MAX];
    bool const counts = named(directory, given, path);
    if (counts && no_room(block, path)) return -1;
    int const result = guarded(counts, Mkdir, path, call, -1);
    if (counts && result == 0) charge(block);
    return result;
}

template <class Call>
int cut(int descriptor, off_t size, Call call) {
    char path[PATH_MAX];
    bool const counts = named(descriptor, path);
    struct stat status {};
    ::fstat(descriptor, &status);
    int const result = guarded(counts, Truncate, path, call, -1);
    if (counts && result == 0 && size < status.st_size) charge(blocks(size) - blocks(status.st_size));
    return result;
}

template <class Call>
auto on_descriptor(Kind kind, int descriptor, Call call) -> decltype(call()) {
    char path[PATH_MAX];
    return guarded(named(descriptor, path), kind, path, call, decltype(call())(-1));
}

/// Counted, but not done: no case outlives the machine, and disks are slow.
template <class Call>
int synced(int descriptor, Call call) {
    char path[PATH_MAX];
    if (!named(descriptor, path)) return call();
    return guarded(
        true, Sync, path, [] { return 0; }, -1);
}

template <class Call>
void* allocated(Call call) {
    return guarded(armed, Memory, "memory", call, nullptr);
}

bool writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY; }
mode_t mode_of(int flags, va_list list) { return (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0; }

int (*program)(int, char**, char**) = nullptr;
int armed_main(int argc, char** argv, char** environment) {
    owner = ::getpid();
    armed = true;
    return program(argc, argv, environment);
}

}  // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*loader_fini)(), void* stack_end) {
    using Start = int(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
    program = main;
    auto* const real = reinterpret_cast<Start*>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return real(armed_main, argc, argv, init, fini, loader_fini, stack_end);
}

ssize_t write(int fd, void const* data, std::size_t size) {
    REAL(write);
    return written(fd, size, -1, [&](std::size_t n) { return real(fd, data, n); });
}
ssize_t pwrite(int fd, void const* data, std::size_t size, off_t offset) {
    REAL(pwrite);
    return written(fd, size, offset, [&](std::size_t n) { return real(fd, data, n, offset); });
}
ssize_t pwrite64(int fd, void const* data, std::size_t size, off_t offset) { return pwrite(fd, data, size, offset); }

ssize_t writev(int fd, iovec const* parts, int n_parts) {
    std::size_t size = 0;
    for (int i = 0; i < n_parts; ++i) size += parts[i].iov_len;
    REAL(writev);
    return written(fd, size, -1, [&](std::size_t n) -> ssize_t {
        if (n == size) return real(fd, parts, n_parts);
        REAL(write);
        ssize_t done = 0;
        for (int i = 0; i < n_parts && n > 0; ++i) {
            auto const part = parts[i].iov_len < n ? parts[i].iov_len : n;
            auto const now = real(fd, parts[i].iov_base, part);
            if (now < 0) return done > 0 ? done : -1;
            done += now;
            n -= std::size_t(now);
            if (std::size_t(now) < part) break;
        }
        return done;
    });
}

ssize_t read(int fd, void* data, std::size_t size) {
    REAL(read);
    return on_descriptor(Read, fd, [&] { return real(fd, data, size); });
}
ssize_t pread(int fd, void* data, std::size_t size, off_t offset) {
    REAL(pread);
    return on_descriptor(Read, fd, [&] { return real(fd, data, size, offset); });
}
ssize_t pread64(int fd, void* data, std::size_t size, off_t offset) { return pread(fd, data, size, offset); }

int fsync(int fd) {
    REAL(fsync);
    return synced(fd, [&] { return real(fd); });
}
int fdatasync(int fd) {
    REAL(fdatasync);
    return synced(fd, [&] { return real(fd); });
}
int syncfs(int fd) {
    REAL(syncfs);
    return synced(fd, [&] { return real(fd); });
}
int flock(int fd, int operation) {
    REAL(flock);
    return on_descriptor(Lock, fd, [&] { return real(fd, operation); });
}
int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    return cut(fd, size, [&] { return real(fd, size); });
}
int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

// The file is closed all the same, as Linux does.
int close(int fd) {
    REAL(close);
    char path[PATH_MAX];
    auto const what = named(fd, path) ? meets(Close, path) : What::nothing;
    int const result = real(fd);
    if (what == What::killed) ::kill(::getpid(), SIGKILL);
    if (what != What::error) return result;
    errno = plan.error;
    return -1;
}
int fclose(FILE* file) {
    REAL(fclose);
    char path[PATH_MAX];
    auto const what = named(::fileno(file), path) ? meets(Close, path) : What::nothing;
    int const result = real(file);
    if (what == What::killed) ::kill(::getpid(), SIGKILL);
    if (what != What::error) return result;
    errno = plan.error;
    return EOF;
}

int open(char const* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t const mode = mode_of(flags, list);
    va_end(list);
    REAL(open);
    return opened(
        AT_FDCWD, path, writes(flags), flags & O_CREAT, [&] { return real(path, flags, mode); }, -1);
}
int open64(char const* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t const mode = mode_of(flags, list);
    va_end(list);
    return open(path, flags, mode);
}
int openat(int directory, char const* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t const mode = mode_of(flags, list);
    va_end(list);
    REAL(openat);
    return opened(
        directory, path, writes(flags), flags & O_CREAT, [&] { return real(directory, path, flags, mode); }, -1);
}
int openat64(int directory, char const* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t const mode = mode_of(flags, list);
    va_end(list);
    return openat(directory, path, flags, mode);
}
int creat(char const* path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
FILE* fopen(char const* path, char const* mode) {
    REAL(fopen);
    bool const writes = std::strpbrk(mode, "wa+");
    return opened(
        AT_FDCWD, path, writes, std::strpbrk(mode, "wa"), [&] { return real(path, mode); }, (FILE*)nullptr);
}
FILE* fopen64(char const* path, char const* mode) { return fopen(path, mode); }

int rename(char const* from, char const* to) {
    REAL(rename);
    return moved(AT_FDCWD, from, AT_FDCWD, to, 0, [&] { return real(from, to); });
}
int renameat(int from_directory, char const* from, int to_directory, char const* to) {
    REAL(renameat);
    return moved(from_directory, from, to_directory, to, 0,
                 [&] { return real(from_directory, from, to_directory, to); });
}
int renameat2(int from_directory, char const* from, int to_directory, char const* to, unsigned flags) {
    REAL(renameat2);
    return moved(from_directory, from, to_directory, to, flags,
                 [&] { return real(from_directory, from, to_directory, to, flags); });
}

int mkdir(char const* path, mode_t mode) {
    REAL(mkdir);
    return made(AT_FDCWD, path, [&] { return real(path, mode); });
}
int mkdirat(int directory, char const* path, mode_t mode) {
    REAL(mkdirat);
    return made(directory, path, [&] { return real(directory, path, mode); });
}
char* mkdtemp(char* form) {
    REAL(mkdtemp);
    char path[PATH_MAX];
    bool const counts = named(AT_FDCWD, form, path);
    if (counts && no_room(block, path)) return nullptr;
    auto* const result = guarded(
        counts, Mkdir, path, [&] { return real(form); }, nullptr);
    if (counts && result) charge(block);
    return result;
}
int link(char const* from, char const* to) {
    REAL(link);
    return made(AT_FDCWD, to, [&] { return real(from, to); });
}
int symlink(char const* target, char const* path) {
    REAL(symlink);
    return made(AT_FDCWD, path, [&] { return real(target, path); });
}

int unlink(char const* path) {
    REAL(unlink);
    return removed(AT_FDCWD, path, [&] { return real(path); });
}
int unlinkat(int directory, char const* path, int flags) {
    REAL(unlinkat);
    return removed(directory, path, [&] { return real(directory, path, flags); });
}
int rmdir(char const* path) {
    REAL(rmdir);
    return removed(AT_FDCWD, path, [&] { return real(path); });
}
int remove(char const* path) {
    REAL(remove);
    return removed(AT_FDCWD, path, [&] { return real(path); });
}

void* mmap(void* at, std::size_t size, int protection, int flags, int fd, off_t offset) {
    REAL(mmap);
    char path[PATH_MAX] = "memory";
    bool const counts = armed && ((flags & MAP_ANONYMOUS) || named(fd, path));
    return guarded(
        counts, Map, path, [&] { return real(at, size, protection, flags, fd, offset); }, MAP_FAILED);
}
void* mmap64(void* at, std::size_t size, int protection, int flags, int fd, off_t offset) {
    return mmap(at, size, protection, flags, fd, offset);
}

// Where libc has no wrapper that the program could rely on, it may call by number.
long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a[6];
    for (long& argument : a) argument = va_arg(list, long);
    va_end(list);
    REAL(syscall);
    if (number == SYS_renameat2) {
        auto const* from = reinterpret_cast<char const*>(a[1]);
        auto const* to = reinterpret_cast<char const*>(a[3]);
        return moved(int(a[0]), from, int(a[2]), to, unsigned(a[4]),
                     [&] { return int(real(number, a[0], a[1], a[2], a[3], a[4])); });
    }
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

void* malloc(std::size_t size) {
    return allocated([&] { return __libc_malloc(size); });
}
void* calloc(std::size_t n, std::size_t size) {
    return allocated([&] { return __libc_calloc(n, size); });
}
void* realloc(void* old, std::size_t size) {
    return allocated([&] { return __libc_realloc(old, size); });
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return allocated([&] { return __libc_memalign(alignment, size); });
}
void* memalign(std::size_t alignment, std::size_t size) {
    return allocated([&] { return __libc_memalign(alignment, size); });
}
int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
    auto* const memory = allocated([&] { return __libc_memalign(alignment, size); });
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}

}  // extern "C"
