#include "morphology/stylized.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/whole.hpp"

namespace rall::morphology {
namespace {

[[noreturn]] void fail(StylizedSection const& section, std::size_t number, std::string const& what) {
    auto const name = section.name.empty() ? "section " + std::to_string(number) : section.name;
    throw InputError("stylized-section", {}, name + ": " + what);
}

bool is_size(double value) { return value > 0 && value < 1e9; }

float single(double value) { return static_cast<float>(value); }

/// From the place where it is attached along x; 3-D points stay where they are.
std::vector<Point> course(StylizedSection const& section, Morphology const& morphology) {
    auto points = section.points;
    for (auto& point : points) point = {single(point.x), single(point.y), single(point.z), single(point.diam)};
    if (!points.empty()) return points;
    Vec3 start;
    if (section.parent >= 0) {
        auto const& parent = morphology.sections[at(section.parent)].points;
        auto const along = [&](double from, double to) { return from + section.parent_x * (to - from); };
        start = {along(parent.front().x, parent.back().x), along(parent.front().y, parent.back().y),
                 along(parent.front().z, parent.back().z)};
    }
    if (section.diam_1 == 0 || section.diam_1 == section.diam)
        return {{start.x, start.y, start.z, section.diam}, {start.x + section.length, start.y, start.z, section.diam}};
    // As pt3dadd(0, 0, 0, diam) and pt3dadd(L, 0, 0, diam_1): where it begins in space must not round its length.
    return {{0, 0, 0, single(section.diam)}, {single(section.length), 0, 0, single(section.diam_1)}};
}

/// What goes with the axon, and the indices that the others have afterwards (-1 for the axon).
struct Cut {
    Morphology rest;
    std::vector<int> kept;
    std::vector<Section const*> removed;
};

Cut cut_off_axon(Morphology const& morphology) {
    Cut cut{morphology, std::vector<int>(morphology.sections.size(), -1), {}};
    cut.rest.sections.clear();
    for (std::size_t i = 0; i < cut.kept.size(); ++i) {
        auto section = morphology.sections[i];
        if (section.type == axon_type) {
            cut.removed.push_back(&morphology.sections[i]);
            continue;
        }
        if (section.parent >= 0) {
            int const parent = cut.kept[at(section.parent)];
            if (parent < 0)
                throw InputError("axon-not-replaceable", {morphology.file},
                                 section.name + " hangs on the axon, which was to be replaced or cut off",
                                 "use a model that keeps the axon of the reconstruction");
            section.parent = parent;
        }
        cut.kept[i] = static_cast<int>(cut.rest.sections.size());
        cut.rest.sections.push_back(std::move(section));
    }
    return cut;
}

/// "the axon (12 sections, 340 um)"
std::string size_of(Cut const& cut) {
    double sum = 0;
    for (auto const* section : cut.removed) sum += length(*section);
    return "the axon (" + std::to_string(cut.removed.size()) + " sections, " + std::to_string(rounded<long>(sum)) +
           " um)";
}

/// The main axis (the first principal component) of a section's points and the middle of the soma, on the side where the section ends.
Eigen::Vector3d direction_of(Section const& axon, Point const& middle) {
    std::vector<Eigen::Vector3d> points{{middle.x, middle.y, middle.z}};
    for (auto const& point : axon.points) points.emplace_back(point.x, point.y, point.z);
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    for (auto const& point : points) mean += point / static_cast<double>(points.size());
    Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
    for (auto const& point : points) spread += (point - mean) * (point - mean).transpose();
    Eigen::Vector3d const axis = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(spread).eigenvectors().col(2);
    return axis.dot(points.back() - points.front()) < 0 ? Eigen::Vector3d(-axis) : axis;
}

/// Where NEURON's define_shape draws a straight section without 3-D points: in the plane of x and y, along its parent from an end of it and across
/// from a place between, 0.4 rad aside where others leave from that place.
Eigen::Vector3d drawn_direction(Morphology const& morphology, int parent, double parent_x) {
    auto const& points = morphology.sections[at(parent)].points;
    bool const others = std::ranges::any_of(
        morphology.sections, [&](Section const& section) { return section.parent == parent && section.parent_x == parent_x; });
    double const angle = std::atan2(points.back().y - points.front().y, points.back().x - points.front().x) +
                         (parent_x < 1 ? std::numbers::pi / 2 : 0) - (others ? 0.4 : 0);
    return {std::cos(angle), std::sin(angle), 0};
}

}  // namespace

void add_sections(Morphology& morphology, std::vector<StylizedSection> const& sections) {
    SectionIndex names(morphology.sections);
    add_sections(morphology, sections, names);
}

void add_sections(Morphology& morphology, std::vector<StylizedSection> const& sections, SectionIndex& names) {
    for (std::size_t i = 0; i < sections.size(); ++i) {
        auto const& s = sections[i];
        bool const sizes =
            s.points.empty()
                ? is_size(s.length) && is_size(s.diam) && (s.diam_1 == 0 || is_size(s.diam_1))
                : std::all_of(s.points.begin(), s.points.end(), [](Point const& p) {
                      return is_size(p.diam) && std::abs(p.x) < 1e9 && std::abs(p.y) < 1e9 && std::abs(p.z) < 1e9;
                  });
        if (!sizes) fail(s, i, "length and diameters must be positive and below 1e9 um");
        if (s.parent < -1 || s.parent >= static_cast<int>(morphology.sections.size()))
            fail(s, i, "its parent must be an earlier section");
        if (!(s.parent_x >= 0 && s.parent_x <= 1)) fail(s, i, "it must be attached at 0 to 1 of its parent");
        if (!s.name.empty() && names.find(s.name) >= 0) fail(s, i, "there already is a section of this name");
        morphology.sections.push_back(
            {s.name, s.type, s.parent, s.parent < 0 ? 0 : s.parent_x, course(s, morphology), s.region});
        names.add(s.name);
        if (s.points.size() == 1 || !(length(morphology.sections.back()) > 0))
            fail(s, i, "3-D points must be two at least, with a way between them");
        morphology.n_points += static_cast<int>(morphology.sections.back().points.size());
    }
}

Morphology stylized(std::vector<StylizedSection> const& sections) {
    Morphology morphology;
    morphology.format = "stylized";
    SectionIndex names;
    add_sections(morphology, sections, names);
    if (std::any_of(sections.begin(), sections.end(), [](auto const& s) { return s.name.empty(); }))
        name_sections(morphology);
    return morphology;
}

Morphology without_axon(Morphology const& morphology, Diagnostics& diagnostics) {
    auto cut = cut_off_axon(morphology);
    if (cut.rest.sections.empty())
        throw InputError("axon-not-replaceable", {morphology.file}, "nothing would be left without the axon");
    diagnostics.note("axon-cut-off", {morphology.file}, size_of(cut) + " is cut off");
    return std::move(cut.rest);
}

Morphology replace_axon(Morphology const& morphology, AxonStub stub, Diagnostics& diagnostics) {
    constexpr double cylinder_length = 30;  // um
    Location const where{morphology.file};
    int const soma = morphology.find("soma[0]");
    if (soma < 0)
        throw InputError("axon-not-replaceable", where, "there is no soma to attach the replacement of the axon to",
                         "use a model that keeps the axon of the reconstruction");
    auto cut = cut_off_axon(morphology);
    bool const all_active = stub == AxonStub::all_active || stub == AxonStub::all_active_directed;
    bool const directed = stub == AxonStub::perisomatic_directed || stub == AxonStub::all_active_directed;
    if ((all_active || directed) && cut.removed.empty())
        throw InputError("axon-not-replaceable", where,
                         fmt::format("there is no axon whose {} its replacement could have", all_active ? "diameter" : "direction"),
                         "use \"aibs_perisomatic\", or a model that keeps the cell as it is");
    auto& sections = cut.rest.sections;
    int parent = cut.kept[at(soma)];
    auto const body = sections[at(parent)].points;
    auto const& middle = body[body.size() / 2];
    double const leaves = all_active ? 1 : 0.5;
    // It has no influence on the cell, but on potentials outside of it.
    Eigen::Vector3d const way =
        cylinder_length * (directed ? direction_of(*cut.removed.back(), middle) : drawn_direction(cut.rest, parent, leaves));
    auto const& begin = directed || all_active ? body.back() : middle;
    Eigen::Vector3d from(begin.x, begin.y, begin.z);
    for (int i = 0; i < 2; ++i) {
        double const diam = all_active ? mean_diam(i == 0 ? *cut.removed.front() : *cut.removed.back()) : 1;  // um
        Eigen::Vector3d const to = from + way;
        sections.push_back({"axon[" + std::to_string(i) + "]",
                            axon_type,
                            parent,
                            i == 0 ? leaves : 1.0,
                            {{from.x(), from.y(), from.z(), diam}, {to.x(), to.y(), to.z(), diam}}});
        from = to;
        parent = static_cast<int>(sections.size()) - 1;
    }
    diagnostics.note(
        "axon-replaced", where, size_of(cut) + " is replaced by two cylinders of 30 um length",
        all_active ? "as Allen's all-active models are defined" : "as Allen's perisomatic models are defined");
    return std::move(cut.rest);
}

}  // namespace rall::morphology
