// "connections": who hears whom.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "io/config/build.hpp"
#include "io/config/rules.hpp"

namespace rall::io {
namespace {

constexpr std::size_t most_of_all = 2'000'000'000;  // connections are counted by an int

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
            if (fresh) all.push_back({build_.next_gid++, model::PointRef{target.set, i}, false});
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
        if (fresh) sources.push_back({build_.next_gid++, model::ThresholdSource{cell, compartment, threshold}, false});
        return slot->second;
    }

    Build& build_;
    std::map<std::tuple<int, int, double>, int> places_;
    std::map<std::pair<int, int>, int> points_;
};

/// Weights or delays: one for all, one for each, or drawn.
struct Values {
    Series series;
    std::optional<Distribution> drawn;

    Values(Build& build, Object& object, char const* key, Range range, double standard, double usual)
        : series(standard) {
        auto const* node = object.find(key);
        if (node && node->find("distribution"))
            drawn = Distribution::read(*node, object.what() + "." + key, range, usual, build.diagnostics);
        else series = read_series(object, key, range, build.diagnostics).value_or(standard);
    }
};

std::string written(Node const& node) {
    std::string text = node.scalar.dump();
    for (auto const& child : node.children) text += child.key + ":" + written(child) + ",";
    return text;
}

/// Streams of entries, called by what they connect, so that an entry draws the same wherever it stands in the list. Those that agree in
/// source and target are counted.
class EntryStreams {
public:
    random::Stream of(Object& object, std::uint64_t seed) {
        std::string text;
        for (auto const* key : {"source", "target"})
            if (auto const* node = object.find(key)) text += written(*node) + " ";
        text += std::to_string(times_[text]++);
        std::uint64_t hash = 14695981039346656037u;  // 64-bit FNV-1a
        for (unsigned char const c : text) hash = (hash ^ c) * 1099511628211u;
        random::Stream stream;
        stream.seed = seed;
        stream.cell = (hash ^ hash >> 48) & 0xFFFF'FFFF'FFFF;
        return stream;
    }

private:
    std::map<std::string, int> times_;
};

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

/// Room for so many more; entries of a few must not make each other move.
void reserve(std::vector<model::Connection>& connections, std::size_t more) {
    if (auto const all = connections.size() + more; all > connections.capacity())
        connections.reserve(std::max(all, connections.capacity() * 3 / 2));
}

void add_entry(Build& build, Object& object, Sources& sources, EntryStreams& streams) {
    auto const from = sources.read(object);
    auto const target = resolve_target(build, object);
    object.required("weight");
    Values const weight(build, object, "weight", any_number, 0, any_number.low);
    Values const delay(build, object, "delay", not_negative, 1, build.model.dt);
    auto const rule = read_rule(object, build.diagnostics);
    bool const draws = (rule && rule->is_random()) || weight.drawn || delay.drawn;
    if (object.has("seed") && rule && !draws)
        error(build.diagnostics, "config-conflict", *object.find("seed"),
              "'seed' belongs to rules that draw and to distributions");
    auto const seed =
        object.has("seed") ? static_cast<std::uint64_t>(object.integer("seed", 0, 0, 1LL << 53)) : build.model.seed;
    auto const stream = streams.of(object, seed);
    object.finish();
    if (!rule || target.set < 0 || target.count == 0) return;
    auto const ends = ends_of(build.model, *rule, from, target);
    auto const about = count_of(*rule, ends, object, build.diagnostics);
    if (!about) return;
    auto& connections = build.model.connections;
    if (*about > static_cast<double>(most_of_all - connections.size())) {
        error(
            build.diagnostics, "too-many", object.node(),
            fmt::format("{} makes {:.0f} connections; a model may have {} in all", object.what(), *about, most_of_all));
        return;
    }
    auto const count = static_cast<std::size_t>(*about);
    for (auto const& [values, key] : {std::pair(&weight, "weight"), std::pair(&delay, "delay")}) {
        if (values->series.is_list() && rule->kind == Rule::Kind::pairwise_bernoulli) {
            error(build.diagnostics, "count", *object.find(key),
                  fmt::format("{}.{}: how many connections \"pairwise_bernoulli\" makes is drawn", object.what(), key),
                  "expected one value for all, or a distribution");
            return;
        }
        if (!values->series.fits(count, fmt::format("{}.{}", object.what(), key), "connections", build.diagnostics))
            return;
    }
    reserve(connections, count);
    auto const weights = for_purpose(stream, "connection weights"), delays = for_purpose(stream, "connection delays");
    // The how manieth of its instance a connection is.
    std::vector<std::uint32_t> numbers(weight.drawn || delay.drawn ? target.count : 0);
    std::size_t made = 0;
    auto const value = [&](Values const& values, random::Stream of, std::int64_t instance) {
        if (!values.drawn) return values.series[made];
        of.instance = static_cast<std::uint32_t>(target.first + instance);
        return values.drawn->draw(of, numbers[instance]);
    };
    apply(*rule, ends, for_purpose(stream, "connection rule"), [&](std::int64_t source, std::int64_t instance) {
        connections.push_back({from[source],
                               {target.set, static_cast<int>(target.first + instance)},
                               value(weight, weights, instance),
                               value(delay, delays, instance)});
        ++made;
        if (!numbers.empty()) ++numbers[instance];
    });
}

}  // namespace

void add_connections(Build& build, Node const& connections) {
    if (!connections.is_array()) {
        error(build.diagnostics, "config-type", connections, "connections: expected a list [ {...}, {...} ]");
        return;
    }
    Sources sources(build);
    EntryStreams streams;
    std::size_t number = 0, without_delay = 0;
    for (auto const& node : connections.children) {
        Object object(node, fmt::format("connections[{}]", number++), build.diagnostics);
        add_entry(build, object, sources, streams);
        without_delay += !object.has("delay");
    }
    if (without_delay > 0)
        complain(
            build.diagnostics, Severity::note, "config-defaults", connections,
            fmt::format("connections: {} of {} give no delay, so 1 ms", without_delay, connections.children.size()));
}

}  // namespace rall::io
