#include "io/page/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "io/page/network_record.hpp"
#include "io/page/shape.hpp"
#include "io/page/spike_picture.hpp"
#include "io/results/report_file.hpp"
#include "io/results/spikes.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

using nlohmann::json;

constexpr std::size_t most_drawn = 4, most_compartments = 20'000;

/// A trace's name: reports of one variable and place differ by their own names.
std::string trace_name(std::string const& report, std::string const& column) { return report + ": " + column; }

json to_json(html::CellShape const& shape) {
    json pieces = json::array(), markers = json::array();
    for (auto const& piece : shape.pieces) {
        json points = json::array();
        for (auto const& point : piece.points)
            for (double const value : {point.x, point.y, point.z, point.diameter}) points.push_back(value);
        pieces.push_back({{"section", piece.section},
                          {"region", piece.region},
                          {"position", piece.position},
                          {"distance", piece.distance},
                          {"peak_v", piece.peak_v},  // NaN becomes null
                          {"points", std::move(points)}});
    }
    for (auto const& marker : shape.markers)
        markers.push_back({{"label", marker.label}, {"trace", marker.trace}, {"at", {marker.x, marker.y, marker.z}}});
    return {{"name", shape.name}, {"pieces", std::move(pieces)}, {"markers", std::move(markers)}};
}

html::CellShape shape_from(json const& stored) {
    html::CellShape shape;
    shape.name = stored.at("name");
    for (auto const& entry : stored.at("pieces")) {
        html::Piece piece;
        piece.section = entry.at("section");
        piece.region = entry.at("region");
        piece.position = entry.at("position");
        piece.distance = entry.at("distance");
        if (!entry.at("peak_v").is_null()) piece.peak_v = entry.at("peak_v");
        auto const points = entry.at("points").get<std::vector<double>>();
        for (std::size_t i = 0; i + 3 < points.size(); i += 4)
            piece.points.push_back({points[i], points[i + 1], points[i + 2], points[i + 3]});
        shape.pieces.push_back(std::move(piece));
    }
    for (auto const& entry : stored.at("markers")) {
        auto const at = entry.at("at").get<std::vector<double>>();
        shape.markers.push_back({entry.at("label"), entry.at("trace"), at.at(0), at.at(1), at.at(2)});
    }
    return shape;
}

Diagnostics diagnostics_from(json const& stored) {
    Diagnostics diagnostics;
    for (auto const& entry : stored) {
        auto const name = entry.at("severity").get<std::string>();
        auto severity = Severity::note;
        for (auto const known : {Severity::warning, Severity::error})
            if (name == to_string(known)) severity = known;
        diagnostics.add({severity,
                         entry.at("code"),
                         {entry.at("file"), entry.at("line"), entry.at("column")},
                         entry.at("message"),
                         entry.at("advice"),
                         entry.at("source_line")});
    }
    return diagnostics;
}

/// Throws InputError ("run-version") for the record of another version of Rall.
void refuse_other_forms(json const& record, std::filesystem::path const& path) {
    auto const entry = record.find("form");
    int const form = entry != record.end() && entry->is_number_integer() ? entry->get<int>() : 0;
    if (form == record_form) return;
    auto const version = json::json_pointer("/summary/versions/rall");
    bool const known = record.contains(version) && record.at(version).is_string();
    throw InputError("run-version", {path.string()},
                     fmt::format("{} version of Rall wrote this record of a run{}, in another form ({}) than this program reads ({})",
                                 form > record_form ? "a newer" : "an older",
                                 known ? " (" + record.at(version).get<std::string>() + ")" : std::string(),
                                 form == 0 ? std::string("without number") : std::to_string(form), record_form),
                     "run the config again, or make the page with the version that ran it; spikes and reports are readable as they are");
}

/// The spikes of each population of a file.
std::vector<html::Spikes> rasters_of(std::filesystem::path const& file, html::Network const& network, double until) {
    std::vector<html::Spikes> rasters;
    SpikeReader const reader(file);
    auto const files = reader.populations();
    for (std::size_t k = 0; k < files.size(); ++k) {
        auto populations = network.populations;
        std::erase_if(populations, [&](auto const& p) { return p.file_population != files[k].name || !p.recorded; });
        if (populations.empty()) continue;  // nodes with gaps between their numbers
        bool const of_cells = std::ranges::any_of(populations, [&](auto const& p) { return p.first < network.cells; });
        for (auto& p : populations) p.first = p.first_node;
        html::SpikePicture picture(files[k].name, std::move(populations), until, html::max_spikes / files.size());
        reader.read(k, [&](auto times, auto nodes) {
            if (auto const unknown = picture.add(times, nodes))
                throw InputError(
                    "run-damaged", {file.string()},
                    fmt::format("node {} has spikes in '{}', but the run had no such node", *unknown, files[k].name));
        });
        rasters.push_back(std::move(picture).finish());
        rasters.back().of_cells = of_cells;
    }
    return rasters;
}

/// Places of probes and point processes on a cell, one marker per place and name.
std::vector<html::Marker> markers_of(Config const& config, int cell) {
    auto const& model = config.model;
    auto const& cable = *model.types[model.cells[cell].type].cable;
    std::vector<html::Marker> markers;
    auto const add = [&](std::string label, std::string trace, int compartment) {
        if (markers.size() >= 200) return;
        auto const& at = cable.compartments[compartment].centre;
        markers.push_back({std::move(label), std::move(trace), at.x, at.y, at.z});
    };
    for (auto const& report : config.reports) {
        if (report.field) continue;
        auto const& sites = report.sum ? report.sum->columns : model.probes[report.probe].sites;
        for (std::size_t i = 0; i < std::min(sites.size(), most_labels); ++i)
            if (sites[i].cell == cell) {
                auto const name = trace_name(report.name, column_name(model, sites[i]));
                add(name, name, sites[i].compartment);
            }
    }
    for (auto const& set : model.points)
        for (std::size_t i = 0; i < set.cell.size(); ++i)
            if (set.cell[i] == cell)
                add(fmt::format("{} ({}) at {}", set.label, set.mechanism,
                                column_name(model, {cell, set.compartment[i], {-1, -1}})),
                    "", set.compartment[i]);
    return markers;
}

}  // namespace

json to_json(Diagnostics const& diagnostics) {
    json list = json::array();
    for (auto const& d : diagnostics.items())
        list.push_back({{"severity", to_string(d.severity)},
                        {"code", d.code},
                        {"file", d.where.file},
                        {"line", d.where.line},
                        {"column", d.where.column},
                        {"message", d.message},
                        {"advice", d.advice},
                        {"source_line", d.source_line}});
    return list;
}

std::vector<int> drawn_cells(model::Model const& model) {
    std::vector<int> cells;
    std::size_t compartments = 0;
    std::set<int> types;
    for (std::size_t i = 0; i < model.cells.size() && cells.size() < most_drawn; ++i) {
        auto const size = static_cast<std::size_t>(model.types[model.cells[i].type].cable->n_cut());
        if (!types.insert(model.cells[i].type).second || compartments + size > most_compartments) continue;
        compartments += size;
        cells.push_back(static_cast<int>(i));
    }
    return cells;
}

Peaks::Peaks(Config& config) : model_(config.model), probe_(static_cast<int>(config.model.probes.size())) {
    model::Probe probe;
    probe.name = "peak voltage";
    probe.variable = "v";
    for (int const cell : drawn_cells(model_))
        for (int i = 0; i < model_.types[model_.cells[cell].type].cable->n_cut(); ++i)
            probe.sites.push_back({cell, i, {-1, -1}});
    // A spike lasts a millisecond: a tenth of it is fine enough to see its peak.
    probe.dt = std::max(0.1, model_.dt);
    probe.stop = model_.tstop + model_.dt;
    highest_.assign(probe.sites.size(), -std::numeric_limits<double>::infinity());
    if (!probe.sites.empty()) config.model.probes.push_back(std::move(probe));
}

void Peaks::take(double const* values, std::int64_t rows) {
    for (std::int64_t row = 0; row < rows; ++row)
        for (auto& highest : highest_) highest = std::max(highest, *values++);
}

std::vector<double> Peaks::of(int cell) const {
    std::vector<double> peaks;
    if (highest_.empty()) return peaks;
    auto const& sites = model_.probes[probe_].sites;
    for (std::size_t i = 0; i < sites.size(); ++i)
        if (sites[i].cell == cell) peaks.push_back(highest_[i]);
    return peaks;
}

json run_record(Config const& config, json const& network, json const& summary, Diagnostics const& diagnostics,
                Peaks const* peaks) {
    auto const& model = config.model;
    json reports = json::array(), shapes = json::array(),
         files = json::array({record_name, page_name, config.spikes_file});
    if (config.log_file) files.push_back(*config.log_file);
    for (auto const& report : config.reports) {
        files.push_back(report.file_name);
        std::vector<std::string> columns;
        for (auto const& table : columns_of(config, report)) columns.insert(columns.end(), table.names.begin(), table.names.end());
        reports.push_back({{"name", report.name},
                           {"file", report.file_name},
                           {"variable", report.field ? "potential" : model.probes[report.probe].variable},
                           {"mechanism", report.field ? "" : model.probes[report.probe].mechanism},
                           {"units", report.units},
                           {"columns", std::move(columns)}});
    }
    for (auto const& drawn : config.drawn) files.push_back(drawn.file_name);
    for (int const cell : drawn_cells(model)) {
        int const type = model.cells[cell].type;
        auto const highest = peaks ? peaks->of(cell) : std::vector<double>{};
        auto shape =
            html::cell_shape(model.cells[cell].name, *config.morphologies[type], *model.types[type].cable, highest);
        shape.markers = markers_of(config, cell);
        shapes.push_back(to_json(shape));
    }
    return {{"form", record_form},
            {"title", config.file.stem().string()},
            {"config", config.file.string()},
            {"files", std::move(files)},
            {"spikes_file", config.spikes_file},
            {"spikes_by_id", config.spike_order == SpikeOrder::by_id},
            {"tstop", model.tstop},
            {"network", network},
            {"reports", std::move(reports)},
            {"summary", summary},
            {"diagnostics", to_json(diagnostics)},
            {"shapes", std::move(shapes)}};
}

std::set<std::string> recorded_files(std::filesystem::path const& directory) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(directory / record_name, code)) return {};
    auto const record = json::parse(read_file(directory / record_name), nullptr, false);
    std::set<std::string> files;
    if (record.is_object() && record.contains("files") && record["files"].is_array())
        for (auto const& name : record["files"])
            // Only plain names: a record that was tampered with must not remove anything elsewhere.
            if (name.is_string() && name.get<std::string>().find('/') == std::string::npos) files.insert(name);
    return files;
}

html::ReportPage report_page(std::filesystem::path const& directory) {
    auto const path = directory / record_name;
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code))
        throw InputError("no-run", {directory.string()}, "this is no output directory of rall run: it has no run.json");
    try {
        auto const record = json::parse(read_file(path));
        if (record.is_object()) refuse_other_forms(record, path);
        html::ReportPage page;
        page.title = record.at("title");
        page.summary = record.at("summary");
        page.cells = page.summary.at("cells");
        page.compartments = page.summary.at("compartments");
        page.wall_s = page.summary.at("seconds").at("time_loop");
        page.simulated_ms = record.value("until", record.at("tstop").get<double>());
        int const threads = page.summary.at("threads");
        page.subtitle =
            fmt::format("Rall {} on {}, {} thread{}", page.summary.at("versions").at("rall").get<std::string>(),
                        page.summary.at("backend").get<std::string>(), threads, threads == 1 ? "" : "s");
        if (!record.value("complete", true))
            page.subtitle += fmt::format("; ended by {} at {:.6g} of {:.6g} ms", record.at("ended_by").get<std::string>(),
                                         page.simulated_ms, record.at("tstop").get<double>());
        page.diagnostics = diagnostics_from(record.at("diagnostics"));
        for (auto const& shape : record.at("shapes")) page.shapes.push_back(shape_from(shape));
        for (auto const& report : record.at("reports")) {
            auto const file = directory / report.at("file").get<std::string>();
            auto const names = report.at("columns").get<std::vector<std::string>>();
            std::size_t before = 0;  // columns of populations whose names come first
            for (auto const& info : read_report(file)) {
                auto const left = names.size() - std::min(before, names.size());
                auto const columns = read_report_columns(
                    file, info.population, std::min<std::uint64_t>({left, most_labels, info.elements}));
                for (std::size_t i = 0; i < columns.size() && page.traces.size() < most_traces; ++i)
                    page.traces.push_back({trace_name(report.at("name"), names[before + i]), info.units, info.start, info.dt,
                                           columns[i], report.at("variable"), report.at("mechanism")});
                before += info.elements;
                page.recorded += info.elements;
            }
        }
        page.network = network_from(record.at("network"));
        page.rasters =
            rasters_of(directory / record.at("spikes_file").get<std::string>(), page.network, page.simulated_ms);
        for (auto const& raster : page.rasters) (raster.of_cells ? page.spikes : page.generator_spikes) += raster.total;
        return page;
    } catch (json::exception const& failure) {
        throw InputError("run-damaged", {path.string()},
                         std::string("this record of a run is damaged: ") + failure.what(), "run the config again");
    }
}

}  // namespace rall::io
