// The one way in which files are opened for reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace rall {

/// A regular file, open for reading. Whatever else a name can mean - a directory, a pipe, a device, a socket - is refused, without
/// waiting for somebody at its other end.
class InputFile {
public:
    /// Throws InputError ("file-not-readable") naming the file and why; MachineError where the system runs out of something.
    explicit InputFile(std::filesystem::path path);
    ~InputFile();
    InputFile(InputFile const&) = delete;
    InputFile& operator=(InputFile const&) = delete;

    std::uint64_t size() const { return size_; }  ///< bytes, when it was opened

    /// The next bytes, up to `most` or the end of the file. Throws MachineError where the device fails.
    std::string read(std::uint64_t most);

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace rall
