#include "morphology/soma_check.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace rall::morphology {
namespace {

using Eigen::Vector3d;
using std::numbers::pi;

/// The cone between two neighbouring points of a soma section.
struct Frustum {
    Vector3d begin, axis;      ///< axis: unit vector from the begin to the end
    double length, r0, r1;     ///< um; radii at begin and end
    Vector3d across, upwards;  ///< unit vectors across the axis

    double area() const { return pi * (r0 + r1) * std::hypot(length, r1 - r0); }
    double radius(double along) const { return r0 + (r1 - r0) * along / length; }
};

std::vector<Frustum> frusta(Morphology const& morphology) {
    std::vector<Frustum> result;
    for (auto const& section : morphology.sections) {
        if (section.type != soma_type) continue;
        for (std::size_t i = 1; i < section.points.size(); ++i) {
            auto const &p = section.points[i - 1], &q = section.points[i];
            Vector3d const begin(p.x, p.y, p.z), way = Vector3d(q.x, q.y, q.z) - begin;
            double const length = way.norm();
            if (!(length > 0)) continue;
            Vector3d const axis = way / length, across = axis.unitOrthogonal();
            result.push_back({begin, axis, length, p.diam / 2, q.diam / 2, across, axis.cross(across)});
        }
    }
    return result;
}

/// Whether a point of the surface lies in a frustum; on the surface of both, the earlier one keeps it.
bool covers(Frustum const& frustum, Vector3d const& point, bool earlier) {
    Vector3d const way = point - frustum.begin;
    double const along = way.dot(frustum.axis);
    if (along < 0 || along > frustum.length) return false;
    double const radius = frustum.radius(along), margin = 1e-5 * radius;
    double const distance = (way - along * frustum.axis).norm();
    return distance < radius + (earlier ? margin : -margin);
}

/// The share of a frustum's membrane that none of the others covers, by samples evenly around and along.
double uncovered(std::vector<Frustum> const& all, std::size_t index) {
    constexpr int around = 24, along = 4;
    auto const& f = all[index];
    double total = 0, free = 0;
    for (int i = 0; i < along; ++i) {
        double const at = (i + 0.5) * f.length / along, r = f.radius(at);  // area is proportional to the radius
        for (int k = 0; k < around; ++k) {
            double const angle = 2 * pi * (k + 0.5) / around;
            Vector3d const point =
                f.begin + at * f.axis + r * (std::cos(angle) * f.across + std::sin(angle) * f.upwards);
            bool covered = false;
            for (std::size_t j = 0; j < all.size() && !covered; ++j)
                covered = j != index && covers(all[j], point, j < index);
            total += r;
            free += covered ? 0 : r;
        }
    }
    return total > 0 ? free / total : 1;
}

}  // namespace

SomaSurface soma_surface(Morphology const& morphology) {
    SomaSurface surface;
    auto const all = frusta(morphology);
    constexpr std::size_t most = 1000;  // a soma of more pieces is a cell whose points are all of one type
    for (std::size_t i = 0; i < all.size(); ++i) {
        surface.read += all[i].area();
        surface.length += all[i].length;
        surface.outside += all[i].area() * (all.size() <= most ? uncovered(all, i) : 1);
    }
    auto const& sections = morphology.sections;
    std::set<std::pair<int, double>> joints;  // where another piece of soma goes on
    for (auto const& s : sections)
        if (s.type == soma_type) joints.emplace(s.parent, s.parent_x);
    for (std::size_t i = 0; i < sections.size(); ++i) {
        auto const& s = sections[i];
        if (s.type != soma_type) continue;
        auto const joined = [&](double x) { return joints.contains({static_cast<int>(i), x}); };
        auto const cross_section = [](Point const& p) { return pi / 4 * p.diam * p.diam; };
        bool const starts_on_soma = s.parent >= 0 && sections[static_cast<std::size_t>(s.parent)].type == soma_type;
        if (!starts_on_soma && !joined(0)) surface.ends += cross_section(s.points.front());
        if (!joined(1)) surface.ends += cross_section(s.points.back());
    }
    return surface;
}

void check_soma(Morphology const& morphology, Diagnostics& diagnostics) {
    constexpr double overlap = 0.1;  // share of the membrane; where branches of a soma meet, a little always overlaps
    auto const surface = soma_surface(morphology);
    Location const where{morphology.file};
    if (surface.outside < (1 - overlap) * surface.read)
        diagnostics.warning(
            "soma-overlap", where,
            fmt::format(
                "pieces of the soma overlap: it is read with {:.1f} um2 of membrane, of which {:.1f} um2 are outside",
                surface.read, surface.outside),
            "what lies inside counts as membrane, too: correct the points of the soma (type 1) if that is not meant");
    if (surface.read < surface.ends)
        diagnostics.warning(
            "soma-disc", where,
            fmt::format(
                "the soma is a disc: it is read with {:.1f} um2 of membrane around it, its ends without membrane have "
                "{:.1f} um2",
                surface.read, surface.ends),
            fmt::format("a sphere as wide has {:.1f} um2, and would be one point of that radius", 2 * surface.ends));
    constexpr double longest = 5;  // diameters
    double const diam = surface.length > 0 ? surface.read / (pi * surface.length) : 0;
    auto const& found = diagnostics.items();
    bool const told = std::any_of(found.begin(), found.end(), [](Diagnostic const& d) {
        return d.code == "swc-contour-soma" || d.code == "asc-contour-area";
    });
    if (surface.length > longest * diam && !told)
        diagnostics.warning(
            "soma-long", where,
            fmt::format(
                "the soma is read as a cable {:.1f} um long and {:.2f} um wide, of {:.1f} um2; a sphere as wide "
                "has {:.1f} um2",
                surface.length, diam, surface.read, pi * diam * diam),
            "points on its outline, or points of neurites that are called soma (type 1), are read so: correct them if "
            "that is not meant");
}

}  // namespace rall::morphology
