// Edges become connections: onto a synapse of their own where the target has compartments, onto the cell itself where it is artificial.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "base/pages.hpp"
#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/sonata/edge_readers.hpp"
#include "io/sonata/edges.hpp"
#include "io/sonata/network.hpp"
#include "io/sonata/placement.hpp"
#include "io/sonata/section_places.hpp"
#include "morphology/region.hpp"

namespace rall::io::sonata {
namespace {

/// "['dend', 'apic']" and "[0.0, 150.0]": the parts, without brackets and quotes.
std::vector<std::string> list_of(std::string const& text) {
    std::vector<std::string> parts(1);
    for (char const c : text) {
        if (c == ',') parts.emplace_back();
        else if (std::string_view("[](){}'\" ").find(c) == std::string_view::npos) parts.back() += c;
    }
    std::erase(parts, "");
    return parts;
}

enum class WeightFunction { weight, gaussian };

/// What a type of edges says.
struct EdgeType {
    std::uint64_t id = 0;
    Location where;
    MechanismInfo const* mechanism = nullptr;  ///< of synapses
    std::map<std::string, double> parameters;  ///< of the mechanism
    std::optional<double> weight, delay, nsyns, sign, sigma;
    WeightFunction function = WeightFunction::weight;
    std::optional<TargetRange> range;
    std::map<std::string, ParameterValue> own;  ///< columns of edges that are parameters of the mechanism
    int synapses = -1;                          ///< index into Synapses of the population
};

/// A synapse and the connection to it.
struct Synapse {
    int cell, compartment;
    std::uint32_t source, number;  ///< in which order they were read
    double weight, delay;
};

/// Synapses of one type of edges, while they are collected.
struct Synapses {
    EdgeType const* type;
    std::vector<Synapse> all;
    std::map<std::string, std::vector<double>> parameters;  ///< by Synapse::number
};

/// One population of edges.
class Reader {
public:
    /// `carried`: what the edges carry instead of the spikes of their sources, or null.
    Reader(Build& build, Network& network, EdgePopulation const& edges, TypesTable const* types, Components const& own,
           std::map<int, NumpyStream>& streams, Carried const* carried, Steps& steps)
        : build_(build), network_(network), edges_(edges), types_(types), own_(own), streams_(streams), carried_(carried), steps_(steps),
          source_(network.population(build, edges, edges.source(), "source")), target_(network.population(build, edges, edges.target(), "target")),
          target_nodes_(*network.find(edges.target())), places_(build, network), artificial_(artificial_numbers(build, target_)) {
        replayed_ = network.replays_from(*network.find(edges.source()));
        section_ = choose("afferent_section_id", "sec_id");
        position_ = choose("afferent_section_pos", "sec_x");
        if (section_.empty() != position_.empty())
            throw InputError("edge-place", where(), fmt::format("edges '{}' say only one of section and position", edges.name()));
    }

    void read() {
        std::vector<std::string> wanted;
        std::vector<std::string> ignored;
        for (auto const& name : edges_.columns()) {
            bool const known = name == section_ || name == position_ || name.starts_with("dynamics_params/") || name == "syn_weight" ||
                               name == "delay" || name == "nsyns";
            (known ? wanted : ignored).push_back(name);
        }
        for (auto const* name : {"model_template", "weight_function", "weight_sigma", "target_sections", "distance_range"})
            if (edges_.has(name))
                throw edges_.wrong("edge-attribute", name, 0, fmt::format("single edges have a {} of their own, which is not read", name), "make a type of edges for each");
        if (!ignored.empty())
            build_.diagnostics.note("edge-columns", where(),
                                    fmt::format("edges '{}': {} change no result", edges_.name(), enumerate(ignored)));
        edges_.for_each_slab(wanted, [&](EdgeSlab const& slab) {
            take(slab);
            steps_.made(slab.size());
        });
        for (auto& synapses : all_) finish(synapses);
    }

private:
    Location where() const { return {types_ ? types_->file() : std::string()}; }

    std::string choose(char const* name, char const* older) const {
        return edges_.has(name) ? name : edges_.has(older) ? older : "";
    }

    EdgeType const& type_of(std::uint64_t id, std::uint64_t row) {
        auto const [slot, fresh] = of_type_.try_emplace(id);
        auto& type = slot->second;
        if (!fresh) return type;
        type.id = id;
        type.where = where();
        if (!types_) return type;
        int const line = types_->row(id);
        if (line < 0) throw edges_.wrong("edge-type", "edge_type_id", row, fmt::format("{} is no type of {}", id, types_->file()));
        type.where = types_->where(line);
        type.weight = types_->number(line, "syn_weight");
        type.delay = types_->number(line, "delay");
        type.nsyns = types_->number(line, "nsyns");
        type.sigma = types_->number(line, "weight_sigma");
        std::map<std::string, double> numbers;
        if (auto const file = types_->text(line, "dynamics_params"))
            numbers = network_.parameters()
                          .read(find_component(own_, network_.components(), "synaptic_models_dir", *file, {"", ".json"}, type.where),
                                build_.diagnostics)
                          .numbers;
        if (auto const found = numbers.find("sign"); found != numbers.end()) type.sign = found->second;
        read_function(type, line);
        read_range(type, line);
        if (auto const name = types_->text(line, "model_template")) read_mechanism(type, *name, numbers);
        return type;
    }

    void read_function(EdgeType& type, int line) const {
        auto const name = types_->text(line, "weight_function");
        if (!name) return;
        static std::vector<std::string> const plain{"wmax", "default_weight_fnc", "set_syn_weight", "gaussianLL"};
        if (std::ranges::find(plain, *name) == plain.end())
            throw InputError("weight-function", type.where, fmt::format("the weight_function '{}' is not known", *name),
                             did_you_mean(*name, plain));
        if (*name != "gaussianLL") return;
        type.function = WeightFunction::gaussian;
        if (!type.sigma || !(*type.sigma > 0))
            throw InputError("weight-function", type.where, "gaussianLL needs a weight_sigma above 0 degrees");
    }

    void read_range(EdgeType& type, int line) const {
        auto const sections = types_->text(line, "target_sections"), distance = types_->text(line, "distance_range");
        if (!sections || !distance) return;
        TargetRange range;
        range.sections = list_of(*sections);
        static std::vector<std::string> const known{"soma", "axon", "dend", "apic", "somatic", "axonal", "basal", "apical"};
        for (auto const& name : range.sections)
            if (std::ranges::find(known, name) == known.end())
                throw InputError("target-sections", type.where, fmt::format("target_sections: '{}' is no kind of section", name),
                                 did_you_mean(name, known));
        std::vector<double> ends;
        for (auto const& part : list_of(*distance)) {
            char* end = nullptr;
            ends.push_back(std::strtod(part.c_str(), &end));
            if (*end || std::isnan(ends.back())) ends.clear(), ends.resize(3);
        }
        if (ends.size() == 1) ends.insert(ends.begin(), 0.0);
        if (ends.size() != 2 || !(ends[0] <= ends[1]))
            throw InputError("distance-range", type.where,
                             fmt::format("distance_range is '{}'; expected [nearest, farthest] in um", *distance));
        range.nearest = ends[0], range.farthest = ends[1];
        type.range = range;
    }

    void read_mechanism(EdgeType& type, std::string const& text, std::map<std::string, double> const& numbers) {
        auto const called = split_template(text).second;
        auto const name = mechanism_of(called, build_.mechanisms);
        auto const found = build_.mechanisms.find(name);
        if (found == build_.mechanisms.end() || found->second->kind != MechanismKind::point) {
            std::vector<std::string> names;
            for (auto const& [other, info] : build_.mechanisms)
                if (info->kind == MechanismKind::point && info->has_receive) names.push_back(other);
            throw InputError("mechanism-unknown", type.where, fmt::format("no POINT_PROCESS is called '{}'", name), did_you_mean(name, names));
        }
        type.mechanism = found->second;
        if (type.mechanism->has_pointers)
            throw InputError("pointer-unbound", type.where, fmt::format("{} has a POINTER, which nothing of an edge can be bound to", name));
        if (!type.mechanism->has_receive)
            throw InputError("target-deaf", type.where, fmt::format("{} has no NET_RECEIVE: it cannot receive spikes", name));
        for (auto const& [key, value] : numbers)
            if (auto const parameter = parameter_of(*type.mechanism, key, type.where, build_.diagnostics))
                type.parameters[parameter->name] = value * parameter->factor;
        for (auto const& column : edges_.columns())
            if (column.starts_with("dynamics_params/"))
                if (auto const parameter = parameter_of(*type.mechanism, column.substr(16), type.where, build_.diagnostics))
                    type.own.emplace(column, *parameter);
    }

    /// What an edge says under a name, or else its type; NaN without.
    static double value(std::vector<double> const* column, std::size_t i, std::optional<double> const& standard) {
        double const own = column ? (*column)[i] : std::nan("");
        return std::isnan(own) && standard ? *standard : own;
    }

    void take(EdgeSlab const& slab) {
        auto const *weights = slab.find("syn_weight"), *delays = slab.find("delay"), *nsyns = slab.find("nsyns"),
                   *sections = slab.find(section_), *positions = slab.find(position_);
        for (std::size_t i = 0; i < slab.size(); ++i) {
            auto const row = slab.first + i;
            auto const [from, to] = ends_of(edges_, source_, target_, slab, i);
            if (target_nodes_.is_left_out(to)) continue;
            int const source = source_of(from, to, row);
            if (source < 0 && !carried_->draws_all) continue;
            auto& type = const_cast<EdgeType&>(type_of(slab.type[i], row));
            double weight = value(weights, i, type.weight);
            double const delay = value(delays, i, type.delay), count = value(nsyns, i, type.nsyns);
            if (!std::isfinite(weight))
                throw edges_.wrong("edge-weight", weights ? "syn_weight" : "edge_type_id", row,
                                   std::isnan(weight) ? "this edge has no syn_weight" : "the syn_weight of this edge is infinite");
            if (!(delay >= 0) || !std::isfinite(delay))
                throw edges_.wrong("edge-delay", delays ? "delay" : "edge_type_id", row,
                                   std::isnan(delay) ? std::string("this edge has no delay")
                                                     : fmt::format("the delay is {} ms; expected 0 or more", delay));
            if (!std::isnan(count) && (!(count >= 0) || count != std::floor(count) || count > 1e6))
                throw edges_.wrong("edge-nsyns", "nsyns", row, fmt::format("nsyns is {}; expected a whole number", count));
            if (type.function == WeightFunction::gaussian) weight *= tuned(from, to, type, row);
            int const cell = target_.cell[to];
            if (cell < 0) {
                if (source >= 0) connect_artificial(to, source, type, weight, delay, sections ? std::nan("") : count, row);
                continue;
            }
            if (!type.mechanism)
                throw InputError("edge-template", type.where,
                                 fmt::format("edges of type {} onto cells with compartments have no model_template", type.id),
                                 "name the mechanism of their synapses, such as Exp2Syn");
            if (sections) {
                if (int const compartment = compartment_of(cell, (*sections)[i], (*positions)[i], row); compartment >= 0 && source >= 0)
                    add(type, cell, compartment, source, weight, delay, slab, i);
                continue;
            }
            if (!type.range)
                throw InputError("edge-place", type.where,
                                 fmt::format("edges of type {} do not say where their synapses are", type.id),
                                 "expected afferent_section_id and afferent_section_pos of each edge, or target_sections and distance_range of "
                                 "their type");
            auto const& segments = segments_of(build_.model.cells[static_cast<std::size_t>(cell)].type, *type.range, type);
            if (segments.compartments.empty()) continue;
            auto& stream = stream_of(cell, target_.nodes.first_gid + slab.target[i]);
            for (int k = 0; k < (std::isnan(count) ? 1 : static_cast<int>(count)); ++k) {
                int const compartment = draw(segments, stream);
                if (source >= 0) add(type, cell, compartment, source, weight, delay, slab, i);
            }
        }
    }

    /// Whose spikes an edge carries; -1: nobody's.
    int source_of(std::size_t from, std::size_t to, std::uint64_t row) {
        if (carried_) {
            auto const sources = carried_->sources.find(edges_.source());
            return sources == carried_->sources.end() || !carried_->targets.at(edges_.target())[to] ? -1 : sources->second[from];
        }
        auto const replays = replayed_ ? network_.replays(build_, *network_.find(edges_.source()), from, target_nodes_, to, 0) : std::vector<int>{};
        if (replays.empty()) return source_.source[from];
        if (replays.size() > 1 || Network::spikes(build_, source_, from))
            throw edges_.wrong("replay-unsupported", "source_node_id", row, "the spikes of this node are replayed beside others that it has",
                               "only edges of the Blue Brain form carry both");
        return replays[0];
    }

    /// Of BMTK's gaussianLL: how well the tunings of two nodes agree.
    double tuned(std::size_t from, std::size_t to, EdgeType const& type, std::uint64_t row) const {
        auto const angle = [&](Population const& population, std::size_t node) {
            auto const found = population.attributes.find("tuning_angle");
            if (found == population.attributes.end() || found->second.numbers.empty() || std::isnan(found->second.numbers[node]))
                throw edges_.wrong("weight-function", "source_node_id", row,
                                   fmt::format("gaussianLL needs a tuning_angle of all nodes of '{}'", population.nodes.name));
            return found->second.numbers[node];
        };
        double turn = std::fmod(std::abs(angle(target_, to) - angle(source_, from)), 360.0);
        double const delta = std::abs(std::abs(std::abs(180.0 - turn) - 90.0) - 90.0);
        return std::exp(-std::pow(delta / *type.sigma, 2));
    }

    void connect_artificial(std::size_t to, int source, EdgeType const& type, double weight, double delay, double count, std::uint64_t row) {
        if (artificial_[to] < 0)
            throw edges_.wrong("edge-target", "target_node_id", row,
                               fmt::format("node {} of '{}' is virtual: it receives no spikes", target_.nodes.id(target_.nodes.first_gid + to),
                                           edges_.target()));
        if (!std::isnan(count)) {  // as BMTK has it
            if (!type.sign) throw InputError("edge-sign", type.where, "edges with nsyns onto artificial cells need a 'sign' in their dynamics_params");
            weight *= *type.sign * count;
        }
        room(1);
        if (build_.chosen && !build_.chosen->instances[static_cast<std::size_t>(artificial_[to])]) return;
        build_.model.connections.push_back({static_cast<std::uint32_t>(source), static_cast<std::uint32_t>(artificial_[to]), weight, delay});
    }

    int compartment_of(int cell, double id, double x, std::uint64_t row) {
        if (!(id >= 0) || id != std::floor(id) || !(id < static_cast<double>(places_.count(cell))))
            throw edges_.wrong("edge-section", section_, row,
                               fmt::format("{} is no section of {}, which has {}", id, build_.model.cells[static_cast<std::size_t>(cell)].name, places_.count(cell)));
        if (!(x >= 0 && x <= 1)) throw edges_.wrong("edge-place", position_, row, fmt::format("{} is no place on a section; expected 0 to 1", x));
        int const section = places_.section(cell, id);
        if (section < 0) {
            if (!removed_told_) {
                auto found = edges_.wrong("edge-section", section_, row,
                                          fmt::format("section {} of {} is not there, as its template has removed it", id,
                                                      build_.model.cells[static_cast<std::size_t>(cell)].name),
                                          "this edge and others onto removed sections make no synapses, as in neurodamus")
                                 .diagnostics().items().front();
                found.severity = Severity::warning;
                build_.diagnostics.add(std::move(found));
                removed_told_ = true;
            }
            return -1;
        }
        return places_.compartment(cell, section, x);
    }

    Segments const& segments_of(int type, TargetRange const& range, EdgeType const& edge) {
        for (auto const& [of, wanted, found] : segments_)
            if (of == type && wanted == range) return found;
        auto const& cable = *build_.model.types[static_cast<std::size_t>(type)].cable;
        auto& [of, wanted, found] = segments_.emplace_back(type, range, segments_in(cable, network_.section_order(cable, type), range));
        if (found.compartments.empty())
            build_.diagnostics.warning("edge-place", edge.where,
                                       fmt::format("{} has nothing in the target_sections and distance_range of edges of type {}",
                                                   build_.model.types[static_cast<std::size_t>(type)].name, edge.id),
                                       "these edges make no synapses");
        return found;
    }

    NumpyStream& stream_of(int cell, std::uint64_t seed) {
        return streams_.try_emplace(cell, static_cast<std::uint32_t>(seed)).first->second;
    }

    void add(EdgeType& type, int cell, int compartment, int source, double weight, double delay, EdgeSlab const& slab, std::size_t i) {
        if (type.synapses < 0) {
            type.synapses = static_cast<int>(all_.size());
            all_.push_back({&type, {}, {}});
            // Memory is taken when it is filled.
            all_.back().all.reserve((edges_.size() - slab.first - i) / std::max<std::size_t>(1, types_ ? types_->rows() : 1));
        }
        auto& synapses = all_[static_cast<std::size_t>(type.synapses)];
        room(1);
        if (build_.chosen && !build_.chosen->cells[static_cast<std::size_t>(cell)]) {
            for (auto const& [column, parameter] : type.own) synapses.parameters[parameter.name];
            return;
        }
        synapses.all.push_back({cell, compartment, static_cast<std::uint32_t>(source), static_cast<std::uint32_t>(synapses.all.size()), weight, delay});
        for (auto const& [column, parameter] : type.own) {
            auto const* values = slab.find(column);
            auto const given = type.parameters.find(parameter.name);
            double const standard = given != type.parameters.end() ? given->second : find_variable(*type.mechanism, parameter.name)->value;
            double const own = values ? (*values)[i] : std::nan("");
            synapses.parameters[parameter.name].push_back(std::isnan(own) ? standard : own * parameter.factor);
        }
    }

    void room(std::size_t more) {
        added_ += more;
        if (build_.model.connections.size() + added_ > most_connections)
            throw edges_.wrong("too-many", "source_node_id", 0, fmt::format("a model may have {} connections in all", most_connections));
    }

    /// Instances lie by cell, place, source and what else they say, so that the order of lines in the file changes nothing.
    void finish(Synapses& synapses) {
        auto& model = build_.model;
        auto& all = synapses.all;
        std::ranges::sort(all, [&](Synapse const& a, Synapse const& b) {
            auto const key = [](Synapse const& one) { return std::tie(one.cell, one.compartment, one.source, one.delay, one.weight); };
            if (key(a) != key(b)) return key(a) < key(b);
            for (auto const& [name, values] : synapses.parameters)
                if (values[a.number] != values[b.number]) return values[a.number] < values[b.number];
            return false;
        });
        model::PointSet set;
        set.label = (carried_ && !carried_->label.empty() ? carried_->label + "." : "") + edges_.name() + (of_type_.size() > 1 ? fmt::format(".{}", synapses.type->id) : "");
        set.mechanism = synapses.type->mechanism->name;
        for (auto const& [name, value] : synapses.type->parameters) set.parameters.insert_or_assign(name, value);
        for (auto& [name, values] : synapses.parameters) {
            std::vector<double> sorted;
            sorted.reserve(all.size());
            for (auto const& one : all) sorted.push_back(values[one.number]);
            values = {};
            set.parameters.insert_or_assign(name, compact(std::move(sorted)));
        }
        set.cell.reserve(all.size());
        set.compartment.reserve(all.size());
        auto target = model.first_numbers().back();
        constexpr std::size_t at_once = 1 << 16;
        for (std::size_t begin = 0; begin < all.size(); begin += at_once) {
            auto const end = std::min(all.size(), begin + at_once);
            for (auto k = begin; k < end; ++k) {
                set.cell.push_back(all[k].cell);
                set.compartment.push_back(all[k].compartment);
                model.connections.push_back({all[k].source, target++, all[k].weight, all[k].delay});
            }
            give_back(&all[begin], (end - begin) * sizeof(Synapse));
        }
        all = {};
        note_defaults(*synapses.type->mechanism, [&](std::string const& name) { return set.parameters.contains(name); }, network_.node(),
                      fmt::format("edges '{}'", set.label), build_.diagnostics);
        build_.synapses.emplace(set.label, static_cast<int>(model.points.size()));
        model.points.push_back(std::move(set));
    }

    Build& build_;
    Network& network_;
    EdgePopulation const& edges_;
    TypesTable const* types_;
    Components const& own_;
    std::map<int, NumpyStream>& streams_;  ///< by cell
    Carried const* carried_;
    Steps& steps_;                         ///< edges
    Population const &source_, &target_;
    Nodes const& target_nodes_;
    std::string section_, position_;  ///< columns
    SectionPlaces places_;
    std::vector<std::int64_t> artificial_;
    std::unordered_map<std::uint64_t, EdgeType> of_type_;
    std::vector<Synapses> all_;
    bool removed_told_ = false;  ///< that an edge leads to a section which a template has removed
    std::deque<std::tuple<int, TargetRange, Segments>> segments_;
    std::size_t added_ = 0;
    bool replayed_ = false;
};

}  // namespace

void read_allen_edges(Build& build, Network& network, EdgePopulation const& edges, TypesTable const* types, Components const& own,
                      std::map<int, NumpyStream>& streams, Carried const* carried, Steps& steps) {
    Reader(build, network, edges, types, own, streams, carried, steps).read();
}

}  // namespace rall::io::sonata
