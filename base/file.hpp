// Files that survive what happens to the machine: written aside, every answer of the system looked at, brought to the disk, then
// renamed to their place, where the old file stands until the new one is complete. docs/reliability.md says what is promised.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rall {

/// "cannot write out/spikes.h5: No space left on device", from errno.
[[noreturn]] void cannot_write(std::filesystem::path const& path, int error);

/// An open file of the system, closed at the end of its scope.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    operator int() const { return number_; }
    bool valid() const { return number_ >= 0; }
    int release();
    /// 0, or the error (errno) that closing met: what was written may be lost.
    int close();

private:
    int number_ = -1;
};

/// Writes all of it, however often the system is asked. Returns 0 or the error (errno).
int write_all(int file, std::string_view bytes);

/// Brings a file, or the names in a directory, to the disk. Throws MachineError.
void sync(std::filesystem::path const& path);
void sync_directory(std::filesystem::path const& directory);

/// Writes a new file in a folder that is ours alone, which is brought to the disk as a whole: what stands there already is never opened,
/// nor a link followed. Throws MachineError.
void write_new_file(std::filesystem::path const& path, std::string_view content);

/// Writes a file so that it appears whole or not at all. A place that is no ordinary file (/dev/stdout, a pipe) is written as it is.
/// Throws MachineError.
void write_file(std::filesystem::path const& path, std::string_view content);

/// A lock on a name, held by one process at a time and let go when it ends, however it ends. Its file says who holds it, and is
/// gone when the lock is given back.
class NameLock {
public:
    /// `place` is what messages name: what the lock is for. Throws MachineError if the file cannot be made.
    NameLock(std::filesystem::path path, std::filesystem::path const& place);
    NameLock(NameLock&&) noexcept = default;
    NameLock& operator=(NameLock&&) = delete;
    ~NameLock();

    bool held() const { return file_.valid(); }
    /// What the holder wrote, or what a dead one left.
    std::string const& text() const { return text_; }
    /// Lets go of the lock, and its file stays with the text for whoever comes next.
    void leave() { file_.close(); }
    enum class Sync { yes, no };
    /// Replaces the text, on the disk when this returns. Throws MachineError.
    void write(std::string_view text, Sync sync = Sync::yes);

private:
    std::filesystem::path path_, place_;
    Descriptor file_;
    std::string text_;
};

/// "process 4711 on lab3, since 2026-01-31 12:00:00", for the text of a lock.
std::string this_process();

}  // namespace rall
