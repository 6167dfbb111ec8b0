#include "app/waits.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace rall::app {

void wait_briefly(char** argv) {
    auto const is_long = [](char const* verb) { return verb && (verb == std::string_view("run") || verb == std::string_view("sweep")); };
    if (!argv[0] || !is_long(argv[1]) || std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
    constexpr char const* spins = "2000";  // of 13 ns on one processor
    if (::setenv("GOMP_SPINCOUNT", spins, 1) == 0) ::execv("/proc/self/exe", argv);
    // Threads wait as long as ever where the system does not begin a program anew.
}

}  // namespace rall::app
