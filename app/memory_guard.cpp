// Want of memory ends the program at once, with a message and exit code 3: libraries in C do not look at every answer, and go on with what
// is wrong (HDF5 has written files with parts missing and said that all was well). What lies on the disk stays as it is; the next run
// clears it away. Large requests, as of a model that does not fit, are left to who makes them and can say more. Not in a child process,
// whose end its parent explains.
#include "app/memory_guard.hpp"

#include <unistd.h>

#include <cstddef>
#include <string_view>

namespace {

pid_t owner = 0;

}  // namespace

namespace rall::app {

void guard_memory() { owner = ::getpid(); }

}  // namespace rall::app

// The sanitizers have allocators of their own in this place; gcc and clang say in different ways that they are there.
#ifdef __has_feature
#define RALL_CLANG_HAS(feature) __has_feature(feature)
#else
#define RALL_CLANG_HAS(feature) 0
#endif
#if !defined(__SANITIZE_ADDRESS__) && !RALL_CLANG_HAS(address_sanitizer)
#include <dlfcn.h>

#include <atomic>
#include <cerrno>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

constexpr std::size_t large = 16 << 20;  // bytes

void* answer(void* memory, std::size_t size) {
    if (memory || size == 0 || size >= large || owner == 0 || ::getpid() != owner) return memory;
    constexpr std::string_view text = "rall: there is not enough memory\n";
    static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
    ::_exit(3);
}

/// The function of this name behind ours; the C library's while it is looked for, which may itself want memory. (No static that is
/// initialised on first use: the search may come here again.)
template <class F>
class Behind {
public:
    constexpr Behind(char const* name, F* own) : name_(name), own_(own) {}
    F* operator()() {
        auto* found = found_.load(std::memory_order_acquire);
        if (found) return found;
        static thread_local bool looking = false;
        if (looking) return own_;
        looking = true;
        found = reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name_));
        looking = false;
        if (!found) found = own_;
        found_.store(found, std::memory_order_release);
        return found;
    }

private:
    char const* name_;
    F* own_;
    std::atomic<F*> found_{nullptr};
};

int memalign_into(void** result, std::size_t alignment, std::size_t size) {
    return (*result = __libc_memalign(alignment, size)) ? 0 : ENOMEM;
}

constinit Behind next_malloc("malloc", __libc_malloc);
constinit Behind next_calloc("calloc", __libc_calloc);
constinit Behind next_realloc("realloc", __libc_realloc);
constinit Behind next_aligned("aligned_alloc", __libc_memalign);
constinit Behind next_memalign("posix_memalign", memalign_into);

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
    return answer(next_malloc()(size), size);
}

void* calloc(std::size_t n, std::size_t size) {
    auto* const memory = next_calloc()(n, size);
    return memory ? memory : answer(memory, n && size > large / n ? large : n * size);
}

void* realloc(void* old, std::size_t size) {
    return answer(next_realloc()(old, size), size);
}

void* memalign(std::size_t alignment, std::size_t size) { return answer(__libc_memalign(alignment, size), size); }

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return answer(next_aligned()(alignment, size), size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
    int const error = next_memalign()(result, alignment, size);
    if (error == ENOMEM) answer(nullptr, size);
    return error;
}

}  // extern "C"
#endif
