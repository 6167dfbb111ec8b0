#include "morphology/morphology.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace rall::morphology {
namespace {

/// NEURON keeps coordinates in single precision and subtracts them so; likewise here where they have been rounded to it.
double difference(double a, double b) {
    auto const single_a = static_cast<float>(a), single_b = static_cast<float>(b);
    return single_a == a && single_b == b ? static_cast<double>(single_a - single_b) : a - b;
}

double distance(Point const& a, Point const& b) {
    double const x = difference(a.x, b.x), y = difference(a.y, b.y), z = difference(a.z, b.z);
    return std::sqrt(x * x + y * y + z * z);
}

/// Sums f(distance, diameter at the start, diameter at the end) over the frusta of a section.
template <class F>
double sum_frusta(Section const& section, F f) {
    double sum = 0;
    for (std::size_t i = 1; i < section.points.size(); ++i) {
        auto const& a = section.points[i - 1];
        auto const& b = section.points[i];
        if (section.cylinders.empty()) sum += f(distance(a, b), a.diam, b.diam);
        else sum += f(distance(a, b), section.cylinders[i - 1], section.cylinders[i - 1]);
    }
    return sum;
}

}  // namespace

std::string region_name(int type) {
    switch (type) {
        case soma_type:
            return "soma";
        case axon_type:
            return "axon";
        case dend_type:
            return "dend";
        case apic_type:
            return "apic";
        default:
            return type < 0 ? "minus_" + std::to_string(-static_cast<long>(type)) : "dend_" + std::to_string(type);
    }
}

double length(Section const& section) {
    return sum_frusta(section, [](double h, double, double) { return h; });
}

double area(Section const& section) {
    return sum_frusta(section, [](double h, double d1, double d2) {
        return 0.5 * std::numbers::pi * (d1 + d2) * std::hypot(h, 0.5 * (d1 - d2));
    });
}

double volume(Section const& section) {
    return sum_frusta(section, [](double h, double d1, double d2) {
        return std::numbers::pi / 12 * h * (d1 * d1 + d1 * d2 + d2 * d2);
    });
}

double mean_diam(Section const& section) {
    double const L = length(section);
    return L > 0 ? sum_frusta(section, [](double h, double d1, double d2) { return 0.5 * h * (d1 + d2); }) / L : 0;
}

std::vector<double> arc_lengths(Section const& section) {
    std::vector<double> arc(section.points.size(), 0.0);
    for (std::size_t i = 1; i < arc.size(); ++i)
        arc[i] = arc[i - 1] + distance(section.points[i - 1], section.points[i]);
    return arc;
}

namespace {

std::string_view bare(std::string_view name) { return name.substr(0, name.size() - (name.ends_with("[0]") ? 3 : 0)); }

}  // namespace

bool same_section(std::string_view a, std::string_view b) { return bare(a) == bare(b); }

int Morphology::find(std::string_view section_name) const {
    auto const it = std::find_if(sections.begin(), sections.end(),
                                 [&](auto const& s) { return same_section(s.name, section_name); });
    return it == sections.end() ? -1 : static_cast<int>(it - sections.begin());
}

std::vector<std::string> Morphology::regions() const {
    std::set<std::pair<int, std::string>> all;
    for (auto const& section : sections) all.emplace(section.type, region_of(section));
    std::vector<std::string> names;
    for (auto const& [type, name] : all) names.push_back(name);
    return names;
}

void name_sections(Morphology& morphology) {
    std::map<int, int> next;
    for (auto& section : morphology.sections)
        section.name = region_name(section.type) + "[" + std::to_string(next[section.type]++) + "]";
}

}  // namespace rall::morphology
