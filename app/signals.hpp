// Signals that ask for an end: the first is noted, and the work ends where its results are whole; the second ends the program at once.
#pragma once

namespace rall::app {

/// What a verb throws when a signal ended it. The exit code is 128 + signal.
struct Interrupted {
    int signal;
};

/// While it lives, SIGINT, SIGTERM, SIGHUP, SIGXCPU and SIGUSR1 are noted. One that is ignored (nohup) stays so.
class Signals {
public:
    Signals();
    ~Signals();
    Signals(Signals const&) = delete;
    Signals& operator=(Signals const&) = delete;
    /// The first that came, 0 if none did.
    int pending() const;
};

/// "SIGTERM".
char const* signal_name(int signal);

}  // namespace rall::app
