#include "mechanisms/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "base/diagnostics.hpp"
#include "mechanisms/own_directory.hpp"

namespace rall {

namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1};
std::array<struct sigaction, ending_signals.size()> before;
std::atomic<int> caught = 0;     // the signal
std::atomic<pid_t> running = 0;  // the process group of what is being run
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

void end_child(int signal) {
    caught = signal;
    if (pid_t const group = running; group > 0) ::kill(-group, SIGKILL);
}

bool is_caught(struct sigaction const& action) {
    return (action.sa_flags & SA_SIGINFO) || (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

[[noreturn]] void fail(std::string const& what, int error) {
    throw MachineError(fmt::format("cannot start {}: {}", what, std::strerror(error)));
}

/// What posix_spawn is told, given back at the end of the scope.
class Spawn {
public:
    /// `group`: the process group to join; 0 for a new one.
    explicit Spawn(pid_t group) {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setpgroup(&attributes_, group);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    }
    ~Spawn() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes_);
    }
    Spawn(Spawn const&) = delete;
    Spawn& operator=(Spawn const&) = delete;

    pid_t run(std::vector<std::string> const& command, std::vector<std::string> const& environment) {
        auto const pointers = [](std::vector<std::string> const& words) {
            std::vector<char*> all;
            for (auto const& word : words) all.push_back(const_cast<char*>(word.c_str()));
            all.push_back(nullptr);
            return all;
        };
        pid_t child = 0;
        int const error = posix_spawn(&child, command[0].c_str(), &actions, &attributes_, pointers(command).data(),
                                      pointers(environment).data());
        if (error != 0) fail(command[0], error);
        return child;
    }

    posix_spawn_file_actions_t actions;

private:
    posix_spawnattr_t attributes_;
};

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The leader of a process group, which kills it, and with it all that programs in it have started, when this process is no more:
/// then nobody holds the other end of its pipe. (PR_SET_PDEATHSIG reaches the compiler's driver only, not what that has started.)
class Group {
public:
    Group() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) fail("a compiler", errno);
        Descriptor const theirs(ends[0]);
        ours_ = Descriptor(ends[1]);
        Spawn spawn(0);
        posix_spawn_file_actions_adddup2(&spawn.actions, theirs, STDIN_FILENO);
        for (int const stream : {STDOUT_FILENO, STDERR_FILENO})
            posix_spawn_file_actions_addopen(&spawn.actions, stream, "/dev/null", O_WRONLY, 0);
        leader_ = spawn.run({"/bin/sh", "-c", "trap '' INT TERM HUP QUIT; read end_of_rall; kill -KILL 0"}, {});
        running = leader_;
    }
    ~Group() {
        ::kill(-leader_, SIGKILL);  // first, while its number is still taken
        running = 0;
        wait_for(leader_);
    }
    Group(Group const&) = delete;
    Group& operator=(Group const&) = delete;

    pid_t number() const { return leader_; }

private:
    Descriptor ours_;
    pid_t leader_ = 0;
};

}  // namespace

EndingSignals::EndingSignals() {
    caught = 0;
    for (std::size_t i = 0; i < ending_signals.size(); ++i) {
        ::sigaction(ending_signals[i], nullptr, &before[i]);
        if (!is_caught(before[i])) continue;
        struct sigaction action {};
        action.sa_handler = end_child;
        ::sigaction(ending_signals[i], &action, nullptr);
    }
}

EndingSignals::~EndingSignals() {
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
        if (is_caught(before[i])) ::sigaction(ending_signals[i], &before[i], nullptr);
    if (caught) ::raise(caught);
}

bool EndingSignals::came() { return caught != 0; }

Finished run_child(std::vector<std::string> const& command, int directory) {
    Descriptor const output(::memfd_create("rall-output", MFD_CLOEXEC));
    if (output < 0) fail(command[0], errno);
    std::vector<std::string> environment{"LC_ALL=C", "TMPDIR=."};
    for (char** entry = environ; *entry; ++entry) {
        std::string_view const text = *entry;
        if (!text.starts_with("LC_ALL=") && !text.starts_with("TMPDIR=")) environment.emplace_back(text);
    }
    Finished result;
    {
        Group const group;
        Spawn spawn(group.number());
        // In this order, since any of the files may have a number below 3 if those were closed.
        posix_spawn_file_actions_addfchdir_np(&spawn.actions, directory);
        posix_spawn_file_actions_adddup2(&spawn.actions, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&spawn.actions, output, STDERR_FILENO);
        posix_spawn_file_actions_addopen(&spawn.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        auto const child = spawn.run(command, environment);
        if (EndingSignals::came()) ::kill(-group.number(), SIGKILL);  // before there was a group to end
        result.status = wait_for(child);
    }
    char buffer[1 << 14];
    for (off_t at = 0;;) {
        auto const n = ::pread(output, buffer, sizeof buffer, at);
        if (n <= 0) return result;
        result.output.append(buffer, static_cast<std::size_t>(n));
        at += n;
    }
}

}  // namespace rall
