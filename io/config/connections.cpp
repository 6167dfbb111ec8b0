// "connections": who hears whom.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/config/pairs.hpp"
#include "io/config/rules.hpp"
#include "model/extracellular.hpp"

namespace rall::io {
namespace {

constexpr double most_of_all = 2e9;

/// Sources that a connection's "source" names: of generators, or of cells at a place with a threshold.
class Sources {
public:
    explicit Sources(Build& build) : build_(build) {}

    std::vector<int> read(Object& object) {
        auto const* source = object.required("source");
        auto const* location = object.find("location");
        auto const threshold = object.optional_number("threshold");
        if (!source) return {};
        if (source->is_string()) {
            auto const [name, index] = split_index(source->text());
            if (auto const found = build_.generators.find(name); found != build_.generators.end()) {
                if (location || threshold)
                    error(build_.diagnostics, "config-conflict", *source,
                          fmt::format("'{}' is a generator: it has no location and no threshold", name));
                return of_generator(found->second, index, *source);
            }
            if (auto const found = build_.synapses.find(name); found != build_.synapses.end()) {
                if (location || threshold)
                    error(build_.diagnostics, "config-conflict", *source,
                          fmt::format("'{}' is an entry of 'synapses': it has no location and no threshold", name));
                return of_points(instances_of(build_, found->second, index, *source), *source);
            }
        }
        std::vector<int> sources;
        Places places(build_, location);
        for (int const cell : resolve_cells(build_, source)) {
            if (!location && !threshold) {
                sources.push_back(cell);  // the sources of cells come first, in order
                continue;
            }
            auto const& standard = std::get<model::ThresholdSource>(build_.model.sources[cell].origin);
            auto const level = threshold.value_or(standard.threshold);
            if (!location) sources.push_back(at(cell, standard.compartment, level));
            else
                for (int const compartment : places.in(cell)) sources.push_back(at(cell, compartment, level));
        }
        return sources;
    }

    /// Gids of the sources found, by what they are and not by who named them first.
    void number() {
        for (auto const& [place, source] : places_) build_.model.sources[source].gid = build_.next_gid++;
        for (auto const& [point, source] : points_) build_.model.sources[source].gid = build_.next_gid++;
    }

private:
    std::vector<int> of_generator(GeneratorEntry const& entry, int index, Node const& where) {
        if (index >= entry.count) {
            error(build_.diagnostics, "index-range", where,
                  fmt::format("this generator has {} trains, counted from 0", entry.count));
            return {};
        }
        if (index >= 0) return {entry.first + index};
        std::vector<int> sources;
        for (int i = 0; i < entry.count; ++i) sources.push_back(entry.first + i);
        return sources;
    }

    /// Point processes that spike by net_event.
    std::vector<int> of_points(Target const& target, Node const& where) {
        if (target.set < 0) return {};
        auto const& set = build_.model.points[target.set];
        auto const mechanism = build_.mechanisms.find(set.mechanism);
        if (mechanism != build_.mechanisms.end() && !mechanism->second->sends_events)
            error(build_.diagnostics, "source-silent", where,
                  fmt::format("{} of '{}' calls no net_event: it sends no spikes", set.mechanism, set.label));
        std::vector<int> sources;
        for (int i = target.first; i < target.first + target.count; ++i) {
            auto& all = build_.model.sources;
            auto const [slot, fresh] = points_.try_emplace({target.set, i}, static_cast<int>(all.size()));
            if (fresh) all.push_back({0, model::PointRef{target.set, i}, false});
            sources.push_back(slot->second);
        }
        return sources;
    }

    /// The source of a place and threshold; connections that agree share it, as they do in NEURON.
    int at(int cell, int compartment, double threshold) {
        auto& sources = build_.model.sources;
        auto const& standard = std::get<model::ThresholdSource>(sources[cell].origin);
        if (standard.compartment == compartment && standard.threshold == threshold) return cell;
        auto const [slot, fresh] =
            places_.try_emplace({cell, compartment, threshold}, static_cast<int>(sources.size()));
        if (fresh) sources.push_back({0, model::ThresholdSource{cell, compartment, threshold}, false});
        return slot->second;
    }

    Build& build_;
    std::map<std::tuple<int, int, double>, int> places_;
    std::map<std::pair<int, int>, int> points_;
};

/// Weights or delays: one for all, one for each, by distance, or drawn.
struct Values {
    Series series;
    std::shared_ptr<OfDistance const> of_distance;
    std::optional<model::Distribution> drawn;

    Values(Build& build, Object& object, char const* key, double standard, double usual) : series(standard) {
        auto const& range = object.row(key)->range;
        auto const* node = object.find(key);
        if (node && node->find("distribution"))
            drawn = read_distribution(*node, object.what() + "." + key, range, usual, build.diagnostics);
        else if (node && node->is_string())
            of_distance = OfDistance::read(*node, object.what() + "." + key, range.low, std::numeric_limits<double>::max(),
                                           build.diagnostics);
        else series = read_series(object, key, build.diagnostics).value_or(standard);
    }

    model::Quantity quantity() const { return {series.is_list() ? 0 : series[0], drawn, of_distance}; }
};

std::string written(Node const& node) {
    std::string text = node.scalar.dump();
    for (auto const& child : node.children) text += child.key + ":" + written(child) + ",";
    return text;
}

random::Stream for_purpose(random::Stream stream, char const* name) {
    stream.purpose = random::purpose(name);
    return stream;
}

/// What owns a source or an instance: its cell, or the artificial cell itself; -1 if neither.
std::int64_t owner(model::Model const& model, model::PointRef point) {
    auto const& cells = model.points[point.set].cell;
    if (cells[point.index] >= 0) return cells[point.index];
    return (std::int64_t(point.set) + 1) << 32 | std::int64_t(point.index);  // beyond all cells
}

morphology::Vec3 place_of(model::Model const& model, int cell, int compartment) {
    auto const& at = model.cells[cell];
    return model::placed(model.types[at.type].cable->compartments[compartment].centre, at.placement);
}

/// Where sources and instances are. Throws InputError ("no-place") where one of them is in no cell.
void find_places(Ends& ends, model::Model const& model, std::vector<int> const& from, Target const& target,
                 Node const& node, std::string const& what) {
    auto const nowhere = [&](char const* end) {
        return InputError("no-place", node.where(), fmt::format("{} depends on distance, but its {} is in no cell", what, end),
                          "give numbers, or a distribution, where generators or artificial cells are connected");
    };
    for (int const source : from) {
        auto const* place = std::get_if<model::ThresholdSource>(&model.sources[source].origin);
        if (!place) throw nowhere("source");
        ends.source_places.push_back(place_of(model, place->cell, place->compartment));
    }
    auto const& set = model.points[target.set];
    for (int i = target.first; i < target.first + target.count; ++i) {
        if (set.cell[i] < 0) throw nowhere("target");
        ends.instance_places.push_back(place_of(model, set.cell[i], set.compartment[i]));
    }
}

Ends ends_of(model::Model const& model, Rule const& rule, std::vector<int> const& from, Target const& target) {
    Ends ends{static_cast<std::int64_t>(from.size()), target.count, {}, {}, static_cast<std::uint32_t>(target.first)};
    if (!rule.is_random()) return ends;
    for (int const source : from) {
        auto const& origin = model.sources[source].origin;
        if (auto const* place = std::get_if<model::ThresholdSource>(&origin)) ends.sources.push_back(place->cell);
        else if (auto const* point = std::get_if<model::PointRef>(&origin))
            ends.sources.push_back(owner(model, *point));
        else ends.sources.push_back(-1);
    }
    for (int i = 0; i < target.count; ++i) ends.instances.push_back(owner(model, {target.set, target.first + i}));
    return ends;
}

/// An entry that has been read: what it connects, and how many connections that will be, about.
struct Entry {
    std::string what;
    Node const* node;
    std::vector<int> from;
    Target target;
    Values weight, delay;
    Rule rule;
    std::optional<Pairs> pairs;
    double about = 0;
    random::Stream stream = {};
    bool procedural = false, asks = false;  ///< it says so itself

    bool by_distance() const { return rule.p_of_distance || weight.of_distance || delay.of_distance; }
    Ends ends(model::Model const& model) const {
        auto ends = ends_of(model, rule, from, target);
        if (by_distance()) find_places(ends, model, from, target, *node, what);
        return ends;
    }
    /// What it connects, but for its stream; no fixed_indegree, and no pairs.
    model::Projection projection() const {
        model::Projection p;
        p.kind = rule.kind == Rule::Kind::all_to_all           ? model::Projection::Kind::all_to_all
                 : rule.kind == Rule::Kind::one_to_one         ? model::Projection::Kind::one_to_one
                 : rule.kind == Rule::Kind::pairwise_bernoulli ? model::Projection::Kind::pairwise_bernoulli
                 : rule.kind == Rule::Kind::fixed_outdegree    ? model::Projection::Kind::fixed_outdegree
                                                               : model::Projection::Kind::fixed_total_number;
        p.shift = rule.shift, p.p = rule.p, p.p_of_distance = rule.p_of_distance, p.number = rule.number;
        p.autapses = rule.autapses, p.multapses = rule.multapses;
        p.weight = weight.quantity(), p.delay = delay.quantity();
        p.stream = stream;
        for (int const source : from) p.add_source(static_cast<std::uint32_t>(source));
        p.set = target.set, p.first = target.first, p.n_targets = target.count;
        return p;
    }
    bool draws() const { return rule.is_random() || weight.drawn || delay.drawn; }
    /// Room for as many as are likely; where a number is drawn, its standard deviation is below the root of its mean.
    double room() const { return rule.kind == Rule::Kind::pairwise_bernoulli ? about + 10 * std::sqrt(about) + 10 : about; }
};

std::optional<Entry> read_entry(Build& build, Object& object, Sources& sources) {
    auto from = sources.read(object);
    auto const target = resolve_target(build, object);
    auto const* pairs_node = object.find("pairs");
    auto const errors = build.diagnostics.count(Severity::error);
    std::optional<Pairs> pairs;
    if (pairs_node) pairs = Pairs::read(*pairs_node, object.what() + ".pairs", build.diagnostics);
    for (char const* key : {"weight", "delay"})
        if (pairs && (key[0] == 'w' ? pairs->has_weights() : pairs->has_delays()) && object.has(key))
            error(build.diagnostics, "config-conflict", object.at(key),
                  fmt::format("{} gives a {}, and so does the file of its pairs", object.what(), key),
                  "leave out one of the two");
    if (!pairs || !pairs->has_weights()) object.required("weight");
    Values weight(build, object, "weight", 0, any_number.low);
    Values delay(build, object, "delay", object.row("delay")->standard.number(), build.model.dt);
    if (pairs_node && object.has("rule"))
        error(build.diagnostics, "config-conflict", object.at("rule"),
              fmt::format("{}: either a rule or pairs say who is connected", object.what()));
    auto const rule = read_rule(object, build.diagnostics);
    bool const asks = object.has("connectivity");
    bool const procedural = asks ? object.choice("connectivity") == "procedural" : build.procedural;
    bool const draws = (rule && rule->is_random()) || weight.drawn || delay.drawn;
    if (object.has("seed") && rule && !draws)
        error(build.diagnostics, "config-conflict", object.at("seed"),
              "'seed' belongs to rules that draw and to distributions");
    auto const seed =
        object.has("seed") ? static_cast<std::uint64_t>(object.integer("seed")) : build.model.seed;
    object.finish();
    if (!rule || target.set < 0 || build.diagnostics.count(Severity::error) > errors) return std::nullopt;
    Entry entry{object.what(), &object.node(), std::move(from), target, std::move(weight), std::move(delay), *rule,
                std::move(pairs)};
    entry.stream.seed = seed;
    entry.procedural = procedural, entry.asks = asks;
    if (target.count == 0 && !entry.pairs) return entry;
    auto const about = entry.pairs ? static_cast<double>(entry.pairs->size())
                                   : count_of(*rule, entry.ends(build.model), object, build.diagnostics);
    if (!about) return std::nullopt;
    entry.about = *about;
    for (auto const& [values, key] : {std::pair(&entry.weight, "weight"), std::pair(&entry.delay, "delay")}) {
        if (values->series.is_list() && rule->kind == Rule::Kind::pairwise_bernoulli) {
            error(build.diagnostics, "count", object.at(key),
                  fmt::format("{}.{}: how many connections \"pairwise_bernoulli\" makes is drawn", object.what(), key),
                  "expected one value for all, or a distribution");
            return std::nullopt;
        }
        if (*about < static_cast<double>(most_of_all) &&
            !values->series.fits(static_cast<std::size_t>(*about), fmt::format("{}.{}", object.what(), key), "connections",
                                 build.diagnostics))
            return std::nullopt;
    }
    return entry;
}

/// Streams of entries are called by what they connect, so that an entry draws the same wherever it stands in the list. Those that agree in
/// source and target are told apart by what else they say.
void name_streams(std::vector<Entry>& entries) {
    std::map<std::string, std::vector<std::pair<std::string, Entry*>>> by_ends;
    for (auto& entry : entries) {
        if (!entry.draws()) continue;
        std::string ends;
        for (auto const* key : {"source", "target"})
            if (auto const* node = entry.node->find(key)) ends += written(*node) + " ";
        by_ends[ends].emplace_back(written(*entry.node), &entry);
    }
    for (auto& [ends, alike] : by_ends) {
        std::ranges::stable_sort(alike, {}, [](auto const& one) -> auto& { return one.first; });
        for (std::size_t k = 0; k < alike.size(); ++k) {
            std::uint64_t hash = 14695981039346656037u;  // 64-bit FNV-1a
            for (unsigned char const c : ends + std::to_string(k)) hash = (hash ^ c) * 1099511628211u;
            alike[k].second->stream.cell = (hash ^ hash >> 48) & 0xFFFF'FFFF'FFFF;
        }
    }
}

/// Adds the connections of an entry. False after an error.
bool connect(Build& build, Entry const& entry, std::uint32_t first_target, Steps& steps) {
    auto& connections = build.model.connections;
    auto const first = first_target + static_cast<std::uint32_t>(entry.target.first);
    std::size_t made = 0;
    auto const add = [&](std::int64_t source, std::uint32_t instance, double weight, double delay) {
        if (!build.chosen || build.chosen->instances[first + instance])
            connections.push_back({static_cast<std::uint32_t>(entry.from[source]), first + instance, weight, delay});
        ++made;
        steps.made();
    };
    if (!entry.pairs && (entry.from.empty() || entry.target.count == 0)) return true;  // nothing to draw from
    if (!entry.pairs && entry.rule.kind != Rule::Kind::fixed_indegree) {
        auto const projection = entry.projection();
        model::Rows const rows(build.model, projection);
        model::Row row;
        for (std::int64_t source = 0; source < projection.n_sources(); ++source) {
            rows.make(source, row);
            for (std::size_t k = 0; k < row.size(); ++k)
                add(source, row.target[k], row.weight.empty() ? entry.weight.series[made] : row.weight[k],
                    row.delay.empty() ? entry.delay.series[made] : row.delay[k]);
        }
        return true;
    }
    auto const weights = for_purpose(entry.stream, "connection weights"),
               delays = for_purpose(entry.stream, "connection delays");
    // The how manieth of its instance a connection is.
    std::vector<std::uint32_t> numbers(entry.weight.drawn || entry.delay.drawn ? entry.target.count : 0);
    auto const ends = entry.ends(build.model);
    auto const value = [&](Values const& values, random::Stream of, Pairs::Pair const& pair) {
        if (values.of_distance) return (*values.of_distance)(ends.distance(pair.source, pair.instance));
        if (!values.drawn) return values.series[made];
        of.instance = static_cast<std::uint32_t>(entry.target.first + pair.instance);
        return values.drawn->draw(of, numbers[pair.instance]);
    };
    auto const add_pair = [&](Pairs::Pair const& pair) {
        add(pair.source, static_cast<std::uint32_t>(pair.instance), pair.weight ? *pair.weight : value(entry.weight, weights, pair),
            pair.delay ? *pair.delay : value(entry.delay, delays, pair));
        if (!numbers.empty()) ++numbers[pair.instance];
    };
    auto const n = static_cast<std::int64_t>(entry.from.size());
    if (entry.pairs) return entry.pairs->for_each(n, entry.target.count, build.diagnostics, add_pair);
    fixed_indegree(entry.rule, ends, for_purpose(entry.stream, "connection rule"),
                   [&](std::int64_t source, std::int64_t instance) { add_pair({source, instance, {}, {}}); });
    return true;
}

/// Why the connections of an entry cannot be procedural; empty where they can.
std::string obstacle(Build const& build, Entry const& entry, model::Projection const& projection) {
    auto const& mechanism = build.model.points[entry.target.set].mechanism;
    auto const found = build.mechanisms.find(mechanism);
    if (entry.pairs) return "its pairs are given one by one";
    if (entry.weight.series.is_list() || entry.delay.series.is_list()) return "its weights or delays are given one by one";
    if (entry.rule.kind == Rule::Kind::fixed_indegree)
        return "\"fixed_indegree\" is drawn target by target, not source by source; \"fixed_total_number\" and \"fixed_outdegree\" can be";
    if (found != build.mechanisms.end())
        if (auto const* why = model::must_be_stored(*found->second)) return fmt::format("{} keeps something for each connection: {}", mechanism, why);
    bool const from_points = std::ranges::any_of(entry.from, [&](int source) {
        return std::holds_alternative<model::PointRef>(build.model.sources[source].origin);
    });
    if (from_points && projection.shortest_delay < build.model.dt * (1 - 1e-9)) return "there may be delays shorter than run.dt";
    return {};
}

/// Do two entries lead from a source in common to a target in common?
bool overlap(Entry const& a, Entry const& b) {
    if (a.target.set != b.target.set || a.target.first >= b.target.first + b.target.count || b.target.first >= a.target.first + a.target.count)
        return false;
    std::set<int> const of_a(a.from.begin(), a.from.end());
    return std::ranges::any_of(b.from, [&](int source) { return of_a.contains(source); });
}

/// Of those entries that are to be procedural, makes projections of those that can be. What one source sends to one target is all stored or all procedural, so that
/// its order is known. False after an error.
bool make_projections(Build& build, std::vector<Entry>& entries, Node const& where) {
    std::vector<std::pair<Entry*, model::Projection>> made;
    std::size_t stay = 0;
    std::string example;
    auto const refuse = [&](Entry& entry, std::string const& why) {
        if (entry.asks)
            error(build.diagnostics, "procedural", entry.node->at("connectivity"),
                  fmt::format("{} cannot be procedural: {}", entry.what, why), "take \"connectivity\": \"stored\"");
        if (stay++ == 0) example = fmt::format("{}: {}", entry.what, why);
        entry.procedural = false;
        return !entry.asks;
    };
    for (auto& entry : entries) {
        if (!entry.procedural || entry.target.count == 0 || entry.from.empty()) continue;
        model::Projection projection;
        if (!entry.pairs && entry.rule.kind != Rule::Kind::fixed_indegree) {
            projection = entry.projection();
            model::measure(build.model, projection);
        }
        if (auto const why = obstacle(build, entry, projection); why.empty()) made.emplace_back(&entry, std::move(projection));
        else if (!refuse(entry, why)) return false;
    }
    for (bool again = true; again;) {
        again = false;
        for (auto& [entry, projection] : made)
            for (auto const& other : entries)
                if (entry->procedural && !other.procedural && other.target.count > 0 && overlap(*entry, other)) {
                    if (!refuse(*entry, fmt::format("{}, which is stored, connects some of the same sources and targets", other.what))) return false;
                    again = true;
                }
    }
    if (stay > 0)
        complain(build.diagnostics, Severity::note, "procedural", where,
                 fmt::format("{} of {} entries of connections are stored, not procedural ({})", stay, entries.size(), example));
    for (auto& [entry, projection] : made)
        if (entry->procedural) build.model.projections.push_back(std::move(projection));
    return true;
}

}  // namespace

void add_connections(Build& build, Node const& connections) {
    if (!connections.is_array()) {
        error(build.diagnostics, "config-type", connections, "connections: expected a list [ {...}, {...} ]");
        return;
    }
    Sources sources(build);
    std::vector<Entry> entries;
    std::size_t number = 0, without_delay = 0;
    // What depends on distance is looked at pair by pair.
    auto const attempt = [&](Node const& node, auto const& f) {
        try {
            return f();
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, node);
            return false;
        }
    };
    for (auto const& node : connections.children) {
        Object object(node, fmt::format("connections[{}]", number++), build.diagnostics, keys_of("connection"));
        attempt(node, [&] {
            auto entry = read_entry(build, object, sources);
            if (!entry) return false;
            without_delay += !object.has("delay") && !(entry->pairs && entry->pairs->has_delays());
            entries.push_back(std::move(*entry));
            return true;
        });
    }
    sources.number();
    if (without_delay > 0)
        complain(
            build.diagnostics, Severity::note, "config-defaults", connections,
            fmt::format("connections: {} of {} give no delay, so 1 ms", without_delay, connections.children.size()));
    name_streams(entries);
    if (!attempt(connections, [&] { return make_projections(build, entries, connections); })) return;
    std::erase_if(entries, [](Entry const& entry) { return entry.procedural && entry.target.count > 0 && !entry.from.empty(); });
    double room = 0, about = 0;
    for (auto const& entry : entries) {
        room += entry.room();
        about += entry.about;
        if (room <= most_of_all) continue;
        error(build.diagnostics, "too-many", *entry.node,
              fmt::format("{} makes {:.0f} connections; a model may have {:.0f} in all", entry.what, entry.about, most_of_all));
        return;
    }
    auto const first_target = build.model.first_numbers();
    if (build.choose_targets && !build.circuit && !build.diagnostics.has_errors() && build.model.method != model::Method::cvode) {  // whose clock depends on all delays
        build.chosen = build.choose_targets(build.model, {});
        build.config.connections_of_chosen = true;
    }
    build.model.connections.reserve(static_cast<std::size_t>(room));  // memory is taken when it is filled
    Steps steps(build.on_progress, "building connections", static_cast<std::uint64_t>(about));
    for (auto const& entry : entries)
        if (!attempt(*entry.node, [&] { return connect(build, entry, first_target[entry.target.set], steps); })) return;
}

}  // namespace rall::io
