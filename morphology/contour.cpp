#include "morphology/contour.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace rall::morphology {
namespace {

using Eigen::Vector3d;

constexpr double epsilon = 1e-11;  ///< hoc's float_epsilon: what it takes for equal

Vector3d position(Point const& p) { return {p.x, p.y, p.z}; }

/// Values of the broken line through (x, y) at `at`, constant beyond its ends. x ascends.
std::vector<double> interpolate(std::vector<double> const& at, std::vector<double> const& x,
                                std::vector<double> const& y) {
    std::vector<double> result;
    for (double const value : at) {
        auto const above = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), value) - x.begin());
        if (above == 0) result.push_back(y.front());
        else if (above == x.size()) result.push_back(y.back());
        else {
            double const t = (value - x[above - 1]) / (x[above] - x[above - 1]);
            result.push_back(y[above - 1] + t * (y[above] - y[above - 1]));
        }
    }
    return result;
}

/// 101 points evenly along the outline from its first to its last point, as seen in the xy plane.
std::vector<Vector3d> resample(std::vector<Point> const& contour) {
    constexpr int steps = 100;
    std::vector<double> arc(contour.size(), 0), x, y, z, at;
    for (std::size_t i = 0; i < contour.size(); ++i) {
        if (i > 0) arc[i] = arc[i - 1] + std::hypot(contour[i].x - contour[i - 1].x, contour[i].y - contour[i - 1].y);
        x.push_back(contour[i].x);
        y.push_back(contour[i].y);
        z.push_back(contour[i].z);
    }
    for (int i = 0; i <= steps; ++i) at.push_back(i * (arc.back() / steps));
    x = interpolate(at, arc, x);
    y = interpolate(at, arc, y);
    z = interpolate(at, arc, z);
    std::vector<Vector3d> points;
    for (std::size_t i = 0; i < at.size(); ++i) points.emplace_back(x[i], y[i], z[i]);
    return points;
}

Vector3d mean(std::vector<Vector3d> const& points) {
    Vector3d sum = Vector3d::Zero();
    for (auto const& p : points) sum += p;
    return sum / static_cast<double>(points.size());
}

/// One side of the outline: positions along the major axis and across it.
struct Side {
    std::vector<double> along, across;

    /// Takes out points until `along` ascends, from its far end.
    void make_convex() {
        for (std::size_t j = along.size() - 1; j > 0; --j) {
            if (along[j] > along[j - 1] + epsilon) continue;
            along.erase(along.begin() + static_cast<std::ptrdiff_t>(j));
            across.erase(across.begin() + static_cast<std::ptrdiff_t>(j));
            if (j != along.size()) ++j;  // look at this place again
        }
    }
};

}  // namespace

Vec3 centre_of_contour(std::vector<Point> const& contour) {
    Vector3d const c = mean(resample(contour));
    return {c.x(), c.y(), c.z()};
}

std::vector<Point> contour_to_cable(std::vector<Point> const& contour) {
    auto points = resample(contour);
    Vector3d const centre = mean(points);
    Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
    for (auto& p : points) {
        p -= centre;
        spread += p * p.transpose();
    }
    Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> const axes(spread);  // eigenvalues ascend
    Vector3d major = axes.eigenvectors().col(2), minor = axes.eigenvectors().col(1);
    Eigen::Index largest = 0;
    major.cwiseAbs().maxCoeff(&largest);
    if (major[largest] < 0) major = -major;  // as NEURON's eigenvectors point for outlines in a plane z = constant
    minor.z() = 0;
    if (!(minor.norm() > 0) || !(axes.eigenvalues()[2] > 0)) return {};
    minor.normalize();

    Side all;
    for (auto const& p : points) {
        all.along.push_back(p.dot(major));
        all.across.push_back(p.dot(minor));
    }
    // Start at the far end; the first side then runs back to the near end, the second from there on.
    auto const far = std::max_element(all.along.begin(), all.along.end()) - all.along.begin();
    std::rotate(all.along.begin(), all.along.begin() + far, all.along.end());
    std::rotate(all.across.begin(), all.across.begin() + far, all.across.end());
    auto const near = std::min_element(all.along.begin(), all.along.end()) - all.along.begin();
    Side first{{all.along.begin(), all.along.begin() + near}, {all.across.begin(), all.across.begin() + near}};
    Side second{{all.along.begin() + near, all.along.end()}, {all.across.begin() + near, all.across.end()}};
    std::reverse(first.along.begin(), first.along.end());
    std::reverse(first.across.begin(), first.across.end());
    first.make_convex();
    second.make_convex();

    auto both = first.along;
    both.insert(both.end(), second.along.begin(), second.along.end());
    std::sort(both.begin(), both.end());
    if (both.size() < 4) return {};
    constexpr int steps = 20;
    double const begin = both[1], step = (both[both.size() - 2] - begin) / steps;
    std::vector<double> at;
    for (int i = 0; i <= steps; ++i) at.push_back(begin + i * step);
    auto const one = interpolate(at, first.along, first.across), other = interpolate(at, second.along, second.across);
    std::vector<Point> cable;
    for (std::size_t i = 0; i < at.size(); ++i) {
        Vector3d const p = centre + at[i] * major;
        cable.push_back({p.x(), p.y(), p.z(), std::abs(one[i] - other[i])});
    }
    // The ends would have no width.
    cable.front().diam = (cable[0].diam + cable[1].diam) / 2;
    cable.back().diam = (cable[steps].diam + cable[steps - 1].diam) / 2;
    return cable;
}

std::vector<Point> stack_to_cable(std::vector<std::vector<Point>> const& contours) {
    std::vector<Point> cable;
    for (auto const& contour : contours) {
        auto const points = resample(contour);
        Vector3d const centre = mean(points);
        double perimeter = 0, radius = 0;
        for (std::size_t i = 0; i < contour.size(); ++i)
            perimeter += (position(contour[(i + 1) % contour.size()]) - position(contour[i])).norm();
        for (auto const& p : points) radius += (p - centre).norm() / static_cast<double>(points.size());
        cable.push_back({centre.x(), centre.y(), centre.z(), radius + perimeter / (2 * std::numbers::pi)});
    }
    return cable;
}

Vec3 centre_of_stack(std::vector<std::vector<Point>> const& contours) {
    std::vector<Vector3d> centres;
    std::vector<double> arc;
    for (auto const& contour : contours) {
        centres.push_back(mean(resample(contour)));
        arc.push_back(arc.empty() ? 0 : arc.back() + (centres.back() - centres[centres.size() - 2]).norm());
    }
    double const half = arc.back() / 2;
    Vector3d result = centres.front();
    for (std::size_t i = 1; i < arc.size(); ++i)
        if (arc[i] > half) {
            result = centres[i - 1] + (half - arc[i - 1]) / (arc[i] - arc[i - 1]) * (centres[i] - centres[i - 1]);
            break;
        }
    return {result.x(), result.y(), result.z()};
}

}  // namespace rall::morphology
