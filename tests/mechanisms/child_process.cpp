#include "mechanisms/child_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "base/diagnostics.hpp"
#include "base/text.hpp"
#include "mechanisms/own_directory.hpp"
#include "tests/mechanisms/scratch.hpp"

using namespace rall;

namespace {

volatile std::sig_atomic_t handled = 0;

/// Not so a zombie that nobody has adopted yet.
bool runs(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string const stat(std::istreambuf_iterator<char>(file), {});
    auto const state = stat.rfind(") ");
    return state != stat.npos && stat[state + 2] != 'Z' && stat[state + 2] != 'X';
}

Descriptor open_directory(std::filesystem::path const& path) {
    return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace

TEST_CASE("a program runs in the directory that is open, with its own temporary files, and is heard") {
    test::Scratch const scratch;
    auto const directory = open_directory(scratch.mods());
    auto const done =
        run_child({"/bin/sh", "-c", "pwd; echo $TMPDIR $LC_ALL >&2; cat; echo made >file; exit 7"}, directory);
    CHECK(done.status == 7);
    CHECK(done.output == scratch.mods().string() + "\n. C\n");  // and there is no input to wait for
    CHECK(read_file(scratch.mods() / "file") == "made\n");
    CHECK(run_child({"/bin/sh", "-c", "kill -SEGV $$"}, directory).status == 128 + SIGSEGV);
    CHECK_THROWS_AS(run_child({"/nowhere/program"}, directory), MachineError);
}

TEST_CASE(
    "a signal that the program catches ends what it runs, with all that this has started, and then reaches the "
    "program") {
    test::Scratch const scratch;
    for (int const signal : {SIGINT, SIGTERM, SIGHUP}) {
        auto const start = std::chrono::steady_clock::now();
        pid_t const rall = ::fork();
        if (rall == 0) {
            std::signal(signal, [](int) { handled = 1; });
            auto const directory = open_directory(scratch.mods());
            bool came = false;
            {
                EndingSignals const signals;
                run_child({"/bin/sh", "-c", "sleep 61 & echo $! >>pids; echo $$ >>pids; mv pids started; sleep 62"},
                          directory);
                came = EndingSignals::came();
            }
            ::_exit(came && handled ? 3 : 4);
        }
        while (!std::filesystem::exists(scratch.mods() / "started")) ::usleep(1000);
        ::kill(rall, signal);
        int status = 0;
        ::waitpid(rall, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 3);
        auto const pids = read_file(scratch.mods() / "started");
        for (std::size_t at = 0; at < pids.size(); at = pids.find('\n', at) + 1)
            for (int k = 0; runs(std::stoi(pids.substr(at))); ++k) {
                REQUIRE(k < 1000);
                ::usleep(1000);
            }
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
        std::filesystem::remove(scratch.mods() / "started");
    }
}
