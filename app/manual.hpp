// The manual page and the completion of shells, made of the verbs and their options as the command line knows them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace rall::app {

/// rall.1 in the macros of man(7).
std::string man_page(CLI::App const& app);

/// Shells for which there is a completion.
inline constexpr char const* shells[] = {"bash", "zsh", "fish"};
/// What such a shell has to read.
std::string completion(CLI::App const& app, std::string const& shell);

}  // namespace rall::app
