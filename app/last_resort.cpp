#include "app/last_resort.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string_view>

namespace rall::app {
namespace {

constexpr int machine_failed = 3;
int expected = -1;

[[noreturn]] void end(std::string_view why) {
    static_cast<void>(!::write(STDERR_FILENO, why.data(), why.size()));
    ::_exit(machine_failed);
}

}  // namespace

void guard_end() {
    std::set_terminate([] { end("rall: there is not enough memory\n"); });
    ::on_exit(
        [](int code, void*) {
            if (code != expected) end("rall: a library has ended the program; what it lacked stands above\n");
        },
        nullptr);
}

int ended_with(int code) {
    expected = code;
    return code;
}

}  // namespace rall::app
