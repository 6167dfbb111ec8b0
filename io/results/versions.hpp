// Versions of the libraries that io/ links, for `rall --version` and the summary of a run.
#pragma once

#include <map>
#include <string>

namespace rall::io {

/// "HDF5" -> "1.10.8", ...
std::map<std::string, std::string> library_versions();

}  // namespace rall::io
