// `rall channel`: channels under a voltage clamp, their curves, and the differences between variants.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/versions.hpp"
#include "base/file.hpp"
#include "base/runtime.hpp"
#include "base/text.hpp"
#include "channel/output.hpp"
#include "channel/page.hpp"
#include "channel/variants.hpp"
#include "io/page/run_record.hpp"
#include "io/results/output.hpp"

namespace rall::app {
namespace {

struct ChannelOptions {
    std::vector<std::string> channels, protocols, sets, constants, ions;
    std::string current;
    channel::Clamp clamp;
    std::optional<std::filesystem::path> output_dir, waveform;
    std::optional<double> dt;
    int threads = 0;
    bool exact = false, implicit = false, json = false, quiet = false, verbose = false;
};

/// Protocols as asked for, with the constants of --with; each of these must be one of some protocol.
std::vector<channel::Protocol> read_protocols(ChannelOptions const& options, Diagnostics& diagnostics) {
    channel::Reading reading{{}, options.waveform, options.dt};
    for (auto const& text : options.constants) {
        auto const [name, value] = channel::assignment(text, "--with " + text);
        reading.constants[name] = value;
    }
    std::vector<channel::Protocol> protocols;
    std::vector<std::string> known;
    for (auto const& name : options.protocols.empty() ? channel::builtin_protocols() : options.protocols) {
        protocols.push_back(channel::read_protocol(name, reading, diagnostics));
        for (auto const& [constant, value] : protocols.back().constants) known.push_back(constant);
    }
    for (auto const& protocol : protocols) {
        auto const of_results = {"curves", "fits", "differences"};
        auto const namesakes = std::ranges::count(protocols, protocol.name, &channel::Protocol::name);
        if (namesakes == 1 && std::ranges::find(of_results, protocol.name) == of_results.end()) continue;
        throw InputError("protocol-name", {protocol.file},
                         fmt::format("{}.csv would hold {}", protocol.name,
                                     namesakes > 1 ? fmt::format("the currents of {} protocols", namesakes)
                                                   : "both the currents of this protocol and the " + protocol.name),
                         "give the file of a protocol a name of its own");
    }
    std::ranges::sort(known);
    known.erase(std::unique(known.begin(), known.end()), known.end());
    for (auto const& [name, value] : reading.constants)
        if (std::ranges::find(known, name) == known.end())
            throw InputError("protocol-constant", {fmt::format("--with {}={}", name, value)},
                             fmt::format("no protocol has a constant '{}'", name), did_you_mean(name, known));
    return protocols;
}

void write(channel::Results const& results, nlohmann::json const& record, std::string const& page,
           std::filesystem::path const& directory) {
    std::map<std::string, std::string> files{{"channel.json", record.dump(1) + "\n"},
                                             {"curves.csv", channel::curves_csv(results)},
                                             {"fits.csv", channel::fits_csv(results)},
                                             {"channel.html", page}};
    std::set<std::string> names{"differences.csv"};  // a former one goes where there is nothing to compare
    if (results.variants.size() > 1) files.emplace("differences.csv", channel::differences_csv(results));
    for (auto const& outcome : results.outcomes)
        files.emplace(outcome.protocol.name + ".csv", channel::currents_csv(results, outcome));
    for (auto const& [name, text] : files) names.insert(name);
    io::OutputDirectory output(directory, names);
    for (auto const& [name, text] : files) write_new_file(output.building() / name, text);
    output.publish(names);
}

void measure(ChannelOptions const& options) {
    Stopwatch watch;
    Diagnostics diagnostics;
    std::vector<channel::Variant> variants;
    for (auto const& name : options.channels)
        for (auto& variant : channel::variants(name, options.sets, options.current, diagnostics))
            variants.push_back(std::move(variant));
    channel::tell_apart(variants);
    if (options.exact) channel::require_schemes(variants);
    auto clamp = options.clamp;
    clamp.exact = !options.implicit;
    for (auto const& ion : options.ions) channel::set_ion(clamp, ion, variants, diagnostics);

    Runtime const runtime(options.threads);
    auto protocols = read_protocols(options, diagnostics);
    auto const results = channel::measure(std::move(variants), clamp, std::move(protocols), diagnostics);
    auto record = channel::to_json(results);
    record["versions"] = versions();
    record["diagnostics"] = io::to_json(diagnostics);
    print(diagnostics, options.quiet ? Severity::warning : Severity::note, options.verbose);
    auto const directory =
        options.output_dir.value_or(fmt::format("channel-{}", results.variants.front().mechanism->name));
    auto const subtitle = fmt::format("Rall {}, voltage clamp", RALL_VERSION);
    write(results, record, html::render(channel::page(results, subtitle, diagnostics)), directory);
    if (options.json) put("{}\n", record.dump(1));
    else if (!options.quiet)
        put("{}{} variant(s), {} protocol(s) in {}\nresults: {}\n", channel::to_text(results),
                   results.variants.size(), results.outcomes.size(), seconds_text(watch.seconds()), directory.string());
}

}  // namespace

Command add_channel(CLI::App& app) {
    auto const options = std::make_shared<ChannelOptions>();
    auto* verb = app.add_subcommand("channel", "put channels under a voltage clamp and fit their curves");
    verb->add_option("channel", options->channels,
                     "built-in mechanisms, .mod files, or channels of .nml files (FILE.nml:CHANNEL where there are several), NAME=FILE to call one "
                     "so; the first is what others are compared with")
        ->required();
    verb->add_option("--set", options->sets, "[LABEL:]NAME=VALUE[,NAME=VALUE...]: one more variant of each channel")
        ->take_all()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    verb->add_option("--protocol", options->protocols,
                     fmt::format("built-in protocols ({}) or .json files (docs/channel.md); default: all built-in ones",
                                 enumerate(channel::builtin_protocols())));
    verb->add_option("--with", options->constants, "NAME=VALUE: another value for a constant of the protocols");
    verb->add_option("--dt", options->dt, "ms, instead of the protocols' own step")->check(number_above(0));
    auto* exact =
        verb->add_flag("--exact", options->exact,
                       "insist that KINETIC schemes are advanced exactly, which they are where that is possible");
    verb->add_flag("--implicit", options->implicit, "KINETIC schemes by backward Euler, as rall run and NEURON do it")
        ->excludes(exact);
    verb->add_flag("--tables", options->clamp.tables, "interpolate between the points of TABLEs, as NEURON does");
    verb->add_option("--waveform", options->waveform,
                     "CSV file or HDF5 report whose potential the action-potential clamp follows");
    verb->add_option("--current", options->current, "variable to measure, as ina (default: the first current)");
    verb->add_option("--celsius", options->clamp.celsius, "degC (default 6.3)")->check(number_above(-273.15));
    verb->add_option("--ion", options->ions, "NAME=VALUE: reversal potential (ena, mV) or concentration (cai, mM)");
    verb->add_option("--rs", options->clamp.series_resistance, "series resistance, Mohm (default: an ideal clamp)")
        ->check(number_above(0, 1e9));
    verb->add_option("--capacitance", options->clamp.capacitance,
                     "of the cell, pF at 1 uF/cm2, which gives its area (default 10)")
        ->check(number_above(0));
    verb->add_option("--output-dir", options->output_dir, "default: channel-NAME");
    verb->add_option("--threads", options->threads, "host threads (default: all cores)")->check(CLI::Range(1, most_threads));
    verb->add_flag("--json", options->json, "print the results as JSON");
    verb->add_flag("--quiet", options->quiet, "only warnings and errors");
    verb->add_flag("--verbose", options->verbose, "every finding by itself, not the first of each kind");
    return {verb, [options] { measure(*options); }};
}

}  // namespace rall::app
