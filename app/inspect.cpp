// `rall inspect`: what a file is and what is in it.
#include "morphology/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/describe_json.hpp"
#include "app/describe_mod.hpp"
#include "app/describe_scheme.hpp"
#include "base/file.hpp"
#include "base/input_file.hpp"
#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/hoc/hoc.hpp"
#include "io/hoc/inspect.hpp"
#include "io/neuroml/inspect.hpp"
#include "io/neuroml/neuroml.hpp"
#include "io/page/circuit_page.hpp"
#include "io/page/html.hpp"
#include "io/page/run_record.hpp"
#include "io/page/shape.hpp"
#include "io/results/checkpoint.hpp"
#include "io/results/hdf5_read.hpp"
#include "io/results/report_file.hpp"
#include "io/results/spikes.hpp"
#include "io/simulation.hpp"
#include "io/sonata/inspect.hpp"
#include "mechanisms/catalogue.hpp"
#include "morphology/section_table.hpp"
#include "nmodl_lite/nmodl.hpp"

namespace rall::app {
namespace {

using nlohmann::json;

struct InspectOptions {
    std::filesystem::path file;
    std::optional<std::filesystem::path> html;
    bool json = false, strict = false;
    double d_lambda = 0.1;
    std::vector<std::string> options;
    std::vector<std::filesystem::path> mechanism_dirs;
};

/// What a verb prints: text for people, or the same as JSON; and its page.
struct Description {
    std::string text;
    json data;
    Diagnostics diagnostics = {};
    std::optional<std::string> page = {};
};

Description describe_morphology(InspectOptions const& options) {
    auto const inspection =
        morphology::inspect(options.file, reading_of(options.options), {morphology::CutRule::By::d_lambda, options.d_lambda});
    return {morphology::to_text(inspection), morphology::to_json(inspection), {}, html::render(html::morphology_page(inspection))};
}

Description describe_mechanism(InspectOptions const& options) {
    Diagnostics found;
    auto const translated = nmodl::translate_file(options.file, found);
    found.throw_if_errors();
    auto mechanism = describe_mod(translated);
    Diagnostics about_schemes;
    mechanism["schemes"] = describe_schemes(translated, about_schemes);
    Description result{
        fmt::format("{}: NMODL\n{}{}", options.file.string(), mod_text(mechanism), schemes_text(mechanism["schemes"])),
        {{"file", options.file.string()}, {"kind", "NMODL"}, {"mechanism", mechanism}},
        found};
    nmodl::check_units(translated.program, options.strict ? Severity::error : Severity::warning, result.diagnostics);
    auto const doubtful = result.diagnostics.items().size() - found.items().size();
    result.text += doubtful == 0 ? "units fit together\n" : fmt::format("units do not fit in {} place(s)\n", doubtful);
    result.diagnostics.append(about_schemes);
    return result;
}

Description describe_spikes(std::filesystem::path const& file) {
    Description result{fmt::format("{}: SONATA spikes\n", file.string()),
                       {{"file", file.string()}, {"kind", "SONATA spikes"}}};
    io::SpikeReader const reader(file);
    for (std::size_t k = 0; k < reader.populations().size(); ++k) {
        auto const& population = reader.populations()[k];
        std::set<std::uint64_t> nodes;
        double first = std::numeric_limits<double>::infinity(), last = -first;
        reader.read(k, [&](auto times, auto node_ids) {
            nodes.insert(node_ids.begin(), node_ids.end());
            auto const [low, high] = std::minmax_element(times.begin(), times.end());
            first = std::min(first, *low);
            last = std::max(last, *high);
        });
        json entry{{"population", population.name},
                   {"spikes", population.count},
                   {"nodes", nodes.size()},
                   {"sorting", population.sorting}};
        result.text += fmt::format("population {}: {} spikes of {} nodes, sorting {}", population.name,
                                   population.count, nodes.size(), population.sorting);
        if (population.count > 0) {
            entry["first"] = first;
            entry["last"] = last;
            result.text += fmt::format(", {} to {} ms", first, last);
        }
        result.text += "\n";
        result.data["populations"].push_back(std::move(entry));
    }
    return result;
}

Description describe_report(std::filesystem::path const& file) {
    Description result{fmt::format("{}: SONATA report\n", file.string()),
                       {{"file", file.string()}, {"kind", "SONATA report"}}};
    for (auto const& info : io::read_report(file)) {
        result.text +=
            fmt::format("population {}: {} samples of {} elements in {} nodes, {}, from {} ms to {} ms each {} ms\n",
                        info.population, info.samples, info.elements, info.mapping.node_ids.size(), info.units,
                        info.start, info.stop, info.dt);
        result.data["populations"].push_back({{"population", info.population},
                                              {"samples", info.samples},
                                              {"elements", info.elements},
                                              {"nodes", info.mapping.node_ids.size()},
                                              {"units", info.units},
                                              {"start", info.start},
                                              {"stop", info.stop},
                                              {"dt", info.dt}});
    }
    return result;
}

Description describe(io::sonata::Inspection const& inspection, Diagnostics diagnostics) {
    auto page = html::render(html::circuit_page(inspection, diagnostics));
    return {io::sonata::to_text(inspection.data), inspection.data, std::move(diagnostics), std::move(page)};
}

/// Its checksum is looked at, as before a restart.
Description describe_checkpoint(std::filesystem::path const& file) {
    auto const checkpoint = io::read_checkpoint(file);
    auto const& counts = checkpoint.snapshot.counts;
    auto const many = [&](char const* name) { return counts.contains(name) ? counts.at(name).size() : 0; };
    Description result{fmt::format("{}: checkpoint of Rall {} at {} ms, step {} of {} ms\n", file.string(), checkpoint.program, checkpoint.t(),
                                   checkpoint.snapshot.step, checkpoint.dt),
                       {{"file", file.string()},
                        {"kind", "checkpoint"},
                        {"program", checkpoint.program},
                        {"fingerprint", checkpoint.origin.fingerprint()},
                        {"t", checkpoint.t()},
                        {"step", checkpoint.snapshot.step},
                        {"dt", checkpoint.dt},
                        {"cells", many("cells/gid")},
                        {"recent_spikes", many("spikes/gid")},
                        {"self_events", many("events/instance")},
                        {"bytes", checkpoint.snapshot.bytes()},
                        {"output_dir", checkpoint.output_dir},
                        {"config", checkpoint.origin.config},
                        {"files", checkpoint.origin.files}}};
    result.text += fmt::format("{} cells, {} spikes that may be under way, {} events of instances to themselves; {}\nresults in {}\n", many("cells/gid"),
                               many("spikes/gid"), many("events/instance"), bytes_text(static_cast<double>(checkpoint.snapshot.bytes())),
                               checkpoint.output_dir);
    for (auto const& [name, values] : checkpoint.snapshot.numbers)
        if (name.starts_with("mechanisms/")) result.text += fmt::format("{:40} {}\n", name, values.size());
    result.text += fmt::format("made of {} entries of a config, and of {} files:\n", checkpoint.origin.config.size(), checkpoint.origin.files.size());
    for (auto const& [name, content] : checkpoint.origin.files) result.text += fmt::format("    {}\n", name);
    return result;
}

Description describe_hdf5(std::filesystem::path const& file) {
    if (io::is_checkpoint(file)) return describe_checkpoint(file);
    io::h5::Input const input(file);
    if (input.exists("/spikes")) return describe_spikes(file);
    if (input.exists("/report")) return describe_report(file);
    Diagnostics found;
    if (input.exists("/nodes")) return describe(io::sonata::inspect_nodes(file), found);
    if (input.exists("/edges")) {
        Progress progress(false);
        auto const inspection = io::sonata::inspect_edges(file, found, progress.listener());
        return describe(inspection, found);
    }
    throw InputError(
        "hdf5-unknown", {file.string()},
        fmt::format("this HDF5 file holds {}; expected a checkpoint, SONATA nodes, edges, spikes or a report ('nodes', 'edges', 'spikes' or 'report')",
                    enumerate(input.members("/"))));
}

/// A circuit, or a simulation of one.
Description describe_circuit(io::SimulationFile const& simulation, std::vector<std::filesystem::path> const& mechanism_dirs) {
    Catalogue catalogue;
    Diagnostics found;
    Progress progress(false);
    auto const load = [&](MechanismSources sources) {
        sources.directories.insert(sources.directories.end(), mechanism_dirs.begin(), mechanism_dirs.end());
        catalogue.add(sources, found, progress.listener());
        return catalogue.mechanisms();
    };
    auto const inspection = simulation.root.find("networks") && !simulation.root.find("run")
                                ? io::sonata::inspect_circuit(simulation.file, load, found, progress.listener())
                                : io::sonata::inspect_simulation(simulation.root, simulation.file, load, found, progress.listener());
    return describe(inspection, found);
}

Description describe_config(std::filesystem::path const& file) {
    Catalogue catalogue;
    Description result;
    auto const load = [&](MechanismSources const& sources) {
        catalogue.add(sources, result.diagnostics);
        return catalogue.mechanisms();
    };
    auto const config = io::read_simulation(file, load, result.diagnostics);
    auto const& model = config.model;
    std::size_t compartments = 0;
    for (auto const& cell : model.cells) compartments += model.types[cell.type].cable->n_cut();
    auto connections = model.connections.size();
    for (auto const& projection : model.projections) connections += rounded<std::size_t>(projection.expected);  // a mean, where it is drawn
    result.data = {{"file", file.string()},
                   {"kind", "config"},
                   {"cells", model.cells.size()},
                   {"compartments", compartments},
                   {"mechanisms", model.mechanism_names()},
                   {"connections", connections},
                   {"reports", config.reports.size()},
                   {"tstop", model.tstop},
                   {"dt", model.dt},
                   {"output_dir", config.output_dir.string()}};
    result.text = fmt::format("{}: config of a simulation\n", file.string());
    for (auto const& [key, value] : result.data.items())
        if (key != "file" && key != "kind") result.text += fmt::format("{:14}{}\n", key, value.dump());
    constexpr std::size_t most_rows = 40;
    auto types = json::array();
    for (std::size_t i = 0; i < model.types.size(); ++i) {
        auto const& morphology = *config.morphologies[i];
        auto const& type = model.types[i];
        result.text += fmt::format("\n{}\n{}", type.name, sections_text(morphology, *type.cable, most_rows));
        types.push_back({{"name", type.name}, {"sections", sections_json(morphology, *type.cable)}});
    }
    result.data["cell_types"] = std::move(types);
    return result;
}

Description describe_json(std::filesystem::path const& file, std::vector<std::filesystem::path> const& mechanism_dirs) {
    Diagnostics found;
    auto const simulation = io::open_simulation(file, found);
    auto const& root = simulation.root;
    if (is_biophysics(root)) {
        auto data = describe_biophysics(file, found);
        auto text = biophysics_text(data);
        return {std::move(text), std::move(data), found};
    }
    if (is_run_record(root)) {
        auto data = describe_run_record(file);
        auto text = run_record_text(data);
        return {std::move(text), std::move(data)};
    }
    auto const directory = simulation.file.has_parent_path() ? simulation.file.parent_path() : std::filesystem::path(".");
    if (root.find("networks") || root.find("network") || io::standard_network(root, directory)) return describe_circuit(simulation, mechanism_dirs);
    if (io::sonata::is_node_sets(root)) {
        auto const sets = io::sonata::inspect_node_sets(root, file);
        return {io::sonata::to_text(sets.data), sets.data};
    }
    return describe_config(file);
}

Description describe_neuroml(std::filesystem::path const& file) {
    Diagnostics found;
    auto data = io::neuroml::inspect(file, found);
    found.throw_if_errors();
    auto text = io::neuroml::to_text(data);
    return {std::move(text), std::move(data), found};
}

Description describe_hoc(std::filesystem::path const& file) {
    auto data = io::hoc::inspect(file);
    auto text = io::hoc::to_text(data);
    return {std::move(text), std::move(data), {}};
}

bool is_hdf5(std::filesystem::path const& file) {
    constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
    return InputFile(file).read(signature.size()) == signature;
}

Description describe(InspectOptions const& options) {
    auto const extension = options.file.extension().string();
    if (extension == ".mod") return describe_mechanism(options);
    if (extension == ".json") return describe_json(options.file, options.mechanism_dirs);
    if (io::neuroml::is_neuroml(options.file)) return describe_neuroml(options.file);
    if (io::hoc::is_hoc(options.file)) return describe_hoc(options.file);
    if (extension == ".h5" || is_hdf5(options.file)) return describe_hdf5(options.file);
    return describe_morphology(options);
}

void inspect(InspectOptions const& options) {
    auto const result = describe(options);
    if (options.html) {
        if (!result.page) throw UsageError("--html draws reconstructions (SWC, ASC), circuits, and files of nodes or edges");
        write_file(*options.html, *result.page);
    }
    if (options.json) {
        auto data = result.data;
        if (!data.contains("diagnostics")) data["diagnostics"] = io::to_json(result.diagnostics);
        put("{}\n", data.dump(2, ' ', false, json::error_handler_t::replace));
    } else {
        put("{}", result.text);
        if (!result.diagnostics.has_errors()) print(result.diagnostics);
    }
    result.diagnostics.throw_if_errors();
}

}  // namespace

Command add_inspect(CLI::App& app) {
    auto const options = std::make_shared<InspectOptions>();
    auto* verb = app.add_subcommand("inspect", "say what a file is and what is in it");
    verb->add_option("file", options->file, "SWC, ASC, NMODL (.mod), NeuroML (.nml), template of cells (.hoc), config, biophysics, circuit, node sets or the record of a run (.json), SONATA nodes, edges, spikes or report, checkpoint (.h5)")
        ->required();
    verb->add_option("--mechanisms", options->mechanism_dirs, "directories of .mod files, for circuits that do not name theirs");
    verb->add_flag("--json", options->json, "for programs");
    verb->add_flag("--strict", options->strict, "units of a mechanism that do not fit together are errors");
    verb->add_option("--html", options->html, "draw a reconstruction or a circuit in this HTML file");
    verb->add_option("--d-lambda", options->d_lambda, "how fine a reconstruction is cut (default 0.1)")
        ->check(number_above(0));
    add_reading_options(*verb, options->options);
    return {verb, [options] { inspect(*options); }};
}

}  // namespace rall::app
