// From the rows of an SWC file to sections: the rules of NEURON's Import3d, and Arbor's reading.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/whole.hpp"
#include "morphology/swc_points.hpp"

namespace rall::morphology::swc {
namespace {

Point point(Row const& row) { return {row.x, row.y, row.z, 2 * row.radius}; }

bool same_place(Point const& a, Point const& b) {
    constexpr double epsilon = 1e-11;  // um; hoc's float_epsilon
    return std::abs(a.x - b.x) <= epsilon && std::abs(a.y - b.y) <= epsilon && std::abs(a.z - b.z) <= epsilon;
}

/// Import3d takes runs of consecutive points of one type as sections. A run ends where the tree branches, where the next
/// point is not the next line, and where the type changes. All special cases are about the soma and what hangs on it.
class Import3d {
public:
    Import3d(std::vector<Row> const& rows, Reader const& reader)
        : rows_(rows),
          reader_(reader),
          n_(static_cast<int>(rows.size())),
          children_(rows.size(), 0),
          soma_children_(rows.size(), 0),
          ends_(rows.size(), 1),
          joins_start_(rows.size(), 0) {
        for (int i = 0; i < n_; ++i) {
            int const p = rows[at(i)].parent;
            parent_.push_back(p);
            if (p < 0) continue;
            ++children_[at(p)];
            soma_children_[at(p)] += is_soma(i) && is_soma(p);
        }
    }

    void run(Morphology& morphology) {
        mark_ends();
        find_sphere();
        keep_soma_together();
        make_sections();
        drop_empty();
        hand_over(morphology);
    }

private:
    struct Run {
        int first = 0, count = 0;  ///< its own points
        int parent = -1;
        double parent_x = 1;
        bool wire = false;  ///< joined without its parent's point
        bool empty = false;
        std::vector<Point> points;
    };

    bool is_soma(int i) const { return rows_[at(i)].type == soma_type; }

    /// Whether the next line goes on with the neurite: a child of the same type.
    bool goes_on(int i) const {
        return i + 1 < n_ && parent_[at(i + 1)] == i && rows_[at(i)].type == rows_[at(i + 1)].type;
    }

    void mark_ends() {
        for (int i = 0; i < n_; ++i) ends_[at(i)] = !(children_[at(i)] == 1 && goes_on(i));
        // A branch at the first point of a neurite on the soma joins the 0-end of that neurite, which then does not end there,
        // so that no section of one point arises; likewise at the first point of a file that starts without soma. Import3d
        // excepts the second point of a file, and lets the type of the last such branch decide whether the neurite ends.
        // It takes for granted that the next line goes on with the neurite; where it does not, it would join points that
        // are not connected, and an ordinary branch is made here (docs/morphology.md, differences).
        for (int i = 1; i < n_; ++i) {
            int const p = parent_[at(i)];
            if (p < 0 || p == i - 1 || is_soma(p) || !goes_on(p)) continue;
            if (p == 0 || (p > 1 && is_soma(std::max(parent_[at(p)], 0)))) {
                joins_start_[at(i)] = 1;
                ends_[at(p)] = rows_[at(i)].type != rows_[at(p)].type;
            }
        }
    }

    /// NeuroMorpho's spherical soma: a root with two soma points on it, all of one diameter, together as long as wide.
    void find_sphere() {
        if (reader_.options.three_point_soma == ThreePointSoma::as_written || n_ < 3) return;
        if (std::count_if(rows_.begin(), rows_.end(), [](Row const& r) { return r.type == soma_type; }) != 3) return;
        if (!is_soma(0) || !is_soma(1) || !is_soma(2) || parent_[1] != 0 || parent_[2] != 0 || children_[1] ||
            children_[2])
            return;
        auto const radius = rows_[0].radius;
        double span = 0, as_written = 0;
        for (int i : {1, 2}) {
            auto const& row = rows_[at(i)];
            double const way = std::hypot(row.x - rows_[0].x, row.y - rows_[0].y, row.z - rows_[0].z);
            span += way;
            as_written += std::numbers::pi * (row.radius + radius) * std::hypot(way, row.radius - radius);
        }
        bool const uniform = rows_[1].radius == radius && rows_[2].radius == radius && radius > 0;
        sphere_ = uniform && std::abs(span / (2 * radius) - 1) < 0.01;
        if (sphere_) parent_[2] = 1;  // one run; its last two points are left out
        else
            reader_.report(
                false, "swc-three-point-soma", rows_[0].line,
                fmt::format("the soma has three points, the first with two on it, but is no sphere in NeuroMorpho's "
                            "way ({}): {:.1f} um2 as written, a sphere of the first radius has {:.1f} um2",
                            uniform ? fmt::format("it is {:.2f} times as long as wide", span / (2 * radius))
                                    : "the radii differ",
                            as_written, 4 * std::numbers::pi * radius * radius),
                "read as written, as in NEURON; if a sphere is meant, leave out the second and third point");
    }

    /// A soma goes on past neurites that leave it, and at the root also past a second soma branch.
    void keep_soma_together() {
        for (int i = 0; i + 1 < n_; ++i)
            if (is_soma(i) && is_soma(i + 1) && parent_[at(i + 1)] == i && (i == 0 || soma_children_[at(i)] <= 1))
                ends_[at(i)] = 0;
    }

    void make_sections() {
        std::vector<int> run_of(rows_.size());
        for (int first = 0, next = 0; first < n_; first = next) {
            next = first;
            while (!ends_[at(next)]) ++next;
            ++next;
            Run run;
            run.first = first;
            run.count = next - first;
            for (int i = first; i < next; ++i) run_of[at(i)] = static_cast<int>(runs_.size());
            if (runs_.empty()) {
                if (sphere_) run.count = 1;
            } else {
                // The root of a further tree has no parent: Import3d takes the first section, and its first point.
                run.parent = parent_[at(first)] < 0 ? 0 : run_of[at(parent_[at(first)])];
                join(run);
                run.points.push_back(point(rows_[at(std::max(parent_[at(first)], 0))]));
            }
            for (int i = first; i < first + run.count; ++i) run.points.push_back(point(rows_[at(i)]));
            // A neurite that starts on the soma does not start with the soma's diameter.
            if (run.parent >= 0 && is_soma(runs_[at(run.parent)].first) && !is_soma(first))
                run.points[0].diam = run.points[1].diam;
            runs_.push_back(std::move(run));
        }
    }

    /// Where a section is joined to its parent, and whether by a wire: without the parent's point, so that the way from
    /// there to its own first point counts neither as length nor as resistance.
    void join(Run& run) const {
        int const p = parent_[at(run.first)];
        auto const& parent = runs_[at(run.parent)];
        bool const leaves_soma = is_soma(parent.first) && !is_soma(run.first);
        bool const has_length = run.count > 1;  // a single point needs the parent's to be a section
        bool const soma_branches = p >= 0 && soma_children_[at(p)] > 1;
        if (run.parent == 0 && leaves_soma && parent.count == 1) {
            run.parent_x = 0.5;
            run.wire = has_length;
        } else if (run.parent == 0 && p == parent.first) {
            run.parent_x = 0;
            run.wire = !is_soma(run.first) && soma_branches;
        } else if (is_soma(parent.first)) {
            if (p < parent.first + parent.count - 1) {
                run.parent_x = 0.5;
                run.wire = leaves_soma && has_length;
            } else {
                run.wire = leaves_soma && has_length && soma_branches;
            }
        }
        if (joins_start_[at(run.first)]) run.parent_x = 0;
    }

    /// Sections of a single point or of two equal ones go; what hangs on them moves to their parents.
    void drop_empty() {
        Tally dropped;
        for (auto& run : runs_) {
            auto const& points = run.points;
            auto const left = points.size() - run.wire;
            run.empty =
                run.parent >= 0 && (left == 1 || (left == 2 && same_place(points[run.wire], points[run.wire + 1u])));
        }
        for (auto& run : runs_) {
            if (run.empty) dropped.hit(rows_[at(run.first + run.count - 1)].line);
            while (run.parent >= 0 && runs_[at(run.parent)].empty) {
                run.parent_x = runs_[at(run.parent)].parent_x;
                run.parent = runs_[at(run.parent)].parent;
            }
        }
        if (!dropped) return;
        bool const reject = reader_.options.empty_sections == EmptySections::reject;
        reader_.diagnostics.add(
            {reject ? Severity::error : Severity::note,
             "swc-empty-section",
             reader_.at(dropped.first()),
             counted(dropped, "section has", "sections have", " only one point, or two equal ones"),
             reject ? "empty-sections=drop leaves them out"
                    : "left out as in NEURON, their branches moved to their parents; empty-sections=reject "
                      "makes this an error",
             {}});
        reader_.stop_if_errors();
    }

    void hand_over(Morphology& morphology) {
        std::vector<int> place(runs_.size(), -1);
        int wires = 0;
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            auto& run = runs_[i];
            if (run.empty) continue;
            place[i] = static_cast<int>(morphology.sections.size());
            if (run.wire) run.points.erase(run.points.begin());
            wires += run.wire;
            if (run.points.size() == 1) {  // only a root: a sphere as a cylinder of the same area, along x
                Point const centre = run.points[0];
                run.points = {centre, centre, centre};
                run.points[0].x -= centre.diam / 2;
                run.points[2].x += centre.diam / 2;
            }
            morphology.sections.push_back({{},
                                           rows_[at(run.first)].type,
                                           run.parent < 0 ? -1 : place[at(run.parent)],
                                           run.parent < 0 ? 0 : run.parent_x,
                                           std::move(run.points)});
        }
        describe_soma(morphology, wires);
    }

    void describe_soma(Morphology& morphology, int wires) const {
        auto const n_soma = std::count_if(rows_.begin(), rows_.end(), [](Row const& r) { return r.type == soma_type; });
        auto const n_sections = std::count_if(morphology.sections.begin(), morphology.sections.end(),
                                              [](Section const& s) { return s.type == soma_type; });
        auto& text = morphology.soma_reading;
        if (n_soma == 0) {
            text = "none; the cell starts with its first point";
        } else if (sphere_) {
            text = "NeuroMorpho's three points for a sphere, as one cylinder with L = diam";
        } else if (n_soma == 1 && is_soma(0)) {
            text = "one point, as a cylinder with L = diam";
        } else {
            text = std::to_string(n_soma) + (n_soma == 1 ? " point" : " points") + " as traced, in " +
                   std::to_string(n_sections) + (n_sections == 1 ? " section" : " sections");
        }
        if (wires > 0)
            text += "; " + std::to_string(wires) + (wires == 1 ? " neurite is" : " neurites are") +
                    " joined to it without length";
    }

    std::vector<Row> const& rows_;
    Reader const& reader_;
    int n_;
    std::vector<int> parent_, children_, soma_children_;
    std::vector<char> ends_, joins_start_;
    std::vector<Run> runs_;
    bool sphere_ = false;
};

/// "3 sections of 2513.3 um2".
std::string describe_soma(Morphology const& morphology) {
    int sections = 0;
    double sum = 0;
    for (auto const& s : morphology.sections)
        if (s.type == soma_type) ++sections, sum += area(s);
    return fmt::format("{} {} of {:.1f} um2", sections, sections == 1 ? "section" : "sections", sum);
}

}  // namespace

void sections_neuron(std::vector<Row> const& rows, Reader const& reader, Morphology& morphology) {
    Import3d(rows, reader).run(morphology);
    auto const together = gather_soma(rows);
    auto const moved = std::mismatch(rows.begin(), rows.end(), together.begin(), [](Row const& a, Row const& b) {
                           return a.line == b.line;
                       }).first;
    if (moved == rows.end()) return;
    Diagnostics ignored;  // the same once more
    Morphology other = morphology;
    other.sections.clear();
    Import3d(together, {reader.file, reader.options, ignored}).run(other);
    auto const written = describe_soma(morphology), at_once = describe_soma(other);
    if (written == at_once) return;
    bool const as_written = reader.options.soma_order == SomaOrder::as_written;
    if (!as_written) morphology = std::move(other);
    reader.report(false, "swc-soma-order", moved->line,
                  "points of the soma stand behind other points in the file: together they are " + at_once +
                      ", as written " + written,
                  as_written ? "read as written, as in NEURON; soma-order=together reads them as one soma"
                             : "read together, whatever the order of the lines; soma-order=as-written reads them as "
                               "NEURON does");
}

void sections_arbor(std::vector<Row> const& rows, Reader const& reader, Morphology& morphology) {
    std::vector<int> children(rows.size(), 0), same_type(rows.size(), 0);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i].parent < 0)
            throw InputError("swc-several-trees", reader.at(rows[i].line),
                             "Arbor's reading takes one tree; a second starts here",
                             "trees=first or trees=largest keeps one of them");
        ++children[at(rows[i].parent)];
        same_type[at(rows[i].parent)] += rows[i].type == rows[at(rows[i].parent)].type;
    }
    if (rows.size() < 2 || same_type[0] == 0)
        throw InputError(
            "swc-arbor-single-point", reader.at(rows[0].line),
            "the root of this file is a single point of its type (a spherical soma), which Arbor's reading refuses",
            "reading=neuron makes a cylinder of it");
    // A point extends the section of its parent when it is the only child and has the type of that section; the section of a
    // neurite starts with its parent's point and that point's own radius.
    std::vector<int> section(rows.size(), -1);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        auto const& row = rows[i];
        int const before = section[at(row.parent)];
        if (before >= 0 && children[at(row.parent)] == 1 && morphology.sections[at(before)].type == row.type) {
            section[i] = before;
        } else {
            section[i] = static_cast<int>(morphology.sections.size());
            // The root point starts several sections: the first carries it, the others are joined to its 0-end.
            int const parent = before >= 0 ? before : (morphology.sections.empty() ? -1 : 0);
            morphology.sections.push_back(
                {{}, row.type, parent, before >= 0 ? 1.0 : 0.0, {point(rows[at(row.parent)])}});
        }
        morphology.sections[at(section[i])].points.push_back(point(row));
    }
    morphology.soma_reading = "each pair of parent and child is a frustum, also between soma and neurite";
}

}  // namespace rall::morphology::swc
