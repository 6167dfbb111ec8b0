#include "morphology/cable.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/whole.hpp"
#include "morphology/region.hpp"
#include "morphology/section_index.hpp"

namespace rall::morphology {
namespace {

constexpr double pi = std::numbers::pi;
constexpr int most_compartments = 32767;  ///< of one section, as in NEURON

/// NEURON's lower bounds: a section has at least this length (um), a piece of a frustum at least this one, and a piece that
/// touches diameter 0 has this integral of ds / (d1 d2) (1/um).
constexpr double least_length = 1e-9, least_piece = 1e-15, blocked = 1e15;

/// What the frusta of one stretch of a section add up to.
struct Sums {
    double diam_length = 0;  ///< integral of the diameter, um2
    double area = 0, volume = 0, resistance = 0;

    /// One frustum of length h between diameters d1 and d2.
    void add(double h, double d1, double d2) {
        h = std::max(h, least_piece);
        diam_length += 0.5 * (d1 + d2) * h;
        area += 0.5 * pi * (d1 + d2) * std::sqrt(h * h + 0.25 * (d1 - d2) * (d1 - d2));
        volume += pi / 12 * h * (d1 * d1 + d1 * d2 + d2 * d2);
        resistance += 4 / pi * (d1 * d2 == 0 ? blocked : h / (d1 * d2));
    }
};

/// Walks along a section from its 0-end, cutting frusta where asked.
class Walk {
public:
    explicit Walk(Section const& section)
        : points_(section.points), cylinders_(section.cylinders), arc_(arc_lengths(section)), diam_(points_[0].diam) {}

    double length() const { return arc_.back(); }

    /// The frusta from where the walk stands to `end` (um from the 0-end), steps of the diameter at `end` included.
    Sums advance(double end) {
        Sums sums;
        while (next_ < points_.size()) {
            double const d = cylinders_.empty() ? points_[next_].diam : cylinders_[next_ - 1];
            if (!cylinders_.empty()) diam_ = d;  // no ring where cylinders meet
            if (arc_[next_] > end) {
                double const cut = diam_ + (d - diam_) * (end - position_) / (arc_[next_] - position_);
                sums.add(end - position_, diam_, cut);
                position_ = end;
                diam_ = cut;
                break;
            }
            sums.add(arc_[next_] - position_, diam_, d);
            position_ = arc_[next_];
            diam_ = d;
            ++next_;
        }
        return sums;
    }

    /// Where the walk stands in space.
    Vec3 where() const {
        if (next_ >= points_.size()) return {points_.back().x, points_.back().y, points_.back().z};
        auto const& a = points_[next_ - 1];
        auto const& b = points_[next_];
        double const step = arc_[next_] - arc_[next_ - 1];
        double const t = step > 0 ? (position_ - arc_[next_ - 1]) / step : 0;
        return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), a.z + t * (b.z - a.z)};
    }

private:
    std::vector<Point> const& points_;
    std::vector<double> const& cylinders_;
    std::vector<double> arc_;
    std::size_t next_ = 1;  ///< the next point ahead
    double position_ = 0, diam_;
};

void cut_section(Section const& section, int index, CableSection& result, std::vector<Compartment>& compartments) {
    Walk walk(section);
    double const traced = walk.length();
    result.L = std::max(traced, least_length);
    int const n = result.nseg;
    // The borders are computed as NEURON computes them: where the traced diameter steps exactly on a border, rounding decides
    // which side has the ring between the two diameters, and at the 1-end whether it is there at all.
    double const width = traced / n;
    for (int k = 0; k < n; ++k) {
        Compartment c;
        c.section = index;
        c.x = (k + 0.5) / n;
        c.begin = walk.where();
        auto const left = walk.advance(k * width + width / 2);
        c.centre = walk.where();
        auto const right = walk.advance(k * width + width / 2 + width / 2);
        c.end = walk.where();
        c.area = left.area + right.area;
        c.volume = left.volume + right.volume;
        c.r_left = left.resistance;
        c.r_right = right.resistance;
        c.diam = traced > 0 ? (left.diam_length + right.diam_length) / width : section.points.front().diam;
        compartments.push_back(c);
    }
}

/// Nodes are at compartment centres and at the two ends: a child is joined to the node nearest NEURON's way.
Attachment attach(Cable const& cable, int index) {
    auto const& section = cable.sections[at(index)];
    if (section.parent < 0) return {};
    auto const& parent = cable.sections[at(section.parent)];
    if (section.parent_x >= 1) return {Attachment::At::one_end, section.parent, -1};
    if (section.parent_x <= 0)
        return parent.parent < 0 ? Attachment{Attachment::At::zero_end, section.parent, -1} : parent.attachment;
    return {Attachment::At::compartment, section.parent, compartment(cable, {section.parent, section.parent_x})};
}

/// Position (um from its 0-end) at which a section is joined to Attachment::section.
double joint(Cable const& cable, Attachment const& attachment) {
    switch (attachment.at) {
        case Attachment::At::compartment:
            return cable.compartments[at(attachment.compartment)].x * cable.sections[at(attachment.section)].L;
        case Attachment::At::one_end:
            return cable.sections[at(attachment.section)].L;
        default:
            return 0;
    }
}

/// Path distances between nodes, as NEURON measures them: a branch counts from the node it is joined to.
void measure(Cable& cable) {
    // On the way from the origin to the root a section has distances in both directions from where the way enters it.
    struct Start {
        double position = 0, distance = 0;
    };
    std::vector<Start> start(cable.sections.size());
    std::vector<char> known(cable.sections.size(), 0);
    auto const& origin = cable.sections[at(cable.origin_section)];
    double const origin_position =
        cable.origin_x >= 1 ? origin.L
        : cable.origin_x > 0
            ? cable.compartments[at(compartment(cable, {cable.origin_section, cable.origin_x}))].x * origin.L
            : 0;
    Start here{origin_position, 0};
    for (int s = cable.origin_section;;) {
        start[at(s)] = here;
        known[at(s)] = 1;
        auto const& attachment = cable.sections[at(s)].attachment;
        if (attachment.at == Attachment::At::root) break;
        here = {joint(cable, attachment), here.distance + here.position};
        s = attachment.section;
    }
    for (std::size_t s = 0; s < cable.sections.size(); ++s) {
        auto& section = cable.sections[s];
        if (!known[s] && section.attachment.at == Attachment::At::root) {
            start[s] = {0, unconnected};
        } else if (!known[s]) {
            auto const& base = start[at(section.attachment.section)];
            start[s] = {0, base.distance + std::abs(joint(cable, section.attachment) - base.position)};
        }
        auto const distance = [&](double x) { return start[s].distance + std::abs(x * section.L - start[s].position); };
        section.distance_0 = distance(0);
        section.distance_1 = distance(1);
        for (int k = 0; k < section.nseg; ++k) {
            auto& c = cable.compartments[at(section.first + k)];
            c.distance = distance(c.x);
        }
    }
}

double at_or_only(std::span<double const> values, std::size_t i, char const* what, std::size_t n) {
    if (values.size() != 1 && values.size() != n)
        throw InputError("cut-values", {},
                         std::string(what) + " has " + std::to_string(values.size()) + " values for " +
                             std::to_string(n) + " sections",
                         "give one value, or one for each section");
    return values.size() == 1 ? values[0] : values[i];
}

}  // namespace

int Cable::find(std::string_view section_name) const {
    auto const it = std::find_if(sections.begin(), sections.end(),
                                 [&](auto const& s) { return same_section(s.name, section_name); });
    return it == sections.end() ? -1 : static_cast<int>(it - sections.begin());
}

int Cable::n_cut() const { return sections.empty() ? 0 : sections.back().first + sections.back().nseg; }

Place joined_end(Cable const& cable, int section, bool one_end) {
    if (one_end) return {section, 1};
    auto const& attachment = cable.sections[at(section)].attachment;
    switch (attachment.at) {
        case Attachment::At::compartment:
            return {attachment.section, cable.compartments[at(attachment.compartment)].x};
        case Attachment::At::one_end:
            return {attachment.section, 1};
        case Attachment::At::zero_end:
            return {attachment.section, 0};
        case Attachment::At::root:
            break;
    }
    return {section, 0};
}

int keep_node(std::shared_ptr<Cable const>& cable, Place const& place) {
    if (place.x > 0 && place.x < 1) return compartment(*cable, place);
    auto const end = joined_end(*cable, place.section, place.x > 0);
    if (end.x > 0 && end.x < 1) return compartment(*cable, end);
    for (auto c = at(cable->n_cut()); c < cable->compartments.size(); ++c)
        if (auto const& kept = cable->compartments[c]; kept.section == end.section && kept.x == end.x)
            return static_cast<int>(c);
    auto grown = std::make_shared<Cable>(*cable);
    auto const& section = grown->sections[at(end.section)];
    auto const& beside = grown->compartments[at(end.x > 0 ? section.first + section.nseg - 1 : section.first)];
    Compartment kept;
    kept.section = end.section;
    kept.x = end.x;
    kept.diam = beside.diam;
    kept.distance = end.x > 0 ? section.distance_1 : section.distance_0;
    kept.begin = kept.centre = kept.end = end.x > 0 ? beside.end : beside.begin;
    grown->compartments.push_back(kept);
    cable = std::move(grown);
    return static_cast<int>(cable->compartments.size()) - 1;
}

double lambda_f(Section const& section, double frequency, double Ra, double cm) {
    if (cm == 0) return 1e10;
    auto const arc = arc_lengths(section);
    double lambdas = 0;
    for (std::size_t i = 1; i < arc.size(); ++i) {
        auto const& a = section.points[i - 1];
        auto const& b = section.points[i];
        if (arc[i] == arc[i - 1]) continue;
        if (a.diam + b.diam == 0)
            throw InputError("cut-zero-diameter", {},
                             "the d_lambda rule needs diameters, but points " + std::to_string(i - 1) + " and " +
                                 std::to_string(i) + " of " + section.name + " have the diameter 0",
                             "give them one (zero-radius=neighbours), or choose nseg or dL");
        lambdas += (arc[i] - arc[i - 1]) / std::sqrt(a.diam + b.diam);
    }
    if (lambdas == 0) return 1e10;  // no length: any number of compartments is enough
    lambdas *= std::sqrt(2.0) * 1e-5 * std::sqrt(4 * pi * frequency * Ra * cm);
    return arc.back() / lambdas;
}

int count_compartments(Section const& section, CutRule const& rule, double Ra, double cm) {
    auto const positive = [](double x) { return x > 0 && std::isfinite(x); };
    if (!positive(rule.value) || !positive(rule.frequency))
        throw InputError("cut-rule", {},
                         "the rule that cuts " + section.name + " into compartments needs positive numbers");
    double const L = std::max(length(section), least_length);
    double n = 0;
    switch (rule.by) {
        case CutRule::By::d_lambda:
            if (!positive(Ra) || !(cm >= 0))
                throw InputError("cut-rule", {}, "the d_lambda rule needs Ra > 0 and cm >= 0 in " + section.name);
            n = std::trunc((L / (rule.value * lambda_f(section, rule.frequency, Ra, cm)) + 0.9) / 2) * 2 + 1;
            break;
        case CutRule::By::nseg:
            if (rule.value != std::trunc(rule.value))
                throw InputError("cut-rule", {}, "nseg must be a whole number, not " + std::to_string(rule.value));
            n = rule.value;
            break;
        case CutRule::By::max_length: {
            double const least = std::ceil(L / rule.value);
            n = least + (std::fmod(least, 2) == 0);
            break;
        }
        case CutRule::By::per_length:
            n = 1 + 2 * std::trunc(L / rule.value);
            break;
    }
    if (!(n <= most_compartments))
        throw InputError("cut-too-many", {},
                         section.name + " (" + std::to_string(L) + " um) would be cut into more than " +
                             std::to_string(most_compartments) + " compartments",
                         "choose a coarser rule, or look whether its diameters are right");
    return static_cast<int>(n);
}

Cable cut(Morphology const& morphology, Discretisation const& discretisation, std::span<double const> Ra,
          std::span<double const> cm) {
    auto const n = morphology.sections.size();
    if (n == 0) throw InputError("cut-nothing", {morphology.file}, "this morphology has no sections");
    std::vector<CutRule const*> rules(n, &discretisation.rule);
    SectionIndex const names(morphology.sections);
    for (auto const& [expression, rule] : discretisation.overrides) {
        // One section by its number is found without a look at all others: a config may state thousands.
        int const one = expression.ends_with(']') ? names.find(expression) : -1;
        if (one >= 0) rules[at(one)] = &rule;
        else
            for (int const i : sections(morphology, expression)) rules[at(i)] = &rule;
    }

    Cable cable;
    cable.sections.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
        auto const& source = morphology.sections[i];
        CableSection section;
        section.name = source.name;
        section.type = source.type;
        section.region = source.region;
        section.parent = source.parent;
        section.parent_x = source.parent_x;
        section.nseg = count_compartments(source, *rules[i], at_or_only(Ra, i, "Ra", n), at_or_only(cm, i, "cm", n));
        section.first = static_cast<int>(cable.compartments.size());
        cut_section(source, static_cast<int>(i), section, cable.compartments);
        cable.sections.push_back(std::move(section));
        cable.sections.back().attachment = attach(cable, static_cast<int>(i));
    }
    if (auto const start = default_place(cable); region_of(cable.sections[at(start.section)]) == "soma") {
        cable.origin_section = start.section;
        cable.origin_x = start.x;
    }
    measure(cable);
    if (!discretisation.origin.empty()) {
        auto const origin = place(cable, discretisation.origin);  // may be given as a distance from the default
        cable.origin_section = origin.section;
        cable.origin_x = origin.x;
        measure(cable);
    }
    return cable;
}

}  // namespace rall::morphology
