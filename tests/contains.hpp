// What tests ask of messages.
#pragma once

#include <string>

namespace rall {

inline bool contains(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

}  // namespace rall
