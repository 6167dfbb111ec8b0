#include "app/outcome.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/console.hpp"
#include "app/signals.hpp"
#include "base/text.hpp"
#include "io/page/run_record.hpp"
#include "io/results/report_file.hpp"

namespace rall::app {
namespace {

void put_json(nlohmann::json const& outcome) {
    // Findings quote lines of the user's files, whatever bytes stand there.
    put("{}\n", outcome.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// Of a run that fails already: what the output cannot take does not matter any more.
void put_failure(nlohmann::json const& outcome) try {
    put_json(outcome);
    flush_output();
} catch (MachineError const&) {
}

}  // namespace

std::size_t spikes_of_generators(io::Config const& config, network::Simulation const& simulation) {
    std::size_t count = 0;
    if (std::ranges::find(config.spiking, io::generator_population) == config.spiking.end()) return count;
    for (auto const& spike : simulation.spikes())
        count += config.populations[io::node_of(config.populations, spike.gid).first].name == io::generator_population;
    return count;
}

nlohmann::json spikes_json(io::Config const& config, network::Simulation const& simulation) {
    constexpr std::size_t most = 100'000;
    auto const& spikes = simulation.spikes();
    nlohmann::json result{{"count", spikes.size()}, {"of_generators", spikes_of_generators(config, simulation)}};
    if (spikes.size() > most) return result;
    auto& populations = result["populations"] = nlohmann::json::object();
    for (auto const& name : config.spiking) populations[name] = {{"times", nlohmann::json::array()}, {"node_ids", nlohmann::json::array()}};
    for (auto const& spike : spikes) {
        auto const [population, id] = io::node_of(config.populations, spike.gid);
        auto& list = populations[config.populations[population].name];
        list["times"].push_back(spike.time);
        list["node_ids"].push_back(id);
    }
    return result;
}

nlohmann::json results_json(std::filesystem::path const& directory, std::set<std::string> const& files) {
    auto const place = std::filesystem::absolute(directory).lexically_normal();
    nlohmann::json list = nlohmann::json::array();
    for (auto const& name : files)
        if (std::filesystem::exists(place / name)) list.push_back(to_utf8((place / name).string()));
    return {{"directory", to_utf8(place.string())}, {"files", std::move(list)}};
}

void with_outcome(Communicator const& ranks, std::function<void(nlohmann::json& outcome)> const& body) {
    nlohmann::json outcome = nlohmann::json::object();
    auto const failed = [&](int code, std::string const& message) {
        outcome["exit_code"] = code;
        if (!message.empty()) outcome["error"] = message;
        if (code < 128) ranks.wait_to_speak();
        else if (!ranks.is_first()) return;
        put_failure(outcome);
    };
    try {
        body(outcome);
        outcome["exit_code"] = 0;
        if (ranks.is_first()) put_json(outcome);
    } catch (InputError const& failure) {
        outcome["diagnostics"] = io::to_json(failure.diagnostics());
        failed(1, "");
        throw;
    } catch (UsageError const& failure) {
        failed(2, failure.what());
        throw;
    } catch (Interrupted const& end) {
        failed(128 + end.signal, "ended by " + std::string(signal_name(end.signal)));
        throw;
    } catch (std::exception const& failure) {
        failed(3, failure.what());
        throw;
    }
}

void put_usage_error(std::string const& message) { put_failure({{"exit_code", 2}, {"error", message}}); }

}  // namespace rall::app
