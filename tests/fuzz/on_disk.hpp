// Inputs of readers that want a file: a folder that lives as long as the process, in memory where the system offers that.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace rall::fuzz {

inline std::filesystem::path const& folder() {
    static struct Folder {
        std::filesystem::path path;
        Folder() {
            std::error_code none;
            auto const memory = std::filesystem::path("/dev/shm");
            auto const parent =
                std::filesystem::is_directory(memory, none) ? memory : std::filesystem::temp_directory_path();
            path = parent / ("rall-fuzz-" + std::to_string(::getpid()));
            std::filesystem::create_directories(path);
        }
        ~Folder() {
            std::error_code none;
            std::filesystem::remove_all(path, none);
        }
    } const made;
    return made.path;
}

inline std::filesystem::path write(std::string const& name, void const* data, std::size_t size) {
    auto path = folder() / name;
    std::ofstream(path, std::ios::binary).write(static_cast<char const*>(data), static_cast<std::streamsize>(size));
    return path;
}
inline std::filesystem::path write(std::string const& name, std::string const& text) {
    return write(name, text.data(), text.size());
}

}  // namespace rall::fuzz
