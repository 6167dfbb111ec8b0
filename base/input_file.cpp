#include "base/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/diagnostics.hpp"

namespace rall {
namespace {

char const* kind_of(mode_t mode) {
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

}  // namespace

InputFile::InputFile(std::filesystem::path path) : path_(std::move(path)) {
    auto const refuse = [&](std::string const& why, char const* advice) -> InputError {
        return {"file-not-readable", {path_.string()}, "cannot read this file: " + why, advice};
    };
    if (path_.native().find('\0') != std::string::npos)
        throw refuse("its name holds a NUL byte", "check the name where it is written");
    // Looked at before it is opened too: to open a device can mean something to it, and a socket cannot be opened.
    struct stat status {};
    auto const check_kind = [&] {
        if (!S_ISREG(status.st_mode))
            throw refuse(std::string("it is ") + kind_of(status.st_mode), "give the name of a regular file");
    };
    auto const fail = [&] {
        int const code = errno;
        if (code == EMFILE || code == ENFILE || code == ENOMEM || code == EIO)
            throw MachineError("cannot open " + path_.string() + ": " + std::strerror(code));
        throw refuse(std::strerror(code), "check the name and its permissions");
    };
    if (::stat(path_.c_str(), &status) != 0) fail();
    check_kind();
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor_ < 0) fail();
    bool const known = ::fstat(descriptor_, &status) == 0;
    if (!known || !S_ISREG(status.st_mode)) {  // no destructor runs for what a constructor leaves by throwing
        int const code = errno;
        ::close(descriptor_);
        errno = code;
        if (!known) fail();
        check_kind();
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::string InputFile::read(std::uint64_t most) {
    constexpr std::uint64_t piece = 1 << 16;  // files of /proc say that they are empty
    std::string text;
    text.reserve(std::min(size_, most) + piece);
    while (text.size() < most) {
        auto const have = text.size();
        auto const left = size_ > have ? size_ - have : 0;
        text.resize(have + std::min(most - have, std::max(left, piece)));
        auto const n = ::read(descriptor_, text.data() + have, text.size() - have);
        text.resize(have + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        if (n == 0) break;
        if (n < 0 && errno != EINTR) throw MachineError("cannot read " + path_.string() + ": " + std::strerror(errno));
    }
    return text;
}

}  // namespace rall
