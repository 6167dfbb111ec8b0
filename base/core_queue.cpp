#include "base/core_queue.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <cstdio>

namespace rall {

CoreQueue::CoreQueue() : file_(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}

CoreQueue::~CoreQueue() {
    if (file_ >= 0) close(file_);
}

double CoreQueue::seconds() const {
    std::array<char, 96> text{};
    if (file_ < 0 || pread(file_, text.data(), text.size() - 1, 0) <= 0) return 0;
    std::uint64_t run = 0, queued = 0;  // ns
    return std::sscanf(text.data(), "%" SCNu64 " %" SCNu64, &run, &queued) == 2 ? 1e-9 * static_cast<double>(queued) : 0;
}

}  // namespace rall
