#include "model/extracellular.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

#include "morphology/cable.hpp"

namespace rall::model {
namespace {

using Vector = Eigen::Vector3d;

constexpr double on_it = 1e-8;  ///< um, the distance from which an electrode has a direction
/// Lines shorter than this part of their distance are points: the difference is 1/24 of its square, rounding in the logarithm as much.
constexpr double short_line = 1e-5;

Vector vector(morphology::Vec3 const& v) { return {v.x, v.y, v.z}; }

/// What coordinates (um) are stretched by, S/m.
Vector stretch(std::array<double, 3> const& s) {
    return {std::sqrt(s[1] * s[2]), std::sqrt(s[0] * s[2]), std::sqrt(s[0] * s[1])};
}

/// A direction at right angles to a line.
Vector across(Vector const& line) {
    return (std::abs(line.x()) <= on_it ? Vector(0, line.z(), -line.y()) : Vector(-line.y(), line.x(), 0)).normalized();
}

/// The integral of 1/distance along a line, from `h` to `l` (seen along it from where the electrode stands), at distance `r` from its axis.
double integral(double h, double l, double r) {
    double const to_h = std::hypot(h, r), to_l = std::hypot(l, r);
    if (l < 0) return std::log((to_h - h) / (to_l - l));
    if (h >= 0) return std::log((to_l + l) / (to_h + h));
    return std::log((to_h - h) / r * ((to_l + l) / r));
}

}  // namespace

double point_source(morphology::Vec3 const& point, double radius, morphology::Vec3 const& electrode,
                    std::array<double, 3> const& conductivity) {
    Vector away = vector(electrode) - vector(point);
    double const distance = away.norm();
    if (distance < radius) away = radius * (distance * distance < on_it ? Vector::UnitX() : Vector(away / distance));
    return 1 / (4 * std::numbers::pi * away.cwiseProduct(stretch(conductivity)).norm());  // nA / (S/m um) = mV
}

double line_source(morphology::Vec3 const& begin, morphology::Vec3 const& end, double radius,
                   morphology::Vec3 const& electrode, std::array<double, 3> const& conductivity) {
    Vector const line = vector(end) - vector(begin), middle = 0.5 * (vector(begin) + vector(end));
    double const length = line.norm();
    if (length <= short_line * std::max(radius, (vector(electrode) - middle).norm()))
        return point_source({middle.x(), middle.y(), middle.z()}, radius, electrode, conductivity);
    Vector away = vector(electrode) - vector(begin);
    bool const isotropic = conductivity[0] == conductivity[1] && conductivity[1] == conductivity[2];
    double along = away.dot(line) / length;
    if (!isotropic) along = std::clamp(along, 0.0, length);
    Vector const nearest = along / length * line, gap = away - nearest;
    if (double const distance = gap.norm(); distance < radius)
        away = nearest + radius * (distance < on_it ? across(line) : Vector(gap / distance));

    Vector const scale = stretch(conductivity), axis = line.cwiseProduct(scale);
    away = away.cwiseProduct(scale);
    double const extent = axis.norm(), l = away.dot(axis) / extent;
    return integral(l - extent, l, away.cross(axis).norm() / extent) / (4 * std::numbers::pi * extent);
}

morphology::Vec3 placed(morphology::Vec3 const& point, Placement const& placement) {
    auto const& [w, x, y, z] = placement.rotation;
    Vector const p = Eigen::Quaterniond(w, x, y, z) * vector(point);
    auto const& at = placement.position;
    return {p.x() + at[0], p.y() + at[1], p.z() + at[2]};
}

PotentialMap::PotentialMap(Model const& model, Probe const& probe, Extracellular const& field)
    : electrodes_(field.electrodes.size()) {
    std::map<std::tuple<int, int, int>, std::size_t> known;  // type, compartment, and the cell where it lies elsewhere
    for (auto const& site : probe.sites) {
        auto const& cell = model.cells[site.cell];
        int const type = cell.type;
        bool const moved = cell.placement != Placement{};
        auto const [entry, fresh] = known.try_emplace({type, site.compartment, moved ? site.cell : -1}, weights_.size());
        row_.push_back(entry->second);
        if (!fresh) continue;
        auto const& c = model.types[type].cable->compartments[site.compartment];
        bool const is_point =
            field.source == Source::point || (field.source == Source::root_as_point && c.section == 0);
        auto const begin = moved ? placed(c.begin, cell.placement) : c.begin,
                   end = moved ? placed(c.end, cell.placement) : c.end;
        morphology::Vec3 const middle{0.5 * (begin.x + end.x), 0.5 * (begin.y + end.y), 0.5 * (begin.z + end.z)};
        for (auto const& electrode : field.electrodes)
            weights_.push_back(is_point
                                   ? point_source(middle, 0.5 * c.diam, electrode, field.conductivity)
                                   : line_source(begin, end, 0.5 * c.diam, electrode, field.conductivity));
    }
}

std::vector<double> const& PotentialMap::apply(double const* currents, std::int64_t rows) {
    potentials_.assign(static_cast<std::size_t>(rows) * electrodes_, 0);
    for (auto* sum = potentials_.data(); rows > 0; --rows, sum += electrodes_)
        for (auto const row : row_) {
            double const current = *currents++;
            for (std::size_t e = 0; e < electrodes_; ++e) sum[e] += weights_[row + e] * current;
        }
    return potentials_;
}

}  // namespace rall::model
