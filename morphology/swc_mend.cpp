// Repairs of radii, duplicate points, types and outlined somata. Rows come parents first.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/whole.hpp"
#include "morphology/swc_points.hpp"

namespace rall::morphology::swc {
namespace {

using Eigen::Vector3d;
using std::numbers::pi;

double distance(Row const& a, Row const& b) { return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z); }

/// Gives each row marked in `bad` the radius of the next good point of its type towards the root, else towards the tips,
/// else of any type. False when there is no good point at all.
bool take_from_neighbours(std::vector<Row>& rows, std::vector<char>& bad) {
    auto const copy = [&](std::size_t to, std::size_t from, bool same_type) {
        if (!bad[to] || bad[from] || (same_type && rows[to].type != rows[from].type)) return;
        rows[to].radius = rows[from].radius;
        bad[to] = 0;
    };
    for (bool const same_type : {true, false}) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].parent >= 0) copy(i, at(rows[i].parent), same_type);
        for (std::size_t i = rows.size(); i-- > 0;)
            if (rows[i].parent >= 0) copy(at(rows[i].parent), i, same_type);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)  // what hangs below a root that only now has a radius
        if (rows[i].parent >= 0) copy(i, at(rows[i].parent), false);
    return std::find(bad.begin(), bad.end(), 1) == bad.end();
}

void mend_radii(std::vector<Row>& rows, bool soma_without_radius, Reader const& reader) {
    auto const& options = reader.options;
    Tally zero, negative, soma;
    std::vector<char> bad(rows.size(), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].radius == 0) {
            zero.hit(rows[i].line);
            bad[i] = options.zero_radius == ZeroRadius::neighbours;
            if (options.zero_radius == ZeroRadius::fixed) rows[i].radius = options.fixed_radius;
            if (options.zero_radius == ZeroRadius::keep && soma_without_radius && rows[i].type == soma_type) {
                soma.hit(rows[i].line);
                bad[i] = 1;
            }
        } else if (rows[i].radius < 0) {
            negative.hit(rows[i].line);
            bad[i] = options.negative_radius == NegativeRadius::neighbours;
            if (options.negative_radius == NegativeRadius::magnitude) rows[i].radius = -rows[i].radius;
        }
    }
    if (zero) {
        std::string done;
        switch (options.zero_radius) {
            case ZeroRadius::keep:
                done =
                    "kept as in NEURON: the membrane there has no area and the axial resistance no bound; "
                    "zero-radius=neighbours or zero-radius=<um> gives a radius, zero-radius=reject makes this an error";
                break;
            case ZeroRadius::neighbours:
                done = "the radius of the next point is taken; zero-radius=keep leaves it at 0";
                break;
            case ZeroRadius::fixed:
                done = "the radius " + std::to_string(options.fixed_radius) +
                       " um is taken; zero-radius=keep leaves it at 0";
                break;
            case ZeroRadius::reject:
                done = "zero-radius=keep, =neighbours or =<um> accepts it";
                break;
        }
        reader.report(options.zero_radius == ZeroRadius::reject, "swc-zero-radius", zero.first(),
                      counted(zero, "point has", "points have", " the radius 0"), done);
    }
    if (negative) {
        std::string done;
        switch (options.negative_radius) {
            case NegativeRadius::magnitude:
                done =
                    "its magnitude is taken, as in NEURON; negative-radius=neighbours takes the next point's, "
                    "negative-radius=reject makes this an error";
                break;
            case NegativeRadius::neighbours:
                done = "the radius of the next point is taken; negative-radius=magnitude takes the magnitude";
                break;
            case NegativeRadius::reject:
                done = "negative-radius=magnitude or =neighbours accepts it";
                break;
        }
        reader.report(options.negative_radius == NegativeRadius::reject, "swc-negative-radius", negative.first(),
                      counted(negative, "point has", "points have", " a negative radius"), done);
    }
    if (soma)
        reader.report(false, "swc-soma-radius", soma.first(),
                      "no point of the soma has a radius, so that it has no membrane",
                      "the radius of the next neurite is taken; zero-radius=<um> gives it another");
    reader.stop_if_errors();
    bool const no_radius = std::all_of(rows.begin(), rows.end(), [](Row const& row) { return row.radius == 0; });
    if (no_radius || !take_from_neighbours(rows, bad))
        throw InputError("swc-no-radius", reader.at(zero ? zero.first() : negative.first()),
                         "no point of this file has a radius that another could take", "give one: zero-radius=<um>");
}

void mend_types(std::vector<Row>& rows, Reader const& reader) {
    Tally custom;
    std::vector<int> types;
    for (auto& row : rows) {
        if (row.type >= soma_type && row.type <= apic_type) continue;
        custom.hit(row.line);
        if (std::find(types.begin(), types.end(), row.type) == types.end() && types.size() < 8)
            types.push_back(row.type);
        if (reader.options.custom_types == CustomTypes::dend) row.type = dend_type;
    }
    if (!custom) return;
    std::sort(types.begin(), types.end());
    std::string list;
    for (int const type : types) list += (list.empty() ? "" : ", ") + std::to_string(type);
    auto const choice = reader.options.custom_types;
    auto const severity = choice == CustomTypes::reject ? Severity::error : Severity::note;
    reader.diagnostics.add({severity,
                            "swc-custom-type",
                            reader.at(custom.first()),
                            counted(custom, "point has", "points have", " a type other than 1 to 4: " + list),
                            choice == CustomTypes::reject ? "custom-types=keep or custom-types=dend accepts it"
                            : choice == CustomTypes::dend
                                ? "read as dendrite; custom-types=keep makes regions of them"
                                : "each is a region of its own (" + region_name(types.front()) +
                                      "); custom-types=dend reads them as dendrite, custom-types=reject "
                                      "makes this an error",
                            {}});
}

/// Leaves out the rows marked; their children move to their parents.
std::vector<Row> without(std::vector<Row> const& rows, std::vector<char> const& drop) {
    std::vector<Row> result;
    std::vector<int> place(rows.size(), -1);  // where a row, or the ancestor that stands for it, went
    for (std::size_t i = 0; i < rows.size(); ++i) {
        int const parent = rows[i].parent < 0 ? -1 : place[at(rows[i].parent)];
        if (drop[i]) {
            place[i] = parent;
            continue;
        }
        place[i] = static_cast<int>(result.size());
        result.push_back(rows[i]);
        result.back().parent = parent;
    }
    return result;
}

std::vector<Row> mend_duplicates(std::vector<Row> rows, Reader const& reader) {
    Tally found;
    std::vector<char> drop(rows.size(), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].parent < 0) continue;
        auto const& parent = rows[at(rows[i].parent)];
        if (rows[i].x != parent.x || rows[i].y != parent.y || rows[i].z != parent.z) continue;
        found.hit(rows[i].line);
        drop[i] = rows[i].type == parent.type;
    }
    if (!found) return rows;
    auto const choice = reader.options.duplicates;
    auto const severity = choice == Duplicates::reject ? Severity::error : Severity::note;
    reader.diagnostics.add(
        {severity,
         "swc-duplicate-point",
         reader.at(found.first()),
         counted(found, "point lies", "points lie", " exactly on the parent"),
         choice == Duplicates::keep
             ? "kept as in NEURON; duplicates=drop leaves them out, duplicates=reject makes this an error"
         : choice == Duplicates::drop ? "left out where the type is the same; duplicates=keep keeps them"
                                      : "duplicates=keep or duplicates=drop accepts it",
         {}});
    return choice == Duplicates::drop ? without(rows, drop) : rows;
}

/// The soma as traced: its points, and whether they run around its outline instead of along its middle.
struct SomaTrace {
    std::vector<int> points;
    bool is_outline = false, all_zero = true;  ///< all_zero: no point has a radius
    Vector3d centre = Vector3d::Zero();        ///< mean of the points of a chain, um
    double radius = 0;                         ///< mean distance of its points from there, um
};

SomaTrace trace_soma(std::vector<Row> const& rows) {
    SomaTrace soma;
    bool is_chain = true;
    double path = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].type != soma_type) continue;
        if (!soma.points.empty()) {
            is_chain = is_chain && rows[i].parent == soma.points.back();
            path += distance(rows[i], rows[at(soma.points.back())]);
        }
        soma.all_zero = soma.all_zero && rows[i].radius == 0;
        soma.points.push_back(static_cast<int>(i));
    }
    if (!is_chain || soma.points.size() < 3) return soma;
    auto const& first = rows[at(soma.points.front())];
    double const n = static_cast<double>(soma.points.size()), step = path / (n - 1);
    for (int const i : soma.points) {
        auto const& row = rows[at(i)];
        soma.centre += Vector3d(row.x, row.y, row.z) / n;
    }
    double line = 0;  // mean radius of the points: how thick the line is drawn
    for (int const i : soma.points) {
        auto const& row = rows[at(i)];
        soma.radius += (Vector3d(row.x, row.y, row.z) - soma.centre).norm() / n;
        line += std::abs(row.radius) / n;
    }
    // An outline ends near where it began, and is a line thinner than what it goes around.
    bool const closes = distance(first, rows[at(soma.points.back())]) <= (n < 6 ? 1.5 : 2.0) * step;
    soma.is_outline = soma.radius > 0 && (soma.all_zero || (closes && line < soma.radius));
    return soma;
}

/// Lateral area of the cable along the soma's points, um2.
double area_along(std::vector<Row> const& rows, SomaTrace const& soma) {
    double area = 0;
    for (std::size_t k = 1; k < soma.points.size(); ++k) {
        auto const &a = rows[at(soma.points[k - 1])], &b = rows[at(soma.points[k])];
        area += pi * (a.radius + b.radius) * std::hypot(distance(a, b), a.radius - b.radius);
    }
    return area;
}

std::vector<Row> mend_soma(std::vector<Row> rows, SomaTrace const& soma, Reader const& reader) {
    if (soma.points.empty()) {
        bool const reject = reader.options.no_soma == NoSoma::reject;
        reader.report(reject, "swc-no-soma", rows.front().line, "no point has the type 1, soma",
                      reject ? "no-soma=keep accepts it"
                             : "the cell starts with its first point; no-soma=reject makes this an error");
        return rows;
    }
    if (!soma.is_outline) return rows;
    auto const choice = reader.options.contour_soma;
    auto const& first = rows[at(soma.points.front())];
    auto const found = fmt::format(
        "the soma is traced as an outline of {} points, mean radius {:.2f} um: a cable along it has {:.1f} um2, a "
        "cylinder with "
        "L = diam of that radius {:.1f} um2",
        soma.points.size(), soma.radius, area_along(rows, soma), 4 * pi * soma.radius * soma.radius);
    if (choice == SomaShape::reject) {
        reader.report(true, "swc-contour-soma", first.line, found, "contour-soma=neuron or =cylinder accepts it");
        return rows;
    }
    if (choice == SomaShape::neuron || (choice == SomaShape::automatic && !soma.all_zero)) {
        reader.report(
            false, "swc-contour-soma", first.line, found,
            "as in NEURON, the cable along the outline is taken, which is not its shape; contour-soma=cylinder takes "
            "the cylinder, contour-soma=reject makes this an error");
        return rows;
    }
    reader.report(
        false, "swc-contour-soma", first.line, found,
        "the cylinder is taken, at the outline's centre; contour-soma=neuron takes the cable, as NEURON does");
    std::vector<char> drop(rows.size(), 0);
    for (std::size_t k = 1; k < soma.points.size(); ++k) drop[at(soma.points[k])] = 1;
    auto& centre = rows[at(soma.points.front())];
    centre.x = soma.centre.x();
    centre.y = soma.centre.y();
    centre.z = soma.centre.z();
    centre.radius = soma.radius;
    return without(rows, drop);
}

}  // namespace

std::vector<Row> mend(std::vector<Row> rows, Reader const& reader) {
    mend_types(rows, reader);
    auto const soma = trace_soma(rows);
    rows = mend_soma(std::move(rows), soma, reader);
    mend_radii(rows, soma.all_zero && !soma.points.empty() && !soma.is_outline, reader);
    rows = mend_duplicates(std::move(rows), reader);
    reader.stop_if_errors();
    return rows;
}

}  // namespace rall::morphology::swc
