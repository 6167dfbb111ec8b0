// Programs that Rall calls, which end when Rall does.
#pragma once

#include <string>
#include <vector>

namespace rall {

/// While one of these stands, signals that the program catches (SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1) end the program that is being
/// run at once, with all it has started; when it falls, they reach whoever caught them before. Signals that are ignored stay so, and
/// those that end Rall end it. One at a time.
class EndingSignals {
public:
    EndingSignals();
    ~EndingSignals();
    EndingSignals(EndingSignals const&) = delete;
    EndingSignals& operator=(EndingSignals const&) = delete;

    static bool came();
};

struct Finished {
    int status = 0;      ///< exit status, 128 + signal
    std::string output;  ///< stdout and stderr
};

/// Runs a program (argv[0] by its path) to its end in a directory that is open, where its temporary files go too, its messages in
/// English. It ends, and what it has started ends, when this process does: also by SIGKILL. Throws MachineError where it cannot be
/// started.
Finished run_child(std::vector<std::string> const& command, int directory);

}  // namespace rall
