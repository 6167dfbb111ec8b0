#include "morphology/asc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "morphology/asc_parse.hpp"
#include "morphology/contour.hpp"
#include "morphology/finish.hpp"
#include "morphology/swc.hpp"

namespace rall::morphology {
namespace {

using asc::Branch;
using asc::Contour;
using asc::File;

std::string count(int n, char const* one, char const* many) { return std::to_string(n) + " " + (n == 1 ? one : many); }

bool same_place(Point const& a, Point const& b) { return a.x == b.x && a.y == b.y && a.z == b.z; }

struct Box {
    double x0 = std::numeric_limits<double>::max(), x1 = -x0, y0 = x0, y1 = -x0;
    explicit Box(std::vector<Point> const& points) {
        for (auto const& p : points) {
            x0 = std::min(x0, p.x);
            x1 = std::max(x1, p.x);
            y0 = std::min(y0, p.y);
            y1 = std::max(y1, p.y);
        }
    }
    void grow(double by) { x0 -= by, y0 -= by, x1 += by, y1 += by; }
    void include(Box const& b) {
        x0 = std::min(x0, b.x0), x1 = std::max(x1, b.x1), y0 = std::min(y0, b.y0), y1 = std::max(y1, b.y1);
    }
    bool meets(Box const& b) const { return x0 <= b.x1 && b.x0 <= x1 && y0 <= b.y1 && b.y0 <= y1; }
    bool holds(Point const& p) const { return p.x >= x0 && p.x <= x1 && p.y >= y0 && p.y <= y1; }
};

/// A cell body: one outline, or a stack of outlines that follow each other in the file and overlap in the xy plane.
struct Soma {
    int line = 0;
    std::vector<std::vector<Point>> contours;
    Box box;
    Vec3 centre;
};

class Reader {
public:
    Reader(File file, std::string const& name, SwcOptions const& options, Diagnostics& diagnostics)
        : file_(std::move(file)), name_(name), options_(options), diagnostics_(diagnostics) {}

    Morphology run() {
        say_what_is_passed_over();
        collect_somata();
        mend_diameters();
        check_types();
        Morphology morphology;
        morphology.file = name_;
        morphology.format = "Neurolucida ASC";
        morphology.n_points = file_.n_points;
        if (file_.branches.empty() && somata_.empty())
            throw InputError("asc-no-cell", {name_}, "this file has neither a cell body nor a tree",
                             "only contours named CellBody or Soma and trees are read");
        make_somata(morphology);
        make_branches(morphology);
        diagnostics_.throw_if_errors();
        return morphology;
    }

private:
    void report(bool error, char const* code, int line, std::string message, std::string advice) {
        diagnostics_.add({error ? Severity::error : Severity::warning,
                          code,
                          {name_, line},
                          std::move(message),
                          std::move(advice),
                          {}});
    }

    void say_what_is_passed_over() {
        std::vector<std::string> parts;
        if (file_.markers) parts.push_back(count(file_.markers, "marker", "markers"));
        if (file_.spines) parts.push_back(count(file_.spines, "spine", "spines"));
        if (file_.texts) parts.push_back(count(file_.texts, "text", "texts"));
        if (file_.other_contours)
            parts.push_back(count(file_.other_contours, "contour", "contours") + " not of a cell body");
        if (!parts.empty())
            diagnostics_.note("asc-passed-over", {name_}, enumerate(parts) + " passed over",
                              "they are no part of the cable");
        if (file_.empty_branches)
            diagnostics_.note("asc-empty-branch", {name_},
                              count(file_.empty_branches, "branch has", "branches have") + " no points", "left out");
    }

    void collect_somata() {
        bool joined = false;
        for (auto& contour : file_.somata) {
            if (contour.points.size() < 3) {
                report(false, "asc-small-contour", contour.line,
                       "this outline of a cell body has fewer than three points", "left out, as in NEURON");
                continue;
            }
            Box const box(contour.points);
            joined = !somata_.empty() && Box(somata_.back().contours.back()).meets(box);
            if (joined) {
                somata_.back().contours.push_back(std::move(contour.points));
                somata_.back().box.include(box);
            } else {
                somata_.push_back({contour.line, {std::move(contour.points)}, box, {}});
            }
        }
        for (auto& soma : somata_) {
            if (soma.contours.size() == 1) {
                soma.box.grow(0.5);  // um
                soma.centre = centre_of_contour(soma.contours[0]);
            } else {
                soma.centre = centre_of_stack(soma.contours);
                check_stack(soma);
            }
        }
    }

    void check_stack(Soma const& soma) {
        auto const z = [](std::vector<Point> const& c) { return c.front().z; };
        bool flat = true, ascends = true, descends = true;
        for (std::size_t i = 0; i < soma.contours.size(); ++i) {
            auto const& contour = soma.contours[i];
            flat =
                flat && std::all_of(contour.begin(), contour.end(), [&](Point const& p) { return p.z == z(contour); });
            if (i == 0) continue;
            ascends = ascends && z(contour) > z(soma.contours[i - 1]);
            descends = descends && z(contour) < z(soma.contours[i - 1]);
        }
        if (!flat || !(ascends || descends))
            report(false, "asc-soma-stack", soma.line,
                   flat ? "the outlines of this cell body do not follow each other in z"
                        : "an outline of this cell body is not at one z",
                   "its area may be far off; reorder or remove outlines in the file");
    }

    void mend_diameters() {
        int zero = 0, zero_line = 0, negative = 0, negative_line = 0;
        for (auto& branch : file_.branches) {
            for (std::size_t i = 0; i < branch.points.size(); ++i) {
                double& diam = branch.points[i].diam;
                if (diam < 0) {
                    if (negative++ == 0) negative_line = branch.line;
                    diam = options_.negative_radius == NegativeRadius::neighbours ? 0 : -diam;
                } else if (diam == 0) {
                    if (zero++ == 0) zero_line = branch.line;
                    if (options_.zero_radius == ZeroRadius::fixed) diam = 2 * options_.fixed_radius;
                    if (options_.zero_radius != ZeroRadius::neighbours) continue;
                } else {
                    continue;
                }
                if (diam == 0) diam = neighbour(branch, i);
            }
        }
        if (zero)
            report(
                options_.zero_radius == ZeroRadius::reject, "asc-zero-diameter", zero_line,
                count(zero, "point has", "points have") + " the diameter 0 (the first in the branch that starts here)",
                "zero-radius=keep (as in NEURON), =neighbours or =<um> says what to do");
        if (negative)
            report(options_.negative_radius == NegativeRadius::reject, "asc-negative-diameter", negative_line,
                   count(negative, "point has", "points have") +
                       " a negative diameter (the first in the branch that starts here)",
                   "negative-radius=magnitude (as in NEURON) or =neighbours says what to do");
    }

    /// The diameter of the point before, or of the next point of the branch that has one.
    double neighbour(Branch const& branch, std::size_t i) const {
        if (i > 0) return branch.points[i - 1].diam;
        if (branch.parent >= 0) return file_.branches[at(branch.parent)].points.back().diam;
        for (auto const& p : branch.points)
            if (p.diam > 0) return p.diam;
        return 0;
    }

    void check_types() {
        int unnamed = 0, line = 0;
        for (auto& branch : file_.branches) {
            if (branch.type != 0) continue;
            if (branch.parent < 0 && unnamed++ == 0) line = branch.line;
            if (options_.custom_types == CustomTypes::dend) branch.type = dend_type;
        }
        if (unnamed)
            report(options_.custom_types == CustomTypes::reject, "asc-untyped-tree", line,
                   count(unnamed, "tree is", "trees are") +
                       " called neither Axon nor Dendrite nor Apical (the first is here)",
                   "they get the type 0 (region dend_0) as in NEURON; custom-types=dend reads them as dendrite");
    }

    void make_somata(Morphology& morphology) {
        bool cylinder = false;  // instead of the first
        for (auto const& soma : somata_) {
            Section section;
            section.type = soma_type;
            if (soma.contours.size() == 1 && is_flat(soma.contours[0]))
                throw InputError("asc-flat-contour", {name_, soma.line},
                                 "this outline of a cell body encloses nothing in the xy plane",
                                 "draw it as a closed outline of at least three points");
            section.points =
                soma.contours.size() == 1 ? contour_to_cable(soma.contours[0], options_.contour_axis == ContourAxis::neuron_9) : stack_to_cable(soma.contours);
            bool const replaced = replaced_by_cylinder(soma, section);
            cylinder = cylinder || (morphology.sections.empty() && replaced);
            morphology.sections.push_back(std::move(section));
        }
        if (somata_.empty()) {
            report(options_.no_soma == NoSoma::reject, "asc-no-soma", 0, "no outline is called CellBody or Soma",
                   "the cell starts with its first tree; no-soma=reject makes this an error");
            morphology.soma_reading = "none; the cell starts with its first tree";
        } else {
            auto const n = somata_.front().contours.size();
            morphology.soma_reading = cylinder ? "a cylinder with L = diam of the size that its outline encloses"
                                      : n == 1 ? "an outline, as 21 diameters along its major axis"
                                               : "a stack of " + std::to_string(n) + " outlines, one diameter for each";
            morphology.soma_reading += "; trees are joined to its middle without length";
        }
        if (somata_.size() > 1)
            report(options_.trees == Trees::reject, "asc-several-somata", somata_[1].line,
                   "this file has " + std::to_string(somata_.size()) + " cell bodies; the second is here",
                   "each keeps the trees that start in or near it, and they are not connected; trees=reject makes this "
                   "an error");
    }

    /// Compares the membrane that NEURON reads with that of the body which the outlines enclose, and takes a cylinder of that
    /// size if it is asked for.
    bool replaced_by_cylinder(Soma const& soma, Section& section) {
        double const read = section.points.empty() ? 0 : area(section), body = area_of_body(soma.contours);
        constexpr double factor = 2;  // a sphere is read as 1.27 times that body
        bool const absurd = !(read < factor * body && read > body / factor);
        auto const choice = options_.contour_soma;
        bool const replace = choice == SomaShape::cylinder || section.points.empty();
        if (!absurd && !replace) return false;
        report(
            choice == SomaShape::reject, "asc-contour-area", soma.line,
            fmt::format(
                "as NEURON reads {}, the soma has {:.1f} um2 of membrane; a cylinder with L = diam of the size that it "
                "encloses has {:.1f} um2",
                soma.contours.size() == 1 ? "this outline" : "this stack of outlines", read, body),
            replace ? "the cylinder is taken"
                    : "as in NEURON, the first is taken; draw the outline with more points, and end it where it began; "
                      "contour-soma=cylinder takes the cylinder, contour-soma=reject makes this an error");
        if (!replace) return false;
        double const diam = std::sqrt(body / std::numbers::pi);
        auto const& c = soma.centre;
        section.points = {{c.x - diam / 2, c.y, c.z, diam}, {c.x, c.y, c.z, diam}, {c.x + diam / 2, c.y, c.z, diam}};
        return true;
    }

    /// The cell body that a tree starts in, else the nearest.
    int soma_of(Branch const& branch) {
        auto const& start = branch.points.front();
        for (std::size_t i = 0; i < somata_.size(); ++i)
            if (somata_[i].box.holds(start)) return static_cast<int>(i);
        int nearest = 0;
        double least = std::numeric_limits<double>::max();
        for (std::size_t i = 0; i < somata_.size(); ++i) {
            auto const& c = somata_[i].centre;
            double const distance = std::hypot(start.x - c.x, start.y - c.y, start.z - c.z);
            if (distance < least) {
                least = distance;
                nearest = static_cast<int>(i);
            }
        }
        if (outside_++ == 0) outside_line_ = branch.line;
        return nearest;
    }

    void make_branches(Morphology& morphology) {
        struct Place {
            int section;  ///< where the branch went, or what stands for it when it was left out
            double x;     ///< where its children are joined to that
        };
        std::vector<Place> place;
        int dropped = 0, dropped_line = 0, roots = 0, second_root = 0;
        for (auto const& branch : file_.branches) {
            Section section;
            section.type = branch.type;
            section.points = branch.points;
            if (branch.parent >= 0) {
                section.parent = place[at(branch.parent)].section;
                section.parent_x = place[at(branch.parent)].x;
                auto const& before = file_.branches[at(branch.parent)].points.back();
                if (!same_place(before, section.points.front())) {
                    Point start = before;
                    start.diam = section.points.front().diam;
                    section.points.insert(section.points.begin(), start);
                }
            } else if (!somata_.empty()) {
                section.parent = soma_of(branch);
                section.parent_x = 0.5;
            } else if (++roots == 2) {
                second_root = branch.line;
            }
            auto const& points = section.points;
            if (section.parent >= 0 &&
                (points.size() == 1 || (points.size() == 2 && same_place(points[0], points[1])))) {
                if (dropped++ == 0) dropped_line = branch.line;
                place.push_back({section.parent, section.parent_x});
                continue;
            }
            if (points.size() ==
                1) {  // a tree of one point without a soma: a sphere as a cylinder of the same area, along x
                section.points = {points[0], points[0], points[0]};
                section.points[0].x -= points[0].diam / 2;
                section.points[2].x += points[0].diam / 2;
            }
            place.push_back({static_cast<int>(morphology.sections.size()), 1});
            morphology.sections.push_back(std::move(section));
        }
        if (dropped)
            report(options_.empty_sections == EmptySections::reject, "asc-empty-section", dropped_line,
                   count(dropped, "section has", "sections have") + " one point, or two equal ones (the first is here)",
                   "left out as in NEURON, their branches moved to their parents; empty-sections=reject makes this an "
                   "error");
        if (roots > 1)
            report(
                options_.trees == Trees::reject, "asc-several-trees", second_root,
                "this file has " + std::to_string(roots) + " trees and no cell body to join them; the second is here",
                "they are not connected, as in NEURON; trees=reject makes this an error");
        if (outside_)
            report(false, "asc-outside-soma", outside_line_,
                   count(outside_, "tree starts", "trees start") + " outside of all cell bodies (the first is here)",
                   "joined to the middle of the nearest one without length, as in NEURON");
    }

    File file_;
    std::string const& name_;
    SwcOptions const& options_;
    Diagnostics& diagnostics_;
    std::vector<Soma> somata_;
    int outside_ = 0, outside_line_ = 0;
};

}  // namespace

Morphology parse_asc(std::string_view text, std::string const& file, SwcOptions const& options,
                     Diagnostics& diagnostics) {
    auto morphology = Reader(asc::parse(text, file), file, options, diagnostics).run();
    finish(morphology, options, diagnostics);
    return morphology;
}

Morphology read_asc(std::filesystem::path const& path, SwcOptions const& options, Diagnostics& diagnostics) {
    return parse_asc(read_file(path), path.string(), options, diagnostics);
}

Morphology read_morphology(std::filesystem::path const& path, SwcOptions const& options, Diagnostics& diagnostics) {
    auto const text = read_file(path);
    auto extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    auto const first = text.find_first_not_of(" \t\r\n");
    bool const looks_asc = first != std::string::npos && (text[first] == '(' || text[first] == ';');
    bool const is_asc = extension == ".asc" || (extension != ".swc" && looks_asc);
    return is_asc ? parse_asc(text, path.string(), options, diagnostics)
                  : parse_swc(text, path.string(), options, diagnostics);
}

}  // namespace rall::morphology
