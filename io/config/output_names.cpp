// Files of an output directory have names of their own there.
#include <fmt/format.h>

#include <algorithm>

#include "io/config/build.hpp"

namespace rall::io {
namespace {

constexpr std::size_t longest = 200;  // bytes: file systems have 255, and some are for names beside it

/// What is wrong with a name; empty if nothing is.
std::string fault(std::string const& name) {
    if (name.empty()) return "it is empty";
    if (name.size() > longest) return fmt::format("it has more than {} bytes", longest);
    if (name.front() == '.') return "it begins with a dot, as what is hidden does";
    if (name.find('/') != std::string::npos) return "it holds a '/': files lie in the output directory itself";
    if (std::ranges::any_of(name, [](unsigned char c) { return c < 32 || c == 127; }))
        return "it holds a control character";
    if (name.ends_with(".journal")) return "names that end in .journal are for files while they are written";
    return {};
}

}  // namespace

std::string name_in_output(Build& build, Node const& node) {
    auto const text = node.text();
    if (text.find_first_of("/$") == std::string::npos) return text;
    auto const path = build.paths.resolve(node, build.diagnostics).lexically_relative(build.config.output_dir.lexically_normal());
    return path.empty() || *path.begin() == ".." ? text : path.string();
}

void claim_file(Build& build, Node const& node, std::string const& what, std::string const& name) {
    auto const wrong = fault(name);
    auto const [taken, is_new] = build.files.emplace(name, what);
    if (!wrong.empty())
        error(build.diagnostics, "output-name", node,
              fmt::format("{}: '{}' is no name for a file in the output directory: {}", what, name, wrong));
    else if (!is_new)
        error(build.diagnostics, "output-name", node,
              fmt::format("{}: '{}' is the file of {} already", what, name, taken->second));
}

}  // namespace rall::io
