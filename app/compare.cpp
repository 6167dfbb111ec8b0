// rall compare: a config as it is, and with other files for mechanisms of it, side by side: wild type and mutants in a neuron.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/signals.hpp"
#include "app/versions.hpp"
#include "base/file.hpp"
#include "base/runtime.hpp"
#include "io/page/data.hpp"
#include "io/page/html.hpp"
#include "io/results/output.hpp"
#include "io/simulation.hpp"
#include "io/text/csv.hpp"
#include "network/simulation.hpp"
#include "sweep/measurement.hpp"

namespace rall::app {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct CompareOptions {
    std::filesystem::path config, output_dir;
    std::vector<std::string> variants;  ///< [NAME=]FILE.mod
    std::vector<std::filesystem::path> mechanism_dirs;
    std::optional<double> tstop;
    std::string reference = "wild";
    sweep::Measurement measurement = {{}, {}, {}, {}, -20, "--"};
    int threads = 0;
    bool json = false, quiet = false, verbose = false;
};

struct Variant {
    std::string name;
    std::filesystem::path file;  ///< empty: as the config has it
    double dt = 0, tstop = 0;    ///< ms
    std::string place;
    std::vector<double> v;         ///< mV, at every step
    std::vector<double> features;  ///< sweep::features, then `of_network`
};

/// What is measured of all cells beside the features of one.
constexpr sweep::Feature of_network[] = {{"spikes_of_all_cells", "", "in the whole run"},
                                         {"rate_of_all_cells", "Hz", "spikes of all cells over their number and the length of the run"}};

std::vector<sweep::Feature> all_features() {
    std::vector<sweep::Feature> all(sweep::features.begin(), sweep::features.end());
    all.insert(all.end(), std::begin(of_network), std::end(of_network));
    return all;
}

/// "R859C=mutants/nav11.mod", or the name of the file without its ending.
Variant named(std::string const& text) {
    auto const split = text.find('=');
    if (split != std::string::npos) return {text.substr(0, split), text.substr(split + 1), 0, 0, {}, {}, {}};
    std::filesystem::path const file(text);
    return {file.stem().string(), file, 0, 0, {}, {}, {}};
}

std::vector<Variant> variants_of(CompareOptions const& options) {
    std::vector<Variant> all{{options.reference, {}, 0, 0, {}, {}, {}}};
    std::set<std::string> names{options.reference};
    for (auto const& text : options.variants) {
        all.push_back(named(text));
        if (all.back().name.empty() || !names.insert(all.back().name).second)
            throw UsageError(fmt::format("two variants are called '{}': name one otherwise, as in --replace NAME={}", all.back().name, all.back().file.string()));
    }
    return all;
}

void run(Variant& variant, CompareOptions const& options, Diagnostics& diagnostics, Progress& progress) {
    Catalogue catalogue;
    auto const load = [&](MechanismSources const& sources) {
        catalogue.add(sources, diagnostics, progress.listener());
        if (!variant.file.empty()) catalogue.replace(variant.file, diagnostics);
        return catalogue.mechanisms();
    };
    auto config = io::read_simulation(options.config, load, diagnostics, {options.tstop, nullptr, false, progress.listener(), options.mechanism_dirs});
    auto& model = config.model;
    auto const used = model.mechanism_names();
    if (!variant.file.empty() && std::ranges::none_of(used, [&](auto const& name) { return catalogue.source(name) == variant.file; }))
        throw InputError("mechanism-not-used", {variant.file.string()}, "this variant changes nothing: the model does not use its mechanism",
                         "replace one of those that the cells have");
    auto const site = sweep::site_of(options.measurement, model, config.nodes_at_ends, {options.config.string()});
    auto const stimulus = sweep::stimulus_of(options.measurement, model, site.cell, {options.config.string()}, diagnostics);
    auto const probe = static_cast<int>(model.probes.size());
    model.probes.push_back({"v", "v", "", {site}, model.dt, 0, model.tstop});
    auto const kernels = catalogue.library(used, [&] {
        if (!options.quiet) tell("compiling the mechanisms of {} ...\n", variant.name);
    }, model.kernels);
    diagnostics.append(kernels.findings);
    network::Options how;
    how.on_samples = [&](network::Samples const& samples) {
        if (samples.probe == probe) variant.v.insert(variant.v.end(), samples.values, samples.values + samples.rows);
    };
    Signals const signals;
    network::Simulation simulation(model, std::move(config.model.connections), *kernels.library, how, diagnostics);
    diagnostics.throw_if_errors();
    progress.begin(model.tstop);
    simulation.initialize();
    while (simulation.advance()) {
        if (signals.pending()) throw Interrupted{signals.pending()};
        progress.update(simulation.time(), fmt::format("{}: {:.1f} of {} ms", variant.name, simulation.time(), model.tstop));
    }
    progress.finish();
    variant.dt = model.dt;
    variant.tstop = model.tstop;
    variant.place = fmt::format("{}, {}", model.cells[static_cast<std::size_t>(site.cell)].name,
                                options.measurement.location.empty() ? "soma" : options.measurement.location);
    variant.features = sweep::measure(variant.v, variant.dt, stimulus, options.measurement.threshold);
    auto const cells = static_cast<std::uint64_t>(model.cells.size());
    auto const spikes = static_cast<double>(std::ranges::count_if(simulation.spikes(), [&](network::Spike const& spike) { return spike.gid < cells; }));
    variant.features.push_back(spikes);
    variant.features.push_back(spikes / static_cast<double>(cells) / model.tstop * 1000);
}

// ---- what is told

std::string field(double value) { return std::isfinite(value) ? fmt::format("{:.10g}", value) : std::string(); }
nlohmann::json number(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr); }

double change(Variant const& reference, Variant const& variant, std::size_t feature) { return variant.features[feature] - reference.features[feature]; }

std::string table_text(std::vector<Variant> const& variants) {
    auto const written = [](double value, bool sign) { return !std::isfinite(value) ? std::string("-") : sign ? fmt::format("{:+.5g}", value) : fmt::format("{:.5g}", value); };
    std::string text = fmt::format("{:30} {:4}", "", "");
    for (std::size_t k = 0; k < variants.size(); ++k) text += fmt::format(" {:>14}{}", variants[k].name, k ? "     change" : "");
    text += '\n';
    auto const features = all_features();
    for (std::size_t f = 0; f < features.size(); ++f) {
        text += fmt::format("{:30} {:4}", features[f].name, features[f].units);
        for (std::size_t k = 0; k < variants.size(); ++k)
            text += fmt::format(" {:>14}", written(variants[k].features[f], false)) +
                    (k ? fmt::format(" {:>10}", written(change(variants[0], variants[k], f), true)) : "");
        text += '\n';
    }
    return text;
}

std::string table_csv(std::vector<Variant> const& variants) {
    std::string text = "feature,units";
    for (std::size_t k = 0; k < variants.size(); ++k) text += ',' + io::quoted_csv(variants[k].name) + (k ? ',' + io::quoted_csv("change of " + variants[k].name) : "");
    text += '\n';
    auto const features = all_features();
    for (std::size_t f = 0; f < features.size(); ++f) {
        text += fmt::format("{},{}", features[f].name, features[f].units);
        for (std::size_t k = 0; k < variants.size(); ++k) text += ',' + field(variants[k].features[f]) + (k ? ',' + field(change(variants[0], variants[k], f)) : "");
        text += '\n';
    }
    return text;
}

std::string traces_csv(std::vector<Variant> const& variants) {
    std::string text = "t (ms)";
    for (auto const& variant : variants) text += ',' + io::quoted_csv(variant.name + " (mV)");
    text += '\n';
    for (std::size_t i = 0; i < variants[0].v.size(); ++i) {
        text += fmt::format("{:.10g}", static_cast<double>(i) * variants[0].dt);
        for (auto const& variant : variants) text += ',' + field(i < variant.v.size() ? variant.v[i] : nothing);
        text += '\n';
    }
    return text;
}

nlohmann::json to_json(std::vector<Variant> const& variants, CompareOptions const& options) {
    nlohmann::json all{{"config", options.config.string()}, {"place", variants[0].place}, {"tstop_ms", variants[0].tstop}, {"dt_ms", variants[0].dt},
                       {"threshold_mV", options.measurement.threshold}, {"variants", nlohmann::json::array()}, {"features", nlohmann::json::array()}};
    for (auto const& variant : variants) all["variants"].push_back({{"name", variant.name}, {"file", variant.file.string()}});
    auto const features = all_features();
    for (std::size_t f = 0; f < features.size(); ++f) {
        nlohmann::json row{{"name", features[f].name}, {"units", features[f].units}, {"meaning", features[f].meaning}, {"values", nlohmann::json::array()},
                           {"changes", nlohmann::json::array()}};
        for (auto const& variant : variants) {
            row["values"].push_back(number(variant.features[f]));
            row["changes"].push_back(number(change(variants[0], variant, f)));
        }
        all["features"].push_back(std::move(row));
    }
    return all;
}

std::string page(nlohmann::json const& record, std::vector<Variant> const& variants, CompareOptions const& options, Diagnostics const& diagnostics) {
    constexpr std::size_t most_values = 6000;  // of a trace
    nlohmann::json content = record;
    content["traces"] = nlohmann::json::array();
    for (auto const& variant : variants) {
        auto const thin = html::thinned({variant.name, "mV", 0, variant.dt, variant.v, ""}, most_values);
        std::vector<float> const small(thin.values.begin(), thin.values.end());
        content["traces"].push_back({{"start", thin.start}, {"dt", thin.dt}, {"values", html::base64(small)}});
    }
    return html::render(html::ContentPage{"compare", options.config.stem().string(), fmt::format("Rall {}, variants in a neuron", RALL_VERSION), std::move(content), diagnostics});
}

void compare(CompareOptions const& options) {
    Stopwatch const watch;
    auto variants = variants_of(options);
    Diagnostics diagnostics;
    Progress progress(options.quiet);
    Runtime const runtime(options.threads);
    std::set<std::string> said;
    for (auto& variant : variants) {
        Diagnostics found;
        run(variant, options, found, progress);
        for (auto const& one : found.items())
            if (said.insert(one.code + one.message).second) diagnostics.add(one);
    }
    print(diagnostics, options.quiet ? Severity::warning : Severity::note, options.verbose);
    auto record = to_json(variants, options);
    record["versions"] = versions();
    std::map<std::string, std::string> const files{{"compare.json", record.dump(1) + "\n"},
                                                   {"compare.csv", table_csv(variants)},
                                                   {"traces.csv", traces_csv(variants)},
                                                   {"compare.html", page(record, variants, options, diagnostics)}};
    std::set<std::string> names;
    for (auto const& [name, text] : files) names.insert(name);
    io::OutputDirectory output(options.output_dir, names);
    for (auto const& [name, text] : files) write_new_file(output.building() / name, text);
    output.publish(names);
    if (options.json) put("{}\n", record.dump(1));
    else if (!options.quiet)
        put("v of {}, {} ms\n{}{} variants in {}\nresults: {}\n", variants[0].place, variants[0].tstop, table_text(variants), variants.size(), seconds_text(watch.seconds()),
            (options.output_dir / "compare.html").string());
}

}  // namespace

Command add_compare(CLI::App& app) {
    auto const options = std::make_shared<CompareOptions>();
    auto* verb = app.add_subcommand("compare", "run a config as it is and with other files for its mechanisms: wild type and mutants in a neuron");
    verb->add_option("config", options->config, "a simulation config")->required();
    verb->add_option("--replace", options->variants, "[NAME=]FILE.mod takes the place of the mechanism of its name: one more variant")
        ->required()
        ->take_all()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    verb->add_option("--reference", options->reference, "what the config as it is is called (default: wild)");
    verb->add_option("--cell", options->measurement.cell, "of which features are measured (default: the first)");
    verb->add_option("--location", options->measurement.location, "where (default: the soma)");
    verb->add_option("--stimulus", options->measurement.stimulus, "the current clamp of \"inputs\" whose times count (default: the only one on the cell)");
    verb->add_option("--threshold", options->measurement.threshold, "of spikes, mV (default -20)")->check(number_above(-1e6, 1e6));
    verb->add_option("--tstop", options->tstop, "ms, instead of run.tstop")->check(number_above(0));
    verb->add_option("--mechanisms", options->mechanism_dirs, "directory of .mod files, beside those of the config");
    verb->add_option("--output-dir", options->output_dir, "default: compare")->default_val("compare");
    verb->add_option("--threads", options->threads, "host threads (default: all cores)")->check(CLI::Range(1, most_threads));
    verb->add_flag("--json", options->json, "print the results as JSON");
    verb->add_flag("--quiet", options->quiet, "only warnings and errors");
    verb->add_flag("--verbose", options->verbose, "every finding by itself, not the first of each kind");
    return {verb, [options] { compare(*options); }};
}

}  // namespace rall::app
