// All mechanisms a model may name: the built-in ones and those of the user's .mod files; and the kernels for them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/progress.hpp"
#include "mechanisms/info.hpp"
#include "mechanisms/kernel_options.hpp"
#include "mechanisms/library.hpp"
#include "nmodl_lite/syntax/parse.hpp"

namespace rall {

/// Where a model's own mechanisms come from.
struct MechanismSources {
    std::vector<std::filesystem::path> directories;  ///< of .mod files
    std::vector<nmodl::Composed> composed;           ///< from files in another language
};

/// The kernels of a model, and what it took to have them.
struct Kernels {
    KernelLibrary const* library = nullptr;
    std::filesystem::path file;    ///< of the library; empty for the built-in one, and for one that could not be kept
    std::filesystem::path beside_program;  ///< where it is found by a program that travels with it; empty for the built-in one
    bool compiled = false;         ///< now; otherwise built in, or found in the cache
    double translate_seconds = 0;  ///< NMODL to C++, all files added so far
    double compile_seconds = 0;
    Diagnostics findings;  ///< warnings: what of the cache is not used, and why
};

class Catalogue {
public:
    Catalogue();
    ~Catalogue();
    Catalogue(Catalogue const&) = delete;
    Catalogue& operator=(Catalogue const&) = delete;

    /// Translates all .mod files of a directory, in the order of their names; a second call for it does nothing. What is found goes to `found`; a file with errors
    /// is left out, its findings become warnings, and library() refuses its name. A mechanism replaces the built-in one of its
    /// name with a note ("mechanism-overrides"). Throws InputError: no such directory ("mechanism-dir-missing"), a second file
    /// for a name ("mechanism-twice").
    void add_directory(std::filesystem::path const& directory, Diagnostics& found, OnProgress const& on_progress = {});

    /// The same for one file.
    void add_file(std::filesystem::path const& file, Diagnostics& found);

    /// The same for a mechanism composed from another language; a second call with the same text does nothing.
    void add(nmodl::Composed const& composed, Diagnostics& found);

    /// All of them.
    void add(MechanismSources const& sources, Diagnostics& found, OnProgress const& on_progress = {});

    /// A file takes the place of the mechanism of its name, of a file or built in; a note says so ("mechanism-replaced"). Throws InputError: errors in the file,
    /// no such mechanism ("mechanism-unknown").
    void replace(std::filesystem::path const& file, Diagnostics& found);

    /// By name. The infos live as long as the catalogue.
    std::map<std::string, MechanismInfo const*> const& mechanisms() const { return mechanisms_; }

    /// The file of a mechanism; empty for a built-in one.
    std::filesystem::path source(std::string const& name) const;

    /// The kernels for these mechanisms: the built-in library if it holds them all, else a library for exactly this set,
    /// compiled now (`before_compiling` is called first) or found in the cache. Throws InputError for a name that is unknown
    /// ("mechanism-unknown") or whose file has errors, MachineError when it cannot be compiled. Built-in mechanisms are
    /// compiled for the model, too, where it wants them otherwise than they are built in.
    Kernels library(std::vector<std::string> names, std::function<void()> const& before_compiling = {}, KernelOptions const& options = {}) const;

private:
    struct UserFile;
    void add(std::unique_ptr<UserFile> user, Diagnostics& found);
    void add_owners(std::vector<std::string>& names, Diagnostics& errors) const;
    std::map<std::string, MechanismInfo const*> mechanisms_;
    std::map<std::string, std::unique_ptr<UserFile>> files_;  // by mechanism
    std::set<std::filesystem::path> directories_;             // that were read
    std::set<std::string> composed_;                          // texts that were read
    double translate_seconds_ = 0;
};

}  // namespace rall
