#include "app/describe_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/console.hpp"
#include "base/text.hpp"
#include "io/config/biophysics.hpp"

namespace rall::app {
namespace {

using nlohmann::json;

/// A number or an expression as it stands in the file.
json written(io::Node const* node) {
    if (!node) return nullptr;
    if (node->is_number() || node->is_string()) return json(node->scalar);
    return "a list";
}

char const* field_name(IonField field) {
    return field == IonField::reversal ? "e" : field == IonField::inner ? "i" : "o";
}

std::string text_of(json const& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string pairs_text(json const& object) {
    std::string text;
    for (auto const& [key, value] : object.items()) text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, text_of(value));
    return text.empty() ? "as the mechanism has it" : text;
}

}  // namespace

bool is_biophysics(io::Node const& root) {
    return !root.find("run") && !root.find("cells") && (root.find("regions") || root.find("genome") || root.find("passive"));
}

json describe_biophysics(std::filesystem::path const& file, Diagnostics& found) {
    auto const biophysics = io::read_biophysics_file(file, found);
    found.throw_if_errors();
    json regions = json::array();
    for (auto const& region : biophysics.regions) {
        json entry{{"region", region.region}, {"mechanisms", json::object()}, {"ions", json::object()}};
        if (region.cm) entry["cm"] = written(region.cm->where());
        if (region.Ra) entry["Ra"] = *region.Ra;
        for (auto const& mechanism : region.mechanisms) {
            auto& parameters = entry["mechanisms"][mechanism.name] = json::object();
            for (auto const& [name, node] : mechanism.parameters) parameters[name] = written(node);
        }
        for (auto const& ion : region.ions) entry["ions"][ion.ion][field_name(ion.field)] = written(ion.value.where());
        regions.push_back(std::move(entry));
    }
    json result{{"file", to_utf8(file.string())}, {"kind", "biophysics"}, {"regions", std::move(regions)}};
    if (biophysics.celsius) result["celsius"] = *biophysics.celsius;
    if (biophysics.v_init) result["v_init"] = *biophysics.v_init;
    for (auto const& directory : biophysics.mechanism_dirs) result["mechanism_dirs"].push_back(to_utf8(directory.string()));
    return result;
}

std::string biophysics_text(json const& biophysics) {
    auto text = fmt::format("{}: biophysics; a config names it as \"biophysics\" of a cell\n", biophysics["file"].get<std::string>());
    for (auto const& [key, units] : {std::pair{"celsius", "degC"}, std::pair{"v_init", "mV"}})
        if (biophysics.contains(key)) text += fmt::format("{:10}{} {}\n", key, biophysics[key].dump(), units);
    for (auto const& region : biophysics["regions"]) {
        text += region["region"].get<std::string>() + "\n";
        if (region.contains("cm")) text += fmt::format("    cm = {} uF/cm2\n", text_of(region["cm"]));
        if (region.contains("Ra")) text += fmt::format("    Ra = {} ohm cm\n", region["Ra"].dump());
        for (auto const& [name, parameters] : region["mechanisms"].items()) text += fmt::format("    {}: {}\n", name, pairs_text(parameters));
        for (auto const& [ion, values] : region["ions"].items()) text += fmt::format("    ion {}: {}\n", ion, pairs_text(values));
    }
    return text;
}

bool is_run_record(io::Node const& root) { return root.find("summary") && root.find("spikes_file") && root.find("until"); }

json describe_run_record(std::filesystem::path const& file) {
    auto const record = json::parse(read_file(file));
    json result{{"file", to_utf8(file.string())}, {"kind", "run"}};
    for (auto const* key : {"title", "config", "tstop", "until", "complete", "ended_by", "files", "reports", "summary", "diagnostics"})
        if (record.contains(key)) result[key] = record[key];
    return result;
}

std::string run_record_text(json const& run) {
    auto const directory = std::filesystem::path(run["file"].get<std::string>()).parent_path();
    auto text = fmt::format("{}: record of a run of {}\n", run["file"].get<std::string>(), run.value("config", "?"));
    text += fmt::format("time      {} of {} ms{}\n", run["until"].dump(), run.value("tstop", json()).dump(),
                        run.value("complete", true) ? "" : fmt::format(", ended by {}", run.value("ended_by", "?")));
    auto const& summary = run["summary"];
    for (auto const* key : {"cells", "compartments", "connections", "spikes", "celsius", "v_init", "dt"})
        if (summary.contains(key)) text += fmt::format("{:14}{}\n", key, summary[key].dump());
    for (auto const& report : run.value("reports", json::array()))
        text += fmt::format("report        {}: {} ({}), {} columns\n", report.value("file", "?"), report.value("variable", "?"), report.value("units", "?"),
                            report.contains("columns") ? report["columns"].size() : 0);
    text += fmt::format("rall report {} makes its page anew\n", directory.empty() ? "." : directory.string());
    return text;
}

}  // namespace rall::app
