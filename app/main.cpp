// `rall`: reads the command line, calls a verb, turns failures into exit codes (docs/design.md, section 7).
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <string_view>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/last_resort.hpp"
#include "app/manual.hpp"
#include "app/memory_guard.hpp"
#include "app/outcome.hpp"
#include "app/signals.hpp"
#include "app/stack.hpp"
#include "app/versions.hpp"
#include "app/waits.hpp"
#include "base/communicator.hpp"
#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace {

enum ExitCode { done = 0, wrong_input = 1, wrong_command_line = 2, machine_failed = 3 };

int run(int argc, char** argv, rall::Communicator const& ranks) {
    using namespace rall;
    CLI::App app{"Rall simulates neurons with their real shapes.", "rall"};
    bool version = false;
    app.add_flag("--version", version, "print version, back end and dependency versions");
    bool manual = false;
    std::string shell;
    app.add_flag("--man", manual, "print the manual page (rall.1)");
    app.add_option("--completion", shell, "print what makes a shell complete verbs and options: bash, zsh or fish")
        ->type_name("SHELL")
        ->check([](std::string const& name) {
            return std::ranges::find(app::shells, name) != std::end(app::shells) ? std::string() : "expected bash, zsh or fish, not " + name;
        });
    app.require_subcommand(0, 1);
    std::vector<app::Command> const commands{app::add_new(app),     app::add_run(app, ranks),     app::add_inspect(app), app::add_compile(app),
                                             app::add_channel(app), app::add_sweep(app),          app::add_compare(app), app::add_report(app),
                                             app::add_recover(app), app::add_list(app),           app::add_schema(app)};
    if (argc > 1 && argv[1][0] != '-') {
        std::vector<std::string> verbs;
        for (auto const& command : commands) verbs.push_back(command.options->get_name());
        if (std::find(verbs.begin(), verbs.end(), argv[1]) == verbs.end())
            throw UsageError(fmt::format("'{}' is no verb of rall; {}", argv[1], did_you_mean(argv[1], verbs)));
    }
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& failure) {
        ranks.wait_to_speak();
        auto const good = app.exit(failure) == 0;
        auto const end = argv + argc;
        if (!good && argc > 2 && argv[1] == std::string_view("run") && std::find(argv, end, std::string_view("--json")) != end)
            app::put_usage_error(failure.what());
        app::flush_output();
        return good ? done : wrong_command_line;
    }
    if (version || manual || !shell.empty()) {
        app::put("{}", version ? app::version_text() : manual ? app::man_page(app) : app::completion(app, shell));
        app::flush_output();
        return done;
    }
    for (auto const& command : commands) {
        if (!command.options->parsed()) continue;
        if (!ranks.is_alone() && command.options->get_name() != "run")
            throw UsageError(fmt::format("{} processes were started together, of which only `rall run` makes use; start one `rall {}`", ranks.size(),
                                         command.options->get_name()));
        try {
            command.run();
            app::flush_output();
        } catch (InputError const& failure) {
            ranks.wait_to_speak();
            auto const* verbose = command.options->get_option_no_throw("--verbose");
            app::print(failure.diagnostics(), Severity::warning, verbose && verbose->count() > 0);
            return wrong_input;
        }
        return done;
    }
    throw UsageError("no verb is given; rall --help shows them");
}

/// Runs, and says what went wrong. All ranks end with the first that fails; a signal ends them together.
int run_and_tell(int argc, char** argv, rall::Communicator const& ranks) {
    int code = machine_failed;
    auto const tell = [&](std::exception const& failure) {
        ranks.wait_to_speak();
        rall::app::tell("rall: {}\n", failure.what());
    };
    try {
        code = run(argc, argv, ranks);
    } catch (rall::UsageError const& failure) {
        tell(failure);
        code = wrong_command_line;
    } catch (rall::app::Interrupted const& end) {
        return 128 + end.signal;
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& failure) {
        tell(failure);
    }
    if (code != done && !ranks.is_alone()) ranks.end_all(rall::app::ended_with(code));
    return code;
}

int run_with_others(int argc, char** argv) {
    try {
        auto const ranks = rall::Communicator::of_launcher(&argc, &argv);
        return run_and_tell(argc, argv, ranks);
    } catch (rall::UsageError const& failure) {
        rall::app::tell("rall: {}\n", failure.what());
        return wrong_command_line;
    }
}

/// Nothing leaves it but an exit code.
int guarded(int argc, char** argv) noexcept {
    try {
        return run_with_others(argc, argv);
    } catch (...) {
        // There may be no memory for a message either.
        constexpr std::string_view text = "rall: there is not enough memory\n";
        static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
    }
    return machine_failed;
}

}  // namespace

int main(int argc, char** argv) {
    rall::app::wait_briefly(argv);
    rall::app::guard_end();
    rall::app::guard_memory();
    rall::app::guard_streams();
    return rall::app::ended_with(rall::app::with_stack([&] { return guarded(argc, argv); }));
}
