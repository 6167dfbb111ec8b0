// One group of cells as flat arrays: what a team works on from one spike exchange to the next. Plain pointers into the
// group's block of device memory; filled by lowering (solver/lowering/lower.hpp), read by the step (solver/step/advance.hpp).
#pragma once

#include <cstdint>

#include "mechanisms/kernel.hpp"

namespace rall::solver {

/// The trees of a group's cells. Nodes are ordered by level (distance from the root); inside a level by height (levels below),
/// tallest first, so that the nodes with children are the level's first ones and the first (tallest) child of each keeps
/// their order. Eliminating a level is then one vector loop over parents that gather from their first child.
struct Tree {
    /// On a host, where all cells of a group are alike, nodes stand otherwise (solver/lowering/alike.cpp): those of one place in the cells side by side, and
    /// places with the same mechanisms one after the other. Of the lists below only n_levels and level_begin, which count nodes, hold then.
    struct Alike {
        int n_cells;        ///< 0 where nodes are ordered by level
        int const* node;    ///< [n_nodes / n_cells] the first cell's node of each place, in the order in which they are eliminated: the roots last
        int const* parent;  ///< ... and its parent, -1 at roots
        int const* place;   ///< [n_nodes / n_cells] where the nodes n_cells * k, ... of a place would be by level
    };

    int n_nodes;
    int n_levels;
    int const* level_begin;  ///< [n_levels + 1] first node of each level
    int const* n_parents;    ///< [n_levels] nodes of the level that have a child
    int const*
        child_begin;  ///< [n_levels] the first child of the level's first node if first children are consecutive, else -1
    int const* first_child;        ///< [n_nodes]
    int const* parent;             ///< [n_nodes] -1 at roots
    int const* extra_begin;        ///< [n_levels + 1] into extra_parent: the level's nodes with further children
    int const* extra_parent;       ///< the node
    int const* extra_child_begin;  ///< into extra_child, one more than extra_parent
    int const* extra_child;
    Alike alike;

    RALL_FUNCTION bool is_alike() const {
#ifdef RALL_ON_DEVICE
        return false;
#else
        return alike.n_cells > 0;
#endif
    }
    /// The k-th root.
    RALL_FUNCTION int root(int k) const {
        if (!is_alike()) return k;
        return alike.node[n_nodes / alike.n_cells - 1 - k / alike.n_cells] + k % alike.n_cells;
    }
    /// Does a node come before another of its cell in the order by level?
    RALL_FUNCTION bool is_before(int a, int b) const {
        return !is_alike() ? a < b : alike.place[a / alike.n_cells] < alike.place[b / alike.n_cells];
    }
};

/// Pairs (destination, source) of elements of the group's block, by destination. In a run both go up by one from pair to pair.
struct Copies {
    int n;
    int const* destination;
    int const* source;
    int n_runs;
    int const* run_begin;  ///< [n_runs + 1] into the pairs
};

/// Sums in a fixed order: block[target[k]] = sum over e in [begin[k], begin[k+1]) of scale[e] * block[source[e]].
/// In a run, from run_begin[r] on, all have as many terms, and from one to the next all elements go up by one, the scales being the same.
struct Sums {
    int n;
    int const* target;
    int const* begin;
    int const* source;
    double const* scale;
    int n_runs;
    int const* run_begin;  ///< [n_runs + 1] into the sums
};

/// Contributions of point processes to nodes: node[k] takes point element index[k]. The first round holds the first contribution of each node, the
/// second the second of those that have one, and so on: inside a round no node comes twice, and each takes its own in a fixed order.
struct PointGather {
    int n_rounds;
    int const* round_begin;  ///< [n_rounds + 1]
    int const* node;
    int const* index;
};

/// Reversal potentials that follow concentrations: elements of the group's block, one entry per ion and compartment. All three
/// elements go up from entry to entry, by the same number.
struct NernstSites {
    int n;
    int const* reversal;
    int const* inner;
    int const* outer;
    double const* factor;  ///< 1000 R T / (z F), mV
};

/// Diffusion of a mechanism's states along the cells: the trees that its instances make, and room for the equations of one state.
struct DiffusionArrays {
    Tree tree;
    int const* instance;         ///< [n_nodes]
    double const* length;        ///< um, of the compartment
    double const* per_distance;  ///< 1/um, one over the distance between the middles of node and parent; 0 at roots
    double *constant, *volume;   ///< [n_diffusions * n_nodes] what the kernel says
    double *d, *rhs, *axial;     ///< [n_nodes]
};

/// Crank-Nicolson: the slopes of a mechanism's ion currents, for the currents at t + dt/2.
struct SlopeArrays {
    int n;                    ///< ion currents
    int const* element;       ///< of the mechanism
    double* value;            ///< [n * padded instances] dI/dv: S/cm2 or uS
    int n_kept;               ///< what one more evaluation of the currents must leave as it was
    int const* kept_element;  ///< of the mechanism
    double* kept;             ///< [n_kept * padded instances]
};

/// The instances of one mechanism in a group, ordered by node.
struct MechanismArrays {
    int n;                              ///< instances; arrays are padded to a multiple of `lanes`
    int const* node;                    ///< [padded n]; padding points to the spare node behind the last
    kernel::Variable const* variables;  ///< [MechanismInfo::n_elements]
    void* common;                       ///< the kernel's struct Common, filled before INITIAL
    int first_point;                    ///< point processes: index of the first instance in Group::point_*
    int const* source;                  ///< per instance the spike source of net_event, -1 for none; null without
    int* movable;           ///< per instance the place in Counters::self_events of what net_move moves, -1; null without
    int const* visited_begin;      ///< [n + 1] FOR_NETCONS: per instance its first connection in `visited`; null without
    std::uint32_t const* visited;  ///< numbers of connections
    Copies publish;                    ///< concentrations this mechanism sets, to the ion and to all that read it
    int n_ordered;                     ///< where instances see one another's changes, through POINTERs or a concentration:
    int const* ordered;                ///< the instances, to run one after the other; else none
    int const* publish_begin;  ///< into publish, one more than instances, in the order in which they run: where each starts from what the one before it left,
                               ///< and where events set concentrations; else null
    DiffusionArrays const* diffusion;  ///< null where no state diffuses
    SlopeArrays const* slopes;         ///< null where nobody reads the ion currents of a Crank-Nicolson step
    double* curves;     ///< table of what in its states depends on v alone (curves.hpp), which all groups share; null where there is none
    bool makes_curves;  ///< this group fills the table
    bool shows;                        ///< somebody looks at what instances would otherwise keep for themselves (kernel::Quiet)
    bool is_observed;                  ///< ... at what they compute and only show (Role::observable)
};

/// The order of what has none among those of its time, and is taken last.
inline constexpr std::uint32_t in_no_order = 0xFFFF'FFFF;

/// The connection of an event that came by none.
inline constexpr std::uint32_t no_connection = 0xFFFF'FFFF;
/// ... by one that is made again with each spike and stored nowhere (procedural connectivity): the event itself brings its weight.
inline constexpr std::uint32_t made_again = 0xFFFF'FFFE;

/// A spike due at one instance, prepared on the host before the epoch; ordered by (time, sent, order, rank, place of the target, weight).
struct Delivery {
    double time;  ///< ms
    double sent;  ///< ms, when the source spiked
    union {
        std::uint64_t connection;  ///< its number, which tells target and weight apart
        double weight;             ///< where `is_made_again`
    };
    std::uint32_t order;  ///< of the spike among those of that time
    std::uint32_t rank;   ///< of the source among all gids
    int instance;
    std::int16_t mechanism;
    bool is_made_again;

    RALL_FUNCTION std::uint32_t by() const { return is_made_again ? made_again : static_cast<std::uint32_t>(connection); }
};

/// An event of an instance to itself (net_send). A binary heap by (time, order).
struct SelfEvent {
    double time;  ///< ms
    double flag;
    double sent;  ///< ms
    std::int64_t order;  ///< of sending; not_queued where it is no self-event
    std::uint32_t spike_order;  ///< Delivery::order of what made it be sent
    std::uint32_t connection;   ///< by which that came
    double weight;              ///< of that, where it is made_again
    int instance;
    std::int16_t mechanism;
    std::uint8_t movable;  ///< net_move may move it
    std::uint8_t chained;  ///< due at once, and sent by one that was due at once itself
};

inline constexpr std::int64_t not_queued = -1;

/// A spike that left the group in this epoch. One that answers an event at once says which: spikes of one time have the order of the
/// events that they answer.
struct SpikeOut {
    double time;  ///< ms
    int source;   ///< index into Model::sources
    std::uint32_t order = in_no_order;  ///< of that event
    double sent = math::infinity;       ///< ms, when that event was; infinite where it answers none
};

/// v of a node against a threshold.
struct Detector {
    int node;
    int source;
    double threshold;  ///< mV
};

/// A probe's sites in this group: one row of `n` values each `period` steps.
struct GroupProbe {
    std::int64_t start, stop, period;  ///< in steps; samples at start, start + period, ... < stop
    int n;
    int const* element;  ///< elements of the group's block
    double* out;         ///< [rows of an epoch, n]
};

/// i_membrane of a node is (d - axial) v(t+dt) - rhs with the matrix as it was before electrodes and neighbours entered.
struct MembraneSites {
    int n;
    int const* node;
    double* d;        ///< uS
    double* rhs;      ///< nA
    double* current;  ///< nA
};

/// What others see of this group through POINTERs, and its copies of what it sees of them. Values pass over a board that lies twice, for even and
/// for odd steps, so that nobody overwrites what others still read while all do the same step.
struct Mirrors {
    int n_shown;
    int const* shown;  ///< elements of the block, which go to places `first`, `first` + 1, ... of the board
    int first;
    int n_seen;
    int const* place;  ///< on the board
    double* seen;      ///< [n_seen] the copies
    double* board;
    int board_size;  ///< places
};

/// What a model can do wrong with events, and what can become too much.
enum class Fault : int {
    none,
    too_many_spikes,
    too_many_self_events,
    without_end,      ///< events due at once cause one another
    sent_into_past,   ///< net_send with a negative delay
    moved_into_past,  ///< net_move to a time before now
    nothing_to_move,  ///< net_move where no event with flag 1 is under way
    fired_in_past     ///< net_event with a time before now
};

/// One state (or concentration that a mechanism sets) of all instances of a mechanism.
struct StateArray {
    double const* value;  ///< [n]
    int n;
    int const* node;  ///< [n] null for artificial cells,
    int first_cell;   ///< ... which are cells of the group one after the other
};

/// When and where the voltage of a cell left the range it may have, or a state became infinite or no number.
struct Divergence {
    std::int64_t step = -1;  ///< after which it was seen, -1: not so far
    int node = -1;           ///< -1 in an artificial cell
    int state = -1;          ///< index into Group::states, -1: it is the voltage
    int instance = -1;
    int no_step = 0;   ///< it is a number, but changes too fast for CVODE
    double value = 0;  ///< of the state
};

/// What changes while a group runs, besides its block.
struct Counters {
    SelfEvent* self_events = nullptr;
    int self_event_capacity = 0;
    int spike_capacity = 0;
    SpikeOut* spikes = nullptr;
    /// Room for more, on a host; false where memory ends. Null on a device, where a group that runs short stops between two events.
    bool (*more_self_events)(Counters&) = nullptr;
    bool (*more_spikes)(Counters&) = nullptr;
    void* memory = nullptr;  ///< for these two
    int group = 0;
    std::int64_t step = 0;           ///< the next one; short of the epoch's end when the group ran out of room
    int solved = 0;                  ///< of the next one v(t + dt) is known already, and no more (see Lockstep)
    std::int64_t watched_step = -1;  ///< the last one for which conditions were looked at, -1 at first
    int n_spikes = 0;
    int n_self_events = 0;
    std::int64_t next_order = 0;
    double passive_celsius = math::nan;  ///< degC for which Group::passive_d and all that follows from it stand; NaN: the host has changed something
    int n_diverged = 0;                  ///< cells
    int lost = 0;        ///< a thread has seen a state that is infinite or no number
    int next_delivery = 0;
    int waits = 0;                   ///< the group ran out of room: it is given more and goes on
    double next_self_event = 1e300;  ///< ms
    double chain_time = -1;          ///< ms, of the last event that was chained
    int chain_length = 0;            ///< how many there were at that time
    Fault fault = Fault::none;
    int fault_mechanism = -1, fault_instance = -1;
    double fault_time = 0;  ///< ms
};

/// Room that a group keeps for what one call of NET_RECEIVE sends. With less it stops between two events, is given more, and
/// goes on. Where a call sends more, a host finds room at once; a device cannot.
inline constexpr int most_sent = 64;

/// Self-events of a group, due at once and each caused by one before it, after which it is said that they have no end.
inline constexpr int longest_chain = 1'000'000;

struct Group {
    double* block;  ///< first element of the group's memory; indices in Copies, Sums, ... count from here

    Tree tree;
    double* v;                  ///< mV
    double* d;                  ///< diagonal; density mechanisms add S/cm2, assembly turns it into uS
    double* rhs;                ///< right hand side; density mechanisms add mA/cm2, assembly turns it into nA
    double const* axial;        ///< uS, conductance to the parent
    double const* diagonal;     ///< uS, c_dt plus all axial conductances of the node: what of d never changes
    double const* c_dt;         ///< uS, capacitance / dt (2 / dt for Crank-Nicolson); 0 with variable steps
    double const* capacitance;  ///< nF; with variable steps only
    int n_cells;                ///< artificial ones included
    int const* cell_of_node;    ///< [n_nodes] which of the group's cells
    double const* v_init;       ///< mV, per cell with nodes
    Divergence* divergences;    ///< [n_cells]
    StateArray const* states;
    int n_states;
    double *passive_d, *passive_rhs;  ///< `diagonal` and 0 with what passive mechanisms add, uS and nA; null where there are none
    int constant_level;               ///< from this level on nothing but passive mechanisms adds to d (hines.hpp); n_levels where there is none
    bool passive_changes;             ///< ... in the course of an epoch: a POINTER leads to one of their parameters
    int n_active;                     ///< stretches of nodes that have other density currents too; all nodes where there are no passive mechanisms
    int const* active;                ///< [2 * n_active] begin and end of each, ascending
    double const* area;  ///< 0.01 um2: turns S/cm2 into uS and mA/cm2 into nA; 0 where branches join

    MechanismArrays const* mechanisms;  ///< [number in the library]
    double* point_g;                    ///< uS, per point process
    double* point_rhs;                  ///< nA, per point process
    PointGather membrane_points, electrode_points;
    MembraneSites membrane;

    NernstSites nernst;
    Copies reversal_copies;   ///< reversal potentials to all that read them
    Sums ion_currents;        ///< total current of an ion in a compartment, mA/cm2
    Copies current_copies;    ///< ... to all that read it
    Sums ion_slopes;          ///< dI/dv of these currents, in the same order; Crank-Nicolson only
    int const* current_node;  ///< [ion_currents.n]
    double *shifted, *spare;  ///< [n_nodes] potentials with which slopes are found, and what nobody reads; else null
    int *interval, *same;     ///< [n_nodes] where v falls in tables of curves, for all mechanisms that read such (curves.hpp);
    double* within;           ///< ... null where each finds it for itself

    double* args;        ///< [connections * n_args] of all groups: arguments of NET_RECEIVE
    int n_args;          ///< of each connection
    double* spare_args;  ///< [2 * n_args] for events without a connection, and for those by one that is made again
    Delivery const*
        connections;  ///< [n_connections] to mechanisms whose NET_RECEIVE has an INITIAL; time does not count
    int n_connections;
    Delivery const* deliveries;  ///< [n_deliveries], of this epoch
    int n_deliveries;
    Detector const* detectors;
    int n_detectors;
    int* above;  ///< per detector: v was above at the end of the last step
    GroupProbe const* probes;
    int n_probes;
    Counters* counters;

    Mirrors at_begin;     ///< of what groups see of one another as it is at the begin of a step
    Mirrors after_solve;  ///< ... as the solution of a step leaves it
};

/// What a launch needs besides the groups.
struct Advance {
    std::int64_t first_step;
    int steps;
    double dt;       ///< ms
    double celsius;  ///< degC
    std::uint64_t seed;
    bool crank_nicolson;
    bool exact_gating;       ///< Markov schemes by the exponential of their rates, not by backward Euler
    std::int64_t last_step;  ///< of the run
    double end;              ///< ms, of the run
    int check_period;        ///< steps between two looks at the voltages; there is one at the end of the run
    double lowest, highest;  ///< mV, what they may be
};

/// Groups that see one another at every step. On a host each worker has some of them, on a device each group has its own team.
struct Lockstep {
    Group const* groups;  ///< in device memory, those of a worker one after the other
    int const* first;     ///< [n_workers + 1] into groups, in the host's memory
    int n_workers;
    bool after_solve;         ///< some values are seen as the solution leaves them
    std::int64_t step;        ///< the first one that a group has still to do
    std::int64_t* stopped_at;  ///< in device memory: the step for which a group lacked room
    /// Brings to other ranks what is shown for a step and from them what is seen of it, at its begin or after the solution of the one before; called once
    /// all groups have come so far. Null: no other rank sees anything.
    void (*trade)(void* neighbours, std::int64_t step, bool after_solve);
    void* neighbours;
};

/// NEURON sends a threshold spike this much after the step's time, which decides ties of delays that end between steps. ms
inline constexpr double threshold_epsilon = 1e-10;

}  // namespace rall::solver
