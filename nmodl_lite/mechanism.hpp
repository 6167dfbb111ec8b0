// A checked mechanism: what the file declares, sorted by the role each variable plays, and the bodies of its kernels
// as syntax trees in which only assignments, conditions and loops are left. Host side; nothing here needs a compiler.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

// The names are those of mechanisms/info.hpp, which generated code uses.
enum class Kind { density, point, artificial };
enum class Role {
    parameter,
    changed_parameter,
    global,
    state,
    carried,
    observable,
    ion_read,
    ion_write,
    diam,
    area,
    random,
    bound,
    external,
    pointer,
    watch,
    table,  // a FUNCTION_TABLE; its value is the number of arguments
    derivative,
    jacobian,
    channels,
    gating,
    vector,
    misplaced
};
enum class IonField { none, reversal, inner, outer, current };

char const* to_string(Kind kind);
char const* to_string(Role role);
char const* to_string(IonField field);

struct Variable {
    std::string name;
    std::string units;
    Role role = Role::parameter;
    double value = 0;  // default or start value
    int size = 1;
    bool is_array = false;
    int ion = -1;  // index into Mechanism::ions
    IonField field = IonField::none;
    bool range = false;  // RANGE: a user may see it
    std::optional<std::pair<double, double>> limits;
    int element = 0;  // number of its first element in the kernel's list

    bool stored() const {
        return role != Role::parameter && role != Role::global && role != Role::ion_read && role != Role::channels;
    }
};

struct Ion {
    std::string name;
    int valence = 0;  // 0: the file does not say
    std::vector<std::string> read, write;
};

struct Method {
    std::string block;
    std::string method;  // as carried out: cnexp, derivimplicit, euler, sparse; "" for a PROCEDURE
    std::vector<std::string> states;
};

struct Transition {
    std::size_t from, to;  // numbers of states
    Expr rate;             // per ms
};

/// A KINETIC block as a Markov scheme: states, and rates from one to another that do not depend on the states. Then dy/dt = A y with an
/// A that is constant within a step, whose exponential advances y without error (solver/step/gating.hpp), and whose transitions can be
/// drawn for single channels.
struct Scheme {
    std::string block;
    Position at;
    std::vector<Expr> states;  // names, with an index where they are elements of an array
    std::vector<Transition> transitions;
    std::vector<std::size_t> part;  // per state: states of different parts never turn into one another
    std::vector<Expr> totals;       // per part: the sum of its states, as CONSERVE says or as it is
    Body rates;                     // what `transitions` and `totals` name
    Body results;                   // variables that the block computes from the states
    std::string obstacle;           // why it is no such scheme; transitions and totals are empty then
    bool leaks = false;             // ... because what leaves a state does not all arrive in another
    bool exact = false;             // METHOD matexp: by the exponential in every run

    bool usable() const { return obstacle.empty(); }
};

/// What became of the SOLVE statements.
struct Solved {
    std::vector<Method> methods;
    std::map<std::string, std::string>
        equations;                   // of a PROCEDURE that takes steps: the DERIVATIVE block of what it solves
    std::set<std::string> timeless;  // PROCEDUREs that take no step: what they compute holds at any time
    std::vector<Scheme> schemes;     // of the KINETIC blocks that BREAKPOINT solves
};

/// An equation state' = ... of the variable step.
struct Ode {
    Expr state;            // a name, with its index where it is an array
    Expr derivative;       // the variable for its time derivative
    double tolerance = 1;  // scale of the absolute tolerance, as STATE { ca (mM) <1e-5> } says
};

/// A value that all instances share: made of numbers, celsius and Role::global variables.
struct CommonValue {
    std::string name;
    Expr value;
};

/// A FUNCTION_TABLE.
struct FunctionTable {
    std::string name, units;  // units of its values
    int n_args = 1;
};

/// Where an index is known only when the mechanism runs.
struct RuntimeIndex {
    std::string array;
    int size;
    std::string file;  // its name without folders
    int line;
};

struct Mechanism {
    std::string name;
    std::string title;
    std::string file;
    Kind kind = Kind::density;
    std::vector<Variable> variables;  // the order of kernel elements
    std::vector<Ion> ions;
    std::vector<Method> methods;
    std::vector<Diffusion> diffusions;
    std::vector<Scheme> schemes;
    std::vector<std::string> net_args;  // of NET_RECEIVE, the weight first; names of `receive` and `connect`
    std::string flag = "flag";          // the name by which `receive` reads the flag of its event
    std::vector<std::string> currents;  // all that are written
    std::string conductance;  // how dI/dv is found: "derivative", "CONDUCTANCE", "difference", or "" without currents

    bool electrode_current = false;
    bool writes_concentration = false;
    bool sets_ions = false;             // WRITE of a concentration or a reversal potential
    bool sets_ions_in_current = false;  // ... in `current`
    bool sets_ions_in_receive = false;  // ... in `receive`
    bool sends_events = false;
    bool writes_pointers = false;
    bool moves_events = false;        // net_move
    bool visits_connections = false;  // FOR_NETCONS
    std::vector<FunctionTable> tables;
    std::vector<double> watch_flags;  // of the WATCH statements' conditions

    Body initial, current, state, receive, connect;  // connect: INITIAL of NET_RECEIVE
    Body watch;                                      // ends with one WATCH statement of all conditions
    Body before_initial, after_initial, before_breakpoint, after_solve, before_step;
    Body diffusion;                                      // assigns what `constant` and `volume` of the diffusions name
    Body derivative, relax, settle, next_discontinuity;  // of the variable step (mechanisms/kernel.hpp)
    std::vector<Ode> odes;
    std::vector<std::string> jacobian;  // variables for the entries d(ds/dt)/ds that are not always 0
    std::string gamma;                  // the name by which `relax` reads its argument
    std::string next;                   // the local whose value `next_discontinuity` hands out
    std::string fixed_step_only;        // why it cannot take variable steps; "" where it can
    std::string not_additive = "it has errors";  // why MechanismInfo::additive does not hold; "" where it does
    Body transitions;                   // `state` with the rates of the usable schemes in the place of their steps
    Body after_transitions;             // what of `state` stands behind the last of these steps
    Body curves;                        // what of `state` is a function of v alone ...
    Body state_on_curves;               // ... and the rest, which reads it by these names:
    std::vector<std::string> curve_names;  // none where `state` is not parted so
    bool has_receive = false;
    bool has_connect = false;
    Expr total_current;  // sum of the currents at the end of `current`
    Expr total_conductance;
    std::vector<Block> functions;     // that call themselves, and that the bodies call
    std::vector<CommonValue> common;  // the bodies read these by their names
    std::vector<RuntimeIndex> indices;

    bool has_current() const { return !currents.empty(); }
    bool has_state() const { return !state.empty(); }
    bool has_transitions() const;
    bool has_curves() const { return !curve_names.empty(); }
    bool has_pointers() const;
    unsigned moments() const;  // as MechanismInfo::moments
    int n_elements() const;
    Variable const* find(std::string const& variable) const;

    /// What `transitions` hands out: the rates of all usable schemes, then their totals.
    std::vector<Expr*> transition_outputs();
    std::vector<Expr> transition_outputs() const;

    /// Where a body finds the value of a variable and where it leaves it; they differ for an ion's current that is both read
    /// (the sum over all mechanisms) and written (this one's share). Null for a local.
    Variable const* source(std::string const& variable) const;
    Variable const* destination(std::string const& variable) const;

    /// The kernel element that an assignment to a variable, or an element of an array, writes.
    int element_of(Expr const& variable) const;
};

}  // namespace rall::nmodl
