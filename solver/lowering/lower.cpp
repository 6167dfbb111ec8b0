#include "solver/lowering/lower.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"
#include "base/runtime.hpp"
#include "base/text.hpp"
#include "solver/cvode/variable_run.hpp"
#include "solver/lowering/require_variable_step.hpp"
#include "solver/step/event_memory.hpp"

namespace rall::solver {

namespace {

bool on_host() { return backend() == "Serial" || backend() == "OpenMP"; }

/// Three quarters of the L2 cache on a CPU; on a GPU about what one thread block can keep busy.
std::size_t default_group_bytes() {
    if (!on_host()) return 64 << 10;
    long const l2 = ::sysconf(_SC_LEVEL2_CACHE_SIZE);
    return static_cast<std::size_t>(l2 > 0 ? l2 : 1 << 20) / 4 * 3;
}

/// Who has what, by cell and by set, so that each group finds its part without a search.
struct Index {
    explicit Index(model::Model const& model, MechanismTable const& mechanisms)
        : points_of_cell(model.cells.size()),
          detectors_of_cell(model.cells.size()),
          source_of_point(model.points.size()),
          sites_of_cell(model.cells.size()),
          pointers_of_cell(model.cells.size()) {
        for (int s = 0; s < static_cast<int>(model.points.size()); ++s) {
            auto const& set = model.points[s];
            auto const& info = mechanisms[mechanisms.require(set.mechanism)];
            if (info.kind == MechanismKind::density)
                throw InputError("not-a-point-process", {},
                                 set.mechanism + " is a density mechanism and cannot be placed",
                                 "paint it on a region instead");
            for (auto const& [name, values] : set.parameters) {
                auto const* variable = mechanisms.variable(mechanisms.find(set.mechanism), name);
                if (!variable || !is_settable(*variable))
                    throw InputError("unknown-parameter", {}, set.mechanism + " has no RANGE parameter '" + name + "'");
            }
            for (int i = 0; i < static_cast<int>(set.cell.size()); ++i) {
                if (info.kind == MechanismKind::artificial) artificial.push_back({s, i});
                else points_of_cell.at(set.cell[i]).push_back({s, i});
            }
            if (info.sends_events) source_of_point[s].assign(set.cell.size(), -1);
        }
        for (int k = 0; k < static_cast<int>(model.sources.size()); ++k) {
            auto const& origin = model.sources[k].origin;
            if (auto const* at = std::get_if<model::ThresholdSource>(&origin))
                detectors_of_cell.at(at->cell).push_back(k);
            else if (auto const* point = std::get_if<model::PointRef>(&origin))
                source_of_point.at(point->set).at(point->index) = k;
        }
        for (int p = 0; p < static_cast<int>(model.probes.size()); ++p)
            for (int k = 0; k < static_cast<int>(model.probes[p].sites.size()); ++k) {
                int const cell = model.cell_of(model.probes[p].sites[k]);
                if (cell >= 0) sites_of_cell.at(cell).emplace_back(p, k);
            }
        for (int b = 0; b < static_cast<int>(model.pointers.size()); ++b) {
            auto const& binding = model.pointers[b];
            for (int k = 0; k < static_cast<int>(binding.instances.size()); ++k) {
                int const cell = model.cell_of(binding.instances[k]), other = model.cell_of(binding.targets[k]);
                if (cell < 0 || other < 0)
                    throw InputError(
                        "pointer-artificial", {},
                        "POINTER " + binding.pointer + " of " + binding.mechanism +
                            " is bound in or to an artificial cell, which has no place beside other cells");
                pointers_of_cell.at(cell).emplace_back(b, k);
            }
        }
    }

    std::vector<std::vector<model::PointRef>> points_of_cell;
    std::vector<std::vector<int>> detectors_of_cell;
    std::vector<std::vector<int>> source_of_point;
    std::vector<std::vector<std::pair<int, int>>> sites_of_cell;
    std::vector<std::vector<std::pair<int, int>>> pointers_of_cell;
    std::vector<model::PointRef> artificial;
};

/// Cells that see one another through POINTERs, each such set once, ascending; most have one member.
std::vector<std::vector<int>> coupled_cells(model::Model const& model) {
    std::vector<int> leader(model.cells.size());
    std::iota(leader.begin(), leader.end(), 0);
    auto const find = [&](int cell) {
        while (leader[cell] != cell) cell = leader[cell] = leader[leader[cell]];
        return cell;
    };
    for (auto const& binding : model.pointers)
        for (std::size_t k = 0; k < binding.instances.size(); ++k) {
            int const a = find(model.cell_of(binding.instances[k])), b = find(model.cell_of(binding.targets[k]));
            leader[std::max(a, b)] = std::min(a, b);
        }
    std::vector<std::vector<int>> sets;
    std::vector<int> set_of(model.cells.size(), -1);
    for (int cell = 0; cell < static_cast<int>(leader.size()); ++cell) {
        int const first = find(cell);  // not after `cell`
        if (first == cell) {
            set_of[cell] = static_cast<int>(sets.size());
            sets.emplace_back();
        }
        sets[set_of[first]].push_back(cell);
    }
    return sets;
}

constexpr std::size_t artificial_per_group = 512;

std::vector<GroupContent> pack(Blueprint const& blueprint, std::vector<model::PointRef> const& artificial,
                               std::size_t group_bytes) {
    std::vector<std::int64_t> bytes;
    std::int64_t total = 0;
    for (int cell = 0; cell < static_cast<int>(blueprint.model.cells.size()); ++cell) {
        bytes.push_back(estimate_bytes(blueprint, cell));
        total += bytes.back();
    }
    constexpr std::size_t most_bytes = std::size_t{4} << 30;  // elements of a group are counted by an int
    auto limit = static_cast<std::int64_t>(std::min(group_bytes ? group_bytes : default_group_bytes(), most_bytes));
    if (blueprint.model.method == model::Method::cvode)  // a group has one step
        limit = blueprint.model.variable_step.global ? std::numeric_limits<std::int64_t>::max() : 0;
    else if (group_bytes == 0 && on_host())
        limit = std::min(limit, total / concurrency() + 1);  // work for every thread
    std::vector<GroupContent> groups;
    std::int64_t used = 0;
    for (auto const& cells : coupled_cells(blueprint.model)) {
        std::int64_t needed = 0;
        for (int cell : cells) needed += bytes[cell];
        if (groups.empty() || used + needed > limit) {
            groups.emplace_back();
            used = 0;
        }
        groups.back().cells.insert(groups.back().cells.end(), cells.begin(), cells.end());
        used += needed;
    }
    for (auto& group : groups) std::ranges::sort(group.cells);
    for (std::size_t i = 0; i < artificial.size(); ++i) {
        if (i % artificial_per_group == 0) groups.emplace_back();
        groups.back().artificial.push_back(artificial[i]);
    }
    return groups;
}

void warn_about_ions(model::Model const& model, std::vector<TypePlan> const& types, IonTable const& ions,
                     Diagnostics& diagnostics) {
    for (std::size_t t = 0; t < types.size(); ++t)
        for (int k = 0; k < ions.size(); ++k) {
            auto const& plan = types[t];
            std::size_t overruled = 0;
            for (std::size_t c = 0; c < plan.area.size(); ++c)
                overruled += plan.ions[k].reversal_given[c] && (plan.ion_use[c][k] & uses_reversal) &&
                             nernst_at_start(plan.ion_use[c][k]);
            if (overruled == 0) continue;
            auto const e = "e" + ions[k].name;
            diagnostics.warning("reversal-from-concentrations", {},
                                e + " given for " + model.types[t].name + " is not used in " +
                                    std::to_string(overruled) +
                                    " compartments: mechanisms there use concentrations of " + ions[k].name +
                                    " too, so " + e + " follows Nernst's equation, as in NEURON",
                                "give the concentrations " + ions[k].name + "i and " + ions[k].name + "o instead");
        }
}

/// Which density mechanisms set one concentration together, and in which order.
void tell_shared_concentrations(model::Model const& model, std::vector<TypePlan> const& types, IonTable const& ions,
                                MechanismTable const& mechanisms, Diagnostics& diagnostics) {
    bool const fixed_step = model.method != model::Method::cvode;
    for (std::size_t t = 0; t < types.size(); ++t)
        for (int k = 0; k < ions.size(); ++k)
            for (auto const& [bit, side] : {std::pair{writes_inner, "i"}, std::pair{writes_outer, "o"}}) {
                std::map<std::vector<std::string>, int> compartments;  // that these writers share
                std::vector<std::vector<std::string>> writers(types[t].area.size());
                for (auto painted = types[t].mechanisms.rbegin(); painted != types[t].mechanisms.rend(); ++painted) {
                    std::vector<std::uint8_t> use(ions.size(), 0);
                    add_ion_use(mechanisms[painted->mechanism], ions, painted->mechanism, use);
                    if (use[k] & bit)
                        for (int const c : painted->compartments)
                            writers[c].emplace_back(mechanisms[painted->mechanism].name);
                }
                for (auto const& names : writers)
                    if (names.size() > 1) ++compartments[names];
                for (auto const& [names, n] : compartments)
                    diagnostics.note("concentration-shared", {},
                                     ions[k].name + side + " of " + model.types[t].name + " is set by " +
                                         enumerate(names) + " in " + std::to_string(n) +
                                         (n == 1 ? " compartment" : " compartments") +
                                         (fixed_step ? ", in this order, each starting from what the one before it left, "
                                                       "as in NEURON"
                                                     : ": with variable steps what " + names.back() +
                                                           " computes holds, as in NEURON"));
            }
}

}  // namespace

int most_groups(model::Model const& model) {
    if (!model.cells.empty())
        return model.method == model::Method::cvode && model.variable_step.global
                   ? 1
                   : static_cast<int>(coupled_cells(model).size());
    std::size_t artificial = 0;
    for (auto const& set : model.points) artificial += set.gid.size();
    return std::max(1, static_cast<int>((artificial + artificial_per_group - 1) / artificial_per_group));
}

/// Per Model::number_of.
static std::vector<int> groups_of_points(model::Model const& model, std::vector<std::uint32_t> const& first,
                                         std::vector<GroupContent> const& content) {
    std::vector<int> group_of_cell(model.cells.size()), groups;
    for (int g = 0; g < static_cast<int>(content.size()); ++g)
        for (int const cell : content[g].cells) group_of_cell[cell] = g;
    for (auto const& set : model.points)
        for (int const cell : set.cell) groups.push_back(cell < 0 ? -1 : group_of_cell[cell]);
    for (int g = 0; g < static_cast<int>(content.size()); ++g)
        for (auto const point : content[g].artificial) groups[first[point.set] + point.index] = g;
    return groups;
}

/// Per Model::number_of: must the instance know its connections one by one?
static std::vector<char> listed_points(model::Model const& model, MechanismTable const& mechanisms) {
    std::vector<char> listed;
    for (auto const& set : model.points) {
        auto const& info = mechanisms[mechanisms.require(set.mechanism)];
        listed.resize(listed.size() + set.cell.size(), info.has_connect || info.visits_connections);
    }
    return listed;
}

/// Of the mechanisms that something may be connected to.
static int most_args(model::Model const& model, MechanismTable const& mechanisms) {
    int most = 1;
    for (auto const& set : model.points) most = std::max(most, mechanisms[mechanisms.require(set.mechanism)].n_net_args);
    return most;
}

struct Lowered::Memory {
    DeviceMemory block, groups, counters, divergences, samples, probes, deliveries, some_groups;
    EventMemory events;
};

Lowered::Lowered(model::Model const& model, std::vector<model::Connection> connections, KernelLibrary const& library,
                 LowerOptions const& options, Diagnostics& diagnostics)
    : model_(model), first_number_(model.first_numbers()), library_(library), dt_(model.dt) {
    MechanismTable const mechanisms(library);
    IonTable const ions(mechanisms);
    std::vector<TypePlan> types;
    for (auto const& type : model.types) types.push_back(plan_type(type, mechanisms, ions));
    if (model.method == model::Method::cvode) require_variable_step(model, library, types);
    warn_about_ions(model, types, ions, diagnostics);
    tell_shared_concentrations(model, types, ions, mechanisms, diagnostics);
    Index const index(model, mechanisms);
    Blueprint const blueprint{model,
                              mechanisms,
                              ions,
                              types,
                              index.points_of_cell,
                              index.detectors_of_cell,
                              index.source_of_point,
                              index.sites_of_cell,
                              index.pointers_of_cell,
                              most_args(model, mechanisms)};
    auto const content = pack(blueprint, index.artificial, options.group_bytes);
    int const n = static_cast<int>(content.size());

    // Connections first, which take most memory while they are sorted.
    connections_ = std::make_unique<Connections>(model, std::move(connections), groups_of_points(model, first_number_, content),
                                                 blueprint.n_args);
    auto const heard = connections_->heard(listed_points(model, mechanisms));
    std::vector<BuiltGroup> built(n);
    Steps steps(options.on_progress, "building groups of cells", content.size());
    in_parallel(n, host_threads(), [&](int g) {
        built[g] = build_group(blueprint, content[g]);
        lay_connections(built[g], blueprint, first_number_, heard);
        steps.made();
    });
    for (int g = 0; g < n; ++g)
        for (auto& [point, target] : built[g].targets) {
            target.group = g;
            connections_->set_target(first_number_[point.set] + static_cast<std::uint32_t>(point.index), target);
        }

    // Room in the shared buffers.
    std::vector<std::size_t> base(n + 1, 0), probe_begin(n + 1, 0);
    std::vector<EventMemory::Senders> senders;
    std::size_t samples = 0;
    for (auto const& probe : model.probes) {
        probes_.emplace_back();
        probes_.back().period = model::sampling_of(probe, model.dt).period;
    }
    for (int g = 0; g < n; ++g) {
        auto const& b = built[g];
        base[g + 1] = base[g] + b.arena.size();
        auto const steps = static_cast<std::size_t>(options.epoch_steps);
        first_cell_.push_back(first_cell_.back() + b.layout.n_cells);
        senders.push_back({b.n_detectors, b.n_event_sources, b.n_self_senders});
        probe_begin[g + 1] = probe_begin[g] + b.probes.size();
        for (auto const& part : b.probes) {
            auto& probe = probes_[part.probe];
            probe.start = part.start;
            probe.stop = part.stop;
            probe.columns.push_back({g, part.sites, static_cast<std::int64_t>(samples)});
            samples += part.sites.size() * (steps / static_cast<std::size_t>(part.period) + 2);
        }
        bytes_.nodes += b.node_bytes;
        bytes_.mechanisms += b.mechanism_bytes;
        bytes_.indices += b.index_bytes;
        bytes_.events += b.event_bytes;
        n_nodes_ += b.n_nodes;
    }
    memory_ = std::make_unique<Memory>(
        Memory{DeviceMemory("rall::block", base[n]), DeviceMemory("rall::groups", n * sizeof(Group)),
               DeviceMemory("rall::counters", n * sizeof(Counters)),
               DeviceMemory("rall::divergences", first_cell_[n] * sizeof(Divergence)),
               DeviceMemory("rall::samples", samples * sizeof(double)),
               DeviceMemory("rall::probes", probe_begin[n] * sizeof(GroupProbe)), DeviceMemory("rall::deliveries", 0),
               DeviceMemory("rall::some_groups", n * sizeof(Group)), EventMemory(senders, options.epoch_steps)});
    bytes_.events += static_cast<std::int64_t>(memory_->events.bytes() + connections_->bytes());
    bytes_.probes += static_cast<std::int64_t>(memory_->samples.size());

    cell_of_node_.resize(n);
    compartment_of_node_.resize(n);
    auto* const groups = memory_->groups.host_as<Group>();
    auto* const counters = memory_->counters.host_as<Counters>();
    auto* const probes = memory_->probes.host_as<GroupProbe>();
    has_diverged_.assign(static_cast<std::size_t>(first_cell_[n]), false);
    std::fill_n(memory_->divergences.host_as<Divergence>(), first_cell_[n], Divergence{});
    std::vector<std::size_t> next_column(model.probes.size(), 0);
    for (int g = 0; g < n; ++g) {
        auto& b = built[g];
        Group group = b.finish(memory_->block.device() + base[g]);
        std::memcpy(memory_->block.host() + base[g], b.arena.data(), b.arena.size());
        for (std::size_t k = 0; k < b.probes.size(); ++k) {
            auto const& part = b.probes[k];
            auto const& columns = probes_[part.probe].columns[next_column[part.probe]++];
            probes[probe_begin[g] + k] = {part.start,
                                          part.stop,
                                          part.period,
                                          static_cast<int>(part.sites.size()),
                                          resolve(memory_->block.device() + base[g], part.elements),
                                          memory_->samples.device_as<double>() + columns.first};
        }
        group.args = connections_->args();
        group.n_args = connections_->n_args();
        group.probes = memory_->probes.device_as<GroupProbe>() + probe_begin[g];
        group.n_probes = static_cast<int>(b.probes.size());
        group.counters = memory_->counters.device_as<Counters>() + g;
        group.divergences = memory_->divergences.device_as<Divergence>() + first_cell_[g];
        groups[g] = group;
        counters[g] = {};
        cell_of_node_[g] = std::move(b.cell_of_node);
        compartment_of_node_[g] = std::move(b.compartment_of_node);
        states_.emplace_back();
        for (auto const& state : b.layout.states) states_[g].emplace_back(state.mechanism, state.element);
        watches_.push_back(false);
        for (int k = 0; k < mechanisms.size(); ++k)
            watches_[g] |= mechanisms[k].n_watches > 0 && b.layout.mechanisms[k].n > 0;
        b = {};
    }
    memory_->events.hand_out(counters);
    memory_->block.to_device();
    memory_->block.drop_host();
    memory_->probes.to_device();
    memory_->divergences.to_device();
    if (model.method == model::Method::cvode)
        variable_ = std::make_unique<VariableRun>(model, library, groups, compartment_of_node_);
}

Lowered::~Lowered() = default;
Lowered::Lowered(Lowered&&) noexcept = default;

int Lowered::n_groups() const { return static_cast<int>(cell_of_node_.size()); }

/// Events to the groups, which begin at the epoch's first step. On a host they are read where they lie.
void Lowered::hand_over(Advance const& advance, std::vector<std::vector<Delivery>> const& deliveries) {
    auto* const groups = memory_->groups.host_as<Group>();
    auto* const counters = memory_->counters.host_as<Counters>();
    for (int g = 0; g < n_groups(); ++g) {
        groups[g].deliveries = deliveries[g].data();
        groups[g].n_deliveries = static_cast<int>(deliveries[g].size());
        counters[g].step = advance.first_step;
        counters[g].next_delivery = 0;
    }
    if (!on_host()) copy_to_device(deliveries);
    memory_->groups.to_device();
}

void Lowered::copy_to_device(std::vector<std::vector<Delivery>> const& deliveries) {
    std::size_t total = 0;
    for (auto const& list : deliveries) total += list.size();
    if (total * sizeof(Delivery) > memory_->deliveries.size())
        memory_->deliveries = DeviceMemory("rall::deliveries", 2 * total * sizeof(Delivery));
    std::size_t next = 0;
    for (int g = 0; g < n_groups(); ++g) {
        std::ranges::copy(deliveries[g], memory_->deliveries.host_as<Delivery>() + next);
        memory_->groups.host_as<Group>()[g].deliveries = memory_->deliveries.device_as<Delivery>() + next;
        next += deliveries[g].size();
    }
    memory_->deliveries.to_device();
}

/// Launches until no group has to wait for room.
template <class Launch>
void Lowered::run(Launch const& launch) {
    spikes_.clear();
    diverged_.clear();
    auto* const counters = memory_->counters.host_as<Counters>();
    do {
        memory_->counters.to_device();
        launch();
        collect();
        memory_->events.grow(counters);
    } while (std::any_of(counters, counters + n_groups(), [](Counters const& c) { return c.waits; }));
}

void Lowered::initialize(Advance const& advance) {
    memory_->groups.to_device();
    run([&] { library_.initialize(memory_->groups.device_as<Group>(), n_groups(), advance); });
}

void Lowered::begin(Advance const& advance) {
    run([&] { library_.begin(memory_->groups.device_as<Group>(), n_groups(), advance); });
    if (variable_) variable_->initialize();
}

void Lowered::advance(Advance const& advance, std::vector<std::vector<Delivery>> const& deliveries) {
    hand_over(advance, deliveries);
    run([&] {
        if (variable_) variable_->advance(memory_->groups.host_as<Group>(), advance);
        else library_.advance(memory_->groups.device_as<Group>(), n_groups(), advance);
    });
}

void Lowered::deliver(Advance const& advance, std::vector<int> const& groups,
                      std::vector<std::vector<Delivery>> const& deliveries, double until) {
    hand_over(advance, deliveries);
    run([&] {
        auto* const some = memory_->some_groups.host_as<Group>();
        for (std::size_t k = 0; k < groups.size(); ++k) some[k] = memory_->groups.host_as<Group>()[groups[k]];
        memory_->some_groups.to_device();
        library_.deliver(memory_->some_groups.device_as<Group>(), static_cast<int>(groups.size()), advance, until);
    });
}

double Lowered::next_event(int group, std::int64_t step) const {
    auto const& c = memory_->counters.host_as<Counters>()[group];
    bool const looks = watches_[group] && c.watched_step < step;
    double const look = std::nextafter(static_cast<double>(step) * dt_, std::numeric_limits<double>::max());
    return looks ? std::min(look, c.next_self_event) : c.next_self_event;
}

void Lowered::collect() {
    memory_->counters.to_host();
    memory_->samples.to_host();
    auto* const counters = memory_->counters.host_as<Counters>();
    for (int g = 0; g < n_groups(); ++g)
        if (counters[g].fault != Fault::none) fail(g, counters[g]);
    find_diverged();
    memory_->events.take_spikes(counters, spikes_);
}

StepCounts Lowered::step_counts() const { return variable_ ? variable_->counts() : StepCounts{}; }

double const* Lowered::samples() const { return memory_->samples.host_as<double>(); }

void Lowered::find_diverged() {
    auto const* const counters = memory_->counters.host_as<Counters>();
    int total = 0;
    for (int g = 0; g < n_groups(); ++g) total += counters[g].n_diverged;
    if (total == n_diverged_) return;
    n_diverged_ = total;
    memory_->divergences.to_host();
    for (int g = 0; g < n_groups(); ++g)
        for (int k = first_cell_[g]; k < first_cell_[g + 1]; ++k) {
            auto const& found = memory_->divergences.host_as<Divergence>()[k];
            if (found.step < 0 || has_diverged_[k]) continue;
            has_diverged_[k] = true;
            diverged_.push_back(describe(g, found));
        }
}

}  // namespace rall::solver
