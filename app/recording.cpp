#include "app/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/diagnostics.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "io/page/html.hpp"
#include "io/page/recover.hpp"
#include "io/results/csv.hpp"
#include "io/results/hdf5_driver.hpp"

namespace rall::app {
namespace {

namespace fs = std::filesystem;

std::string csv_of_spikes(io::Config const& config) { return fs::path(config.spikes_file).stem().string() + ".csv"; }

std::vector<std::string> csv_files(io::Config const& config) {
    std::vector<std::string> names{csv_of_spikes(config)};
    for (auto const& report : config.reports)
        for (auto const& name : io::csv_names(report.file_name, io::columns_of(config, report))) names.push_back(name);
    return names;
}

std::set<std::string> names_of(io::Config const& config, bool html, bool csv) {
    std::set<std::string> names{io::record_name, config.spikes_file};
    if (html) names.insert(io::page_name);
    if (config.log_file) names.insert(*config.log_file);
    for (auto const& report : config.reports) names.insert(report.file_name);
    for (auto const& drawn : config.drawn) names.insert(drawn.file_name);
    if (csv)
        for (auto const& name : csv_files(config))
            if (!names.insert(name).second)
                throw InputError("output-name", {config.file.string()}, fmt::format("--csv: {} would be two results", name), "give a report another name");
    return names;
}

/// One of each population that has spikes to record.
std::vector<io::SpikeTable> tables_of(io::Config const& config, network::Spike const* first, network::Spike const* last) {
    std::vector<io::SpikeTable> tables;
    std::vector<std::size_t> table_of(config.populations.size());
    for (auto const& name : config.spiking) {
        auto const population = std::ranges::find(config.populations, name, &io::NodePopulation::name);
        table_of[static_cast<std::size_t>(population - config.populations.begin())] = tables.size();
        tables.push_back({name, {}, {}, {}});
    }
    for (; first != last; ++first) {
        auto const [population, id] = io::node_of(config.populations, first->gid);
        auto& table = tables[table_of[population]];
        table.times.push_back(first->time);
        table.node_ids.push_back(id);
    }
    return tables;
}

using Rows = std::map<std::string, std::vector<double>>;

/// Of a snapshot: what a report shows at its time.
std::string list_of(io::Report const& report) { return "reports/" + report.file_name; }

/// Spikes in a file of results before `until` (ms), by the gids of what sent them.
std::vector<network::Spike> spikes_of(io::Config const& config, fs::path const& file, double until) {
    std::vector<network::Spike> spikes;
    io::SpikeReader const reader(file);
    for (std::size_t k = 0; k < reader.populations().size(); ++k) {
        auto const& name = reader.populations()[k].name;
        auto const population = std::ranges::find(config.populations, name, &io::NodePopulation::name);
        if (population == config.populations.end())
            throw InputError("results-missing", {file.string()}, fmt::format("it has spikes of '{}', which the config does not know", name));
        reader.read(k, [&](auto times, auto nodes) {
            for (std::size_t i = 0; i < times.size(); ++i)
                if (times[i] < until) spikes.push_back({times[i], population->gid(nodes[i])});
        });
    }
    return spikes;
}

}  // namespace

Recording::Recording(io::Config const& config, Options options)
    : config_(config),
      options_(options),
      output_(config.output_dir, names_of(config, options.html, options.csv)),
      rows_(config, [this](int report, double const* values, std::int64_t rows) { append(report, values, rows); }),
      next_(options.interval) {
    auto const& model = config.model;
    for (auto const& report : config.reports) {
        auto const& probe = model.probes[report.probe];
        auto columns = io::columns_of(config, report);
        auto sampling = model::sampling_of(probe, model.dt);
        sampling.start += samples_until(probe, options.after) * sampling.period;
        reports_.push_back(std::make_unique<io::ReportWriter>(output_.building() / report.file_name, columns, sampling, model.dt,
                                                              report.units, options.precision));
        std::size_t width = 0;
        for (auto const& part : columns) width += part.names.size();
        columns_.push_back(width);
        populations_.push_back(std::move(columns));
    }
    last_row_.resize(reports_.size());
    for (auto const& drawn : config.drawn)
        write_new_file(output_.building() / drawn.file_name, io::places_csv(model, drawn));
}

/// Of a probe, at steps up to `step`.
std::int64_t Recording::samples_until(model::Probe const& probe, std::int64_t step) const {
    auto const sampling = model::sampling_of(probe, config_.model.dt);
    return step < sampling.start ? 0 : std::min(sampling.count, (step - sampling.start) / sampling.period + 1);
}

/// Why the results in a folder are not those that a restart needs; nothing if they are.
std::optional<std::string> Recording::misses(fs::path const& folder, std::int64_t step, double since, Rows const& last_rows) const try {
    auto const path = folder / io::record_name;
    std::error_code code;
    if (!fs::is_regular_file(path, code)) return "there are none";
    auto const record = nlohmann::json::parse(read_file(path));
    if (record.value("fingerprint", "") != options_.fingerprint) return "they are of another model, or of a run without checkpoints";
    double const until = record.at("until");
    if (until < since) return fmt::format("spikes there go until {} ms", until);
    io::h5::replay_journal(folder / config_.spikes_file);
    io::SpikeReader const spikes(folder / config_.spikes_file);
    for (auto const& report : config_.reports) {
        io::h5::replay_journal(folder / report.file_name);
        auto const infos = io::read_report(folder / report.file_name);
        auto const& probe = config_.model.probes[report.probe];
        auto const needed = static_cast<std::uint64_t>(samples_until(probe, step));
        auto const k = static_cast<std::size_t>(&report - config_.reports.data());
        std::uint64_t elements = 0, samples = needed;
        for (auto const& info : infos) elements += info.elements, samples = std::min(samples, info.samples);
        if (infos.size() != populations_[k].size() || elements != columns_[k]) return fmt::format("{} has other columns", report.file_name);
        if (samples + last_rows.contains(list_of(report)) < needed)
            return fmt::format("{} has {} samples, of {} until then", report.file_name, samples, needed);
        auto const sampling = model::sampling_of(probe, config_.model.dt);
        if (needed > 0 && infos[0].start > static_cast<double>(sampling.start) * config_.model.dt * (1 + 1e-12))
            return fmt::format("{} begins at {} ms", report.file_name, infos[0].start);
    }
    return {};
} catch (nlohmann::json::exception const& failure) {
    return fmt::format("{} is damaged: {}", io::record_name, failure.what());
} catch (InputError const& failure) {
    return failure.diagnostics().items().front().message;
}

std::map<std::string, std::vector<double>> Recording::last_rows(std::int64_t step) const {
    Rows rows;
    for (std::size_t k = 0; k < reports_.size(); ++k) {
        auto const& probe = config_.model.probes[config_.reports[k].probe];
        if (!last_row_[k].empty() && samples_until(probe, step) > samples_until(probe, step - 1)) rows[list_of(config_.reports[k])] = last_row_[k];
    }
    return rows;
}

/// Puts the first samples of a file, at most so many, into report number k. Returns how many there were.
std::uint64_t Recording::bring_back(std::size_t k, fs::path const& file, std::uint64_t most) {
    auto const infos = io::read_report(file);
    std::uint64_t samples = most;
    for (auto const& info : infos) samples = std::min(samples, info.samples);
    if (infos.size() == 1) {
        io::read_report_rows(file, infos[0].population, samples, [&](double const* values, std::int64_t rows) { reports_[k]->append(values, rows); });
        return samples;
    }
    std::vector<double> all(samples * columns_[k]);  // a row is of all populations
    for (auto const& part : populations_[k]) {
        std::size_t row = 0;
        io::read_report_rows(file, part.population, samples, [&](double const* values, std::int64_t rows) {
            for (std::int64_t r = 0; r < rows; ++r, ++row, values += part.names.size())
                std::copy_n(values, part.names.size(), all.begin() + static_cast<std::ptrdiff_t>(row * columns_[k] + part.first));
        });
    }
    if (samples > 0) reports_[k]->append(all.data(), static_cast<std::int64_t>(samples));
    return samples;
}

std::vector<network::Spike> Recording::resume(std::int64_t step, double since, fs::path const& former, Rows const& last_rows) {
    std::vector<fs::path> folders{output_.left(), output_.place()};
    std::error_code code;
    if (!former.empty() && !fs::equivalent(former, output_.place(), code)) folders.push_back(former);
    std::string reasons;
    for (auto const& folder : folders) {
        if (auto const why = misses(folder, step, since, last_rows)) {
            if (folder != output_.left() || output_.interrupted()) reasons += fmt::format("\n    {}: {}", folder.string(), *why);
            continue;
        }
        for (std::size_t k = 0; k < reports_.size(); ++k) {
            auto const& report = config_.reports[k];
            auto const file = folder / report.file_name;
            auto const needed = static_cast<std::uint64_t>(samples_until(config_.model.probes[report.probe], step));
            auto const samples = std::min(needed, bring_back(k, file, needed));
            if (auto const last = last_rows.find(list_of(report)); last != last_rows.end()) {
                last_row_[k] = last->second;
                if (samples < needed) reports_[k]->append(last->second.data(), 1);
            }
        }
        return spikes_of(config_, folder / config_.spikes_file, since);
    }
    throw InputError("results-missing", {config_.output_dir.string()},
                     fmt::format("the results until {} ms, with which the checkpoint goes on, are not there:{}",
                                 static_cast<double>(step) * config_.model.dt, reasons),
                     "bring them back, or take results from then on only: --results-from-restart");
}

void Recording::take(network::Samples const& samples) { rows_.take(samples.probe, samples.values, samples.rows); }

void Recording::append(int report, double const* values, std::int64_t rows) {
    auto const k = static_cast<std::size_t>(report);
    reports_[k]->append(values, rows);
    last_row_[k].assign(values + static_cast<std::size_t>(rows - 1) * columns_[k], values + static_cast<std::size_t>(rows) * columns_[k]);
}

void Recording::keep_up(network::Simulation const& simulation, std::function<nlohmann::json()> const& record) {
    if (watch_.seconds() < next_) return;
    flush(simulation, record());
    next_ = watch_.seconds() + options_.interval;
}

void Recording::secure(network::Simulation const& simulation, nlohmann::json record) {
    flush(simulation, std::move(record));
    next_ = watch_.seconds() + options_.interval;
    for (auto const& report : config_.reports) sync(output_.building() / report.file_name);
    for (auto const& name : {config_.spikes_file, std::string(io::record_name)}) sync(output_.building() / name);
    sync_directory(output_.building());
    sync_directory(output_.building().parent_path());
}

void Recording::flush(network::Simulation const& simulation, nlohmann::json record) {
    double const until = simulation.settled();
    auto const& spikes = simulation.spikes();
    auto last = streamed_;
    while (last < spikes.size() && spikes[last].time < until) ++last;
    for (auto& report : reports_) report->flush();
    if (!spikes_) spikes_.emplace(output_.building() / config_.spikes_file, config_.spiking);
    auto const tables = tables_of(config_, spikes.data() + streamed_, spikes.data() + last);
    for (std::size_t k = 0; k < tables.size(); ++k) spikes_->append(k, tables[k].times, tables[k].node_ids);
    spikes_->flush();
    streamed_ = last;
    write_record(std::move(record), until, "SIGKILL or the end of the machine");
}

void Recording::write_record(nlohmann::json record, double until, std::string const& ended_by) const {
    record["until"] = until;
    if (options_.csv)
        for (auto const& name : csv_files(config_)) record["files"].push_back(name);
    if (!options_.fingerprint.empty()) record["fingerprint"] = options_.fingerprint;
    record["complete"] = ended_by.empty();
    if (!ended_by.empty()) record["ended_by"] = ended_by;
    // Findings quote lines of the user's files, whatever bytes stand there.
    auto const path = output_.building() / io::record_name, aside = output_.building() / ".record";
    write_new_file(aside, record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    fs::rename(aside, path);
}

void Recording::finish(network::Simulation const& simulation, nlohmann::json record, Diagnostics const& diagnostics,
                       std::string const& ended_by) {
    for (auto& report : reports_) report->finish();
    auto const& spikes = simulation.spikes();
    auto tables = tables_of(config_, spikes.data(), spikes.data() + spikes.size());
    auto const aside = output_.building() / ".spikes";
    io::write_spikes(aside, std::move(tables), config_.spike_order);
    spikes_.reset();
    fs::rename(aside, output_.building() / config_.spikes_file);
    if (config_.log_file) write_new_file(output_.building() / *config_.log_file, to_string(diagnostics));
    write_record(std::move(record), ended_by.empty() ? config_.model.tstop : simulation.time(), ended_by);
    if (options_.csv) write_csv();
    if (options_.html) write_page();
    output_.publish(io::recorded_files(output_.place()));
}

void Recording::write_csv() const {
    io::write_spikes_csv(output_.building() / config_.spikes_file, output_.building() / csv_of_spikes(config_));
    for (std::size_t k = 0; k < reports_.size(); ++k)
        io::write_report_csv(output_.building() / config_.reports[k].file_name, populations_[k], config_.reports[k].units, options_.precision);
}

void Recording::write_page() const try {
    write_new_file(output_.building() / io::page_name, html::render(io::report_page(output_.building())));
} catch (InputError const& failure) {
    // These files are ours: what is wrong with them now is not the user's doing.
    throw MachineError(fmt::format("cannot read the results that were just written:\n{}", failure.what()));
}

std::optional<std::string> recover_if_alone(fs::path const& place) {
    if (fs::exists(place / io::record_name)) return {};
    io::OutputDirectory output(place);
    if (!output.interrupted()) return {};
    output.adopt_interrupted();
    output.keep();
    try {
        auto const until = io::finish_interrupted(output.building());
        output.publish();
        return fmt::format("a run that was killed left results until {} ms: they are in {} until this run is done",
                           until, output.place().string());
    } catch (InputError const& failure) {
        return fmt::format("what a killed run left cannot be made results, and goes when this run is done:\n{}",
                           failure.what());
    }
}

}  // namespace rall::app
