// Builds one group: the cells given become flat arrays in one arena (solver/step/group.hpp).
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "solver/lowering/arena.hpp"
#include "solver/lowering/curve_tables.hpp"
#include "solver/lowering/plan.hpp"
#include "solver/step/group.hpp"

namespace rall::solver {

/// Instances of a point set that follow one another and are on one cell.
struct PointRun {
    int set, first, n;
};

/// What all groups of a model share.
struct Blueprint {
    model::Model const& model;
    MechanismTable const& mechanisms;
    IonTable const& ions;
    std::vector<TypePlan> const& types;
    std::vector<int> const& mechanism_of_set;                         ///< per point set
    std::vector<std::vector<PointRun>> const& points_of_cell;         ///< per cell, by (set, index)
    std::vector<std::vector<int>> const& detectors_of_cell;           ///< per cell: sources that are thresholds
    std::vector<std::vector<int>> const& source_of_point;             ///< per set and index: source of net_event, or -1
    std::vector<std::vector<std::pair<int, int>>> const& sites_of_cell;     ///< per cell: (probe, site)
    std::vector<std::vector<std::pair<int, int>>> const& pointers_of_cell;  ///< per cell: (binding, instance)
    int n_args;  ///< of NET_RECEIVE, of the mechanism in the model that has most; at least 1
};

/// A POINTER that leads from one group to another.
struct Crossing {
    int binding, instance;
    int place;  ///< of what it looks at, on the board (Mirrors)
};

struct Crossings {
    std::vector<Crossing> shown;  ///< what others look at, with places that follow one another
    std::vector<Crossing> seen;   ///< what is looked at from here
};

/// What goes into a group: cells, artificial cells, and what it and others see of one another at every step.
struct GroupContent {
    std::vector<int> cells;
    std::vector<model::PointRef> artificial;
    Crossings at_begin, after_solve;
};

/// A probe's part in a group.
struct ProbePart {
    int probe = 0;
    std::vector<int> sites;                        ///< per column, index into Probe::sites
    std::int64_t start = 0, stop = 0, period = 1;  ///< steps
    Slice<int> elements;
};

/// What only a checkpoint asks about a group (solver/lowering/places.hpp).
struct Remembered {
    std::vector<int> local;  ///< per node: which of its cell's tree
    /// An ion in a compartment where it changes or somebody looks at it; elements of the group's block.
    struct IonSite {
        int ion, node, reversal, inner, outer, current;
        bool current_wanted;  ///< somebody reads its total current there
    };
    std::vector<IonSite> ions;  ///< those of an ion side by side
    std::vector<int> membrane;  ///< nodes whose membrane current somebody looks at; elements from `membrane_current` on
    int membrane_current = 0;
    /// An element of an instance that a probe or a POINTER looks at.
    struct Looked {
        int mechanism, element, instance;
        auto operator<=>(Looked const&) const = default;
    };
    std::vector<Looked> looked;  ///< ascending, each once
};

/// A built group, before its memory has an address.
struct BuiltGroup {
    Arena arena;
    std::vector<ProbePart> probes;
    int n_detectors = 0;
    int n_event_sources = 0;  ///< instances whose net_event is heard
    int n_self_senders = 0;   ///< instances that may send themselves events, and connections whose INITIAL may
    int n_nodes = 0;
    std::int64_t node_bytes = 0, mechanism_bytes = 0, index_bytes = 0, event_bytes = 0;
    std::vector<int> cell_of_node, compartment_of_node;  ///< compartment -1 at nodes without area
    std::vector<int> place_of_node;                      ///< CellTree::place, for messages and ions
    Remembered remembered;

    /// The group's struct once its arena is copied to `base`; fills the pointers inside the arena.
    Group finish(std::byte* base, CurveTables& curves);

    struct CopySlices {
        Slice<int> destination, source, run_begin;
    };
    struct TreeSlices {
        int n_nodes = 0, n_levels = 0;
        Slice<int> level_begin, n_parents, child_begin, first_child, parent, extra_begin, extra_parent,
            extra_child_begin, extra_child;
        int n_alike = 0;
        Slice<int> alike_node, alike_parent, alike_place;
    };
    struct DiffusionSlices {
        TreeSlices tree;
        Slice<int> instance;
        Slice<double> length, per_distance, constant, volume, d, rhs, axial;
        Slice<DiffusionArrays> arrays;
    };
    struct SlopeSlices {
        Slice<int> element, kept_element;
        Slice<double> value, kept;
        Slice<SlopeArrays> arrays;
    };
    struct MechanismSlices {
        int n = 0;
        Slice<int> node;
        std::vector<Slice<double>> element;
        std::vector<int> stride;
        bool shows = false, is_observed = false;
        Slice<std::byte> common;
        int first_point = 0;
        Slice<int> source, movable, visited_begin;
        Slice<std::uint32_t> visited;
        Slice<int> ordered, publish_begin;
        DiffusionSlices diffusion;
        SlopeSlices slopes;
        CopySlices publish;
    };
    struct SumSlices {
        Slice<int> target, begin, source;
        Slice<double> scale;
        Slice<int> run_begin;
    };
    struct PointSlices {
        Slice<int> round_begin, node, index;
    };
    struct MirrorSlices {
        Slice<int> shown, place;
        Slice<double> seen;
        int first = 0;
    };
    struct StateSlices {
        int mechanism, element, first_cell;  ///< first_cell: of artificial cells, else -1
    };
    struct Layout {
        TreeSlices tree;
        Slice<double> passive_d, passive_rhs;
        bool passive_changes = false;
        int constant_level = 0;
        Slice<int> active;
        Slice<double> v, d, rhs, axial, diagonal, c_dt, capacitance, area;
        int n_cells = 0;
        Slice<int> cell_of_node;
        Slice<double> v_init;
        std::vector<MechanismSlices> mechanisms;
        Slice<MechanismArrays> mechanism_arrays;
        Slice<kernel::Variable> variables;
        Slice<double> point_g, point_rhs;
        PointSlices membrane_points, electrode_points;
        Slice<int> membrane_node;
        Slice<double> membrane_d, membrane_rhs, membrane_current;
        Slice<int> nernst_reversal, nernst_inner, nernst_outer;
        Slice<double> nernst_factor;
        CopySlices reversal_copies, current_copies;
        SumSlices ion_currents, ion_slopes;
        Slice<int> current_node;
        Slice<double> shifted, spare, within;
        Slice<int> interval, same;
        std::vector<StateSlices> states;
        Slice<StateArray> state_arrays;
        Slice<double> spare_args;
        Slice<Delivery> connections;
        Slice<Detector> detectors;
        Slice<int> above;
        MirrorSlices at_begin, after_solve;
    } layout;
};

/// Bytes that a group of these cells will need, about; for packing.
std::int64_t estimate_bytes(Blueprint const& blueprint, int cell);

BuiltGroup build_group(Blueprint const& blueprint, GroupContent const& content);

}  // namespace rall::solver
