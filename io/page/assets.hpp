// The scripts, styles and templates of the HTML pages, built into the library (io/page/assets/CMakeLists.txt).
#pragma once

#include <string_view>

namespace rall::html {

/// The text of a file of io/page/assets or of a packaged JavaScript library, by its name ("page.js"); empty for an unknown name.
std::string_view asset(std::string_view name);

}  // namespace rall::html
