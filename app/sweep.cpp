// `rall sweep`: runs many members of a config that differ in parameters, and tables their features (docs/sweep.md).
#include "sweep/sweep.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <set>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/signals.hpp"
#include "base/file.hpp"
#include "base/runtime.hpp"
#include "io/results/output.hpp"
#include "sweep/report.hpp"

namespace rall::app {
namespace {

struct SweepOptions {
    std::filesystem::path description;
    std::optional<std::filesystem::path> output_dir;
    int threads = 0;
    sweep::Options run;
    bool restart = false, quiet = false, verbose = false;
};

void run(SweepOptions const& options) {
    Stopwatch total;
    Catalogue catalogue;
    Diagnostics diagnostics;
    InputRecord inputs;
    std::optional<InputRecord::Noting> noting(inputs);
    auto description = sweep::read_description(options.description, diagnostics);
    if (options.output_dir) description.output_dir = *options.output_dir;
    sweep::Members const members(description);
    sweep::check_members(description, members, catalogue, diagnostics);
    noting.reset();
    print(diagnostics, options.quiet ? Severity::warning : Severity::note, options.verbose);
    auto const found = diagnostics;

    auto const& directory = description.output_dir;
    std::set<std::string> const tables{"sweep.csv", "sweep.h5", io::page_name};
    io::OutputDirectory output(directory, tables);
    std::error_code code;
    std::filesystem::create_directories(output.place(), code);
    if (code) throw MachineError(fmt::format("cannot make {}: {}", directory.string(), code.message()));
    Diagnostics damaged;
    sweep::Journal journal(output.place() / "finished.log", sweep::fingerprint(inputs), options.restart, damaged);
    print(damaged, Severity::warning, options.verbose);
    auto const before = journal.rows().size();
    if (before > 0 && !options.quiet)
        tell("{} of {} members are finished already; --restart would run them again\n", before,
                   members.size());

    Runtime const runtime(options.threads);
    Signals const signals;
    Progress progress(options.quiet);
    progress.begin(static_cast<double>(members.size()));
    auto how = options.run;
    how.inputs = &inputs;
    how.before_compiling = [&] {
        if (!options.quiet) tell("compiling the model's mechanisms ...\n");
    };
    how.on_progress = [&](double done) {
        progress.update(done, fmt::format("{:.0f} of {} members", done, members.size()));
        return !signals.pending();
    };
    auto const run = [&] {
        try {
            return sweep::run_members(description, members, catalogue, journal, how, diagnostics);
        } catch (MachineError const&) {
            if (!signals.pending()) throw;
            return false;  // the signal ended the compiler
        }
    };
    if (!run()) {
        progress.finish();
        tell("rall: ended by {}: {} of {} members are finished; the same command goes on from there\n",
             signal_name(signals.pending()), journal.rows().size(), members.size());
        throw Interrupted{signals.pending()};
    }
    progress.finish();
    for (auto const& late : std::vector(diagnostics.items().begin() + static_cast<std::ptrdiff_t>(found.items().size()),
                                        diagnostics.items().end()))
        if (late.severity != Severity::note) tell("{}\n", to_string(late));

    auto const& rows = journal.rows();
    auto const& building = output.building();
    write_new_file(building / "sweep.csv", sweep::csv_table(description, members, rows, catalogue));
    sweep::write_hdf5_table(building / "sweep.h5", description, members, rows, catalogue);
    write_new_file(building / io::page_name, html::render(sweep::report_page(description, members, rows, catalogue, found)));
    output.publish(tables);
    std::size_t diverged = 0;
    for (auto const& [member, row] : rows) diverged += row.status == sweep::Status::diverged;
    if (!options.quiet)
        put("{} members ({} diverged) in {}\nresults: {}\n", rows.size(), diverged,
                   seconds_text(total.seconds()), (directory / io::page_name).string());
}

}  // namespace

Command add_sweep(CLI::App& app) {
    auto const options = std::make_shared<SweepOptions>();
    auto* verb = app.add_subcommand("sweep", "run many members of a config that differ in parameters");
    verb->add_option("sweep", options->description, "what varies and what is measured (docs/sweep.md)")->required();
    verb->add_option("--output-dir", options->output_dir, "instead of output_dir");
    verb->add_option("--threads", options->threads, "host threads (default: all cores)")->check(CLI::Range(1, most_threads));
    verb->add_option("--batch", options->run.batch,
                     "members that run together (default: enough to keep all threads busy); changes no result")
        ->check(CLI::PositiveNumber);
    verb->add_option("--group-bytes", options->run.group_bytes, "as of rall run; changes no result");
    verb->add_flag("--restart", options->restart, "throw away the members finished before");
    verb->add_flag("--quiet", options->quiet, "only warnings and errors");
    verb->add_flag("--verbose", options->verbose, "every finding by itself, not the first of each kind");
    return {verb, [options] { run(*options); }};
}

}  // namespace rall::app
