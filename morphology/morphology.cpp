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
        sum += f(distance(a, b), a.diam, b.diam);
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

int Morphology::find(std::string_view section_name) const {
    auto const it =
        std::find_if(sections.begin(), sections.end(), [&](auto const& s) { return s.name == section_name; });
    return it == sections.end() ? -1 : static_cast<int>(it - sections.begin());
}

std::vector<std::string> Morphology::regions() const {
    std::set<int> types;
    for (auto const& section : sections) types.insert(section.type);
    std::vector<std::string> names;
    for (int const type : types) names.push_back(region_name(type));
    return names;
}

void name_sections(Morphology& morphology) {
    std::map<int, int> next;
    for (auto& section : morphology.sections)
        section.name = region_name(section.type) + "[" + std::to_string(next[section.type]++) + "]";
}

Morphology stylized(std::vector<Cylinder> const& cylinders) {
    Morphology morphology;
    morphology.format = "stylized";
    auto const fail = [](std::size_t i, std::string const& what) {
        throw InputError("stylized-cylinder", {}, "cylinder " + std::to_string(i) + ": " + what);
    };
    for (std::size_t i = 0; i < cylinders.size(); ++i) {
        auto const& c = cylinders[i];
        if (!(c.length > 0 && c.diam > 0 && c.length < 1e9 && c.diam < 1e9))
            fail(i, "length and diameter must be positive and below 1e9 um");
        if (c.parent < -1 || c.parent >= static_cast<int>(i)) fail(i, "its parent must be an earlier cylinder");
        if (!(c.parent_x >= 0 && c.parent_x <= 1)) fail(i, "it must be attached at 0 to 1 of its parent");
        // All cylinders lie along x, children starting where they are attached.
        double start = 0;
        if (c.parent >= 0) {
            auto const& parent = morphology.sections[static_cast<std::size_t>(c.parent)].points;
            start = parent.front().x + c.parent_x * (parent.back().x - parent.front().x);
        }
        morphology.sections.push_back({{},
                                       c.type,
                                       c.parent,
                                       c.parent < 0 ? 0 : c.parent_x,
                                       {{start, 0, 0, c.diam}, {start + c.length, 0, 0, c.diam}}});
    }
    morphology.n_points = 2 * static_cast<int>(cylinders.size());
    name_sections(morphology);
    return morphology;
}

Morphology replace_axon(Morphology const& morphology, AxonStub stub, Diagnostics& diagnostics) {
    constexpr double cylinder_length = 30;  // um
    std::array<double, 2> diams{1, 1};      // um
    Location const where{morphology.file};
    int const soma = morphology.find("soma[0]");
    if (soma < 0)
        throw InputError("axon-not-replaceable", where, "there is no soma to attach the replacement of the axon to",
                         "use a model that keeps the axon of the reconstruction");

    Morphology result = morphology;
    result.sections.clear();
    std::vector<int> kept(morphology.sections.size(), -1);
    int removed = 0;
    double removed_length = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        auto section = morphology.sections[i];
        if (section.type == axon_type) {
            if (stub == AxonStub::all_active) diams[removed > 0] = mean_diam(section);
            if (stub == AxonStub::all_active && removed == 0) diams[1] = diams[0];
            ++removed;
            removed_length += length(section);
            continue;
        }
        if (section.parent >= 0) {
            int const parent = kept[static_cast<std::size_t>(section.parent)];
            if (parent < 0)
                throw InputError("axon-not-replaceable", where,
                                 section.name + " hangs on the axon, which was to be replaced by a stub",
                                 "use a model that keeps the axon of the reconstruction");
            section.parent = parent;
        }
        kept[i] = static_cast<int>(result.sections.size());
        result.sections.push_back(std::move(section));
    }
    if (stub == AxonStub::all_active && removed == 0)
        throw InputError("axon-not-replaceable", where, "there is no axon whose diameter its replacement could have",
                         "use \"aibs_perisomatic\", or a model that keeps the cell as it is");
    // Where the stub is drawn has no influence on the model: downwards from the middle of the soma.
    int const new_soma = kept[static_cast<std::size_t>(soma)];
    auto const& body = result.sections[static_cast<std::size_t>(new_soma)].points;
    auto const& from = body[body.size() / 2];
    for (int i = 0; i < 2; ++i) {
        double const top = from.y - i * cylinder_length, diam = diams[static_cast<std::size_t>(i)];
        result.sections.push_back({{},
                                   axon_type,
                                   i == 0 ? new_soma : static_cast<int>(result.sections.size()) - 1,
                                   i == 0 && stub == AxonStub::perisomatic ? 0.5 : 1.0,
                                   {{from.x, top, from.z, diam}, {from.x, top - cylinder_length, from.z, diam}}});
    }
    name_sections(result);
    diagnostics.note("axon-replaced", where,
                     "the axon (" + std::to_string(removed) + " sections, " +
                         std::to_string(std::lround(removed_length)) +
                         " um) is replaced by two cylinders of 30 um length",
                     stub == AxonStub::perisomatic ? "as Allen's perisomatic models are defined"
                                                   : "as Allen's all-active models are defined");
    return result;
}

}  // namespace rall::morphology
