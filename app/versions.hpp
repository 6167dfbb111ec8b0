// What this program is made of.
#pragma once

#include <map>
#include <string>

namespace rall::app {

/// "rall", the compiler and every library -> version.
std::map<std::string, std::string> versions();

/// What `rall --version` prints.
std::string version_text();

}  // namespace rall::app
