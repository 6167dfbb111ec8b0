#include "morphology/inspect.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "morphology/asc.hpp"
#include "morphology/region.hpp"
#include "morphology/section_table.hpp"

namespace rall::morphology {
namespace {

void find_deepest(Inspection& inspection) {
    auto const& sections = inspection.cable.sections;
    for (std::size_t i = 0; i < sections.size(); ++i)
        if (inspection.deepest_section < 0 ||
            (sections[i].distance_1 > inspection.deepest_distance && sections[i].distance_1 < unconnected)) {
            inspection.deepest_section = static_cast<int>(i);
            inspection.deepest_distance = sections[i].distance_1;
        }
    for (int s = inspection.deepest_section; s >= 0; s = sections[at(s)].parent) ++inspection.deepest_branches;
}

void add(RegionSummary& sum, Section const& section, int compartments) {
    ++sum.sections;
    sum.length += length(section);
    sum.area += area(section);
    sum.volume += volume(section);
    sum.mean_diam += mean_diam(section) * length(section);  // an integral until divided
    sum.compartments += compartments;
}

/// 12,345.6 with commas between thousands; large numbers without decimals.
std::string grouped(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, value < 1e6 ? decimals : 0);
    auto const point = text.find('.');
    for (std::size_t i = point == std::string::npos ? text.size() : point; i > 3 + (text[0] == '-'); i -= 3)
        text.insert(i - 3, ",");
    return text;
}

std::string rule_text(CutRule const& rule) {
    switch (rule.by) {
        case CutRule::By::d_lambda:
            return fmt::format("d_lambda {} at {} Hz", rule.value, rule.frequency);
        case CutRule::By::nseg:
            return fmt::format("nseg {}", rule.value);
        case CutRule::By::max_length:
            return fmt::format("at most {} um each", rule.value);
        case CutRule::By::per_length:
            return fmt::format("1 + 2 int(L / {} um)", rule.value);
    }
    return {};
}

nlohmann::json to_json(RegionSummary const& r) {
    return {{"region", r.region},
            {"sections", r.sections},
            {"length", r.length},
            {"area", r.area},
            {"volume", r.volume},
            {"mean_diam", r.mean_diam},
            {"compartments", r.compartments}};
}

}  // namespace

Inspection inspect(std::filesystem::path const& path, SwcOptions const& options, CutRule const& rule, double Ra,
                   double cm) {
    Inspection inspection;
    inspection.rule = rule;
    inspection.Ra = Ra;
    inspection.cm = cm;
    auto& morphology = inspection.morphology;
    morphology = read_morphology(path, options, inspection.diagnostics);
    try {
        inspection.cable = cut(morphology, {rule, {}}, {&Ra, 1}, {&cm, 1});
        find_deepest(inspection);
    } catch (InputError const& error) {
        for (auto item : error.diagnostics().items()) {
            item.severity = Severity::warning;  // the file can be read, though not cut by this rule
            item.where.file = morphology.file;
            inspection.diagnostics.add(std::move(item));
        }
    }
    std::map<std::pair<int, std::string>, RegionSummary> regions;
    for (std::size_t i = 0; i < morphology.sections.size(); ++i) {
        auto const& section = morphology.sections[i];
        int const compartments = inspection.cable.sections.empty() ? 0 : inspection.cable.sections[i].nseg;
        add(regions[{section.type, region_of(section)}], section, compartments);
        add(inspection.total, section, compartments);
    }
    auto const divide = [](RegionSummary& r) { r.mean_diam = r.length > 0 ? r.mean_diam / r.length : 0; };
    for (auto& [key, region] : regions) {
        region.region = key.second;
        divide(region);
        inspection.regions.push_back(region);
    }
    inspection.total.region = "all";
    divide(inspection.total);
    return inspection;
}

std::string to_text(Inspection const& inspection) {
    auto const& morphology = inspection.morphology;
    std::string text =
        fmt::format("{}: {}, {} points, {} sections\n\n", morphology.file, morphology.format,
                    grouped(morphology.n_points, 0), grouped(static_cast<double>(morphology.sections.size()), 0));
    constexpr auto row = "  {:<10}{:>9}{:>13}{:>15}{:>18}{:>11}{:>14}\n";
    text += fmt::format(row, "region", "sections", "length", "area", "volume", "mean diam", "compartments");
    text += fmt::format(row, "", "", "um", "um2", "um3", "um", "");
    std::string const rule(90, '-');
    auto const line = [&](RegionSummary const& r) {
        return fmt::format(row, r.region, grouped(r.sections, 0), grouped(r.length, 1), grouped(r.area, 1),
                           grouped(r.volume, 1), grouped(r.mean_diam, 3),
                           inspection.cable.sections.empty() ? "-" : grouped(r.compartments, 0));
    };
    text += "  " + rule + "\n";
    for (auto const& region : inspection.regions) text += line(region);
    if (inspection.regions.size() > 1) text += "  " + rule + "\n" + line(inspection.total);
    text += "\n";
    if (!inspection.cable.sections.empty()) {
        auto const& sections = inspection.cable.sections;
        text += fmt::format("  soma     {}\n", morphology.soma_reading);
        text += fmt::format("  deepest  {}: {} um from {}, {} sections from the root\n",
                            sections[at(inspection.deepest_section)].name, grouped(inspection.deepest_distance, 1),
                            to_string(inspection.cable, {inspection.cable.origin_section, inspection.cable.origin_x}),
                            inspection.deepest_branches);
        text += fmt::format("  cut by   {}, with Ra {} ohm cm and cm {} uF/cm2\n", rule_text(inspection.rule),
                            inspection.Ra, inspection.cm);
    } else {
        text += fmt::format("  soma     {}\n", morphology.soma_reading);
    }
    constexpr std::size_t most_rows = 40;
    text += "\n" + sections_text(morphology, inspection.cable, most_rows);
    if (!inspection.diagnostics.empty()) text += "\n" + to_string(inspection.diagnostics) + "\n";
    return text;
}

nlohmann::json to_json(Inspection const& inspection) {
    auto const& morphology = inspection.morphology;
    nlohmann::json regions = nlohmann::json::array(), findings = nlohmann::json::array();
    for (auto const& region : inspection.regions) regions.push_back(to_json(region));
    for (auto const& d : inspection.diagnostics.items())
        findings.push_back({{"severity", to_string(d.severity)},
                            {"code", d.code},
                            {"file", d.where.file},
                            {"line", d.where.line},
                            {"column", d.where.column},
                            {"message", d.message},
                            {"advice", d.advice}});
    nlohmann::json result = {
        {"file", morphology.file},
        {"format", morphology.format},
        {"points", morphology.n_points},
        {"soma", morphology.soma_reading},
        {"regions", regions},
        {"total", to_json(inspection.total)},
        {"cut", {{"rule", rule_text(inspection.rule)}, {"Ra", inspection.Ra}, {"cm", inspection.cm}}},
        {"deepest", nullptr},
        {"sections", sections_json(morphology, inspection.cable)},
        {"diagnostics", findings}};
    if (inspection.deepest_section >= 0)
        result["deepest"] = {{"section", inspection.cable.sections[at(inspection.deepest_section)].name},
                             {"distance", inspection.deepest_distance},
                             {"sections_from_root", inspection.deepest_branches}};
    return result;
}

}  // namespace rall::morphology
