// File names in a config: manifest variables as in SONATA ("$BASE_DIR/cells"), relative names from the config's directory. Two variables need no
// manifest, as with BMTK: "${configdir}", that directory, and "${workingdir}", where the program was started.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "io/text/json.hpp"

namespace rall::io {

/// Why a path is no file: "there is no file x", or "x is no regular file".
std::string no_file(std::filesystem::path const& path);

/// The file that `text` names, from the file that `text` stands in; nothing after an error ("file-missing").
std::optional<std::filesystem::path> file_beside(Node const& text, Diagnostics& diagnostics);

class Paths {
public:
    /// `manifest` is an object of variables or null.
    Paths(std::filesystem::path directory, Node const* manifest, Diagnostics& diagnostics);

    /// A string with its variables; an unknown one is an error ("manifest-unknown").
    std::string text(Node const& text, Diagnostics& diagnostics) const { return expand(text, diagnostics); }
    /// The path that a string names.
    std::filesystem::path resolve(Node const& text, Diagnostics& diagnostics) const;
    /// The same for a file that must be there ("file-missing").
    std::optional<std::filesystem::path> file(Node const& text, Diagnostics& diagnostics) const;
    std::filesystem::path const& directory() const { return directory_; }

private:
    std::string expand(Node const& text, Diagnostics& diagnostics) const;
    std::filesystem::path directory_;
    std::map<std::string, std::string> variables_;  ///< without the leading $
};

}  // namespace rall::io
