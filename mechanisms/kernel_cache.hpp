// Compiled kernel libraries, kept on disk under a key of all they were made from, so that each is built once.
//
// The cache trusts nobody but this user. Its directories are his, closed to others, and no link in them is followed
// (own_directory.hpp); what is not so is not used, and another place is. Each library has its SHA-256 beside it: one that was cut
// or altered is built again. The bytes that were checked are those that are loaded, from memory: what happens to the file later
// changes nothing, during a run of three days neither.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/diagnostics.hpp"
#include "mechanisms/compiler.hpp"
#include "mechanisms/library.hpp"

namespace rall {

/// $RALL_CACHE_DIR, $XDG_CACHE_HOME/rall, ~/.cache/rall, or rall-<user id> under the directory for temporary files: the first that
/// is an absolute path. Libraries lie in kernels/ there. What is ignored as relative goes to `found` ("kernel-cache-relative").
std::filesystem::path kernel_cache_root(Diagnostics& found);

/// A library that stays loaded until the program ends.
struct CachedLibrary {
    KernelLibrary const* library = nullptr;
    std::filesystem::path file;  ///< where it is kept; empty if it could not be
    bool compiled = false;       ///< now, not found
    double seconds = 0;          ///< to compile
    std::filesystem::path beside_program;  ///< where it is found by a program that travels with it
};

/// A library that stands in kernels/ beside that of the built-in kernels is part of the program: whoever can put it there can change that, too. It is
/// looked for first, and so a program and its copies on other machines have kernels where there is no compiler (`rall compile --beside`).
///
/// The library compiled from `source`, which includes `headers` (file name -> text) and "library-key.hpp", the key as the macro
/// RALL_KERNEL_KEY. Processes that ask at once compile it once; `before_compiling` is called by the one that does. What of the cache
/// is not used goes to `found` as warnings: a place that is not this user's alone or cannot be written ("kernel-cache-place": another is
/// taken), a library that is not what was built ("kernel-cache-altered": it is built again). Throws MachineError: no place at all,
/// compiler missing or failing, library not loadable, interrupted.
CachedLibrary cached_library(KernelCompiler const& compiler, std::string const& source,
                             std::map<std::string, std::string> const& headers,
                             std::function<void()> const& before_compiling, Diagnostics& found);

}  // namespace rall
