// `rall run`: a config becomes a model, the model runs, and its results appear in the output directory.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "app/checkpoints.hpp"
#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/outcome.hpp"
#include "app/recording.hpp"
#include "app/signals.hpp"
#include "app/soma_report.hpp"
#include "app/versions.hpp"
#include "base/file.hpp"
#include "base/pages.hpp"
#include "base/runtime.hpp"
#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/simulation.hpp"
#include "io/page/data.hpp"
#include "io/page/html.hpp"
#include "io/page/network_record.hpp"
#include "io/page/run_record.hpp"
#include "io/page/spike_picture.hpp"
#include "mechanisms/catalogue.hpp"
#include "network/simulation.hpp"
#include "solver/lowering/packing.hpp"

namespace rall::app {
namespace {

struct RunOptions {
    std::filesystem::path config;
    std::optional<std::filesystem::path> output_dir, summary, restart, checkpoint_file;
    std::string checkpoint_every;
    bool checkpoint = false, results_from_restart = false;
    std::optional<double> tstop;
    std::vector<std::filesystem::path> mechanism_dirs, replacements;
    int threads = 0;
    std::size_t group_bytes = 0;
    double flush = 20;  // s
    bool exact = false, dry_run = false, no_html = false, quiet = false, verbose = false, double_reports = false, json = false, csv = false;
};

/// Where the time went, s.
struct Seconds {
    double build = 0, compile = 0, time_loop = 0;
};

/// What the variable step took.
nlohmann::json describe(solver::StepCounts const& counts) {
    return {{"steps", counts.steps},
            {"evaluations", counts.evaluations},
            {"newton_iterations", counts.iterations},
            {"error_test_failures", counts.error_failures},
            {"convergence_failures", counts.convergence_failures},
            {"starts", counts.starts}};
}

nlohmann::json summarise(io::Config const& config, network::Simulation const& simulation, int useful, Seconds const& seconds, std::uint64_t built,
                         Kernels const& kernels) {
    auto const& size = simulation.size();
    auto const cvode = config.model.method == model::Method::cvode;
    return {{"config", to_utf8(config.file.string())},
            {"cells", size.cells},
            {"compartments", size.compartments},
            {"nodes", size.nodes},
            {"groups", size.groups},
            {"point_processes", size.point_processes},
            {"connections", size.connections},
            {"dt", config.model.dt},
            {"tstop", config.model.tstop},
            {"celsius", config.model.celsius},
            {"v_init", config.model.v_init},
            {"mechanisms", config.model.mechanism_names()},
            {"steps", cvode ? simulation.step_counts().steps : simulation.steps()},
            {"variable_step", cvode ? describe(simulation.step_counts()) : nlohmann::json()},
            {"spikes", simulation.spikes().size()},
            {"spikes_of_generators", spikes_of_generators(config, simulation)},
            {"seconds", {{"build", seconds.build}, {"compile", seconds.compile}, {"time_loop", seconds.time_loop}}},
            {"built_memory_bytes", built},
            {"peak_memory_bytes", peak_memory()},
            {"bytes",
             {{"nodes", size.node_bytes},
              {"mechanisms", size.mechanism_bytes},
              {"indices", size.index_bytes},
              {"events", size.event_bytes},
              {"probes", size.probe_bytes},
              {"total", size.total_bytes()}}},
            {"threads", concurrency()},
            {"threads_useful", useful},
            {"backend", backend()},
            {"kernels", kernels.library == rall_kernel_library() ? "built in"
                        : kernels.file.empty()                   ? "not kept"
                                                                 : to_utf8(kernels.file.string())},
            {"versions", versions()}};
}

/// Bytes that results take beside what the simulation holds: HDF5, the buffers of its files, and the page, as they were measured.
double memory_of_results(io::Config const& config, double spikes, bool html) {
    constexpr double hdf5 = 4.2e6, of_reports = 2.5e6 /* as soon as there is one */, of_report = 3.5e6, of_page = 3.2e6, in_page = 24 /* of each number */;
    double bytes = hdf5 + (html ? of_page : 0) + (config.reports.empty() ? 0 : of_reports), shown = 0;
    std::size_t traces = 0;
    for (auto const& report : config.reports) {
        auto const& probe = config.model.probes[static_cast<std::size_t>(report.probe)];
        auto const columns = report.field ? report.field->electrodes.size() : probe.sites.size();
        auto const rows = static_cast<double>(model::sampling_of(probe, config.model.dt).count);
        bytes += std::min(of_report, 3 * sizeof(double) * rows * static_cast<double>(columns));
        auto const n = std::min({columns, io::most_labels, io::most_traces - traces});
        traces += n;
        shown += rows * static_cast<double>(n);
    }
    if (!html) return bytes;
    return bytes + sizeof(double) * shown +
           in_page * (std::min(shown, static_cast<double>(html::max_trace_values)) + std::min(spikes, static_cast<double>(html::max_spikes)));
}

/// Runs a little of the simulation to say how long all of it takes, and how much memory: for people, and as it is returned for programs.
nlohmann::json estimate(io::Config const& config, network::Simulation& simulation, RunOptions const& options, bool with_checkpoints, Communicator const& ranks) {
    bool const html = !options.no_html;
    constexpr double least = 0.3, most = 5, part = 0.02;  // s, s, and of the whole: what happens at first is not what happens later
    constexpr double bytes_of_spike = 48;                 // as it is recorded, and as it is ordered for the file
    auto const tstop = config.model.tstop;
    simulation.initialize();
    Stopwatch watch;
    double whole = 0;
    for (bool more = true; more && ranks.of_first(watch.seconds() - std::clamp(part * whole, least, most)) < 0;) {
        more = simulation.advance();
        whole = watch.seconds() * tstop / simulation.time();
    }
    auto const& size = simulation.size();
    auto const spikes = static_cast<double>(simulation.spikes().size()) * tstop / simulation.time();
    // What building needed once may be more than a run ever holds.
    auto const of_results = ranks.is_first() ? bytes_of_spike * spikes + memory_of_results(config, spikes, html) : 0;
    auto const memory = static_cast<double>(ranks.sum(rounded<std::int64_t>(
        std::max(static_cast<double>(peak_memory()), static_cast<double>(held_memory()) + of_results))));
    if (!ranks.is_first()) return {};
    nlohmann::json const predicted{{"memory_bytes", memory}, {"seconds", whole}, {"spikes", spikes}};
    if (options.json) return predicted;
    auto const bytes = [](auto n) { return bytes_text(static_cast<double>(n)); };
    put("cells         {}\ncompartments  {}\nconnections   {}\nsteps         {:.0f}\n", size.cells,
               size.compartments, size.connections, std::ceil(tstop / config.model.dt));
    put("memory        {} in all; nodes {}, mechanisms {}, indices {}, connections and events {}, reports {}, spikes {}\n",
        bytes(memory), bytes(size.node_bytes), bytes(size.mechanism_bytes),
        bytes(size.index_bytes), bytes(size.event_bytes), bytes(size.probe_bytes), bytes(bytes_of_spike * spikes));
    put("time          about {} with {}{} thread(s) and {:.0f} spikes, from the first {:.6g} ms\n", seconds_text(whole),
        ranks.is_alone() ? "" : fmt::format("{} ranks, each with ", ranks.size()), concurrency(), spikes, simulation.time());
    if (with_checkpoints) {
        Stopwatch const taking;
        auto const snapshot = simulation.save();
        put("checkpoints   {} each, of which there are two, taken in {} and then written\n", bytes(snapshot.bytes()), seconds_text(taking.seconds()));
    }
    return predicted;
}

/// Of all ranks, at rank 0: where their time went, and how much of the work each has. `connections`: that this rank read. All ranks at once.
nlohmann::json describe(Communicator const& ranks, network::Simulation const& simulation, network::Shares const& shares, std::size_t connections) {
    struct Part {
        network::RankSeconds seconds;
        double memory;  // bytes
        std::size_t connections;
        int threads;
    };
    std::vector<Part> parts;
    ranks.gather_to_all(Part{simulation.seconds(), static_cast<double>(peak_memory()), connections, concurrency()}, parts);
    auto list = nlohmann::json::array();
    double longest = 0, all = 0;
    for (std::size_t rank = 0; rank < parts.size(); ++rank) {
        auto const& [seconds, memory, connections_read, threads] = parts[rank];
        longest = std::max(longest, seconds.compute);
        all += seconds.compute;
        list.push_back({{"cells", std::ranges::count(shares.of_cell, static_cast<int>(rank))},
                        {"cost", shares.cost[rank]},
                        {"connections_read", connections_read},
                        {"threads", threads},
                        {"peak_memory_bytes", memory},
                        {"seconds", {{"compute", seconds.compute}, {"exchange", seconds.exchange}, {"coupling", seconds.coupling}, {"waiting", seconds.waiting}}}});
    }
    return {{"each", list}, {"load_imbalance", all > 0 ? longest * static_cast<double>(parts.size()) / all : 1}};
}

/// What the time loop works with.
struct Loop {
    Communicator const& ranks;
    network::Simulation& simulation;
    Recording* recording;  ///< at rank 0
    Signals const& signals;
    std::function<nlohmann::json()> record;
    Checkpoints& checkpoints;
    io::Peaks const* peaks;
};

/// The time loop, from where the simulation is. Returns the signal that ended it, or 0.
int simulate(Loop const& loop, Progress& progress, double tstop) {
    auto& [ranks, simulation, recording, signals, record, checkpoints, peaks] = loop;
    progress.begin(tstop);
    Stopwatch const watch;
    double const begin = simulation.time();
    int ended_by = 0;
    for (bool more = true; more;) {
        // A signal to any rank ends all, and the clock of rank 0 says when a checkpoint is due: of others both are known an epoch later.
        auto const wish = [&] { return 2 * signals.pending() + (ranks.is_first() && checkpoints.due_by_clock(simulation)); };
        int const asked = ranks.is_alone() ? wish() : simulation.asked();
        ended_by = asked / 2;
        if (checkpoints.on() && (asked || checkpoints.due(simulation))) checkpoints.write(simulation, recording, record, peaks);
        if (ended_by) break;
        simulation.ask(wish());
        more = simulation.advance(checkpoints.next_stop(simulation));
        auto const t = simulation.time();
        progress.update(t, fmt::format("{:.1f} of {} ms, {} spikes, {:.1f} ms/s", t, tstop, simulation.spikes().size(),
                                       (t - begin) / watch.seconds()));
        if (recording) recording->keep_up(simulation, record);
    }
    progress.finish();
    return ended_by;
}

/// What the command line changes of a model.
std::map<std::string, std::string> options_of_model(RunOptions const& options) {
    std::map<std::string, std::string> changed;
    if (options.exact) changed["--exact"] = "given";
    if (options.double_reports) changed["--double-reports"] = "given";
    for (auto const& file : options.replacements) changed["--replace " + file.string()] = "given";
    return changed;
}

/// May a config ask for checkpoints? One that names another says so there.
bool names_checkpoints(std::filesystem::path const& path) {
    auto const document = io::Document::read(path);
    auto const* run = document->root().find("run");
    return !run || run->find("save") || run->find("restore");
}

/// The checkpoint that the run goes on from, if it does.
std::optional<io::Checkpoint> checkpoint_to_restart(std::optional<std::filesystem::path> const& file, io::Origin const& origin,
                                                    Diagnostics& diagnostics) {
    if (!file) return {};
    auto checkpoint = io::read_checkpoint(*file);
    if (auto const other = checkpoint.origin.difference(origin); !other.empty())
        throw InputError("checkpoint-other-model", {file->string()}, "this checkpoint is of another model: " + other,
                         "restart with the config and the files with which it was made; run.tstop, --tstop and the output directory may be others");
    if (auto const version = versions().at("rall"); checkpoint.program != version)
        diagnostics.warning("checkpoint-other-program", {file->string()},
                            fmt::format("this checkpoint was made by Rall {}, and goes on with {}: results may differ by rounding", checkpoint.program, version));
    return checkpoint;
}

/// Where checkpoints are written: as the command line or the config says, else beside the output directory.
std::filesystem::path checkpoint_file(RunOptions const& options, io::Config const& config) {
    if (options.checkpoint_file) return *options.checkpoint_file;
    if (config.save) return *config.save;
    auto place = config.output_dir;
    if (!place.has_filename()) place = place.parent_path();
    return place.string() + ".checkpoint.h5";
}

/// "12 spikes", and whose they are where some are not of cells.
std::string spikes_text(io::Config const& config, network::Simulation const& simulation) {
    auto const all = simulation.spikes().size(), others = spikes_of_generators(config, simulation);
    return others == 0 ? fmt::format("{} spikes", all) : fmt::format("{} spikes of cells, {} of generators", all - others, others);
}

/// `outcome`: what programs want to know of it.
void run(RunOptions const& options, Communicator const& ranks, nlohmann::json& outcome) {
    Stopwatch total;
    Catalogue catalogue;
    Diagnostics diagnostics;
    bool const first = ranks.is_first();  // who speaks, and writes
    Progress progress(options.quiet || !first);
    auto const load = [&](MechanismSources const& sources) {
        catalogue.add(sources, diagnostics, progress.listener());
        for (auto const& file : options.replacements) catalogue.replace(file, diagnostics);
        return catalogue.mechanisms();
    };
    auto const every = Interval::of(options.checkpoint_every);
    bool const asked = every || options.checkpoint || options.restart || names_checkpoints(options.config);
    InputRecord inputs;
    std::optional<InputRecord::Noting> noting;
    if (asked) noting.emplace(inputs);
    auto const describe_mechanism = [&](std::string const& name) {
        auto const found = catalogue.mechanisms().find(name);
        return found == catalogue.mechanisms().end() ? nullptr : found->second;
    };
    std::optional<network::Shares> shares;
    auto const choose_targets = [&](model::Model const& model, std::vector<std::uint32_t> const& edges_onto_cell) {
        shares = network::share_out(model, describe_mechanism, ranks.size(), diagnostics, edges_onto_cell);
        auto const portion = shares->portion(ranks.rank());
        io::ChosenTargets own{{}, network::instances_of(model, portion)};
        for (int const owner : portion.of_cell) own.cells.push_back(owner == portion.rank);
        return own;
    };
    auto config = io::read_simulation(options.config, load, diagnostics,
                                  {options.tstop, nullptr, options.exact, progress.listener(), options.mechanism_dirs,
                                   ranks.is_alone() ? io::ChooseTargets() : choose_targets});
    noting.reset();
    if (shares) network::share_rest(*shares, config.model, describe_mechanism);  // what makes spontaneous events of edges
    if (options.output_dir) config.output_dir = *options.output_dir;
    add_soma_report(config, diagnostics);
    bool const with_checkpoints = every || options.checkpoint || config.save;
    auto const restart_file = options.restart ? options.restart : config.restore;
    if (options.results_from_restart && !restart_file) throw UsageError("--results-from-restart goes with --restart, or run.restore");
    if (options.checkpoint_file && !with_checkpoints) throw UsageError("--checkpoint-file goes with --checkpoint-every or --checkpoint");
    io::Checkpoint about{RALL_VERSION, {}, std::filesystem::absolute(config.output_dir).string(), config.model.dt, {}};
    if (with_checkpoints || restart_file)
        about.origin = io::origin_of(io::Document::read(config.file)->root(), config.file, options_of_model(options), inputs);
    auto const restart = checkpoint_to_restart(restart_file, about.origin, diagnostics);
    Checkpoints checkpoints({every, options.checkpoint || config.save, checkpoint_file(options, config)}, about);
    auto const& model = config.model;
    for (auto const& file : options.replacements) {
        auto const used = model.mechanism_names();
        if (std::ranges::none_of(used, [&](auto const& name) { return catalogue.source(name) == file; }))
            diagnostics.warning("mechanism-not-used", {file.string()}, "--replace changes nothing: the model does not use this mechanism");
    }

    if (!ranks.is_alone() && !config.connections_of_chosen) shares = network::share_out(model, describe_mechanism, ranks.size(), diagnostics);
    int const useful = solver::most_groups(model, describe_mechanism, shares ? shares->portion(ranks.rank()) : solver::Portion{});
    if (options.threads > useful)
        diagnostics.note(
            "threads-without-work", {},
            fmt::format(
                "--threads {}: the model has {} set(s) of cells that must stay together, which is as many threads as can have work; "
                "the others are left out",
                options.threads, useful));
    Runtime const runtime(options.threads, useful, ranks.on_this_machine());
    Seconds seconds;
    Stopwatch compiling;
    progress.finish();
    auto const kernels = catalogue.library(model.mechanism_names(), [&] {
        if (!options.quiet) tell("compiling the model's mechanisms ...\n");
    }, model.kernels);
    seconds.compile = compiling.seconds();
    diagnostics.append(kernels.findings);

    std::optional<io::Peaks> peaks;
    if (!options.no_html && !options.dry_run) peaks.emplace(config);  // on all ranks, since it adds to the model
    std::optional<Signals> signals;
    std::optional<Recording> recording;
    if (!options.dry_run) signals.emplace();
    if (!options.dry_run && first) {
        if (!restart)
            if (auto const told = recover_if_alone(config.output_dir)) tell("{}\n", *told);
        if (checkpoints.on()) io::try_checkpoint(checkpoints.file());
        recording.emplace(config, Recording::Options{
                                      options.flush,
                                      options.double_reports ? io::Precision::float64 : io::Precision::float32,
                                      !options.no_html,
                                      options.csv,
                                      with_checkpoints || restart ? about.origin.fingerprint() : "",
                                      restart && options.results_from_restart ? restart->snapshot.step : -1});
    }
    network::Options simulation_options{options.group_bytes, [&](network::Samples const& samples) {
                                            if (samples.probe < static_cast<int>(config.report_of_probe.size()))
                                                recording->take(samples);
                                            else if (peaks) peaks->take(samples.values, samples.rows);
                                        }};
    if (!recording) simulation_options.on_samples = nullptr;
    simulation_options.ranks = &ranks;
    if (shares) simulation_options.shares = &*shares;
    simulation_options.on_progress = progress.listener();
    auto const connections_read = config.model.connections.size();
    // Before the simulation takes what it needs.
    auto const network = recording || (config.connections_of_chosen && !options.dry_run) ? io::to_json(io::network_of(config, ranks)) : nlohmann::json();
    network::Simulation simulation(model, std::move(config.model.connections), *kernels.library, simulation_options, diagnostics);
    progress.finish();
    diagnostics.throw_if_errors();
    seconds.build = total.seconds() - seconds.compile;
    auto const built = held_memory();
    if (first) print(diagnostics, options.quiet ? Severity::warning : Severity::note, options.verbose);
    outcome["diagnostics"] = io::to_json(diagnostics);

    auto const summary = [&] {
        auto all = summarise(config, simulation, useful, seconds, built, kernels);
        if (checkpoints.on()) all["checkpoints"] = checkpoints.summary();
        return all;
    };
    if (options.dry_run) {
        auto const predicted = estimate(config, simulation, options, checkpoints.on(), ranks);
        if (!first) return;
        auto done = summary();
        done["predicted"] = predicted;
        outcome["summary"] = done;
        if (options.summary) write_file(*options.summary, done.dump(2) + "\n");
        return;
    }

    if (int const signal = rounded<int>(ranks.most(signals->pending()))) throw Interrupted{signal};
    Stopwatch const loop;
    auto const record = [&] {
        return io::run_record(config, network, summary(), diagnostics, peaks ? &*peaks : nullptr);
    };
    if (restart) {
        if (restart->snapshot.step >= simulation.last_step())
            throw InputError("checkpoint-behind-end", {restart_file->string()},
                             fmt::format("this checkpoint was made at {} ms; the run ends at {} ms", restart->t(), model.tstop), "give a later --tstop");
        auto const since = network::Simulation::settled(restart->snapshot);
        auto spikes = options.results_from_restart || !first ? std::vector<network::Spike>{}
                                                   : recording->resume(restart->snapshot.step, since, restart->output_dir, restart->snapshot.numbers);
        simulation.restore(restart->snapshot, std::move(spikes));
        if (auto const found = restart->snapshot.numbers.find(peaks_list); peaks && found != restart->snapshot.numbers.end())
            peaks->resume(found->second);
    } else {
        simulation.initialize();
    }
    int ended_by = 0;
    try {
        ended_by = simulate({ranks, simulation, recording ? &*recording : nullptr, *signals, record, checkpoints, peaks ? &*peaks : nullptr}, progress, model.tstop);
    } catch (CheckpointFailure const& failure) {
        progress.finish();
        seconds.time_loop = loop.seconds();
        recording->finish(simulation, record(), diagnostics, "a checkpoint that could not be written");
        throw MachineError(fmt::format("{}\n    the run ended with this checkpoint, at {} of {} ms; results until then: {}", failure.what(),
                                       simulation.time(), model.tstop, config.output_dir.string()));
    }
    seconds.time_loop = loop.seconds();
    auto const of_ranks = shares ? describe(ranks, simulation, *shares, connections_read) : nlohmann::json();
    if (!first) {
        if (ended_by) throw Interrupted{ended_by};
        return;
    }
    recording->finish(simulation, record(), diagnostics, ended_by ? signal_name(ended_by) : "");
    auto done = summary();
    if (shares) done["ranks"] = of_ranks;
    outcome["summary"] = done;
    outcome["results"] = results_json(config.output_dir, io::recorded_files(config.output_dir));
    outcome["spikes"] = spikes_json(config, simulation);
    if (options.summary) write_file(*options.summary, done.dump(2) + "\n");
    auto const results = (config.output_dir / (options.no_html ? "" : io::page_name)).string();
    if (ended_by) {
        tell("rall: ended by {} at {} of {} ms; results until then: {}\n", signal_name(ended_by),
                   simulation.time(), model.tstop, results);
        if (checkpoints.on()) tell("rall: to go on: --restart {}\n", checkpoints.file().string());
        throw Interrupted{ended_by};
    }
    bool const told = !options.quiet && !options.json;
    if (told)
        put("{} ms of {} cell(s), {} compartments, {} steps, in {}: {}\nresults: {}\n", model.tstop,
                   done["cells"].dump(), done["compartments"].dump(), done["steps"].dump(),
                   seconds_text(seconds.time_loop), spikes_text(config, simulation), results);
    if (told && checkpoints.written()) put("checkpoint: {}\n", checkpoints.file().string());
}

}  // namespace

Command add_run(CLI::App& app, Communicator const& ranks) {
    auto const options = std::make_shared<RunOptions>();
    auto* verb = app.add_subcommand("run", "simulate a config");
    verb->add_option("config", options->config, "SONATA simulation config (docs/config.md, docs/sonata.md)")
        ->required();
    verb->add_option("--output-dir", options->output_dir, "instead of output.output_dir");
    verb->add_option("--mechanisms", options->mechanism_dirs, "directories of .mod files, beside those that the config names");
    verb->add_option("--replace", options->replacements,
                     "a .mod file that takes the place of the mechanism of its SUFFIX: a mutant for the wild type; may be repeated")
        ->take_all()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    verb->add_option("--threads", options->threads, "host threads (default: all cores, of which several ranks of one machine take the same share)")->check(CLI::Range(1, most_threads));
    verb->add_option("--tstop", options->tstop, "ms, instead of run.tstop")->check(number_above(0));
    verb->add_flag("--exact", options->exact,
                   "KINETIC schemes by the exponential of their rates, instead of run.kinetic");
    verb->add_flag("--dry-run", options->dry_run, "stop after an estimate of memory and time");
    verb->add_option("--summary", options->summary, "write sizes, times and versions as JSON to this file");
    verb->add_option("--group-bytes", options->group_bytes,
                     "bytes of arrays per group of cells (default: half of the L2 cache); changes no result");
    verb->add_option("--flush", options->flush,
                     "s, at most, between two times that spikes and reports reach the disk (docs/reliability.md)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    verb->add_option("--checkpoint-every", options->checkpoint_every,
                     "write a checkpoint every so often: \"10 ms\" of the model's time, \"30 s\", \"5 min\" or \"2 h\" by the clock; and where a signal ends the run")
        ->check([](std::string const& text) {
            return Interval::of(text) ? std::string() : "'" + text + "' is no interval; expected \"10 ms\" of the model's time, or \"30 s\", \"5 min\", \"2 h\" by the clock";
        });
    verb->add_flag("--checkpoint", options->checkpoint, "write a checkpoint at the end, and where a signal ends the run");
    verb->add_option("--checkpoint-file", options->checkpoint_file,
                     "instead of run.save; the one before is kept beside it (default: OUTPUT_DIR.checkpoint.h5)");
    verb->add_option("--restart", options->restart, "go on from this checkpoint, instead of run.restore");
    verb->add_flag("--results-from-restart", options->results_from_restart, "with --restart: do without the results of before");
    verb->add_flag("--csv", options->csv, "write reports and spikes as CSV too, beside the HDF5 files");
    verb->add_flag("--json", options->json,
                   "print one JSON object on the standard output, however the run ends: findings, files, spikes, summary, exit code (docs/config.md)");
    verb->add_flag("--no-html", options->no_html, "write no report.html");
    verb->add_flag("--double-reports", options->double_reports,
                   "store reports in double precision, which libsonata does not read");
    verb->add_flag("--quiet", options->quiet, "only warnings and errors");
    verb->add_flag("--verbose", options->verbose, "every finding by itself, not the first of each kind");
    return {verb, [options, &ranks] {
                nlohmann::json outcome;
                if (options->json) with_outcome(ranks, [&](nlohmann::json& told) { run(*options, ranks, told); });
                else run(*options, ranks, outcome);
            }};
}

}  // namespace rall::app
