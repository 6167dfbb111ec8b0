// Which files a model was read from, and what was in them: noted where files are opened, so that no list of them has to be kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace rall {

/// 64-bit FNV-1a over texts, each with an end of its own.
struct Hash {
    std::uint64_t value = 14695981039346656037ull;
    void add(std::string_view text);
    void add_part(std::string_view text);  ///< of a text that ends with the next add()
};

/// The files read by this thread while a Noting lives: name and content.
class InputRecord {
public:
    class Noting {
    public:
        explicit Noting(InputRecord& record);
        ~Noting();
        Noting(Noting const&) = delete;
        Noting& operator=(Noting const&) = delete;

    private:
        InputRecord* before_;
    };

    /// A number of all that was read: names (without directories) and contents, in the order of first reading.
    std::uint64_t fingerprint() const { return all_.value; }
    /// Each with its path, without links, and a number of its content.
    std::map<std::string, std::uint64_t> const& files() const { return files_; }

private:
    friend void note_input(std::filesystem::path const& path, std::string_view content);
    friend void note_input(std::filesystem::path const& path);
    void add(std::filesystem::path const& path, Hash const& content);
    std::map<std::string, std::uint64_t> files_;
    Hash all_;
};

/// Notes what was read from a file, if somebody is noting. Throws InputError ("file-changed") if it was read before and had other content.
void note_input(std::filesystem::path const& path, std::string_view content);
/// The same for a file that is read by other means than read_file(). Throws InputError.
void note_input(std::filesystem::path const& path);

}  // namespace rall
