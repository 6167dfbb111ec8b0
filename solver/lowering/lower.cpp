#include "solver/lowering/lower.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/pages.hpp"
#include "base/parallel.hpp"
#include "base/runtime.hpp"
#include "base/text.hpp"
#include "solver/cvode/variable_run.hpp"
#include "solver/lowering/lowered_memory.hpp"
#include "solver/lowering/packing.hpp"
#include "solver/lowering/places.hpp"
#include "solver/lowering/require_variable_step.hpp"
#include "solver/step/board.hpp"

namespace rall::solver {

namespace {

/// Who has what, by cell and by set, so that each group finds its part without a search.
struct Index {
    explicit Index(model::Model const& model, MechanismTable const& mechanisms)
        : mechanism_of_set(model.points.size()),
          points_of_cell(model.cells.size()),
          detectors_of_cell(model.cells.size()),
          source_of_point(model.points.size()),
          sites_of_cell(model.cells.size()),
          pointers_of_cell(model.cells.size()) {
        for (int s = 0; s < static_cast<int>(model.points.size()); ++s) {
            auto const& set = model.points[s];
            mechanism_of_set[s] = mechanisms.require(set.mechanism);
            auto const& info = mechanisms[mechanism_of_set[s]];
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
                if (info.kind == MechanismKind::artificial) {
                    artificial.push_back({s, i});
                    continue;
                }
                auto& runs = points_of_cell.at(set.cell[i]);
                if (!runs.empty() && runs.back().set == s && runs.back().first + runs.back().n == i) ++runs.back().n;
                else runs.push_back({s, i, 1});
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

    std::vector<int> mechanism_of_set;
    std::vector<std::vector<PointRun>> points_of_cell;
    std::vector<std::vector<int>> detectors_of_cell;
    std::vector<std::vector<int>> source_of_point;
    std::vector<std::vector<std::pair<int, int>>> sites_of_cell;
    std::vector<std::vector<std::pair<int, int>>> pointers_of_cell;
    std::vector<model::PointRef> artificial;
};

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

/// Must instances of a mechanism know their connections one by one?
static std::vector<char> listed_mechanisms(MechanismTable const& mechanisms) {
    std::vector<char> listed;
    for (int k = 0; k < mechanisms.size(); ++k) listed.push_back(mechanisms[k].has_connect || mechanisms[k].visits_connections);
    return listed;
}

/// Of the mechanisms that something may be connected to.
static int most_args(model::Model const& model, MechanismTable const& mechanisms) {
    int most = 1;
    for (auto const& set : model.points) most = std::max(most, mechanisms[mechanisms.require(set.mechanism)].n_net_args);
    return most;
}

/// Per cell: the least gid of those that must share a group with it.
static std::vector<std::uint64_t> sets_of_cells(model::Model const& model, std::vector<Link> const& links) {
    std::vector<std::uint64_t> sets(model.cells.size());
    for (auto const& cells : coupled_cells(model, links, true)) {
        std::uint64_t least = model.cells[cells.front()].gid;
        for (int const cell : cells) least = std::min(least, model.cells[cell].gid);
        for (int const cell : cells) sets[cell] = least;
    }
    return sets;
}

static std::vector<model::PointRef> of_portion(std::vector<model::PointRef> const& artificial, Portion const& portion) {
    std::vector<model::PointRef> own;
    for (std::size_t i = 0; i < artificial.size(); ++i)
        if (portion.has_artificial(i)) own.push_back(artificial[i]);
    return own;
}

Lowered::Lowered(model::Model const& model, std::vector<model::Connection> connections, KernelLibrary const& library,
                 LowerOptions const& options, Diagnostics& diagnostics)
    : model_(model), first_number_(model.first_numbers()), library_(library), ranks_(Communicator::or_alone(options.ranks)), dt_(model.dt) {
    MechanismTable const mechanisms(library);
    IonTable const ions(mechanisms);
    std::vector<TypePlan> types;
    for (auto const& type : model.types) types.push_back(plan_type(type, mechanisms, ions));
    if (model.method == model::Method::cvode) require_variable_step(model, library, types);
    warn_about_ions(model, types, ions, diagnostics);
    tell_shared_concentrations(model, types, ions, mechanisms, diagnostics);
    Index index(model, mechanisms);
    auto const merged = merge_instances(model, mechanisms, index.mechanism_of_set, options.portion, index.points_of_cell);
    tell_merged(model, mechanisms, index.mechanism_of_set, merged, ranks_, diagnostics);
    Blueprint const blueprint{model,
                              mechanisms,
                              ions,
                              types,
                              index.mechanism_of_set,
                              index.points_of_cell,
                              index.detectors_of_cell,
                              index.source_of_point,
                              index.sites_of_cell,
                              index.pointers_of_cell,
                              most_args(model, mechanisms)};
    auto const links = find_links(model, [&](std::string const& name) {
        int const k = mechanisms.find(name);
        return k < 0 ? nullptr : &mechanisms[k];
    });
    tell_together(model, links, diagnostics);
    set_of_cell_ = sets_of_cells(model, links);
    auto const packing = pack(blueprint, links, of_portion(index.artificial, options.portion), options.group_bytes, options.portion);
    auto const& content = packing.groups;
    int const n = static_cast<int>(content.size());

    for (auto const& projection : model.projections) {
        auto const& mechanism = mechanisms[mechanisms.require(model.points[static_cast<std::size_t>(projection.set)].mechanism)];
        if (auto const* why = model::must_be_stored(mechanism))
            throw InputError("procedural", {}, std::string("connections to ") + mechanism.name + " cannot be procedural: " + why);
    }
    // Connections first, which take most memory while they are sorted.
    connections_ = std::make_unique<Connections>(model, std::move(connections), Targets(blueprint, content, merged), blueprint.n_args);
    auto const heard = connections_->heard(listed_mechanisms(mechanisms));
    std::vector<BuiltGroup> built(n);
    Steps steps(options.on_progress, "building groups of cells", content.size());
    in_parallel(n, host_threads(), [&](int g) {
        built[g] = build_group(blueprint, content[g]);
        lay_connections(built[g], blueprint, g, connections_->targets(), heard);
        steps.made();
    });

    // Room in the shared buffers.
    std::vector<std::size_t> base(n + 1, 0), probe_begin(n + 1, 0);
    std::vector<EventMemory::Senders> senders;
    std::size_t samples = 0;
    std::vector<char> curved(static_cast<std::size_t>(mechanisms.size()), 0);  // whose states advance by tables of their curves
    bool const curves = model.method != model::Method::cvode && !model.exact_rates;
    probe_columns_.resize(model.probes.size());
    for (int g = 0; g < n; ++g) {
        auto const& b = built[g];
        base[g + 1] = base[g] + b.arena.size();
        auto const steps = static_cast<std::size_t>(options.epoch_steps);
        for (std::size_t k = 0; k < curved.size(); ++k) curved[k] |= curves && b.layout.mechanisms[k].n > 0;
        first_cell_.push_back(first_cell_.back() + b.layout.n_cells);
        senders.push_back({b.n_detectors, b.n_event_sources, b.n_self_senders});
        probe_begin[g + 1] = probe_begin[g] + b.probes.size();
        for (auto const& part : b.probes) {
            probe_columns_[part.probe].push_back({g, part.sites, static_cast<std::int64_t>(samples)});
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
               DeviceMemory("rall::some_groups", n * sizeof(Group)),
               DeviceMemory("rall::board", 2 * packing.board_size * sizeof(double)),
               DeviceMemory("rall::groups_together", packing.together.size() * sizeof(Group)),
               DeviceMemory("rall::stopped_at", sizeof(std::int64_t)), EventMemory(senders, options.epoch_steps), CurveTables(library, curved)});
    bytes_.events += static_cast<std::int64_t>(memory_->events.bytes() + connections_->bytes());
    bytes_.mechanisms += static_cast<std::int64_t>(memory_->curves.bytes());
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
        Group group = b.finish(memory_->block.device() + base[g], memory_->curves);
        std::memcpy(memory_->block.host() + base[g], b.arena.data(), b.arena.size());
        for (std::size_t k = 0; k < b.probes.size(); ++k) {
            auto const& part = b.probes[k];
            auto const& columns = probe_columns_[part.probe][next_column[part.probe]++];
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
        for (auto* mirrors : {&group.at_begin, &group.after_solve}) {
            mirrors->board = memory_->board.device_as<double>();
            mirrors->board_size = packing.board_size;
        }
        groups[g] = group;
        counters[g] = {};
        cell_of_node_[g] = std::move(b.cell_of_node);
        compartment_of_node_[g] = std::move(b.compartment_of_node);
        remembered_.push_back(std::move(b.remembered));
        states_.emplace_back();
        for (auto const& state : b.layout.states) states_[g].emplace_back(state.mechanism, state.element);
        watches_.push_back(false);
        for (int k = 0; k < mechanisms.size(); ++k)
            watches_[g] |= mechanisms[k].n_watches > 0 && b.layout.mechanisms[k].n > 0;
        give_back(b.arena.data(), b.arena.size());  // freeing alone would leave it to this process
        b = {};
    }
    find_workers(packing, base);
    memory_->events.hand_out(counters);
    memory_->block.to_device();
    memory_->block.drop_host();
    memory_->probes.to_device();
    memory_->divergences.to_device();
    if (model.method == model::Method::cvode)
        variable_ = std::make_unique<VariableRun>(model, library, groups, compartment_of_node_);
    give_back_free();
}

Lowered::~Lowered() = default;
Lowered::Lowered(Lowered&&) noexcept = default;

/// Groups that advance together go to threads so that all have the same to do: the largest first, each to whom has least so far.
void Lowered::find_workers(Packing const& packing, std::vector<std::size_t> const& base) {
    auto largest_first = packing.together;
    auto const bytes = [&](int g) { return base[g + 1] - base[g]; };
    std::ranges::stable_sort(largest_first, std::greater{}, bytes);
    auto const n = std::min(largest_first.size(), static_cast<std::size_t>(concurrency()));
    std::vector<std::vector<int>> groups(n);
    std::vector<std::size_t> load(n, 0);
    for (int const g : largest_first) {
        auto const least = std::ranges::min_element(load) - load.begin();
        groups[least].push_back(g);
        load[least] += bytes(g);
    }
    for (auto const& of_worker : groups) {
        together_.insert(together_.end(), of_worker.begin(), of_worker.end());
        first_together_.push_back(static_cast<int>(together_.size()));
    }
    for (int g = 0; g < n_groups(); ++g)
        if (!std::ranges::binary_search(packing.together, g)) apart_.push_back(g);
    seen_after_solve_ = packing.after_solve;
    if (!packing.neighbours.empty()) neighbours_ = std::make_unique<Neighbours>(packing.neighbours, memory_->board, packing.board_size);
}

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

/// The host has changed parameters, or what else passive mechanisms' part of the matrix follows from.
void Lowered::forget_passive() {
    auto* const counters = memory_->counters.host_as<Counters>();
    for (int g = 0; g < n_groups(); ++g) counters[g].passive_celsius = math::nan;
}

/// Some of the groups one after the other.
Group const* Lowered::pick(std::vector<int> const& groups, DeviceMemory& to) const {
    for (std::size_t k = 0; k < groups.size(); ++k) to.host_as<Group>()[k] = memory_->groups.host_as<Group>()[groups[k]];
    to.to_device();
    return to.device_as<Group>();
}

void Lowered::initialize(Advance const& advance) {
    memory_->groups.to_device();
    run([&] { library_.initialize(memory_->groups.device_as<Group>(), n_groups(), advance); });
    connections_->note_args();
    pick(together_, memory_->groups_together);
    show(0);
}

void Lowered::begin(Advance const& advance) {
    auto const* const together = memory_->groups_together.device_as<Group>();
    see_all(together, static_cast<int>(together_.size()), 0);
    run([&] { library_.begin(memory_->groups.device_as<Group>(), n_groups(), advance); });
    show(0);
    if (variable_) variable_->initialize();
}

/// What holds at the begin of a step, to those that see it.
void Lowered::show(std::int64_t step) {
    show_all(memory_->groups_together.device_as<Group>(), static_cast<int>(together_.size()), step);
    if (!neighbours_) return;
    for (bool const after_solve : {false, true}) neighbours_->trade(step, after_solve);
}

double Lowered::trade_seconds() const { return neighbours_ ? neighbours_->seconds() : 0; }

/// Those that see one another at every step. They go on, whichever have diverged, until all have: what others see of them must not
/// depend on who shares their group, or rank.
void Lowered::advance_together(Advance const& advance) {
    auto const* const groups = memory_->groups.host_as<Group>();
    auto const* const counters = memory_->counters.host_as<Counters>();
    if (!neighbours_ && std::ranges::all_of(together_, [&](int g) { return counters[g].n_diverged == groups[g].n_cells; })) return;
    std::int64_t step = advance.first_step + advance.steps;
    for (int const g : together_) step = std::min(step, counters[g].step);
    *memory_->stopped_at.host_as<std::int64_t>() = std::numeric_limits<std::int64_t>::max();
    memory_->stopped_at.to_device();
    library_.advance_together({pick(together_, memory_->groups_together), first_together_.data(),
                               static_cast<int>(first_together_.size()) - 1, seen_after_solve_, step,
                               memory_->stopped_at.device_as<std::int64_t>(),
                               neighbours_ ? +[](void* neighbours, std::int64_t to, bool late) { static_cast<Neighbours*>(neighbours)->trade(to, late); } : nullptr,
                               neighbours_.get()},
                              advance);
}

void Lowered::advance(Advance const& advance, std::vector<std::vector<Delivery>> const& deliveries) {
    hand_over(advance, deliveries);
    run([&] {
        if (variable_) return variable_->advance(memory_->groups.host_as<Group>(), advance);
        if (together_.empty()) return library_.advance(memory_->groups.device_as<Group>(), n_groups(), advance);
        advance_together(advance);
        library_.advance(pick(apart_, memory_->some_groups), static_cast<int>(apart_.size()), advance);
    });
}

void Lowered::deliver(Advance const& advance, std::vector<int> const& groups,
                      std::vector<std::vector<Delivery>> const& deliveries, double until) {
    hand_over(advance, deliveries);
    see_all(memory_->groups_together.device_as<Group>(), static_cast<int>(together_.size()), advance.first_step);
    run([&] { library_.deliver(pick(groups, memory_->some_groups), static_cast<int>(groups.size()), advance, until); });
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
