#include "app/console.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/whole.hpp"

namespace rall::app {
namespace {

constexpr std::size_t most_alike = 3, most_errors = 50;   // of one kind and file that are shown one by one
constexpr double bar_interval = 0.1, line_interval = 10;  // s

int output_error = 0;  ///< errno of the first failure to write to the standard output

}  // namespace

void say(std::string const& text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
    std::fflush(stderr);
}

void put_text(std::string const& text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && output_error == 0) output_error = errno;
}

void guard_streams() {
    // Opened the wrong way round, so that using them fails as if they were closed.
    for (int const number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(number, F_GETFD) < 0 && errno == EBADF)
            static_cast<void>(::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // of a limit on the size of files
}

void flush_output() {
    errno = 0;
    bool const flushed = std::fflush(stdout) == 0 && !std::ferror(stdout);
    if (flushed && std::cout.flush()) return;
    if (output_error == 0) output_error = errno;
    throw MachineError(std::string("cannot write to the standard output: ") +
                       (output_error ? std::strerror(output_error) : "it is closed or full"));
}

void print(Diagnostics const& diagnostics, Severity least, bool all) {
    struct Group {
        std::size_t size = 0, seen = 0;
    };
    std::map<std::tuple<Severity, std::string_view, std::string_view>, Group> kinds;
    auto const kind_of = [&](Diagnostic const& d) -> Group& { return kinds[{d.severity, d.code, d.where.file}]; };
    for (auto const& diagnostic : diagnostics.items()) ++kind_of(diagnostic).size;
    std::size_t hidden = 0;
    bool grouped = false;
    for (auto const& diagnostic : diagnostics.items()) {
        if (diagnostic.severity < least) {
            ++hidden;
            continue;
        }
        auto& kind = kind_of(diagnostic);
        auto const is_error = diagnostic.severity == Severity::error;
        auto const most = is_error ? most_errors : kind.size > most_alike ? 1 : most_alike;
        if (!all && kind.seen >= most) continue;
        tell("{}\n", to_string(diagnostic));
        if (++kind.seen == most && kind.size > most && !all) {
            tell("    and {} more {}s of this kind\n", kind.size - most, to_string(diagnostic.severity));
            grouped = true;
        }
    }
    if (hidden > 0) tell("{} note(s) not shown\n", hidden);
    if (grouped) tell("--verbose shows each of them\n");
}

Progress::Progress(bool silent)
    : silent_(silent), terminal_(isatty(STDERR_FILENO)), next_(terminal_ ? bar_interval : line_interval) {}

void Progress::begin(double end) {
    end_ = end;
    first_.reset();
}

void Progress::update(double done_so_far, std::string const& what) {
    auto const now = watch_.seconds();
    if (!first_) first_ = {done_so_far, now};
    if (silent_ || now < next_) return;
    next_ = now + (terminal_ ? bar_interval : line_interval);
    auto const done = done_so_far / end_;
    auto const seconds = (now - first_->time) * (end_ - done_so_far) / (done_so_far - first_->done);
    auto const left = seconds_text(done_so_far < end_ ? seconds : 0);
    auto const text = fmt::format("{}, {} left", what, left);
    if (terminal_) {
        constexpr int width = 30;
        auto const filled = std::clamp(truncated<int>(done * width), 0, width);
        tell("\r[{}{}] {}\x1b[K", std::string(filled, '#'), std::string(width - filled, '.'), text);
        shown_ = true;
    } else {
        tell("{}\n", text);
    }
}

void Progress::finish() {
    if (shown_) tell("\r\x1b[K");
    shown_ = false;
}

OnProgress Progress::listener() {
    return [this](std::string_view what, std::uint64_t done, std::uint64_t all) {
        if (done == 0) begin(static_cast<double>(all));
        update(static_cast<double>(done), fmt::format("{}: {} of {}", what, done, all));
    };
}

std::string bytes_text(double bytes) {
    char const* const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 1000 && unit + 1 < std::size(units); ++unit) bytes /= 1000;
    return unit == 0 ? fmt::format("{:.0f} bytes", bytes) : fmt::format("{:.3g} {}", bytes, units[unit]);
}

std::string seconds_text(double seconds) {
    if (!std::isfinite(seconds)) return "unknown time";
    if (seconds < 60) return fmt::format("{:.2g} s", seconds);
    auto const minutes = truncated<long>(seconds / 60);
    if (minutes < 60) return fmt::format("{} min {:.0f} s", minutes, seconds - 60.0 * static_cast<double>(minutes));
    return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace rall::app
