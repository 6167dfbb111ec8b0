// What a person sees while a verb works: findings on the error stream, and a progress bar.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/diagnostics.hpp"
#include "base/progress.hpp"

namespace rall::app {

/// To the error stream. Where that is closed or full only the words are lost, and the work goes on.
void say(std::string const& text);
template <class... Values>
void tell(fmt::format_string<Values...> text, Values&&... values) {
    say(fmt::format(text, std::forward<Values>(values)...));
}

/// To the standard output. What fails is told by flush_output().
void put_text(std::string const& text);
template <class... Values>
void put(fmt::format_string<Values...> text, Values&&... values) {
    put_text(fmt::format(text, std::forward<Values>(values)...));
}

/// Before anything else: standard streams that are closed are opened on nothing, so that no result lands in their place, and a pipe that
/// nobody reads, or a file that may not grow, is a failure to write, not the end of the program.
void guard_streams();
/// Has all that was printed reached the standard output? Throws MachineError if not.
void flush_output();

/// Findings, one under the other, on the error stream. `least`: those below it are only counted. Of many findings of one kind in one
/// file the first is shown, of errors the first fifty, with the number of the others, unless `all` are asked for.
void print(Diagnostics const& diagnostics, Severity least = Severity::note, bool all = false);

class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// What is done and the time left, on the error stream: a bar that moves on a terminal, else a line now and then.
/// One thing follows the other: each begins with how much of it is to be done.
class Progress {
public:
    explicit Progress(bool silent);
    ~Progress() { finish(); }
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    void begin(double end);
    void update(double done, std::string const& what);
    void finish();  ///< ends the bar's line

    /// Shows what it is told; lives no longer than this.
    OnProgress listener();

private:
    struct Mark {
        double done, time;  ///< s
    };
    double end_ = 0;
    bool silent_, terminal_;
    Stopwatch watch_;
    std::optional<Mark> first_;  ///< what was done when it was first told
    double next_;                ///< s, when to say something again
    bool shown_ = false;
};

/// "1.5 GB".
std::string bytes_text(double bytes);
/// "2 min 5 s".
std::string seconds_text(double seconds);

}  // namespace rall::app
