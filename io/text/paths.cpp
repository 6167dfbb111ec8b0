#include "io/text/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "io/text/object.hpp"

namespace rall::io {
namespace {

constexpr std::size_t longest = 4096;  // bytes: PATH_MAX of Linux

std::optional<std::filesystem::path> file_or_error(std::filesystem::path path, Node const& text, char const* advice, Diagnostics& diagnostics) {
    std::error_code code;
    if (std::filesystem::is_regular_file(path, code)) return path;
    error(diagnostics, "file-missing", text, no_file(path), advice);
    return std::nullopt;
}

}  // namespace

std::string no_file(std::filesystem::path const& path) {
    std::error_code code;
    return std::filesystem::exists(path, code) ? fmt::format("{} is no regular file", path.string())
                                               : fmt::format("there is no file {}", path.string());
}

std::optional<std::filesystem::path> file_beside(Node const& text, Diagnostics& diagnostics) {
    auto const directory = std::filesystem::path(text.document->file()).parent_path();
    return file_or_error((directory / text.text()).lexically_normal(), text, "relative names start from the file that names them", diagnostics);
}

Paths::Paths(std::filesystem::path directory, Node const* manifest, Diagnostics& diagnostics)
    : directory_(std::move(directory)) {
    std::error_code code;
    variables_["configdir"] = std::filesystem::absolute(directory_, code).lexically_normal().string();
    variables_["workingdir"] = std::filesystem::current_path(code).string();
    if (!manifest) return;
    Object object(*manifest, "manifest", diagnostics);
    // A variable may use those above it.
    for (auto const& child : manifest->children) {
        if (object.optional_text(child.key)) {
            auto const name = child.key.starts_with('$') ? child.key.substr(1) : child.key;
            variables_[name] = expand(child, diagnostics);
        }
    }
}

std::string Paths::expand(Node const& node, Diagnostics& diagnostics) const {
    std::string const text = node.text();
    std::string result;
    auto const letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '$') {
            result += text[i++];
            continue;
        }
        bool const braced = text.compare(i, 2, "${") == 0;
        auto const begin = text.begin() + static_cast<std::ptrdiff_t>(i) + (braced ? 2 : 1);
        auto const end = std::find_if_not(begin, text.end(), letter);
        std::string const name(begin, end);
        if (auto const found = variables_.find(name); found != variables_.end()) {
            result += found->second;
        } else {
            std::vector<std::string> names;
            if (!is_flooded(diagnostics))
                for (auto const& [known, value] : variables_) names.push_back("$" + known);
            error(diagnostics, "manifest-unknown", node, fmt::format("the manifest has no variable '${}'", name),
                  did_you_mean("$" + name, names));
        }
        i = static_cast<std::size_t>(end - text.begin()) + (braced && end != text.end() && *end == '}');
        if (result.size() > longest) {
            error(diagnostics, "path-too-long", node,
                  fmt::format("with its variables this becomes longer than {} bytes, which no path is", longest));
            return {};
        }
    }
    return result;
}

std::filesystem::path Paths::resolve(Node const& text, Diagnostics& diagnostics) const {
    return (directory_ / expand(text, diagnostics)).lexically_normal();
}

std::optional<std::filesystem::path> Paths::file(Node const& text, Diagnostics& diagnostics) const {
    return file_or_error(resolve(text, diagnostics), text, "relative names start from the directory of the config", diagnostics);
}

}  // namespace rall::io
