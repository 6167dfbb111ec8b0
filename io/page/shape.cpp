#include "io/page/shape.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>

namespace rall::html {

namespace {

/// The course of a section from arc length `from` to `to` (um), its ends interpolated between the traced points.
std::vector<Point> course(morphology::Section const& section, std::vector<double> const& arc, double from, double to) {
    auto const at = [&](double s) {
        auto const next = std::upper_bound(arc.begin() + 1, arc.end() - 1, s) - arc.begin();
        auto const& a = section.points[next - 1];
        auto const& b = section.points[next];
        auto const span = arc[next] - arc[next - 1];
        auto const f = span > 0 ? std::clamp((s - arc[next - 1]) / span, 0.0, 1.0) : 0.0;
        return Point{std::lerp(a.x, b.x, f), std::lerp(a.y, b.y, f), std::lerp(a.z, b.z, f),
                     std::lerp(a.diam, b.diam, f)};
    };
    std::vector<Point> points{at(from)};
    for (std::size_t i = 0; i < arc.size(); ++i)
        if (arc[i] > from && arc[i] < to) {
            auto const& p = section.points[i];
            points.push_back({p.x, p.y, p.z, p.diam});
        }
    points.push_back(at(to));
    return points;
}

std::string counted(std::uint64_t n, std::string const& thing) {
    return std::to_string(n) + " " + thing + (n == 1 ? "" : "s");
}

/// Four significant digits.
std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string to_text(morphology::CutRule const& rule) {
    using By = morphology::CutRule::By;
    switch (rule.by) {
        case By::d_lambda:
            return "d_lambda " + short_number(rule.value) + " at " + short_number(rule.frequency) + " Hz";
        case By::nseg:
            return short_number(rule.value) + " per section";
        case By::max_length:
            return "at most " + short_number(rule.value) + " µm long";
        case By::per_length:
            return "1 + 2 int(L / " + short_number(rule.value) + " µm)";
    }
    return {};
}

}  // namespace

CellShape cell_shape(std::string name, morphology::Morphology const& morphology, morphology::Cable const& cable,
                     std::span<double const> peak_v) {
    CellShape shape{std::move(name), {}, {}};
    for (std::size_t s = 0; s < morphology.sections.size(); ++s) {
        auto const& section = morphology.sections[s];
        auto const region = morphology::region_of(section);
        auto const arc = morphology::arc_lengths(section);
        if (cable.compartments.empty()) {
            auto const unknown = std::numeric_limits<double>::quiet_NaN();
            shape.pieces.push_back({section.name, region, 0.5, unknown, course(section, arc, 0, arc.back())});
            continue;
        }
        auto const [first, nseg] = std::pair{cable.sections[s].first, cable.sections[s].nseg};
        for (int k = 0; k < nseg; ++k) {
            auto const& compartment = cable.compartments[first + k];
            Piece piece{section.name, region, compartment.x, compartment.distance,
                        course(section, arc, arc.back() * k / nseg, arc.back() * (k + 1) / nseg)};
            if (!peak_v.empty()) piece.peak_v = peak_v[first + k];
            shape.pieces.push_back(std::move(piece));
        }
    }
    return shape;
}

MorphologyPage morphology_page(morphology::Inspection const& inspection) {
    auto const& morphology = inspection.morphology;
    MorphologyPage page;
    page.title = std::filesystem::path(morphology.file).filename().string();
    page.subtitle = morphology.format + ", " + counted(morphology.n_points, "point");
    page.facts.emplace_back("soma", morphology.soma_reading);
    if (inspection.deepest_section >= 0)
        page.facts.emplace_back("deepest branch", morphology.sections[inspection.deepest_section].name + ", " +
                                                      short_number(inspection.deepest_distance) + " µm away, " +
                                                      counted(inspection.deepest_branches, "section"));
    page.facts.emplace_back("compartments", to_text(inspection.rule) + " (Ra " + short_number(inspection.Ra) +
                                                " Ω cm, cm " + short_number(inspection.cm) + " µF/cm²)");
    page.shape = cell_shape(page.title, morphology, inspection.cable);
    for (auto const& r : inspection.regions)
        page.regions.push_back({r.region, static_cast<std::uint64_t>(r.sections), r.length, r.area, r.volume,
                                r.mean_diam, static_cast<std::uint64_t>(r.compartments)});
    page.diagnostics = inspection.diagnostics;
    return page;
}

}  // namespace rall::html
