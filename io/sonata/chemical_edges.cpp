// Edges of the Blue Brain form: synapses whose parameters are columns of the edges, as neurodamus makes them.
#include "io/sonata/edge_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include "base/random.hpp"
#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/sonata/edges.hpp"
#include "io/sonata/network.hpp"
#include "io/sonata/neurodamus_ids.hpp"
#include "io/sonata/overrides.hpp"
#include "io/sonata/section_places.hpp"
#include "io/sonata/synapse_rules.hpp"

namespace rall::io::sonata {
namespace {

constexpr double excitatory = 100;                  // syn_type_id from which on synapses excite
constexpr double delay_of_minis = 0.1;              // ms

/// A synapse while it is collected.
struct Synapse {
    int cell, compartment;
    std::uint32_t source, target;  ///< rows
    std::uint32_t id;              ///< its number among the edges onto its cell, in the order of the file
    std::uint32_t number;          ///< in which order parameters were read
    bool own;                      ///< of a chosen target; of others there only are the spontaneous events, which are sources of the whole model
    double weight, delay, minis;
};

/// Synapses of one mechanism that the same overrides change.
struct Group {
    SynapseRule const* rule = nullptr;
    MechanismInfo const* info = nullptr;
    std::vector<int> later, configured;
    std::vector<Synapse> all = {};
    std::map<std::string, std::vector<double>> parameters = {};  ///< by Synapse::number
    std::uint32_t read = 0;         ///< of how many synapses parameters are there: of chosen targets, and of the first in the file
    std::vector<char> heard = {};   ///< per source: do synapses of any target hear it?
};

std::uint32_t low(double id) { return static_cast<std::uint32_t>(truncated<std::uint64_t>(id) & 0xFFFFFFFFu); }

/// What NEURON's Random of these ids gives at repick() after lognormal(mean, variance), which has drawn a number already.
double lognormal(random::Ids ids, std::uint64_t seed, double mean, double variance) {
    ids.paired = true;
    random::InstanceStream stream(seed, 0, random::InstanceStream::first_of(ids), random::InstanceStream::second_of(ids), 0);
    double const square = mean * mean;
    stream.normal();
    return std::exp(stream.normal() * std::sqrt(std::log((variance + square) / square)) + std::log(square / std::sqrt(variance + square)));
}

class Reader {
public:
    Reader(Build& build, Network& network, EdgePopulation const& edges, PopulationEntry const& entry, std::vector<Override> const& overrides)
        : build_(build), network_(network), edges_(edges), entry_(entry),
          source_(network.population(build, edges, edges.source(), "source")), target_(network.population(build, edges, edges.target(), "target")),
          source_nodes_(*network.find(edges.source())), target_nodes_(*network.find(edges.target())),
          pathway_(overrides, static_cast<std::size_t>(source_nodes_.built), static_cast<std::size_t>(target_nodes_.built)),
          places_(build, network), ids_(target_.size()), artificial_(artificial_numbers(build, target_)), replayed_(network.replays_from(source_nodes_)) {
        offset_ = network.id_offset(edges.target());
        numbers_ = population_number(edges.source()) * 65536.0 + population_number(edges.target());
    }

    void read() {
        if (pathway_.none()) {
            build_.diagnostics.note("edges-left-out", {}, fmt::format("edges '{}': none is made, since the only override gives them a weight of 0", edges_.name()));
            return;
        }
        std::vector<std::string> wanted, ignored;
        for (auto const& name : edges_.columns()) (is_known(name) ? wanted : ignored).push_back(name);
        if (!ignored.empty())
            build_.diagnostics.note("edge-columns", {}, fmt::format("edges '{}': {} change no result", edges_.name(), enumerate(ignored)));
        if (!edges_.has("conductance")) throw missing("conductance");
        if (!edges_.has("delay")) throw missing("delay");
        edges_.for_each_slab(wanted, [&](EdgeSlab const& slab) { take(slab); });
        tell();
        for (auto& group : groups_) finish(group);
        finish_minis();
    }

private:
    InputError missing(std::string const& column) const {
        return edges_.wrong("edge-column", "0", 0, fmt::format("these edges have no '{}'", column), "it is a column that edges of the Blue Brain form need");
    }

    static bool is_known(std::string const& name) {
        static std::vector<std::string> const known = [] {
            std::vector<std::string> all{"conductance", "delay", "syn_type_id", "afferent_section_id", "afferent_section_pos", "afferent_segment_id",
                                         "afferent_segment_offset", "u_hill_coefficient", "conductance_scale_factor"};
            for (auto const& rule : rules())
                for (auto const& column : rule_of(rule)->columns) all.emplace_back(column.column);
            return all;
        }();
        return std::ranges::find(known, name) != known.end();
    }

    void take(EdgeSlab const& slab) {
        auto const &weights = column(slab, "conductance"), &delays = column(slab, "delay");
        auto const* types = slab.find("syn_type_id");
        for (std::size_t i = 0; i < slab.size(); ++i) {
            auto const row = slab.first + i;
            auto const [source, target] = ends_of(edges_, source_, target_, slab, i);
            auto const id = ids_[target]++;
            if (target_nodes_.is_left_out(target)) continue;
            auto const changed = pathway_.of(source, target);
            if (!changed) continue;
            double const weight = number(weights[i], "0/conductance", row) * changed->weight;
            double const delay = delay_of(changed->delay ? *changed->delay : number(delays[i], "0/delay", row), row, !changed->delay);
            int const cell = target_.cell[target];
            if (cell < 0) {
                connect_artificial(source, target, weight, delay, row);
                continue;
            }
            int const compartment = compartment_of(slab, i, cell);
            if (compartment < 0) continue;
            bool const inhibits = types && !((*types)[i] >= excitatory);
            auto const& name = !changed->mechanism.empty()               ? changed->mechanism
                               : entry_.type == "Exp2Syn_synapse"        ? exp2syn_
                               : types || !changed->mechanism.empty()    ? (inhibits ? inhibitory_ : excitatory_)
                                                                         : throw missing("syn_type_id");
            auto& group = group_of(name, *changed, row);
            double const minis = changed->minis ? *changed->minis : network_.minis(build_, target_nodes_, target, inhibits);
            if (replayed_) group.heard[source] = 1;
            Synapse const synapse{cell, compartment, static_cast<std::uint32_t>(source), static_cast<std::uint32_t>(target), id, group.read,
                                  !build_.chosen || build_.chosen->cells[static_cast<std::size_t>(cell)], weight, delay, minis};
            // What all of a mechanism share may be computed from the first one.
            if (synapse.own || group.read == 0) read_parameters(group, slab, i, synapse, changed->mechanism.empty());
            if (synapse.own || synapse.minis > 0) group.all.push_back(synapse);
        }
    }

    std::vector<double> const& column(EdgeSlab const& slab, std::string const& name) const {
        auto const* found = slab.find(name);
        if (!found) throw missing(name);
        return *found;
    }

    double number(double value, char const* data, std::uint64_t row) const {
        if (!std::isfinite(value)) throw edges_.wrong("edge-number", data, row, fmt::format("{} is no value", value));
        return value;
    }

    /// Down to whole steps, as neurodamus has it; what the config says itself stays.
    double delay_of(double delay, std::uint64_t row, bool of_edge) {
        if (!(delay >= 0)) throw edges_.wrong("edge-delay", "0/delay", row, fmt::format("the delay is {} ms; expected 0 or more", delay));
        if (!of_edge) return delay;
        double const dt = build_.model.dt, steps = std::trunc(delay / dt + 1e-5);
        if (steps < 1)
            throw edges_.wrong("edge-delay", "0/delay", row, fmt::format("the delay is {} ms, shorter than a step of {} ms", delay, dt),
                               "take a shorter run.dt, or give connection_overrides.synapse_delay_override");
        rounded_ += std::abs(steps * dt - delay) > 1e-6 * dt;
        return steps * dt;
    }

    int compartment_of(EdgeSlab const& slab, std::size_t i, int cell) {
        auto const row = slab.first + i;
        auto const* ids = slab.find("afferent_section_id");
        if (!ids) throw missing("afferent_section_id");
        double const id = number((*ids)[i], "0/afferent_section_id", row);
        auto const& name = build_.model.cells[static_cast<std::size_t>(cell)].name;
        if (id < 0 || id != std::floor(id) || id >= static_cast<double>(places_.count(cell)))
            throw edges_.wrong("edge-section", "0/afferent_section_id", row, fmt::format("{} is no section of {}, which has {}", id, name, places_.count(cell)));
        int const section = places_.section(cell, id);
        if (section < 0) {
            ++removed_;
            return -1;
        }
        double x = 0;
        if (auto const* positions = slab.find("afferent_section_pos")) {
            x = number((*positions)[i], "0/afferent_section_pos", row);
            if (x > 1) throw edges_.wrong("edge-place", "0/afferent_section_pos", row, fmt::format("{} is no place on a section; expected 0 to 1", x));
        } else {
            x = network_.along(build_, cell, section, number(column(slab, "afferent_segment_id")[i], "0/afferent_segment_id", row),
                               number(column(slab, "afferent_segment_offset")[i], "0/afferent_segment_offset", row));
        }
        return places_.compartment(cell, section, std::clamp(x, 1e-7, 0.9999999));  // as neurodamus: never an end
    }

    Group& group_of(std::string const& name, Overridden const& changed, std::uint64_t row) {
        for (auto& group : groups_)
            if (name == group.info->name && group.later == changed.later && group.configured == changed.configured) return group;
        auto const* rule = rule_of(name);
        Location where;
        for (std::size_t k = 0; !changed.mechanism.empty() && k < network_.overrides().size(); ++k)
            if (network_.overrides()[k].mechanism == name) where = network_.overrides()[k].node->where();
        if (!rule)
            throw InputError("synapse-unsupported", where,
                             fmt::format("how edges become synapses '{}' is written in hoc, which is not read", name),
                             fmt::format("supported are {}; {}", enumerate(rules()), did_you_mean(name, rules())));
        auto const found = build_.mechanisms.find(name);
        if (found == build_.mechanisms.end() || found->second->kind != MechanismKind::point || !found->second->has_receive)
            throw edges_.wrong("mechanism-unknown", "0/syn_type_id", row, fmt::format("edges become synapses '{}', of which there is no mechanism", name),
                               "name a directory with its .mod file: \"mechanisms_dir\" of the components of the circuit, or \"mechanism_dirs\" of the simulation");
        groups_.push_back({rule, found->second, changed.later, changed.configured});
        if (replayed_) groups_.back().heard.resize(source_.size());
        return groups_.back();
    }

    void read_parameters(Group& group, EdgeSlab const& slab, std::size_t i, Synapse const& synapse, bool standard) {
        if (added_ += 1; build_.model.connections.size() + added_ > most_connections)
            throw edges_.wrong("too-many", "source_node_id", 0, fmt::format("a model may have {} connections in all", most_connections));
        auto const row = slab.first + i;
        auto const set = [&](char const* parameter, double value) {
            auto const* known = find_variable(*group.info, parameter);
            if (!known || !is_settable(*known)) return;
            group.parameters[parameter].push_back(value);
        };
        auto const* half = slab.find("u_hill_coefficient");
        double const scale = build_.calcium && half ? calcium_scale((*half)[i], *build_.calcium) : 1;
        for (auto const& [parameter, name, absolute, scaled, if_not_negative] : group.rule->columns) {
            double value = number(column(slab, name)[i], name, row);
            if (scaled) value *= scale;
            if (if_not_negative && value < 0) value = standard_of(group, parameter);
            set(parameter, absolute ? std::abs(value) : value);
        }
        if (group.rule->ratio && standard)
            if (auto const* ratios = slab.find("conductance_scale_factor"))
                set(group.rule->ratio, (*ratios)[i] >= 0 ? (*ratios)[i] : standard_of(group, group.rule->ratio));
        if (group.rule->plastic) {
            auto const of = [&](char const* name) { return group.parameters.at(name).back(); };
            bool const potentiated = of("rho0_GB") > global_of(group, "rho_star_GB", 0.5);
            set("gmax0_AMPA", of(potentiated ? "gmax_p_AMPA" : "gmax_d_AMPA"));
            set("gmax_NMDA", group.parameters.at("gmax0_AMPA").back() * column(slab, "conductance_scale_factor")[i]);
            set("Use", of(potentiated ? "Use_p" : "Use_d"));
        }
        set("synapseID", synapse.id);
        set("conductance", number(column(slab, "conductance")[i], "conductance", row));
        if (group.rule->rise && build_.randomize_rise)
            set(group.rule->rise, lognormal({low(cell_number(synapse) + 250), low(synapse.id + 100.0), low(numbers_ + build_.seeds.synapse + 450)},
                                            build_.model.seed, 0.2, 0.1));
        ++group.read;
    }

    static double standard_of(Group const& group, char const* parameter) {
        auto const* variable = find_variable(*group.info, parameter);
        return variable ? variable->value : 0;
    }

    double global_of(Group const& group, char const* name, double standard) const {
        if (auto const of = build_.model.globals.find(group.info->name); of != build_.model.globals.end())
            if (auto const found = of->second.find(name); found != of->second.end()) return found->second;
        auto const* variable = find_variable(*group.info, name);
        return variable ? variable->value : standard;
    }

    /// What neurodamus calls a cell, counted from 1.
    double cell_number(Synapse const& synapse) const { return static_cast<double>(offset_ + target_.nodes.id(target_.nodes.first_gid + synapse.target)) + 1; }

    void connect_artificial(std::size_t source, std::size_t target, double weight, double delay, std::uint64_t row) {
        if (artificial_[target] < 0)
            throw edges_.wrong("edge-target", "target_node_id", row,
                               fmt::format("node {} of '{}' is virtual: it receives no spikes", target_.nodes.id(target_.nodes.first_gid + target), edges_.target()));
        if (replayed_) network_.make_replays(build_, source_nodes_, source, 0);
        if (build_.chosen && !build_.chosen->instances[static_cast<std::size_t>(artificial_[target])]) return;
        connect(source, target, static_cast<std::uint32_t>(artificial_[target]), weight, delay, 0);
    }

    /// From the source itself, and from what replays its spikes.
    void connect(std::size_t source, std::size_t target, std::uint32_t number, double weight, double delay, int argument) {
        if (network_.spikes(build_, source_, source))
            build_.model.connections.push_back({static_cast<std::uint32_t>(source_.source[source]), number, weight, delay});
        for (int const replay : network_.replays(build_, source_nodes_, source, target_nodes_, target, argument))
            build_.model.connections.push_back({static_cast<std::uint32_t>(replay), number, weight, delay});
    }

    void tell() const {
        if (rounded_ > 0)
            build_.diagnostics.note("edge-delay", {}, fmt::format("edges '{}': {} delays are no whole number of steps of {} ms and are taken shorter, as neurodamus has it",
                                                                  edges_.name(), rounded_, build_.model.dt));
        if (removed_ > 0)
            build_.diagnostics.warning("edge-removed", {}, fmt::format("edges '{}': {} are onto sections that went with an axon that was replaced", edges_.name(), removed_),
                                       "they make no synapses, as in neurodamus");
    }

    void finish(Group& group) {
        auto& model = build_.model;
        auto& all = group.all;
        std::ranges::sort(all, {}, [](Synapse const& one) { return std::tie(one.cell, one.compartment, one.source, one.id); });
        model::PointSet set;
        set.label = fmt::format("{}.{}", edges_.name(), group.info->name);
        for (int more = 1; build_.synapses.contains(set.label); ++more) set.label = fmt::format("{}.{}_{}", edges_.name(), group.info->name, more);
        set.mechanism = group.info->name;
        for (int const k : group.configured)
            for (auto const& assignment : pathway_.at(k).configure) configure(group, assignment, pathway_.at(k));
        auto const in_order = [&](auto const& value) {
            std::vector<double> values;
            values.reserve(all.size());
            for (auto const& one : all)
                if (one.own) values.push_back(value(one));
            return compact(std::move(values));
        };
        for (auto& [name, values] : group.parameters) {
            set.parameters.insert_or_assign(name, in_order([&values = values](Synapse const& one) { return values[one.number]; }));
            values = {};
        }
        if (auto const* stream = group.rule->stream; stream && find_variable(*group.info, stream)) {
            auto& ids = set.streams[stream];
            ids.first = in_order([&](Synapse const& one) { return static_cast<double>(low(cell_number(one) + group.rule->first)); });
            ids.second = in_order([&](Synapse const& one) { return static_cast<double>(low(one.id + group.rule->second)); });
            ids.third = static_cast<double>(low((group.rule->of_populations ? numbers_ : 0) + build_.seeds.synapse + group.rule->third));
        }
        if (!group.later.empty()) {
            std::vector<double> times, weights;
            for (int const k : group.later) times.push_back(pathway_.at(k).start), weights.push_back(pathway_.at(k).weight);
            auto const* known = find_variable(*group.info, "delay_times");
            if (!known || known->role != Role::vector)
                error(build_.diagnostics, "override-unsupported", *pathway_.at(group.later[0]).node,
                      fmt::format("{}: weights of {} cannot be changed while the run goes on", pathway_.at(group.later[0]).what, group.info->name),
                      "its .mod file has no delay_times and delay_weights; leave out 'delay'");
            set.vectors = {{"delay_times", {times}}, {"delay_weights", {weights}}};
        }
        int const argument = static_cast<int>(global_of(group, "nc_type_param", 0));
        for (std::size_t source = 0; source < group.heard.size(); ++source)
            if (group.heard[source]) network_.make_replays(build_, source_nodes_, source, argument);
        set.cell.reserve(all.size()), set.compartment.reserve(all.size());
        auto number = model.first_numbers().back();
        for (auto const& one : all) {
            if (one.minis > 0) minis_.push_back({number, one.own, argument, one.weight, one.minis, cell_number(one) + 250, one.id + 200.0});
            if (!one.own) continue;
            set.cell.push_back(one.cell);
            set.compartment.push_back(one.compartment);
            connect(one.source, one.target, number++, one.weight, one.delay, argument);
        }
        all = {};
        build_.synapses.emplace(set.label, static_cast<int>(model.points.size()));
        model.points.push_back(std::move(set));
    }

    /// One assignment of "synapse_configure": a parameter of each synapse, or one that all of the mechanism share.
    void configure(Group& group, Assignment const& assignment, Override const& override) {
        auto const& info = *group.info;
        auto const* variable = find_variable(info, assignment.name);
        if (!variable || !(is_settable(*variable) || variable->role == Role::global)) {
            std::vector<std::string> names;
            for (int i = 0; i < info.n_variables; ++i)
                if (is_settable(info.variables[i]) || info.variables[i].role == Role::global) names.emplace_back(info.variables[i].name);
            error(build_.diagnostics, "parameter-unknown", *override.node,
                  fmt::format("{}.synapse_configure: {} has no parameter '{}'", override.what, info.name, assignment.name), did_you_mean(assignment.name, names));
            return;
        }
        auto const value_of = [&](std::string const& name, std::size_t number) {
            auto const own = group.parameters.find(name);
            if (own != group.parameters.end() && !own->second.empty()) return own->second[number];
            auto const& globals = build_.model.globals[info.name];
            if (auto const global = globals.find(name); global != globals.end()) return global->second;
            auto const* known = find_variable(info, name);
            if (!known) throw InputError("parameter-unknown", override.node->where(), fmt::format("{}.synapse_configure: {} has no '{}'", override.what, info.name, name));
            return known->value;
        };
        auto const evaluate = [&](std::size_t number) {
            return assignment.value(value_of(assignment.name, number), [&](std::string const& name) { return value_of(name, number); });
        };
        if (variable->role == Role::global) {
            build_.model.globals[info.name][assignment.name] = evaluate(0);
            complain(build_.diagnostics, Severity::note, "configure-global", *override.node,
                     fmt::format("{}.synapse_configure: {} is one value for all {} of the model", override.what, assignment.name, info.name));
            return;
        }
        std::vector<double> values;
        for (std::size_t number = 0; number < group.read; ++number) values.push_back(evaluate(number));
        group.parameters[assignment.name] = std::move(values);
    }

    /// Spontaneous events: a Poisson process for each synapse.
    void finish_minis() {
        if (minis_.empty()) return;
        auto& model = build_.model;
        model::PointSet set;
        set.label = edges_.name() + ".minis";
        set.mechanism = "PoissonStim";
        std::vector<double> rates, first, second;
        for (auto const& one : minis_) {
            set.cell.push_back(-1), set.compartment.push_back(-1);
            set.gid.push_back(build_.next_gid++);
            rates.push_back(one.rate), first.push_back(low(one.synapse)), second.push_back(low(one.cell));
        }
        set.parameters = {{"rate", compact(std::move(rates))}, {"dur", model.tstop}};
        // Two numbers are drawn before the first event there, of which one counts.
        set.streams["r"] = {compact(std::move(first)), compact(std::move(second)), static_cast<double>(low(numbers_ + build_.seeds.minis + 300)), false, 1};
        int const index = static_cast<int>(model.points.size());
        for (std::size_t k = 0; k < minis_.size(); ++k) {
            auto const& one = minis_[k];
            if (one.own) model.connections.push_back({static_cast<std::uint32_t>(model.sources.size()), one.target, one.weight, delay_of_minis});
            model.sources.push_back({set.gid[k], model::PointRef{index, static_cast<int>(k)}, false, one.argument, 1});
        }
        model.points.push_back(std::move(set));
    }

    struct Mini {
        std::uint32_t target;
        bool own;  ///< is the target there?
        int argument;
        double weight, rate, cell, synapse;
    };

    std::string const exp2syn_ = "Exp2Syn", inhibitory_ = "ProbGABAAB_EMS", excitatory_ = "ProbAMPANMDA_EMS";
    Build& build_;
    Network& network_;
    EdgePopulation const& edges_;
    PopulationEntry const& entry_;
    Population const &source_, &target_;
    Nodes const &source_nodes_, &target_nodes_;
    Pathway pathway_;
    SectionPlaces places_;
    std::vector<std::uint32_t> ids_;  ///< per target: edges so far
    std::vector<std::int64_t> artificial_;
    bool replayed_;           ///< are spikes of its sources replayed?
    std::uint64_t offset_ = 0;
    double numbers_ = 0;  ///< of the populations, in ids of streams
    std::vector<Group> groups_;
    std::vector<Mini> minis_;
    std::size_t added_ = 0, rounded_ = 0, removed_ = 0;
};

}  // namespace

std::vector<std::int64_t> artificial_numbers(Build const& build, Population const& target) {
    std::vector<std::int64_t> numbers(target.size(), -1);
    auto const first = build.model.first_numbers();
    for (std::size_t i = 0; i < target.size(); ++i)
        if (auto const source = target.source[i]; source >= 0)
            if (auto const* point = std::get_if<model::PointRef>(&build.model.sources[static_cast<std::size_t>(source)].origin))
                numbers[i] = first[static_cast<std::size_t>(point->set)] + point->index;
    return numbers;
}

void read_chemical_edges(Build& build, Network& network, EdgePopulation const& edges, PopulationEntry const& entry,
                         std::vector<Override> const& overrides) {
    Reader(build, network, edges, entry, overrides).read();
}

}  // namespace rall::io::sonata
