#include "app/starter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/config/config.hpp"
#include "mechanisms/catalogue.hpp"
#include "morphology/asc.hpp"
#include "network/simulation.hpp"

namespace rall::app {
namespace {

constexpr double delay = 50, duration = 200, tstop = 300;  // ms
constexpr double weakest = 0.05, strongest = 60;           // nA: what is tried, doubled each time
constexpr int enough = 3;                                  // spikes

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

std::string config_text(std::filesystem::path const& morphology, std::filesystem::path const& biophysics, std::string const& name,
                        std::string const& place, double current, std::string const& how) {
    return fmt::format(
        "{{\n"
        "  // Run it with `rall run {0}.json`, then open {0}_output/report.html. docs/config.md explains every key.\n"
        "  \"cells\": {{\n"
        "    {1}: {{\"morphology\": {2}, \"biophysics\": {3}}}\n"
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
        name, quoted(name), quoted(morphology.string()), quoted(biophysics.string()), tstop, how, current, delay, duration,
        quoted(place), quoted(name + "_output"));
}

/// How a cell answers a step.
struct Answer {
    int spikes = 0;
    double highest = -1e300;  ///< mV, where the current goes
};

class Trials {
public:
    Trials(std::filesystem::path morphology, std::filesystem::path config)
        : morphology_(std::move(morphology)), config_(std::move(config)) {}

    Answer answer(std::string const& biophysics, std::string const& place, double current) {
        // The biophysics stands in the config, as no file of it exists yet.
        auto text = config_text(morphology_, "", "cell", place, current, "a trial");
        constexpr std::string_view key = "\"biophysics\": ", empty = "\"\"";
        text.replace(text.find(key) + key.size(), empty.size(), biophysics);
        auto const document = io::Document::parse(std::move(text), config_.string());
        Diagnostics findings;
        auto const load = [&](MechanismSources const& sources) {
            catalogue_.add(sources, findings);
            return catalogue_.mechanisms();
        };
        auto config = io::read_config(document->root(), config_, load, findings, {delay + duration, &shapes_});
        auto const kernels = catalogue_.library(config.model.mechanism_names(), {}, config.model.tabulated);
        Answer answer;
        network::Simulation simulation(config.model, std::move(config.model.connections), *kernels.library,
                                       {0, [&](network::Samples const& samples) {
                                            for (std::int64_t k = 0; k < samples.rows * samples.sites; ++k)
                                                answer.highest = std::max(answer.highest, samples.values[k]);
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
    std::filesystem::path morphology_, config_;
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

Starter make_starter(std::filesystem::path const& morphology, std::filesystem::path const& config, Diagnostics& diagnostics) {
    auto const shape = morphology::read_morphology(morphology, {}, diagnostics);
    auto const regions = shape.regions();
    auto const has = [&](char const* name) { return std::ranges::find(regions, name) != regions.end(); };
    auto const place = place_of_current(shape);
    auto const from_config = config.parent_path().empty() ? morphology : std::filesystem::proximate(morphology, config.parent_path());

    Starter starter;
    auto const name = config.stem().string();
    Trials trials(from_config, config);
    double current = 0, highest = -1e300;
    int spikes = 0;
    for (auto const active : {Active::soma_and_axon, Active::everywhere}) {
        if (active == Active::soma_and_axon && !has("soma") && !has("axon")) continue;
        auto const biophysics = biophysics_text(regions, active);
        if (starter.biophysics.empty() || spikes == 0) starter.biophysics = biophysics;
        for (double trial = weakest; trial <= strongest && spikes < enough; trial *= 2) {
            auto const answer = trials.answer(biophysics, place, trial);
            highest = std::max(highest, answer.highest);
            if (answer.spikes > spikes) spikes = answer.spikes, current = trial, starter.biophysics = biophysics;
        }
    }
    bool const fires = spikes > 0;
    if (!fires) current = 1;
    starter.told =
        fires
            ? fmt::format("{:g} nA into {} make it fire {} in {:g} ms", current, place, spikes == 1 ? "once" : fmt::format("{} times", spikes), duration)
            : fmt::format("no step of {:g} to {:g} nA into {} makes it fire, with the squid's channels everywhere: {:.3g} mV is the most that is reached there. "
                          "`rall inspect` says how the file was understood; current at another location may do",
                          weakest, strongest, place, highest);
    auto const how = fires ? "Found by trial, doubling from 0.05 nA: a step that makes it fire." : "No current that was tried makes it fire, see `rall new`.";
    starter.config = config_text(from_config, biophysics_name(config), name, place, current, how);
    return starter;
}

}  // namespace rall::app
