#include "morphology/contour.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "morphology/principal_axes.hpp"

// Sums, products and comparisons are in NEURON's order: where an edge lies across the major axis, all its points are as far
// along it, and the last digit says which is the farthest.
namespace rall::morphology {
namespace {

using Vector = std::array<double, 3>;

constexpr double epsilon = 1e-11;  ///< hoc's float_epsilon: what it takes for equal

double dot(Vector const& a, Vector const& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
double distance(Vector const& a, Vector const& b) {
    Vector const way{a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    return std::sqrt(dot(way, way));
}
Vector position(Point const& p) { return {p.x, p.y, p.z}; }

/// Values of the broken line through (x, y) at `at`, constant beyond its ends. x ascends.
std::vector<double> interpolate(std::vector<double> const& at, std::vector<double> const& x,
                                std::vector<double> const& y) {
    std::vector<double> result;
    for (double const value : at) {
        if (value >= x.back()) result.push_back(y.back());
        else if (value <= x.front()) result.push_back(y.front());
        else {
            auto const i = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), value) - x.begin());
            double const t = (value - x[i - 1]) / (x[i] - x[i - 1]);
            result.push_back((1 - t) * y[i - 1] + t * y[i]);
        }
    }
    return result;
}

/// 101 points evenly along the outline from its first to its last point, as seen in the xy plane.
std::vector<Vector> resample(std::vector<Point> const& contour) {
    constexpr int steps = 100;
    std::vector<double> arc(contour.size(), 0), at;
    std::array<std::vector<double>, 3> coordinates;
    for (std::size_t i = 0; i < contour.size(); ++i) {
        if (i > 0) {
            double const dx = contour[i].x - contour[i - 1].x, dy = contour[i].y - contour[i - 1].y;
            arc[i] = arc[i - 1] + std::sqrt(dx * dx + dy * dy);
        }
        for (std::size_t k = 0; k < 3; ++k) coordinates[k].push_back(position(contour[i])[k]);
    }
    for (int i = 0; i <= steps; ++i) at.push_back(i * (arc.back() / steps));
    std::vector<Vector> points(at.size());
    for (std::size_t k = 0; k < 3; ++k) {
        auto const along = interpolate(at, arc, coordinates[k]);
        for (std::size_t i = 0; i < at.size(); ++i) points[i][k] = along[i];
    }
    return points;
}

Vector mean(std::vector<Vector> const& points) {
    Vector sum{};
    for (auto const& p : points)
        for (std::size_t k = 0; k < 3; ++k) sum[k] += p[k];
    for (double& s : sum) s /= static_cast<double>(points.size());
    return sum;
}

/// An outline about its centre, and the axes along which it is longest and, in the xy plane, across.
struct Frame {
    std::vector<Vector> points;    ///< relative to the centre
    Vector centre, major, across;  ///< in the outline's own plane
    Vector minor;                  ///< `across` as seen in the xy plane
    bool flat = false;             ///< the outline lies on a line

    explicit Frame(std::vector<Point> const& contour) : points(resample(contour)), centre(mean(points)) {
        Matrix3 spread{};
        for (auto& p : points)
            for (std::size_t k = 0; k < 3; ++k) p[k] -= centre[k];
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j)
                for (auto const& p : points) spread[i][j] += p[i] * p[j];
        auto const [values, vectors] = principal_axes(spread);
        auto const largest = static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
        auto const least = static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin());
        std::size_t const middle = largest == least ? largest : 3 - largest - least;
        for (std::size_t i = 0; i < 3; ++i) {
            major[i] = vectors[i][largest];
            across[i] = minor[i] = vectors[i][middle];
        }
        minor[2] = 0;
        double const length = std::sqrt(dot(minor, minor));
        constexpr double thin = 1e-6;  // width over length
        flat = !(values[middle] > thin * thin * values[largest]) || !(length > 0);
        for (double& m : minor) m /= length;
    }
};

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

double perimeter(std::vector<Point> const& contour) {
    double sum = 0;
    for (std::size_t i = 0; i < contour.size(); ++i)
        sum += distance(position(contour[(i + 1) % contour.size()]), position(contour[i]));
    return sum;
}

/// Area between the outermost edges of a closed outline in its own plane, by strips across its major axis, um2. Edges may cross.
double enclosed(std::vector<Point> const& contour) {
    Frame const frame(contour);
    constexpr int strips = 1000;
    std::vector<std::pair<double, double>> corners;  // along and across
    for (auto const& p : contour) {
        Vector const way{p.x - frame.centre[0], p.y - frame.centre[1], p.z - frame.centre[2]};
        corners.emplace_back(dot(way, frame.major), dot(way, frame.across));
    }
    auto const [first, last] = std::minmax_element(corners.begin(), corners.end());
    double const begin = first->first, width = (last->first - begin) / strips;
    double area = 0;
    for (int i = 0; i < strips; ++i) {
        double const at = begin + (i + 0.5) * width;
        double low = 0, high = 0;
        bool any = false;
        for (std::size_t k = 0; k < corners.size(); ++k) {
            auto const &a = corners[k], &b = corners[(k + 1) % corners.size()];
            if ((a.first <= at) == (b.first <= at)) continue;
            double const y = a.second + (b.second - a.second) * (at - a.first) / (b.first - a.first);
            low = any ? std::min(low, y) : y;
            high = any ? std::max(high, y) : y;
            any = true;
        }
        area += (high - low) * width;
    }
    return area;
}

}  // namespace

Vec3 centre_of_contour(std::vector<Point> const& contour) {
    auto const c = mean(resample(contour));
    return {c[0], c[1], c[2]};
}

bool is_flat(std::vector<Point> const& contour) { return Frame(contour).flat; }

std::vector<Point> contour_to_cable(std::vector<Point> const& contour, bool positive) {
    Frame frame(contour);
    auto const largest = *std::ranges::max_element(frame.major, {}, [](double component) { return std::abs(component); });
    if (positive && largest < 0)
        for (double& component : frame.major) component = -component;
    Side all;
    for (auto const& p : frame.points) {
        all.along.push_back(dot(p, frame.major));
        all.across.push_back(dot(p, frame.minor));
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
        Vector p = frame.major;
        for (std::size_t k = 0; k < 3; ++k) p[k] = p[k] * at[i] + frame.centre[k];
        cable.push_back({p[0], p[1], p[2], std::abs(one[i] - other[i])});
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
        auto const centre = mean(points);
        double radius = 0;
        for (auto const& p : points) radius += distance(p, centre);
        radius /= static_cast<double>(points.size());
        cable.push_back({centre[0], centre[1], centre[2], radius + perimeter(contour) / (2 * std::numbers::pi)});
    }
    return cable;
}

Vec3 centre_of_stack(std::vector<std::vector<Point>> const& contours) {
    std::vector<Vector> centres;
    std::vector<double> arc;
    for (auto const& contour : contours) {
        centres.push_back(mean(resample(contour)));
        arc.push_back(arc.empty() ? 0 : arc.back() + distance(centres.back(), centres[centres.size() - 2]));
    }
    double const half = arc.back() / 2;
    Vector result = centres.front();
    for (std::size_t i = 1; i < arc.size(); ++i)
        if (arc[i] > half) {
            double const t = (half - arc[i - 1]) / (arc[i] - arc[i - 1]);
            for (std::size_t k = 0; k < 3; ++k) result[k] = centres[i - 1][k] + t * (centres[i][k] - centres[i - 1][k]);
            break;
        }
    return {result[0], result[1], result[2]};
}

double area_of_body(std::vector<std::vector<Point>> const& contours) {
    if (contours.size() == 1) return std::numbers::pi * enclosed(contours[0]);
    auto sorted = contours;
    auto const z = [](std::vector<Point> const& contour) { return centre_of_contour(contour).z; };
    std::stable_sort(sorted.begin(), sorted.end(), [&](auto const& a, auto const& b) { return z(a) < z(b); });
    double area = enclosed(sorted.front()) + enclosed(sorted.back());
    for (std::size_t i = 1; i < sorted.size(); ++i)
        area += (perimeter(sorted[i]) + perimeter(sorted[i - 1])) / 2 * (z(sorted[i]) - z(sorted[i - 1]));
    return area;
}

}  // namespace rall::morphology
