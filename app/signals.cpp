#include "app/signals.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>
#include <utility>

namespace rall::app {
namespace {

constexpr std::array<std::pair<int, char const*>, 5> signals{
    {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}, {SIGXCPU, "SIGXCPU"}, {SIGUSR1, "SIGUSR1"}}};

volatile std::sig_atomic_t first = 0;
std::array<struct sigaction, signals.size()> former;

/// Only what may be done in a signal handler.
void note(int signal) {
    if (first != 0) {
        constexpr std::string_view text = "\nrall: ended at once; `rall recover` makes results of what is on the disk\n";
        static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
        ::_exit(128 + signal);
    }
    first = signal;
}

}  // namespace

Signals::Signals() {
    first = 0;
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < signals.size(); ++i) {
        sigaction(signals[i].first, nullptr, &former[i]);
        if (former[i].sa_handler != SIG_IGN) sigaction(signals[i].first, &action, nullptr);
    }
}

Signals::~Signals() {
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i].first, &former[i], nullptr);
}

int Signals::pending() const { return first; }

char const* signal_name(int signal) {
    for (auto const& [number, name] : signals)
        if (number == signal) return name;
    return "a signal";
}

}  // namespace rall::app
