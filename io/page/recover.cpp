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

double finish_interrupted(fs::path const& folder) try {
    auto const record = nlohmann::json::parse(read_file(folder / record_name));
    double const until = record.at("until");
    if (record.at("complete").get<bool>()) return until;
    for (auto const& report : record.at("reports"))
        h5::replay_journal(folder / report.at("file").get<std::string>());
    auto const spikes = folder / record.at("spikes_file").get<std::string>();
    h5::replay_journal(spikes);
    auto tables = read_spikes(spikes);
    std::erase_if(tables, [](auto const& t) { return t.population == generator_population && t.times.empty(); });
    auto const ordered = fs::path(spikes.string() + ".ordered");
    fs::remove(ordered);
    write_spikes(ordered, std::move(tables), record.at("spikes_by_id").get<bool>() ? SpikeOrder::by_id : SpikeOrder::by_time);
    fs::rename(ordered, spikes);
    for (auto const& report : record.at("reports")) sync(folder / report.at("file").get<std::string>());
    write_file(folder / page_name, html::render(report_page(folder)));
    return until;
} catch (nlohmann::json::exception const& failure) {
    throw InputError("run-damaged", {(folder / record_name).string()},
                     std::string("this record of a run is damaged: ") + failure.what());
}

}  // namespace rall::io
