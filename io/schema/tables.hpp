// The files io/schema/*.json as text; io/schema/CMakeLists.txt puts them into the library.
#pragma once

#include <string_view>
#include <vector>

namespace rall::io {

std::vector<std::string_view> schema_tables();

}  // namespace rall::io
