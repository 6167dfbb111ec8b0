#include "app/starter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "io/config/config.hpp"
#include "mechanisms/catalogue.hpp"
#include "morphology/asc.hpp"
#include "network/simulation.hpp"

namespace rall::app {
namespace {

constexpr double delay = 50, duration = 200, tstop = 300;  // ms
constexpr double weakest = 0.05, strongest = 60;           // nA: what is tried, doubled each time
constexpr int enough = 3;                                  // spikes
constexpr double least_rise = 5;                           // mV, of the strongest: less makes no cell fire

std::string quoted(std::string const& text) { return nlohmann::json(text).dump(); }

/// Where hh is. The leak stands alone elsewhere, and beside hh, which has a leak of its own, nowhere.
enum class Active { soma_and_axon, everywhere };

std::string biophysics_text(std::vector<std::string> const& regions, Active active) {
    auto const has = [&](char const* name) { return std::ranges::find(regions, name) != regions.end(); };
    std::string text =
        "{\n"
        "  // What the membrane is made of. A region is all sections of one type of the reconstruction: this one has ";
    for (std::size_t k = 0; k < regions.size(); ++k) text += (k ? ", " : "") + regions[k];
    text +=
        ".\n"
        "  // `rall list` shows all channels that are built in, docs/mechanisms.md what they are and where they come from.\n"
        "  \"regions\": {\n"
        "    \"all\": {\n"
        "      \"cm\": 1,     // uF/cm2\n"
        "      \"Ra\": 100";
    text += active == Active::everywhere ? ",   // ohm cm\n" : "    // ohm cm\n";
    if (active == Active::everywhere)
        text +=
            "      // The squid's channels (Hodgkin & Huxley 1952), sodium, potassium and a leak: S/cm2\n"
            "      \"mechanisms\": {\"hh\": {\"gnabar\": 0.12, \"gkbar\": 0.036, \"gl\": 0.0003, \"el\": -54.3}}\n";
    text += "    }";
    if (active == Active::soma_and_axon)
        for (auto const& region : regions) {
            bool const fires = region == "soma" || region == "axon";
            text += ",\n    " + quoted(region) + ": {\n";
            text += fires ? (region == "soma" || !has("soma")
                                 ? "      // The squid's channels (Hodgkin & Huxley 1952), sodium, potassium and a leak: S/cm2\n"
                                 : "") +
                                std::string(
                                    "      \"mechanisms\": {\"hh\": {\"gnabar\": 0.12, \"gkbar\": 0.036, \"gl\": 0.0003, \"el\": -54.3}}\n")
                          : "      \"mechanisms\": {\"pas\": {\"g\": 5e-5, \"e\": -65}}  // a leak: S/cm2, mV\n";
            text += "    }";
        }
    text +=
        "\n  },\n"
        "  \"ions\": {\"na\": {\"e\": 50}, \"k\": {\"e\": -77}}  // reversal potentials, mV\n"
        "}\n";
    return text;
}

/// What the texts of a config have in common.
struct Names {
    std::filesystem::path morphology;  ///< from the directory of the config
    std::string options;               ///< how it is read, JSON; empty for as usual
    std::string file, cell, place;
};

/// A name that configs can say anywhere: no index, no variable.
std::string cell_name(std::string const& file) {
    auto name = file;
    for (char& c : name)
        if (c == '[' || c == ']' || c == '(' || c == ')' || c == '$' || c == '{' || c == '}' || c == '"' || c == '\\' || c == ' ') c = '_';
    return name;
}

std::string options_text(std::vector<std::string> const& reading) {
    nlohmann::ordered_json options;
    for (auto const& option : reading) {
        auto const equals = std::min(option.find('='), option.size());
        options[option.substr(0, equals)] = option.substr(std::min(equals + 1, option.size()));
    }
    return options.empty() ? "" : options.dump();
}

std::string config_text(Names const& names, std::filesystem::path const& biophysics, double current, std::string const& how) {
    return fmt::format(
        "{{\n"
        "  // Run it with `rall run {0}`, then open {11}/report.html. docs/config.md explains every key.\n"
        "  \"cells\": {{\n"
        "    {1}: {{\"morphology\": {2}, {12}\"biophysics\": {3}}}\n"
        "  }},\n"
        "  \"run\": {{\"tstop\": {4}, \"dt\": 0.025}},            // ms\n"
        "  \"conditions\": {{\"celsius\": 6.3, \"v_init\": -65}},  // degC: that of the squid, whose channels these are; mV\n"
        "  \"inputs\": {{\n"
        "    // {5}\n"
        "    \"step\": {{\"input_type\": \"current_clamp\", \"module\": \"linear\", \"amp_start\": {6:.6g},  // nA\n"
        "             \"delay\": {7}, \"duration\": {8}, \"node_set\": {1}, \"location\": {9}}}\n"
        "  }},\n"
        "  \"reports\": {{\n"
        "    \"v\": {{\"cells\": {1}, \"location\": {9}, \"variable_name\": \"v\", \"dt\": 0.1}}\n"
        "  }},\n"
        "  \"output\": {{\"output_dir\": {10}}}\n"
        "}}\n",
        in_shell(names.file + ".json"), quoted(names.cell), quoted(names.morphology.string()), quoted(biophysics.string()), tstop, how, current, delay,
        duration, quoted(names.place), quoted(names.cell + "_output"), names.cell + "_output",
        names.options.empty() ? "" : fmt::format("\"morphology_options\": {}, ", names.options));
}

/// How a cell answers a step.
struct Answer {
    int spikes = 0;
    double highest = -1e300;  ///< mV, where the current goes
    double resting = 0;       ///< mV, there, when the current begins
};

class Trials {
public:
    Trials(Names const& names, std::filesystem::path config) : names_(names), config_(std::move(config)) {}

    Answer answer(std::string const& biophysics, double current) {
        // The biophysics stands in the config, as no file of it exists yet.
        auto text = config_text(names_, "", current, "a trial");
        constexpr std::string_view key = "\"biophysics\": ", empty = "\"\"";
        text.replace(text.find(key) + key.size(), empty.size(), biophysics);
        auto const document = io::Document::parse(std::move(text), config_.string());
        Diagnostics findings;
        auto const load = [&](MechanismSources const& sources) {
            catalogue_.add(sources, findings);
            return catalogue_.mechanisms();
        };
        auto config = io::read_config(document->root(), config_, load, findings, {delay + duration, &shapes_});
        auto const kernels = catalogue_.library(config.model.mechanism_names(), {}, config.model.kernels);
        Answer answer;
        network::Simulation simulation(config.model, std::move(config.model.connections), *kernels.library,
                                       {0, [&](network::Samples const& samples) {
                                            for (std::int64_t k = 0; k < samples.rows * samples.sites; ++k) {
                                                bool const before = static_cast<double>(samples.first + k) * 0.1 <= delay;
                                                if (before) answer.resting = samples.values[k];
                                                answer.highest = std::max(answer.highest, samples.values[k]);
                                            }
                                        }},
                                       findings);
        findings.throw_if_errors();
        simulation.initialize();
        while (simulation.advance()) {
        }
        answer.spikes = static_cast<int>(std::ranges::count_if(simulation.spikes(), [](auto const& spike) { return spike.time > delay; }));
        return answer;
    }

private:
    Names const& names_;
    std::filesystem::path config_;
    Catalogue catalogue_;
    io::Shapes shapes_;
};

/// The middle of the soma, as a location that is not given means; of a cell without one, of its first section.
std::string place_of_current(morphology::Morphology const& shape) {
    for (auto const& section : shape.sections)
        if (morphology::region_of(section) == "soma") return section.name + "(0.5)";
    return shape.sections.front().name + "(0.5)";
}

}  // namespace

std::filesystem::path biophysics_name(std::filesystem::path const& config) { return config.stem().string() + "_biophysics.json"; }

std::string in_shell(std::string const& word) {
    auto const plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_-./=+:,@%").find(c) != std::string_view::npos; };
    if (std::ranges::all_of(word, plain)) return word;
    std::string quoted = "'";
    for (char const c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

Starter make_starter(std::filesystem::path const& morphology, std::filesystem::path const& config, std::vector<std::string> const& reading,
                     OnProgress const& on_progress, Diagnostics& diagnostics) {
    auto const shape = morphology::read_morphology(morphology, reading_of(reading), diagnostics);
    auto const regions = shape.regions();
    auto const has = [&](char const* name) { return std::ranges::find(regions, name) != regions.end(); };
    auto const file = config.stem().string();
    Names const names{config.parent_path().empty() ? morphology : std::filesystem::proximate(morphology, config.parent_path()), options_text(reading), file, cell_name(file),
                      place_of_current(shape)};
    auto const& place = names.place;

    Starter starter;
    Trials trials(names, config);
    double current = 0, highest = -1e300, most_rise = 0;  // nA; mV; mV by which the strongest current would move the potential
    int spikes = 0;
    bool hopeless = false;
    Steps steps(on_progress, "looking for a current that makes it fire", 2 * static_cast<std::uint64_t>(std::log2(strongest / weakest) + 1));
    for (auto const active : {Active::soma_and_axon, Active::everywhere}) {
        if (active == Active::soma_and_axon && !has("soma") && !has("axon")) continue;
        auto const biophysics = biophysics_text(regions, active);
        if (starter.biophysics.empty() || spikes == 0) starter.biophysics = biophysics;
        double rise_before = 0;
        for (double trial = weakest; trial <= strongest && spikes < enough; trial *= 2) {
            auto const answer = trials.answer(biophysics, trial);
            steps.made();
            highest = std::max(highest, answer.highest);
            if (answer.spikes > spikes) spikes = answer.spikes, current = trial, starter.biophysics = biophysics;
            // As long as no channel opens the answer grows as the current does; what the potential does without any goes out.
            double const rise = answer.highest - answer.resting;
            if (trial > weakest) most_rise = std::max(most_rise, (rise - rise_before) / (trial / 2) * strongest);
            rise_before = rise;
            hopeless = trial > weakest && spikes == 0 && most_rise < least_rise;
            if (hopeless) break;
        }
    }
    bool const fires = spikes > 0;
    if (!fires) current = 1;
    if (fires) {
        starter.told = fmt::format("{:g} nA into {} make it fire {} in {:g} ms", current, place, spikes == 1 ? "once" : fmt::format("{} times", spikes), duration);
    } else if (hopeless) {
        starter.told = fmt::format("no current makes it fire: {:g} nA into {} would move its potential by {:.2g} mV, so large is its membrane", strongest, place, most_rise);
    } else {
        starter.told = fmt::format(
            "no step of {:g} to {:g} nA into {} makes it fire, with the squid's channels everywhere: {:.3g} mV is the most that is reached there. "
            "`rall inspect` says how the file was understood; current at another location may do",
            weakest, strongest, place, highest);
    }
    if (hopeless && std::ranges::any_of(diagnostics.items(), [](Diagnostic const& found) { return found.code == "swc-unit"; }))
        starter.told += fmt::format("\nif the file is in nm: rall new {} --option unit=nm --force", in_shell(morphology.string()));
    auto const how = fires ? "Found by trial, doubling from 0.05 nA: a step that makes it fire." : "No current that was tried makes it fire, see `rall new`.";
    starter.config = config_text(names, biophysics_name(config), current, how);
    return starter;
}

}  // namespace rall::app
