#include "app/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/diagnostics.hpp"
#include "base/file.hpp"
#include "io/page/html.hpp"
#include "io/page/recover.hpp"

namespace rall::app {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_of(io::Config const& config, bool html) {
    std::set<std::string> names{io::record_name, config.spikes_file};
    if (html) names.insert(io::page_name);
    if (config.log_file) names.insert(*config.log_file);
    for (auto const& report : config.reports) names.insert(report.file_name);
    for (auto const& drawn : config.drawn) names.insert(drawn.file_name);
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

}  // namespace

Recording::Recording(io::Config const& config, Options options)
    : config_(config),
      options_(options),
      output_(config.output_dir, names_of(config, options.html)),
      next_(options.interval) {
    auto const& model = config.model;
    for (auto const& report : config.reports) {
        auto const& probe = model.probes[report.probe];
        auto const columns = io::columns_of(config, report);
        reports_.push_back(std::make_unique<io::ReportWriter>(output_.building() / report.file_name, columns,
                                                              model::sampling_of(probe, model.dt), model.dt,
                                                              report.units, options.precision));
        if (report.field) fields_.try_emplace(report.probe, model, probe, *report.field);
        if (report.sum) sums_.emplace(static_cast<int>(reports_.size()) - 1, Sum{&*report.sum, std::vector<std::vector<double>>(report.sum->parts.size())});
    }
    for (auto const& drawn : config.drawn)
        write_new_file(output_.building() / drawn.file_name, io::places_csv(model, drawn));
}

void Recording::take(network::Samples const& samples) {
    int const report = config_.report_of_probe[static_cast<std::size_t>(samples.probe)];
    if (auto const sum = sums_.find(report); sum != sums_.end()) return add(sum->second, *reports_[static_cast<std::size_t>(report)], samples);
    auto const field = fields_.find(samples.probe);
    auto const* values = field == fields_.end() ? samples.values : field->second.apply(samples.values, samples.rows).data();
    reports_[static_cast<std::size_t>(report)]->append(values, samples.rows);
}

/// Samples of the parts wait for one another, so that they are added in order.
void Recording::add(Sum& sum, io::ReportWriter& report, network::Samples const& samples) {
    auto const& parts = sum.of->parts;
    std::size_t rows = ~std::size_t{0};
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (parts[p].probe == samples.probe)
            sum.waiting[p].insert(sum.waiting[p].end(), samples.values, samples.values + static_cast<std::size_t>(samples.rows) * parts[p].column.size());
        rows = std::min(rows, sum.waiting[p].size() / parts[p].column.size());
    }
    if (rows == 0) return;
    auto const columns = sum.of->columns.size();
    std::vector<double> values(rows * columns);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        auto const& [probe, column, weight] = parts[p];
        for (std::size_t row = 0, k = 0; row < rows; ++row)
            for (std::size_t site = 0; site < column.size(); ++site, ++k) values[row * columns + column[site]] += weight[site] * sum.waiting[p][k];
        sum.waiting[p].erase(sum.waiting[p].begin(), sum.waiting[p].begin() + static_cast<std::ptrdiff_t>(rows * column.size()));
    }
    report.append(values.data(), static_cast<std::int64_t>(rows));
}

void Recording::keep_up(network::Simulation const& simulation, std::function<nlohmann::json()> const& record) {
    if (watch_.seconds() < next_) return;
    flush(simulation, record());
    next_ = watch_.seconds() + options_.interval;
}

void Recording::flush(network::Simulation const& simulation, nlohmann::json record) {
    // Spikes of the last epoch may not all be known yet.
    double const until = std::max(0.0, simulation.time() - simulation.epoch() - config_.model.dt);
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
    if (options_.html) write_page();
    output_.publish(io::recorded_files(output_.place()));
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
