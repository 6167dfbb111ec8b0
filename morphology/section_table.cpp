#include "morphology/section_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rall::morphology {

std::string sections_text(Morphology const& morphology, Cable const& cable, std::size_t most) {
    auto const& sections = morphology.sections;
    auto const shown = std::min(most, sections.size());
    std::size_t width = 8, parents = 12;
    auto const parent_of = [&](Section const& s) {
        return s.parent < 0 ? std::string("-")
                            : fmt::format("{}({:g})", sections[static_cast<std::size_t>(s.parent)].name, s.parent_x);
    };
    for (std::size_t i = 0; i < shown; ++i) {
        width = std::max(width, sections[i].name.size());
        parents = std::max(parents, parent_of(sections[i]).size());
    }
    auto const line = [&](auto const&... fields) {
        return fmt::format("  {:<{}}  {:<{}}{:>10}{:>10}{:>10}{:>13}{:>14}\n", fields...);
    };
    auto text = line("section", width, "parent", parents, "L", "diam(0)", "diam(1)", "distance(1)", "compartments") +
                line("", width, "", parents, "um", "um", "um", "um", "") + "  " +
                std::string(width + parents + 59, '-') + "\n";
    for (std::size_t i = 0; i < shown; ++i) {
        auto const& s = sections[i];
        bool const cut = !cable.sections.empty();
        bool const connected = cut && cable.sections[i].distance_1 < unconnected;
        text += line(s.name, width, parent_of(s), parents, fmt::format("{:.1f}", length(s)),
                     fmt::format("{:.3f}", s.points.front().diam), fmt::format("{:.3f}", s.points.back().diam),
                     connected ? fmt::format("{:.1f}", cable.sections[i].distance_1) : "-",
                     cut ? std::to_string(cable.sections[i].nseg) : "-");
    }
    if (shown < sections.size()) text += fmt::format("  and {} more: --json lists all\n", sections.size() - shown);
    return text;
}

nlohmann::json sections_json(Morphology const& morphology, Cable const& cable) {
    auto table = nlohmann::json::array();
    auto const& sections = morphology.sections;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        auto const& s = sections[i];
        nlohmann::json row{{"name", s.name},
                           {"region", region_of(s)},
                           {"parent", nullptr},
                           {"parent_x", s.parent_x},
                           {"L", length(s)},
                           {"diam_0", s.points.front().diam},
                           {"diam_1", s.points.back().diam}};
        if (s.parent >= 0) row["parent"] = sections[static_cast<std::size_t>(s.parent)].name;
        if (!cable.sections.empty()) {
            auto const& c = cable.sections[i];
            auto const distance = [](double d) { return d < unconnected ? nlohmann::json(d) : nlohmann::json(); };
            row["distance_0"] = distance(c.distance_0);
            row["distance_1"] = distance(c.distance_1);
            row["compartments"] = c.nseg;
        }
        table.push_back(std::move(row));
    }
    return table;
}

}  // namespace rall::morphology
