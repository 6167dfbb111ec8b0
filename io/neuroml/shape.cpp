#include "io/neuroml/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "base/whole.hpp"

namespace rall::io::neuroml {
namespace {

using morphology::Morphology;
using morphology::Point;

constexpr char const* unbranched = "sao864921383";

struct Segment {
    Item item;
    int id = 0, parent = -1;  ///< index of the parent, -1 of the root
    double along = 1;         ///< where on the parent it is attached
    bool has_proximal = false;
    Point proximal, distal;
    std::vector<int> children;
    double start = 0;  ///< path length from the root to its proximal end, um
    int section = -1;
    double length() const { return std::hypot(distal.x - proximal.x, distal.y - proximal.y, distal.z - proximal.z); }
    bool is_sphere() const { return length() == 0; }
    /// Of a sphere the diameter: a cylinder of this length has the sphere's area.
    double extent() const { return is_sphere() ? distal.diam : length(); }
};

class ShapeReader {
public:
    ShapeReader(Item const& item, std::set<std::string> const& whole, Diagnostics& found)
        : item_(item), whole_(whole), found_(found) {}

    Shape read() {
        auto const errors = found_.count(Severity::error);
        Element element(item_, found_);
        for (auto const& item : element.children("segment")) read_segment(item);
        auto const groups = element.children("segmentGroup");
        element.finish();
        if (segments_.empty()) fail(found_, item_, {}, "neuroml-missing", "this morphology has no segments");
        if (found_.count(Severity::error) > errors || !order()) return {};
        for (auto const& item : groups) {
            auto const id = item.attribute("id");
            if (!items_.emplace(id, item).second)
                fail(found_, item, "id", "neuroml-twice", fmt::format("this is a second segmentGroup '{}'", id));
        }
        for (auto const& item : groups) members_of(item);
        if (!shape_.groups.contains("all")) {
            Group all{item_, {}, {}, -1, {}, 0, 0};
            for (auto const& segment : segments_) all.segments.insert(segment.id);
            shape_.groups.emplace("all", all);
        }
        for (auto const& segment : segments_)
            if (auto const name = group_of_segment(std::to_string(segment.id)); whole_.contains(name))
                shape_.groups.emplace(name, Group{item_, {segment.id}, {}, -1, {}, 0, 0});
        if (found_.count(Severity::error) > errors) return {};
        make_sections(groups);
        if (found_.count(Severity::error) > errors) return {};
        resolve_groups();
        return std::move(shape_);
    }

private:
    int whole_number(Item const& item, char const* key) {
        auto const text = item.attribute(key);
        int value = -1;
        auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failure == std::errc() && end == text.data() + text.size() && value >= 0) return value;
        fail(found_, item, item.has(key) ? key : "", "neuroml-number",
             fmt::format("<{}> has {}=\"{}\"; expected the number of a segment", item.name(), key, text));
        return -1;
    }

    Point read_point(Item const& item) {
        Element element(item, found_);
        Point point;
        for (auto const& [key, value] : {std::pair{"x", &point.x}, std::pair{"y", &point.y}, std::pair{"z", &point.z},
                                         std::pair{"diameter", &point.diam}}) {
            element.required(key);
            *value = element.number(key, 0);
        }
        if (element.has("diameter") && point.diam <= 0)
            fail(found_, item, "diameter", "neuroml-range",
                 fmt::format("the diameter is {} um; expected more than 0", point.diam));
        element.finish();
        return point;
    }

    void read_segment(Item const& item) {
        Segment segment;
        segment.item = item;
        segment.id = whole_number(item, "id");
        Element element(item, found_);
        element.ignore("name");
        if (auto const parent = element.child("parent")) {
            Element of(parent, found_);
            of.required("segment");
            segment.along = of.number("fractionAlong", 1);
            if (segment.along < 0 || segment.along > 1)
                fail(found_, parent, "fractionAlong", "neuroml-range",
                     fmt::format("fractionAlong is {}; expected 0 to 1", segment.along));
            of.finish();
        }
        if (auto const proximal = element.child("proximal"))
            segment.proximal = read_point(proximal), segment.has_proximal = true;
        auto const distal = element.child("distal");
        if (distal) segment.distal = read_point(distal);
        else fail(found_, item, {}, "neuroml-missing", fmt::format("segment {} has no <distal>", segment.id));
        element.finish();
        if (!index_.emplace(segment.id, static_cast<int>(segments_.size())).second)
            fail(found_, item, "id", "neuroml-twice", fmt::format("this is a second segment {}", segment.id));
        segments_.push_back(std::move(segment));
    }

    int index_of(Item const& item, char const* key) {
        auto const id = whole_number(item, key);
        if (id < 0) return -1;
        auto const known = index_.find(id);
        if (known != index_.end()) return known->second;
        fail(found_, item, key, "neuroml-reference", fmt::format("there is no segment {}", id));
        return -1;
    }

    /// Parents, proximal points and path lengths; parents before children in order_.
    bool order() {
        auto const errors = found_.count(Severity::error);
        int root = -1;
        for (std::size_t i = 0; i < segments_.size(); ++i) {
            auto& segment = segments_[i];
            auto const parent = segment.item.node.child("parent");
            if (parent) {
                segment.parent = index_of({segment.item.document, parent}, "segment");
                if (segment.parent >= 0) segments_[segment.parent].children.push_back(static_cast<int>(i));
            } else if (root >= 0) {
                fail(found_, segment.item, {}, "neuroml-root",
                     fmt::format("segment {} has no parent, nor has segment {}: a cell has one root", segment.id,
                                 segments_[root].id));
            } else {
                root = static_cast<int>(i);
            }
        }
        if (root < 0) fail(found_, item_, {}, "neuroml-root", "every segment has a parent: a cell has one root");
        if (found_.count(Severity::error) > errors) return false;
        if (!segments_[root].has_proximal)
            fail(found_, segments_[root].item, {}, "neuroml-missing", "the root has no parent and needs a <proximal>");
        order_.push_back(root);
        for (std::size_t k = 0; k < order_.size(); ++k) {
            auto& segment = segments_[order_[k]];
            if (segment.parent >= 0) {
                auto const& parent = segments_[segment.parent];
                segment.start = parent.start + segment.along * parent.extent();
                if (!segment.has_proximal) segment.proximal = between(parent, segment.along);
            }
            order_.insert(order_.end(), segment.children.begin(), segment.children.end());
        }
        if (order_.size() < segments_.size())
            fail(found_, item_, {}, "neuroml-root",
                 fmt::format("{} segment(s) are not connected with the root", segments_.size() - order_.size()));
        return found_.count(Severity::error) == errors;
    }

    static Point between(Segment const& s, double x) {
        auto const mix = [&](double a, double b) { return x == 0 ? a : x == 1 ? b : a + x * (b - a); };
        return {mix(s.proximal.x, s.distal.x), mix(s.proximal.y, s.distal.y), mix(s.proximal.z, s.distal.z),
                mix(s.proximal.diam, s.distal.diam)};
    }

    /// The group's segments, those of groups it includes too.
    Group const* members_of(Item const& item) {
        auto const id = item.attribute("id");
        if (auto const known = shape_.groups.find(id); known != shape_.groups.end()) return &known->second;
        if (!open_.insert(id).second) {
            fail(found_, item, "id", "neuroml-circle", fmt::format("segmentGroup '{}' includes itself", id));
            return nullptr;
        }
        Group group{item, {}, {}, -1, {}, 0, 0};
        Element element(item, found_);
        element.required("id");
        auto const add = [&](int index) {
            if (index >= 0) group.segments.insert(segments_[index].id);
        };
        for (auto const& member : element.children("member")) add(index_of(member, "segment"));
        for (auto const& include : element.children("include")) {
            auto const name = include.attribute("segmentGroup");
            auto const other = items_.find(name);
            if (other == items_.end()) {
                std::vector<std::string> names;
                for (auto const& [known, of] : items_) names.push_back(known);
                fail(found_, include, "segmentGroup", "neuroml-reference",
                     fmt::format("there is no segmentGroup '{}'", name), did_you_mean(name, names));
            } else if (auto const* members = members_of(other->second))
                group.segments.insert(members->segments.begin(), members->segments.end());
        }
        for (auto const& path : element.children("path")) {
            Element ends(path, found_);
            auto const from = ends.child("from"), to = ends.child("to");
            ends.finish();
            if (!from || !to) {
                fail(found_, path, {}, "neuroml-missing", "a path needs <from> and <to>");
                continue;
            }
            int const first = index_of(from, "segment");
            int last = index_of(to, "segment");
            std::vector<int> way;
            for (; last >= 0 && last != first; last = segments_[last].parent) way.push_back(last);
            if (last < 0 && first >= 0) fail(found_, path, {}, "neuroml-path", "<to> does not lie behind <from>");
            way.push_back(first);
            for (int const index : way) add(index);
        }
        for (auto const& tree : element.children("subTree")) {
            Element ends(tree, found_);
            auto const from = ends.child("from");
            ends.finish();  // <to>, which the standard leaves undefined, is not understood
            if (!from) {
                fail(found_, tree, {}, "neuroml-missing", "a subTree needs <from>");
                continue;
            }
            std::vector<int> todo{index_of(from, "segment")};
            while (!todo.empty()) {
                auto const next = todo.back();
                todo.pop_back();
                if (next < 0) continue;
                add(next);
                todo.insert(todo.end(), segments_[next].children.begin(), segments_[next].children.end());
            }
        }
        for (auto const& parameter : element.children("inhomogeneousParameter")) read_metric(parameter, group);
        element.finish();
        open_.erase(id);
        if (group.segments.empty())
            warn(found_, item, "id", "neuroml-empty", fmt::format("segmentGroup '{}' has no segments", id));
        return &shape_.groups.emplace(id, std::move(group)).first->second;
    }

    void read_metric(Item const& item, Group& group) {
        Element element(item, found_);
        Metric metric{item, element.required("variable"), {}, {}};
        if (auto const name = element.required("metric"); item.has("metric") && name != "Path Length from root")
            fail(found_, item, "metric", "neuroml-unknown",
                 fmt::format("the metric '{}' is not understood; expected 'Path Length from root'", name));
        for (auto const& [child, key, value] : {std::tuple{"proximal", "translationStart", &metric.start},
                                                std::tuple{"distal", "normalizationEnd", &metric.end}})
            if (auto const details = element.child(child)) {
                Element of(details, found_);
                of.required(key);
                *value = of.number(key, 0);
                of.finish();
            }
        element.finish();
        group.metrics.emplace(item.attribute("id"), metric);
    }

    /// Which of the sections that a file names a segment belongs to; "" for none.
    std::map<int, std::string> named_sections(std::vector<Item> const& groups) {
        std::map<int, std::string> result;
        for (auto const& item : groups) {
            if (item.attribute("neuroLexId") != unbranched) continue;
            auto const id = item.attribute("id");
            for (int const segment : shape_.groups.at(id).segments) {
                auto const [other, is_new] = result.emplace(segment, id);
                if (!is_new) {
                    fail(found_, item, "id", "neuroml-section",
                         fmt::format("segment {} belongs to two sections, '{}' and '{}'", segment, other->second, id),
                         fmt::format("groups with neuroLexId {} are sections", unbranched));
                    return result;
                }
            }
        }
        return result;
    }

    /// "soma", "axon", ... by the conventional groups and their meaning in NeuroLex and the Gene Ontology.
    void find_types() {
        struct Meaning {
            int type;
            std::set<std::string> names, ids;
        };
        static std::vector<Meaning> const meanings{
            {morphology::soma_type, {"soma_group"}, {"sao1044911821", "GO:0043025"}},
            {morphology::axon_type, {"axon_group"}, {"sao1770195789", "GO:0030424"}},
            {morphology::apic_type, {"apical_group", "apical_dendrite_group"}, {"GO:0097440"}},
        };
        for (auto const& [type, names, ids] : meanings)
            for (auto const& [name, group] : shape_.groups)
                if (names.contains(name) || ids.contains(group.item.attribute("neuroLexId")))
                    for (int const segment : group.segments) types_.emplace(segment, type);
    }

    /// The dendrite where nothing is said.
    int type_of(int segment) const {
        auto const found = types_.find(segment);
        return found == types_.end() ? morphology::dend_type : found->second;
    }

    /// Does something that is painted begin or end between a segment and its parent?
    bool is_cut(Segment const& child) const {
        return std::ranges::any_of(whole_, [&](std::string const& group) {
            auto const found = shape_.groups.find(group);
            return found != shape_.groups.end() && found->second.segments.contains(child.id) !=
                                                       found->second.segments.contains(segments_[child.parent].id);
        });
    }

    /// May `child` go on in the section of its parent, or in its next piece?
    bool continues(Segment const& child, std::map<int, std::string> const& named) const {
        auto const& parent = segments_[child.parent];
        auto const name = [&](int id) {
            auto const found = named.find(id);
            return found == named.end() ? std::string() : found->second;
        };
        auto const own = name(child.id);
        if (own != name(parent.id) || child.along != 1 || child.is_sphere() || parent.is_sphere()) return false;
        if (!own.empty()) return true;
        if (parent.children.size() > 1 || type_of(child.id) != type_of(parent.id)) return false;
        // A proximal end somewhere else begins a cable of its own.
        if (child.has_proximal && (child.proximal.x != parent.distal.x || child.proximal.y != parent.distal.y ||
                                   child.proximal.z != parent.distal.z))
            return false;
        return !is_cut(child);
    }

    /// Sections that a file names and that are cut into pieces, NAME[0], NAME[1], ...
    std::set<std::string> sections_cut(std::map<int, std::string> const& named) {
        std::set<std::string> result;
        for (auto const& segment : segments_)
            if (segment.parent >= 0 && continues(segment, named) && is_cut(segment)) {
                auto const& name = named.at(segment.id);
                if (name.ends_with(']'))
                    fail(found_, segment.item, {}, "neuroml-section",
                         fmt::format("what is painted cuts the section '{}', whose pieces can have no names", name),
                         "give it a name without brackets");
                result.insert(name);
            }
        return result;
    }

    void make_sections(std::vector<Item> const& groups) {
        auto const named = named_sections(groups);
        find_types();
        auto const cut = sections_cut(named);
        std::set<std::string> taken;  // "dend" is "dend[0]"
        for (auto const& [segment, name] : named) taken.insert(name.ends_with(']') ? name : name + "[0]");
        auto shape = std::make_shared<Morphology>();
        shape->file = item_.document->file();
        shape->format = "NeuroML";
        shape->soma_reading = "segments as they are";
        std::map<std::string, int> started;
        std::vector<double> lengths;
        std::map<int, int> counts;
        for (int const index : order_) {
            auto& segment = segments_[index];
            auto const name = named.find(segment.id);
            bool const goes_on = segment.parent >= 0 && continues(segment, named);
            if (goes_on) {
                if (segments_[segment.parent].children.size() > 1 && ends_.contains(segment.parent))
                    fail(found_, segment.item, {}, "neuroml-section",
                         fmt::format("the section '{}' branches at segment {}", name->second,
                                     segments_[segment.parent].id));
                ends_.insert(segment.parent);
            }
            if (goes_on && !is_cut(segment)) {
                segment.section = segments_[segment.parent].section;
                auto& section = shape->sections[segment.section];
                if (segment.has_proximal && (segment.proximal.diam != segments_[segment.parent].distal.diam ||
                                             segment.proximal.x != segments_[segment.parent].distal.x ||
                                             segment.proximal.y != segments_[segment.parent].distal.y ||
                                             segment.proximal.z != segments_[segment.parent].distal.z))
                    section.points.push_back(segment.proximal);
                section.points.push_back(segment.distal);
                continue;
            }
            morphology::Section section;
            section.type = type_of(segment.id);
            if (name != named.end()) {
                section.name = name->second;
                if (!goes_on && !started.emplace(section.name, segment.id).second)
                    fail(found_, segment.item, {}, "neuroml-section",
                         fmt::format("segment {} of section '{}' does not follow the others at their end", segment.id,
                                     section.name));
                auto& pieces = pieces_[name->second];
                if (cut.contains(section.name)) {
                    auto number = pieces.size();
                    do section.name = fmt::format("{}[{}]", name->second, number++);
                    while (!pieces.empty() && !taken.insert(section.name).second);
                }
                pieces.push_back(static_cast<int>(shape->sections.size()));
            } else {
                do section.name = fmt::format("{}[{}]", morphology::region_name(section.type), counts[section.type]++);
                while (taken.contains(section.name));
            }
            segment.section = static_cast<int>(shape->sections.size());
            section.points = {segment.proximal, segment.distal};
            if (segment.is_sphere()) {
                section.points[0].diam = segment.distal.diam;
                section.points[0].y -= segment.distal.diam / 2;
                section.points[1].y += segment.distal.diam / 2;
            }
            if (segment.parent >= 0) section.parent = segments_[segment.parent].section;
            shape->sections.push_back(std::move(section));
        }
        for (auto const& name : cut) {
            std::vector<std::string> names;
            for (int const piece : pieces_[name]) names.push_back(shape->sections[piece].name);
            complain(found_, Severity::note, "neuroml-cut", shape_.groups.at(name).item.place("id"),
                     fmt::format("what is painted begins or ends inside of the section '{}', which is cut there: {}", name, enumerate(names)));
        }
        if (!shape->sections.empty()) attach(*shape);
        shape->n_points = static_cast<int>(segments_.size());
        for (auto const& segment : segments_) shape_.section_of[segment.id] = segment.section;
        shape_.morphology = std::move(shape);
    }

    /// Where sections hang on their parents, as fractions of the parents' lengths.
    void attach(Morphology& shape) {
        std::vector<double> before(segments_.size(), 0), whole(shape.sections.size(), 0);
        for (int const index : order_) {
            auto const& segment = segments_[index];
            before[index] = whole[segment.section];
            if (segment.parent >= 0 && segments_[segment.parent].section == segment.section && segment.has_proximal) {
                auto const& end = segments_[segment.parent].distal;
                before[index] +=
                    std::hypot(segment.proximal.x - end.x, segment.proximal.y - end.y, segment.proximal.z - end.z);
            }
            whole[segment.section] = before[index] + segment.extent();
        }
        for (int const index : order_) {
            auto const& segment = segments_[index];
            if (segment.parent < 0 || segments_[segment.parent].section == segment.section) continue;
            auto const& parent = segments_[segment.parent];
            auto const at = before[segment.parent] + segment.along * parent.extent();
            auto& section = shape.sections[segment.section];
            bool const at_end = segment.along == 1 && before[segment.parent] + parent.extent() == whole[parent.section];
            bool const at_begin = segment.along == 0 && before[segment.parent] == 0;
            section.parent_x = at_end ? 1 : at_begin ? 0 : at / whole[parent.section];
        }
    }

    /// <property tag="numberInternalDivisions" value="5"/> of a section's group.
    void read_divisions(Group const& group) {
        for (auto const& node : group.item.node.children("property")) {
            Item const item{group.item.document, node};
            if (item.attribute("tag") != "numberInternalDivisions") continue;
            auto const pieces = pieces_.find(group.item.attribute("id"));
            bool const whole = group.sections.size() == 1 || (pieces != pieces_.end() && pieces->second == group.sections);
            if (whole && group.partial < 0 && whole_number(item, "value") > 0) {
                // Pieces share them by their lengths.
                double length = 0;
                for (int const s : group.sections) length += morphology::length(shape_.morphology->sections[s]);
                for (int const s : group.sections) {
                    auto const share = morphology::length(shape_.morphology->sections[s]) / length;
                    shape_.divisions.push_back({s, std::max(1, rounded<int>(share * whole_number(item, "value"))), item});
                }
            } else
                fail(found_, item, "value", "neuroml-section",
                     "numberInternalDivisions: expected a number of 1 or more, in the group of one section");
        }
    }

    void resolve_groups() {
        std::map<int, int> sizes;
        for (auto const& segment : segments_) ++sizes[segment.section];
        for (auto& [name, group] : shape_.groups) {
            std::map<int, int> counts;
            bool first = true;
            for (int const id : group.segments) {
                auto const& segment = segments_[index_.at(id)];
                ++counts[segment.section];
                group.nearest = first ? segment.start : std::min(group.nearest, segment.start);
                group.furthest = std::max(first ? 0 : group.furthest, segment.start + segment.extent());
                first = false;
            }
            for (auto const& [section, count] : counts) {
                if (count == sizes[section]) group.sections.push_back(section);
                else group.partial = section;
            }
            if (group.item.name() == "segmentGroup") read_divisions(group);
        }
    }

    Item item_;
    std::set<std::string> const& whole_;
    Diagnostics& found_;
    Shape shape_;
    std::vector<Segment> segments_;
    std::map<int, int> index_;  ///< by id
    std::vector<int> order_;
    std::map<std::string, Item> items_;
    std::set<std::string> open_;
    std::map<std::string, std::vector<int>> pieces_;  ///< of sections that the file names; one of those that are not cut
    std::map<int, int> types_;  ///< SWC type codes by id of a segment
    std::set<int> ends_;        ///< segments behind which their section goes on
};

}  // namespace

Shape read_shape(Item const& morphology, std::set<std::string> const& whole, Diagnostics& found) {
    return ShapeReader(morphology, whole, found).read();
}

}  // namespace rall::io::neuroml
