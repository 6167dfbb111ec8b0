// Compiled kernel libraries, kept on disk under a key of all they were made from, so that each is built once.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "mechanisms/compiler.hpp"
#include "mechanisms/library.hpp"

namespace rall {

/// 64-bit FNV-1a of a text, as 16 hexadecimal digits.
std::string fingerprint(std::string_view text);

/// ${RALL_CACHE_DIR:-${XDG_CACHE_HOME:-~/.cache}/rall}/kernels
std::filesystem::path kernel_cache_directory();

/// A library that stays loaded until the program ends.
struct CachedLibrary {
    KernelLibrary const* library = nullptr;
    std::filesystem::path file;
    bool compiled = false;  ///< now, not found
    double seconds = 0;     ///< to compile
};

/// The library compiled from `source`, which includes `headers` (name -> text) and "rall_key.hpp", the key as the macro
/// RALL_KERNEL_KEY. Processes that ask at once compile it once; `before_compiling` is called by the one that does.
/// Throws MachineError: cache not writable, compiler missing or failing, library not loadable.
CachedLibrary cached_library(KernelCompiler const& compiler, std::string const& source,
                             std::map<std::string, std::string> const& headers,
                             std::function<void()> const& before_compiling);

}  // namespace rall
