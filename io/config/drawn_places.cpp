// Places that are drawn: so many, or so many per um or um2, in a region, each as likely as any other. What a cell gets depends on the seed,
// on the entry's name and on the cell's gid, and on nothing else.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/whole.hpp"
#include "io/config/build.hpp"
#include "io/text/csv.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

constexpr double most = 1e7;  ///< places in a cell

using Interval = std::pair<double, double>;

/// Where on a piece of a section between x0 and x1, whose ends are d0 and d1 away, the distance is from lo to hi.
Interval within(double x0, double x1, double d0, double d1, double lo, double hi) {
    if (d0 > d1) {
        auto const [a, b] = within(-x1, -x0, d1, d0, lo, hi);
        return {-b, -a};
    }
    if (d1 == d0) return lo <= d0 && d0 <= hi ? Interval{x0, x1} : Interval{x0, x0};
    auto const at = [&](double d) { return std::clamp(x0 + (d - d0) / (d1 - d0) * (x1 - x0), x0, x1); };
    return {at(lo), at(hi)};
}

}  // namespace

bool is_drawn(Node const& location) { return location.is_object() && !is_csv(location); }

PlaceDraw::PlaceDraw(Build& build, Node const& node, std::string const& stream)
    : build_(&build), node_(&node), farthest_(std::numeric_limits<double>::infinity()) {
    auto& diagnostics = build.diagnostics;
    auto const errors = diagnostics.count(Severity::error);
    Object object(node, "location", diagnostics, keys_of("drawn_place"));
    region_ = object.required_text("region");
    if (object.has("count") == object.has("density"))
        error(diagnostics, object.has("count") ? "config-conflict" : "config-missing", node,
              "places are drawn by a 'count' for each cell, or by a 'density'");
    if (object.has("count")) count_ = object.integer("count");
    if (object.has("density")) density_ = object.number("density");
    by_area_ = object.choice("per") == "um2";
    if (auto const* distance = object.find("distance")) {
        auto const ends = object.numbers("distance");
        if (ends.size() == 2 && ends[0] < ends[1]) nearest_ = ends[0], farthest_ = ends[1];
        else
            error(diagnostics, "config-range", *distance,
                  "location.distance: expected two distances in um, [nearest, farthest], the second above the first");
    }
    stream_.seed = static_cast<std::uint64_t>(object.has("seed") ? object.integer("seed")
                                                                 : static_cast<std::int64_t>(build.model.seed));
    stream_.instance = random::purpose(stream.c_str());
    object.finish();
    if (diagnostics.count(Severity::error) > errors) count_ = 0;
}

std::vector<PlaceDraw::Piece> const& PlaceDraw::pieces(int cell) {
    int const type = build_->model.cells[cell].type;
    auto const [slot, fresh] = by_type_.try_emplace(type);
    auto& all = slot->second;
    if (!fresh || count_ == 0) return all;
    auto const& cable = build_->cable(cell);
    std::vector<int> compartments;
    try {
        compartments = morphology::compartments(cable, region_, node_->find("region")->where());
    } catch (InputError const& failure) {
        adopt(build_->diagnostics, failure, *node_);
        return all;
    }
    double sum = 0;
    auto const add = [&](int index, double x0, double x1, double d0, double d1) {
        auto const& section = cable.sections[cable.compartments[index].section];
        auto const [a, b] = within(x0, x1, d0, d1, nearest_, farthest_);
        if (!(a < b)) return;
        double const size = by_area_ ? cable.compartments[index].area * (b - a) * section.nseg : (b - a) * section.L;
        sum += size;
        all.push_back({cable.compartments[index].section, a, b, size, sum});
    };
    for (int const index : compartments) {
        if (index >= cable.n_cut()) continue;  // an end has no length
        int const number = cable.compartments[index].section;
        auto const& section = cable.sections[number];
        double const n = section.nseg, x0 = (index - section.first) / n, x1 = (index - section.first + 1) / n;
        if (number != cable.origin_section) {
            auto const away = [&](double x) {
                return section.distance_0 + (section.distance_1 - section.distance_0) * x;
            };
            add(index, x0, x1, away(x0), away(x1));
            continue;
        }
        // Distances grow to both sides of the origin.
        double const origin = std::clamp(cable.origin_x, x0, x1);
        auto const away = [&](double x) { return std::abs(x - cable.origin_x) * section.L; };
        if (x0 < origin) add(index, x0, origin, away(x0), away(origin));
        if (origin < x1) add(index, origin, x1, away(origin), away(x1));
    }
    if (all.empty())
        error(build_->diagnostics, "place-empty", *node_,
              fmt::format("nothing of '{}' in {} is from {} to {} um away: there is no place to draw", region_,
                          build_->model.types[type].name, nearest_, farthest_));
    return all;
}

std::vector<morphology::Place> PlaceDraw::in(int cell) {
    auto const& all = pieces(cell);
    std::vector<morphology::Place> places;
    if (all.empty()) return places;
    double const total = all.back().until;
    auto stream = stream_;
    stream.cell = build_->model.cells[cell].gid;
    auto n = count_.value_or(0);
    if (!count_) {
        // A whole number whose mean over seeds is what the density says.
        stream.purpose = random::purpose("number of places");
        double const number = std::floor(density_ * total + stream.uniform());
        if (!(number <= most)) {
            error(build_->diagnostics, "config-range", *node_,
                  fmt::format("{:.3g} places in {}; expected at most {:.3g}", number, build_->model.cells[cell].name,
                              most));
            count_ = 0;
            by_type_.clear();
            return places;
        }
        n = truncated<std::int64_t>(number);
    }
    stream.purpose = random::purpose("places");
    stream.draws = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        double const at = stream.uniform() * total;
        auto const found = std::ranges::upper_bound(all, at, {}, &Piece::until);
        auto const& piece = found == all.end() ? all.back() : *found;
        double const part = std::clamp(1 - (piece.until - at) / piece.size, 0.0, 1.0);
        places.push_back({piece.section, piece.x0 + part * (piece.x1 - piece.x0)});
    }
    return places;
}

std::string places_csv(model::Model const& model, DrawnPlaces const& drawn) {
    std::string text = "instance,cells,location,section,x,distance\n";
    for (std::size_t i = 0; i < drawn.place.size(); ++i) {
        auto const& cell = model.cells[drawn.cell[i]];
        auto const& cable = *model.types[cell.type].cable;
        auto const [number, x] = drawn.place[i];
        auto const& section = cable.sections[number];
        double const distance = number == cable.origin_section
                                    ? std::abs(x - cable.origin_x) * section.L
                                    : section.distance_0 + (section.distance_1 - section.distance_0) * x;
        // "dend" may be a region of many sections; "dend[0]" is this one.
        auto const one = section.name.ends_with(']') ? section.name : section.name + "[0]";
        text +=
            fmt::format("{},{},{}({}),{},{},{}\n", drawn.instance[i], quoted_csv(cell.name), one, x, one, x, distance);
    }
    return text;
}

void Places::draw(int cell, Node const& node, std::vector<int>& found) {
    if (entry_.empty()) {
        if (!refused_)
            error(build_.diagnostics, "config-type", node, "places are drawn in 'synapses' and 'inputs' only",
                  "expected a location such as \"soma(0.5)\", or a list of locations");
        refused_ = true;
        return;
    }
    auto const number = draws_.size();
    auto const [slot, fresh] =
        draws_.try_emplace(&node, build_, node, number == 0 ? entry_ : fmt::format("{} {}", entry_, number));
    if (recorded_ < 0) {
        recorded_ = static_cast<int>(build_.config.drawn.size());
        build_.config.drawn.push_back({entry_ + "_places.csv", {}, {}, {}});
        claim_file(build_, node, "places of " + entry_, entry_ + "_places.csv");
    }
    auto& record = build_.config.drawn[static_cast<std::size_t>(recorded_)];
    for (auto const& place : slot->second.in(cell)) {
        record.instance.push_back(before_ + static_cast<int>(found.size()));
        record.cell.push_back(cell);
        record.place.push_back(place);
        found.push_back(morphology::compartment(build_.cable(cell), place));
    }
}

}  // namespace rall::io
