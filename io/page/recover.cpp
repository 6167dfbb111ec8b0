#include "io/page/recover.hpp"

#include <nlohmann/json.hpp>

#include "base/diagnostics.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "io/page/html.hpp"
#include "io/page/run_record.hpp"
#include "io/results/hdf5_driver.hpp"
#include "io/results/output.hpp"
#include "io/results/report_file.hpp"
#include "io/results/spikes.hpp"

namespace rall::io {
namespace fs = std::filesystem;

namespace {

/// The name of a file in the folder. Throws InputError where a record that was tampered with names another place.
std::string plain(std::string const& name) {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos)
        throw InputError("run-damaged", {name}, "this record of a run names a file elsewhere");
    return name;
}

/// Spikes after `until` (ms) are not known to be all.
void cut(SpikeTable& table, double until) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < table.times.size(); ++i)
        if (table.times[i] <= until) {
            table.times[kept] = table.times[i];
            table.node_ids[kept++] = table.node_ids[i];
        }
    table.times.resize(kept);
    table.node_ids.resize(kept);
}

}  // namespace

double finish_interrupted(fs::path const& folder) try {
    auto const record = nlohmann::json::parse(read_file(folder / record_name));
    double const until = record.at("until");
    if (record.at("complete").get<bool>()) return until;
    for (auto const& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with('.')) fs::remove(entry.path());  // files that were not finished
    for (auto const& report : record.at("reports")) {
        auto const file = folder / plain(report.at("file"));
        h5::replay_journal(file);
        for (auto const& info : read_report(file))
            if (info.stop - info.dt > until * (1 + 1e-12)) cut_report(file, info.population, until);
    }
    auto const spikes = folder / plain(record.at("spikes_file"));
    h5::replay_journal(spikes);
    auto tables = read_spikes(spikes);
    for (auto& table : tables) cut(table, until);
    auto const ordered = fs::path(spikes.string() + ".ordered");
    fs::remove(ordered);
    fs::remove(h5::journal_of(ordered));
    write_spikes(ordered, std::move(tables), record.at("spikes_by_id").get<bool>() ? SpikeOrder::by_id : SpikeOrder::by_time);
    fs::rename(ordered, spikes);
    write_file(folder / page_name, html::render(report_page(folder)));
    return until;
} catch (nlohmann::json::exception const& failure) {
    throw InputError("run-damaged", {(folder / record_name).string()},
                     std::string("this record of a run is damaged: ") + failure.what());
}

}  // namespace rall::io
