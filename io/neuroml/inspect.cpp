#include "io/neuroml/inspect.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "io/neuroml/density.hpp"

namespace rall::io::neuroml {
namespace {

using nlohmann::json;

json density_json(Density const& density) {
    json result{{"element", density.item.name()}, {"group", density.group}};
    if (density.item.has("id")) result["id"] = density.item.attribute("id");
    if (!density.mechanism.empty())
        result["mechanism"] = density.mechanism, result["defined"] = static_cast<bool>(density.defined);
    if (!density.ion.empty()) result["ion"] = density.ion;
    if (density.strength) result["value"] = *density.strength;
    if (!density.expression.empty()) result["value"] = density.expression;
    for (auto const& [key, value] : {std::pair{"erev", density.reversal}, std::pair{"vShift", density.shift},
                                     std::pair{"inner", density.inner}, std::pair{"outer", density.outer}})
        if (value) result[key] = *value;
    return result;
}

std::string names_text(json const& list) {
    std::string text;
    for (auto const& item : list) text += (text.empty() ? "" : ", ") + item.get<std::string>();
    return text.empty() ? "none" : text;
}

}  // namespace

json inspect(std::filesystem::path const& file, Diagnostics& found) {
    json result{{"file", file.string()}, {"kind", "NeuroML"}};
    bool has_cell = false;
    {
        Diagnostics elsewhere;  // read_cell finds it again
        Library const library(file, elsewhere);
        for (auto const& item : library.items()) has_cell = has_cell || is_cell(item.name());
    }
    std::vector<nmodl::Composed> mechanisms;
    if (has_cell) {
        auto const cell = read_cell(file, found);
        result["cell"] = cell.id;
        if (cell.morphology) {
            auto sections = json::array(), groups = json::array();
            for (auto const& section : cell.morphology->sections) {
                json entry{{"name", section.name},
                           {"region", morphology::region_of(section)},
                           {"length", morphology::length(section)},
                           {"area", morphology::area(section)},
                           {"points", section.points.size()}};
                if (section.parent >= 0)
                    entry["parent"] = cell.morphology->sections[section.parent].name,
                    entry["parent_x"] = section.parent_x;
                sections.push_back(std::move(entry));
            }
            for (auto const& [name, group] : cell.shape->groups)
                groups.push_back(
                    {{"name", name}, {"segments", group.segments.size()}, {"sections", group.sections.size()}});
            result["sections"] = std::move(sections);
            result["groups"] = std::move(groups);
        }
        result["densities"] = json::array();
        if (cell.densities)
            for (auto const& density : *cell.densities) result["densities"].push_back(density_json(density));
        if (cell.v_init) result["v_init"] = *cell.v_init;
        if (cell.spike_threshold) result["spike_threshold"] = *cell.spike_threshold;
        mechanisms = cell.mechanisms;
    } else {
        mechanisms = mechanisms_of(file, found);
    }
    result["mechanisms"] = json::array();
    for (auto const& composed : mechanisms) {
        auto const program = nmodl::parse(composed, found);
        for (auto const& neuron : program.neuron) result["mechanisms"].push_back(neuron.name.name);
    }
    return result;
}

std::string to_text(json const& data) {
    auto text = fmt::format("{}: NeuroML\n", data["file"].get<std::string>());
    if (data.contains("cell")) text += fmt::format("cell          {}\n", data["cell"].get<std::string>());
    text += fmt::format("mechanisms    {}\n", names_text(data["mechanisms"]));
    for (auto const* key : {"v_init", "spike_threshold"})
        if (data.contains(key)) text += fmt::format("{:<16}{} mV\n", key, data[key].get<double>());
    if (data.contains("sections")) {
        constexpr std::size_t most = 40;
        auto const& sections = data["sections"];
        text += fmt::format("\n{} sections\n{:<20} {:<8} {:>10} {:>12}  parent\n", sections.size(), "name", "region",
                            "length um", "area um2");
        for (std::size_t i = 0; i < std::min(most, sections.size()); ++i) {
            auto const& s = sections[i];
            text += fmt::format("{:<20} {:<8} {:>10.6g} {:>12.6g}  {}\n", s["name"].get<std::string>(),
                                s["region"].get<std::string>(), s["length"].get<double>(), s["area"].get<double>(),
                                s.contains("parent") ? fmt::format("{}({:.6g})", s["parent"].get<std::string>(),
                                                                   s["parent_x"].get<double>())
                                                     : "-");
        }
        if (sections.size() > most)
            text += fmt::format("... and {} others (--json shows all)\n", sections.size() - most);
        text += fmt::format("\n{:<28} segments  whole sections\n", "group");
        for (auto const& group : data["groups"])
            text += fmt::format("{:<28} {:>8}  {:>14}\n", group["name"].get<std::string>(),
                                group["segments"].get<std::size_t>(), group["sections"].get<std::size_t>());
    }
    if (data.contains("densities")) {
        text += fmt::format("\n{:<28} {:<20} {:<20} value\n", "element", "group", "mechanism");
        for (auto const& d : data["densities"]) {
            text += fmt::format("{:<28} {:<20} {:<20}", d["element"].get<std::string>(), d["group"].get<std::string>(),
                                d.value("mechanism", "-") + (d.value("defined", true) ? "" : " (not here)"));
            for (auto const* key : {"value", "erev", "vShift", "inner", "outer"})
                if (d.contains(key))
                    text += fmt::format(" {}{}", std::string_view(key) == "value" ? "" : fmt::format("{}=", key),
                                        d[key].dump());
            text += "\n";
        }
    }
    return text;
}

}  // namespace rall::io::neuroml
