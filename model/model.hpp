// The description of a simulation as plain data: what io/ (or Python) builds and solver/ lowers. No pointers into solvers.
// Units as everywhere: mV, ms, nA, uS, um, uF/cm2, S/cm2, mA/cm2, ohm cm, mM, degC.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mechanisms/info.hpp"
#include "mechanisms/kernel_options.hpp"
#include "model/projection.hpp"

namespace rall::morphology {
struct Cable;
}

namespace rall::model {

/// A quantity over n things: one value for all of them, or n values.
class Values {
public:
    Values(double value = 0) : values_{value} {}
    Values(std::vector<double> values) : values_(std::move(values)) {}
    bool uniform() const { return values_.size() == 1; }
    double operator[](std::size_t i) const { return uniform() ? values_[0] : values_[i]; }
    std::size_t size() const { return values_.size(); }

private:
    std::vector<double> values_;
};

/// The values of a FUNCTION_TABLE: one for all arguments (n empty), on an equally spaced grid of one or two arguments, the last
/// one's values side by side, or of one argument at the given `x` (ascending).
struct FunctionTable {
    std::vector<int> n;            ///< per argument: how many values
    std::vector<double> from, to;  ///< per argument: the first and the last
    std::vector<double> x;
    std::vector<double> values;
};

/// A density mechanism on some compartments of a cell type.
struct Painted {
    std::string mechanism;
    std::vector<int> compartments;  ///< of CellType::cable, ascending, each once
    /// Over `compartments`; what is missing has the mechanism's default. channels_name and drawing_name (mechanisms/info.hpp) are taken
    /// for parameters.
    std::map<std::string, Values> parameters;
};

/// A reversal potential (mV) or concentration (mM) of an ion where the user gives one. What is not given anywhere has
/// NEURON's default; a reversal potential is computed by Nernst's equation under NEURON's rules (solver/ions.hpp).
struct IonValue {
    std::string ion;                ///< "na"
    IonField field;                 ///< reversal, inner or outer
    std::vector<int> compartments;  ///< ascending
    Values values;                  ///< over `compartments`
    bool held = false;              ///< a reversal potential that stays whatever concentrations do, as NEURON's ion_style can say
};

/// What cells of one kind share: their shape and what is painted on it.
struct CellType {
    std::string name;
    std::shared_ptr<morphology::Cable const> cable;
    Values Ra = 35.4;                 ///< ohm cm, over sections
    Values cm = 1.0;                  ///< uF/cm2, over compartments
    std::vector<Painted> mechanisms;  ///< a mechanism may appear more than once, on disjoint compartments
    std::vector<IonValue> ions;       ///< later entries win
};

/// Where a cell lies: the coordinates of its type's cable, turned about their origin, then moved.
struct Placement {
    std::array<double, 3> position = {0, 0, 0};  ///< um
    std::array<double, 4> rotation = {1, 0, 0, 0};  ///< unit quaternion w, x, y, z, as SONATA's orientation_w ...
    bool operator==(Placement const&) const = default;
};

struct Cell {
    std::uint64_t gid = 0;
    int type = 0;  ///< index into Model::types
    std::string name;
    std::optional<double> v_init = {};  ///< mV, where it is not the model's
    Placement placement = {};
};

/// A RANGE parameter of a density mechanism that differs from cell to cell: one value in all compartments of a cell that have the
/// mechanism, in the place of what CellType::mechanisms says.
struct CellParameter {
    std::string mechanism, parameter;
    int first = 0;               ///< index into Model::cells of the cell that has values[0]; the next ones follow
    std::vector<double> values;  ///< one for each cell
};

/// Ids (whole numbers below 2^32) of a RANDOM stream, over instances: it draws what NEURON's Random123 of these ids does (random::Ids).
struct StreamIds {
    Values first, second, third;
    bool paired = false;
    Values begin = 0;  ///< draws made before the run (InstanceStream)
};

/// Point processes (synapses, electrodes) or artificial cells of one mechanism that are described together.
struct PointSet {
    std::string label;  ///< the user's name for it
    std::string mechanism;
    std::vector<int> cell;                     ///< index into Model::cells, per instance; -1 for an artificial cell
    std::vector<int> compartment;              ///< per instance; -1 for an artificial cell
    std::vector<std::uint64_t> gid;            ///< artificial cells only: under which gid the instance spikes
    std::map<std::string, Values> parameters;  ///< over instances
    /// VECTOR -> its numbers: one list that each instance gets, or one for each. One that is not given is empty.
    std::map<std::string, std::vector<std::vector<double>>> vectors = {};
    /// Whether their currents are electrodes', which are no membrane currents (i_membrane, potentials outside); else as the mechanism says.
    std::optional<bool> electrode = {};
    std::map<std::string, StreamIds> streams = {};  ///< RANDOM streams that are given ids; the others follow from cell and instance
};

/// One instance of a PointSet.
struct PointRef {
    int set = 0;
    int index = 0;
};

/// v crosses `threshold` (mV) from below in a compartment.
struct ThresholdSource {
    int cell = 0;
    int compartment = 0;
    double threshold = 10;
};

/// Spikes at given times (ms, ascending).
struct SpikeTrain {
    std::vector<double> times;
};

/// Where spikes come from: a threshold in a cell, an artificial cell (net_event), or a list of times.
struct SpikeSource {
    std::uint64_t gid = 0;  ///< spikes are recorded and ordered under this number; unique over sources
    std::variant<ThresholdSource, PointRef, SpikeTrain> origin;
    bool recorded = true;  ///< appears in spikes.h5
    int argument = 0;      ///< where above 0: this argument of NET_RECEIVE (the weight is 0) starts as `value` in all its connections
    double value = 0;
};

/// A connection as NEURON's NetCon: a spike of `source` calls NET_RECEIVE of `target` after `delay`. In which order connections are listed
/// changes no result.
struct Connection {
    std::uint32_t source = 0;  ///< index into Model::sources
    std::uint32_t target = 0;  ///< Model::number_of
    double weight = 0;
    double delay = 1;  ///< ms, >= 0
};

/// A place where variables are: a compartment of a cell, or an instance of a point set.
struct Site {
    int cell = -1;
    int compartment = -1;
    PointRef point{-1, -1};  ///< used when point.set >= 0
};

/// What a POINTER of some instances of a mechanism is bound to: that of instance k to the variable at target k. Cells may be
/// coupled through it at every step.
struct PointerBinding {
    std::string mechanism, pointer;
    std::vector<Site> instances;  ///< compartments of a density mechanism, or instances of a point set
    std::string variable, owner;  ///< as Probe::variable and Probe::mechanism
    std::vector<Site> targets;
};

/// A variable sampled at some sites at fixed times.
struct Probe {
    std::string name;  ///< of the report
    std::string
        variable;  ///< "v", "i_membrane" (nA), an ion variable ("cai", "ina", "ena"), or a mechanism's variable ("m")
    std::string mechanism;  ///< the mechanism that owns the variable; empty for v, i_membrane and ion variables
    std::vector<Site> sites;
    double dt = 0.1;             ///< ms
    double start = 0, stop = 0;  ///< ms; samples at start, start + dt, ... < stop, as in SONATA, on the grid of Sampling
};

/// The steps at which a probe is sampled: start, start + period, ..., `count` of them.
struct Sampling {
    std::int64_t start = 0, period = 1, count = 0;
    std::int64_t stop() const { return start + count * period; }
};

/// A probe's samples fall on steps of `dt` ms: the first on the first step at or after its start, their distance is rounded to
/// whole steps, at least one. A time that misses a step by less than a millionth of it counts as that step.
Sampling sampling_of(Probe const& probe, double dt);

enum class Method { backward_euler, crank_nicolson, cvode };

/// Settings of Method::cvode. The error of a step is kept below absolute * scale + relative * |value| in every state.
struct VariableStep {
    double absolute_tolerance = 1e-3;  ///< in the unit of the state
    double relative_tolerance = 0;
    double maximum_step = 0;               ///< ms; 0 for any
    bool global = false;                   ///< one step for all cells; else each cell has its own
    std::map<std::string, double> scales;  ///< of the absolute tolerance: "v", "cai", "m" in any mechanism, "hh.m"
};

struct Model {
    double dt = 0.025;
    double tstop = 0;
    double v_init = -65;
    double celsius = 6.3;
    std::uint64_t seed = 0;
    Method method = Method::backward_euler;
    VariableStep variable_step = {};
    bool exact_gating = false;  ///< Markov schemes by the exponential of their rates
    KernelOptions kernels = {};
    bool exact_rates = false;     ///< what of states is a function of v alone is computed at every step, not read from a table (solver/step/curves.hpp)
    bool merge_synapses = false;  ///< nobody will look at, or change, single instances beside probes and POINTERs: those that nobody can tell apart may be one
    std::vector<CellType> types;
    std::vector<Cell> cells;
    std::vector<CellParameter> cell_parameters;
    std::vector<PointSet> points;
    std::vector<SpikeSource> sources;
    std::vector<Connection> connections;
    std::vector<Projection> projections;  ///< connections that are stored as rules: of the same source and target none is among `connections`
    std::vector<Probe> probes;
    std::vector<PointerBinding> pointers;
    std::map<std::string, std::map<std::string, double>> globals;        ///< mechanism -> its GLOBAL parameter -> value
    std::map<std::string, std::map<std::string, FunctionTable>> tables;  ///< mechanism -> its FUNCTION_TABLE -> values

    /// The cell a place belongs to; -1 for an artificial cell.
    int cell_of(Site const& site) const {
        return site.point.set < 0 ? site.cell : points[site.point.set].cell[site.point.index];
    }

    /// [sets + 1] The numbers of the first instances of all sets, and of all instances: they are numbered one set after the other.
    std::vector<std::uint32_t> first_numbers() const;
    /// The number of an instance; who asks for many takes first_numbers().
    std::uint32_t number_of(PointRef point) const;
    /// Adds a connection.
    void connect(int source, PointRef target, double weight, double delay) {
        connections.push_back({static_cast<std::uint32_t>(source), number_of(target), weight, delay});
    }

    /// Names of all mechanisms the model uses, sorted, each once.
    std::vector<std::string> mechanism_names() const;
};

}  // namespace rall::model
