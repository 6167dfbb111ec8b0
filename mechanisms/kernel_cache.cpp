#include "mechanisms/kernel_cache.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "base/diagnostics.hpp"
#include "base/file.hpp"

namespace rall {
namespace fs = std::filesystem;
namespace {

constexpr char const* library_name = "kernels.so";

[[noreturn]] void fail(fs::path const& place, std::string const& why) {
    throw MachineError(fmt::format(
        "cannot keep compiled mechanisms in {}: {}\n    name a directory that can be written in RALL_CACHE_DIR",
        place.string(), why));
}

/// Held by one process at a time, released when it ends, however it ends.
class FileLock {
public:
    explicit FileLock(fs::path const& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        if (descriptor_ < 0) fail(path.parent_path(), std::strerror(errno));
        while (::flock(descriptor_, LOCK_EX) != 0)
            if (errno != EINTR) fail(path.parent_path(), std::strerror(errno));
    }
    ~FileLock() { ::close(descriptor_); }
    FileLock(FileLock const&) = delete;
    FileLock& operator=(FileLock const&) = delete;

private:
    int descriptor_;
};

/// Loads a library for good. Throws MachineError if it is not one of ours with this key.
KernelLibrary const* load(fs::path const& file, std::string const& key) {
    auto const refuse = [&](std::string const& why) {
        return MachineError(
            fmt::format("cannot load compiled mechanisms {}: {}\n    remove its directory, and it is built again",
                        file.string(), why));
    };
    void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw refuse(::dlerror());
    auto const function = reinterpret_cast<KernelLibraryFunction>(::dlsym(handle, kernel_library_symbol));
    if (!function) throw refuse(::dlerror());
    auto const* library = function();
    if (library->abi != kernel_abi)
        throw refuse(fmt::format("it has interface {}, this program {}", library->abi, kernel_abi));
    if (library->key != key) throw refuse("it was built from something else");
    return library;
}

}  // namespace

std::string fingerprint(std::string_view text) {
    std::uint64_t hash = 14695981039346656037u;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return fmt::format("{:016x}", hash);
}

fs::path kernel_cache_directory() {
    auto const variable = [](char const* name) {
        char const* value = std::getenv(name);
        return fs::path(value ? value : "");
    };
    auto root = variable("RALL_CACHE_DIR");
    if (root.empty()) {
        auto const caches = variable("XDG_CACHE_HOME");
        root = (caches.empty() ? variable("HOME") / ".cache" : caches) / "rall";
    }
    return root / "kernels";
}

CachedLibrary cached_library(KernelCompiler const& compiler, std::string const& source,
                             std::map<std::string, std::string> const& headers,
                             std::function<void()> const& before_compiling) {
    std::string everything = compiler.identity() + source;
    for (auto const& [name, text] : headers) everything += name + '\n' + text;
    auto const key = fingerprint(everything);
    auto const cache = kernel_cache_directory();
    auto const place = cache / key;
    auto const file = place / library_name;
    if (fs::exists(file)) return {load(file, key), file, false, 0};

    std::error_code code;
    fs::create_directories(cache, code);
    if (code) fail(cache, code.message());
    FileLock const lock(cache / (key + ".lock"));
    if (fs::exists(file)) return {load(file, key), file, false, 0};

    if (before_compiling) before_compiling();
    auto const start = std::chrono::steady_clock::now();
    // What stands under `place` is whole: it is built beside it (where it stays for a look if the compiler fails), then renamed.
    auto const workshop = cache / (key + ".building");
    fs::remove_all(workshop, code);
    fs::create_directories(workshop, code);
    if (code) fail(workshop, code.message());
    for (auto const& [name, text] : headers) write_file(workshop / name, text);
    write_file(workshop / "library-key.hpp", fmt::format("#define RALL_KERNEL_KEY \"{}\"\n", key));
    write_file(workshop / "kernels.cpp", source);
    compiler.compile(workshop / "kernels.cpp", workshop / library_name, workshop / "compiler.log");
    fs::remove_all(place, code);
    fs::rename(workshop, place, code);
    if (code) fail(place, code.message());
    std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
    return {load(file, key), file, true, seconds.count()};
}

}  // namespace rall
