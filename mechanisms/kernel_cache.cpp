#include "mechanisms/kernel_cache.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "mechanisms/own_directory.hpp"

namespace rall {
namespace fs = std::filesystem;
namespace {

constexpr char const* library_name = "kernels.so";
constexpr char const* sum_name = "kernels.so.sha256";
constexpr char const* source_name = "kernels.cpp";
constexpr char const* lock_name = "lock";
constexpr std::string_view building = ".building", failed = ".failed";

/// As sha256sum writes and checks it.
std::string sum_of(std::string_view library) { return fmt::format("{}  {}\n", sha256(library), library_name); }

/// Kernels find Kokkos where this program has it. A module of Python has loaded it for itself alone: from now on all see what the built-in kernels use.
void show_what_kernels_use() {
    Dl_info builtin{};
    if (::dladdr(reinterpret_cast<void const*>(&rall_kernel_library), &builtin) && builtin.dli_fname)
        ::dlopen(builtin.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
}

/// Loads a library for good, from these bytes and no others. Throws Unusable if it is not one of ours with this key (empty: any).
KernelLibrary const* load(std::string const& bytes, std::string const& key, fs::path const& file) {
    auto const refuse = [&](std::string const& why) { return Unusable(fmt::format("{}: {}", file.string(), why)); };
    Descriptor memory(::memfd_create("rall-kernels", MFD_CLOEXEC));
    if (memory < 0) throw refuse(std::strerror(errno));
    if (int const error = write_all(memory, bytes)) throw refuse(std::strerror(error));
    // By the number of the process, so that debuggers find it, and by the one that /proc knows: in a container getpid() may be another.
    // The file stays open: the loader knows libraries by their names.
    std::error_code code;
    auto const self = fs::read_symlink("/proc/self", code);
    if (code) throw refuse("/proc: " + code.message());
    auto const name = fmt::format("/proc/{}/fd/{}", self.string(), int(memory));
    // The loader opens one more. Where there was none left, its dlopen was seen to leave the heap unsound (glibc 2.36).
    if (Descriptor const spare(::open("/dev/null", O_RDONLY | O_CLOEXEC)); spare < 0) throw refuse(std::strerror(errno));
    show_what_kernels_use();
    void* const handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw refuse(::dlerror());
    memory.release();
    auto const function = reinterpret_cast<KernelLibraryFunction>(::dlsym(handle, kernel_library_symbol));
    if (!function) throw refuse(::dlerror());
    auto const* library = function();
    if (library->abi != kernel_abi)
        throw refuse(fmt::format("it has interface {}, this program {}", library->abi, kernel_abi));
    if (!key.empty() && library->key != key) throw refuse("it was built from something else");
    return library;
}

/// A compiler fails in its own words where a disk is full; they are English (run_child).
bool lacks_room(std::string const& output) {
    for (int const error : {ENOSPC, EDQUOT, EROFS})
        if (output.find(std::strerror(error)) != output.npos) return true;
    return false;
}

/// What is asked for, and the messages about it.
struct Request {
    KernelCompiler const& compiler;
    std::string const& source;
    std::map<std::string, std::string> const& headers;
    std::function<void()> before_compiling;
    Diagnostics& found;
    std::string key;
};

/// The libraries of one place. Members throw Unusable where another place may do better.
class Cache {
public:
    explicit Cache(OwnDirectory const& root) : place_(root.child("kernels")) {
        place_.close_to_others();
        remove_leftovers();
    }

    CachedLibrary get(Request& request) {
        if (auto const found = look(request, false)) return *found;
        auto const name = request.key + std::string(building);
        for (;;) {
            if (EndingSignals::came()) throw MachineError("interrupted while another process compiles the mechanisms");
            auto const workshop = open_workshop(name);
            auto const lock = workshop.lock(lock_name, true);
            // Where we waited for another process, it has finished, and has taken the directory away.
            if (lock < 0 || !workshop.stands_in(place_, name)) {
                if (auto const found = look(request, false)) return *found;
                continue;
            }
            if (auto const found = look(request, true)) {
                place_.remove(name);
                return *found;
            }
            return build(request, workshop, name);
        }
    }

private:
    /// What is there under the key; `tell`: why it is not used.
    std::optional<CachedLibrary> look(Request& request, bool tell) {
        try {
            auto const entry = place_.find_child(request.key);
            if (!entry) return {};
            auto const library = entry->read(library_name), sum = entry->read(sum_name);
            auto const file = entry->path() / library_name;
            if (!library || !sum) throw Unusable(fmt::format("{}: it is not complete", entry->path().string()));
            if (*sum != sum_of(*library))
                throw Unusable(fmt::format("{}: it is not what was built, its SHA-256 is another", file.string()));
            return CachedLibrary{load(*library, request.key, file), file, false, 0, {}};
        } catch (Unusable const& why) {
            if (tell)
                request.found.warning("kernel-cache-altered", {},
                                      fmt::format("compiled mechanisms are not used: {}", why.what()),
                                      "they are compiled again");
            return {};
        }
    }

    /// The directory in which a library is built: what a dead process left there is the next one's.
    OwnDirectory open_workshop(std::string const& name) {
        try {
            return place_.child(name);
        } catch (Unusable const&) {  // a link, or somebody else's
            place_.remove(name);
            return place_.child(name);
        }
    }

    /// What stands under the key is whole: it is built beside it, then renamed.
    CachedLibrary build(Request& request, OwnDirectory const& workshop, std::string const& name) {
        if (auto const announce = std::exchange(request.before_compiling, {})) announce();
        auto const start = std::chrono::steady_clock::now();
        for (auto const& left : workshop.names())
            if (left != lock_name) workshop.remove(left);
        auto const file = place_.path() / request.key / library_name;
        auto const library = [&] {
            try {
                for (auto const& [header, text] : request.headers) workshop.write(header, text);
                workshop.write("library-key.hpp", fmt::format("#define RALL_KERNEL_KEY \"{}\"\n", request.key));
                workshop.write(source_name, request.source);
                return compile(request, workshop, name);
            } catch (...) {
                remove_quietly(name);
                throw;
            }
        }();
        std::string why_not;
        try {
            workshop.write(sum_name, sum_of(library));
            place_.rename(name, request.key);
            workshop.remove(lock_name);
        } catch (Unusable const& why) {
            why_not = why.what();
            remove_quietly(name);
        }
        std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
        if (!why_not.empty())
            request.found.warning("kernel-cache-place", {},
                                  fmt::format("compiled mechanisms cannot be kept: {}", why_not),
                                  "they are compiled again when they are used again");
        try {
            return {load(library, request.key, file), why_not.empty() ? file : fs::path(), true, seconds.count(), {}};
        } catch (Unusable const& why) {
            throw MachineError(fmt::format("cannot load the mechanisms that were just compiled: {}", why.what()));
        }
    }

    /// The bytes of the library. Throws MachineError with the compiler's errors; what it worked on then stays for a look.
    std::string compile(Request& request, OwnDirectory const& workshop, std::string const& name) {
        auto const finished = request.compiler.compile(workshop.handle(), source_name, library_name);
        if (EndingSignals::came()) throw MachineError("interrupted while the mechanisms were compiled");
        if (finished.status == 0 && workshop.take(library_name)) return workshop.read(library_name).value();
        if (lacks_room(finished.output))
            throw Unusable(fmt::format("{}: the compiler found no room:\n{}", workshop.path().string(),
                                       first_errors(finished.output)));
        workshop.write("compiler.log", finished.output);
        place_.rename(name, request.key + std::string(failed));
        throw MachineError(
            fmt::format("the C++ compiler failed (exit status {}):\n{}\n    everything it said is in {}",
                        finished.status, first_errors(finished.output),
                        (place_.path() / (request.key + std::string(failed)) / "compiler.log").string()));
    }

    void remove_quietly(std::string const& name) {
        try {
            place_.remove(name);
        } catch (Unusable const&) {
        }
    }

    /// What processes left that were killed while they compiled: nobody holds its lock any more.
    void remove_leftovers() {
        for (auto const& name : place_.names()) {
            if (!name.ends_with(building)) continue;
            try {
                auto const workshop = place_.find_child(name);
                if (!workshop) continue;
                auto const lock = workshop->lock(lock_name, false);
                if (lock >= 0 && workshop->stands_in(place_, name)) place_.remove(name);
            } catch (Unusable const&) {  // not ours: whoever needs the name removes it
            }
        }
    }

    OwnDirectory place_;
};

/// From a place for this process alone; it stays where the compiler failed, for a look.
CachedLibrary compile_for_now(Request& request) {
    auto const root = OwnDirectory::temporary();
    std::error_code ignored;
    try {
        auto result = Cache(root).get(request);
        fs::remove_all(root.path(), ignored);
        result.file.clear();
        return result;
    } catch (Unusable const&) {
        fs::remove_all(root.path(), ignored);
        throw;
    }
}

fs::path root_in_temporary_files() { return temporary_files() / fmt::format("rall-{}", ::geteuid()); }

std::string key_of(std::string const& identity, std::string const& source, std::map<std::string, std::string> const& headers) {
    std::string everything;
    auto const add = [&](std::string const& text) { everything += fmt::format("{}:{}\n", text.size(), text); };
    add(identity);
    add(source);
    for (auto const& [name, text] : headers) add(name), add(text);
    return sha256(everything);
}

}  // namespace

fs::path kernel_cache_root(Diagnostics& found) {
    struct Choice {
        char const *variable, *folder;
    };
    for (auto const& [variable, folder] :
         {Choice{"RALL_CACHE_DIR", ""}, {"XDG_CACHE_HOME", "rall"}, {"HOME", ".cache/rall"}}) {
        char const* const value = std::getenv(variable);
        if (!value || !*value) continue;
        if (*value == '/') return fs::path(value) / folder;
        found.warning(
            "kernel-cache-relative", {},
            fmt::format("{} is '{}', which is no absolute path and is ignored", variable, value),
            "compiled mechanisms are found again only in a place that does not depend on the current directory");
    }
    return root_in_temporary_files();
}

CachedLibrary cached_library(KernelCompiler const& compiler, std::string const& source,
                             std::map<std::string, std::string> const& headers,
                             std::function<void()> const& before_compiling, Diagnostics& found) {
    static std::mutex mutex;
    static std::map<std::string, CachedLibrary> loaded;
    std::lock_guard const one_at_a_time(mutex);
    Request request{compiler, source, headers, before_compiling, found, key_of(compiler.identity(), source, headers)};
    if (auto const before = loaded.find(request.key); before != loaded.end()) return before->second;

    auto const beside = compiler.directory() / "kernels" / (key_of(compiler.identity_anywhere(), source, headers) + ".so");
    if (fs::exists(beside)) {
        try {
            return loaded[request.key] = {load(read_file(beside), "", beside), beside, false, 0, beside};
        } catch (Unusable const& why) {
            found.warning("kernel-cache-altered", {}, fmt::format("compiled mechanisms are not used: {}", why.what()), "they are compiled again");
        }
    }

    auto const root = kernel_cache_root(found), second = root_in_temporary_files();
    std::vector<std::function<CachedLibrary()>> places{[&] { return Cache(OwnDirectory(root)).get(request); }};
    if (root != second) places.push_back([&] { return Cache(OwnDirectory(second)).get(request); });
    places.push_back([&] { return compile_for_now(request); });

    EndingSignals const signals;
    std::vector<std::string> obstacles;
    for (auto const& place : places) {
        try {
            auto result = place();
            result.beside_program = beside;
            auto const where =
                result.file.empty() ? "they are compiled for this run only" : "they are in " + result.file.string();
            for (auto const& obstacle : obstacles)
                found.warning("kernel-cache-place", {}, "compiled mechanisms are not kept here: " + obstacle,
                              where + "; name a directory of your own in RALL_CACHE_DIR");
            loaded[request.key] = {result.library, result.file, false, 0, beside};
            return result;
        } catch (Unusable const& why) {
            obstacles.emplace_back(why.what());
        }
    }
    throw MachineError(
        fmt::format("mechanisms cannot be compiled, since there is no place for it:\n    {}\n"
                    "    name a directory that can be written in RALL_CACHE_DIR",
                    fmt::join(obstacles, "\n    ")));
}

}  // namespace rall
