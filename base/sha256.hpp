// SHA-256 (FIPS 180-4), for what must be known again byte by byte, also where somebody would like it not to be.
// Own code, since one function does not pay for a library that every user would have to install; its test compares it with the
// standard's examples and with Python's.
#pragma once

#include <string>
#include <string_view>

namespace rall {

/// The SHA-256 of these bytes, as 64 hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace rall
