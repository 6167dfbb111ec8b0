// What a compiled mechanism says about itself: plain constant data, written by nmodl_lite beside the kernels, read by the
// catalogue and by lowering. It crosses the boundary of a loaded library, so it holds only pointers to constants and numbers.
#pragma once

#include <string_view>

namespace rall {

/// Number of instances whose variables lie side by side; instance arrays are padded to a multiple of it and aligned to
/// lanes * sizeof(double) = 64 bytes.
inline constexpr int lanes = 8;

enum class MechanismKind : int {
    density,    ///< SUFFIX: currents in mA/cm2, conductances in S/cm2
    point,      ///< POINT_PROCESS: currents in nA, conductances in uS
    artificial  ///< ARTIFICIAL_CELL: no compartment, only events
};

/// Why a variable exists and who fills it. Lowering decides from this where it lives.
enum class Role : int {
    parameter,  ///< RANGE PARAMETER: set by the user per instance; one shared value where the group has only one
    changed_parameter,  ///< RANGE PARAMETER that the mechanism itself assigns to: the user sets where it starts
    global,             ///< GLOBAL (or unlisted) PARAMETER: one value in the whole model
    state,              ///< STATE: one value per instance
    carried,            ///< ASSIGNED that some block reads before it writes it: one value per instance; the user may set where it starts
    observable,  ///< ASSIGNED that is RANGE or GLOBAL and always written before it is read: kept only where a probe looks at it
    ion_read,    ///< the instance's copy of an ion variable, refreshed by the solver before the kernel runs
    ion_write,   ///< what the instance contributes: a current, or a concentration it sets
    diam,        ///< diameter of the compartment, um
    area,        ///< area of the compartment, um2
    random,      ///< a RANDOM stream: three elements (random::InstanceStream: cell gid, instance number, draws made so far; or ids it is given)
    bound,     ///< 1 where the POINTER that the variable before this one is leads somewhere, else 0: such a POINTER may be left unbound
    external,  ///< EXTERNAL share_of: the GLOBAL `share` of mechanism `of`, whose value it takes at the start
    pointer,     ///< POINTER: where the target lies, in doubles from the begin of this variable's own array
    watch,       ///< where each condition of a WATCH statement stands (kernel::Watched)
    table,       ///< a FUNCTION_TABLE of `value` arguments: its element points to a whole table (mechanisms/table.hpp)
    derivative,  ///< variable step: the time derivative of a state; written only, and read by relax()
    jacobian,    ///< variable step: an entry of the derivatives' Jacobian, written by derivative() for relax()
    channels,  ///< of a mechanism with Markov schemes: how many single channels an instance has (0: none are told apart), and how
               ///< their transitions are drawn (Drawing); set by the user per instance
    gating,  ///< ... and their random numbers: three elements as of `random`
    vector,  ///< a VECTOR: where the numbers that the model gives the instance lie, in doubles from the begin of this variable's own
             ///< array, and how many they are; its `value` is 1 where the mechanism changes them, so that each instance needs its own
    misplaced  ///< 0, or of the first index that led outside of its array a number that is none (kernel::Misplaced)
};

enum class IonField : int { none, reversal, inner, outer, current };  // eX (mV), Xi (mM), Xo (mM), iX (mA/cm2 or nA)

/// How the transitions of single channels are drawn: one after the other, all of a step at once, or whichever is quicker.
enum class Drawing : int { automatic, binomial, gillespie };

/// When BEFORE and AFTER blocks run: around all INITIALs; before all currents; after all SOLVEs; before samples are taken.
enum class Moment : int { before_initial, after_initial, before_breakpoint, after_solve, before_step };

/// Parts of a step in which kernels run, as bits: what one reads is what those before have left.
namespace phase {
inline constexpr unsigned at_start = 1;      ///< INITIAL, and what comes around it
inline constexpr unsigned before_solve = 2;  ///< events, conditions of WATCH, BEFORE BREAKPOINT and currents, at v(t)
inline constexpr unsigned after_solve = 4;   ///< states, diffusion, AFTER SOLVE and BEFORE STEP, at v(t + dt)
inline constexpr unsigned any = 7;
}  // namespace phase

struct VariableInfo {
    char const* name = "";
    char const* units = "";
    Role role = Role::parameter;
    double value = 0;  ///< default, or start value
    int size = 1;      ///< number of elements; an array `a[3]` takes three consecutive variables of an instance
    int ion = -1;      ///< index into MechanismInfo::ions, for ion_read and ion_write
    IonField field = IonField::none;  ///< of an ion variable; `current` with ion -1: a nonspecific or electrode current
    /// Phases of the fixed step in which kernels of the mechanism use what was there before, or change it; of a POINTER, its target.
    unsigned read = phase::any, written = phase::any;
};

/// Names of the variables of Role::channels and Role::gating, which follow one another; no file can give them.
inline constexpr char const* channels_name = "CHANNELS";
inline constexpr char const* drawing_name = "DRAWING";

/// Is it a parameter that the user sets per instance?
constexpr bool is_parameter(VariableInfo const& variable) {
    return variable.role == Role::parameter || variable.role == Role::changed_parameter;
}

/// Can the user set it per instance? Parameters, and what is ASSIGNED where the value from before counts.
constexpr bool is_settable(VariableInfo const& variable) {
    return is_parameter(variable) || variable.role == Role::carried;
}

struct IonInfo {
    char const* name = "";  ///< "na", "ca"
    int valence = 0;        ///< from VALENCE; 0 when the file does not say (na, k 1 and ca 2 are known to the solver)
};

/// A state with an equation of its own, d state/dt = ...; numbers of elements.
struct OdeState {
    int state = 0;
    int derivative = 0;    ///< of its time derivative
    double tolerance = 1;  ///< scale of the absolute tolerance: STATE { ca (mM) <1e-5> }
};

/// Where an index of an array is known only when the mechanism runs.
struct RuntimeIndex {
    char const* array = "";
    int size = 0;           ///< of the array
    char const* file = "";  ///< its name without folders
    int line = 0;
};

/// The Markov schemes of a mechanism: KINETIC blocks with rates that do not depend on their states. Transition k leads from state
/// from[k] to state to[k] (numbers in `state`); its rate is what the kernel transitions() hands out as number k, followed by what the
/// states of each part sum up to.
struct GatingInfo {
    int n_states = 0;
    int n_parts = 0;  ///< states of different parts never turn into one another
    int n_transitions = 0;
    int channels =
        -1;  ///< first element of the variables of Role::channels and Role::gating: number of channels, Drawing,
             ///< gid, instance, draws
    int const* state = nullptr;  ///< [n_states] their elements
    int const* part = nullptr;   ///< [n_states]
    int const* from = nullptr;   ///< [n_transitions]
    int const* to = nullptr;
    bool has_after = false;          ///< after_transitions() is to be called when the states have been advanced
    char const* obstacle = nullptr;  ///< why a KINETIC block is not among them; null if none is missing
    bool leaks = false;              ///< ... because it does not conserve its states
    bool exact = false;              ///< by the exponential of its rates in every run
};

struct MechanismInfo {
    char const* name = "";
    char const* title = "";
    MechanismKind kind = MechanismKind::density;
    VariableInfo const* variables = nullptr;
    int n_variables = 0;  ///< entries of `variables`
    int n_elements = 0;   ///< sum of their sizes: the number of kernel::Variable that an instance has
    IonInfo const* ions = nullptr;
    int n_ions = 0;
    bool has_current = false;           ///< has a membrane current: current() is called each step
    bool electrode_current = false;     ///< ELECTRODE_CURRENT: positive current depolarises, and is no membrane current
    bool passive = false;               ///< density mechanism whose current is g v - c, g and c of parameters and the place alone; it does nothing else
    bool has_state = false;             ///< state() advances something
    bool writes_concentration = false;  ///< WRITE Xi or Xo: runs before those that only read, as in NEURON
    bool has_receive = false;           ///< NET_RECEIVE
    bool has_connect = false;           ///< INITIAL inside NET_RECEIVE: sets a connection's arguments at the start
    int n_net_args = 0;                 ///< arguments of NET_RECEIVE (the weight is the first)
    bool changes_arguments = false;     ///< NET_RECEIVE assigns to one of them
    bool sends_events = false;          ///< uses net_send, net_event or net_move
    bool moves_events = false;          ///< uses net_move
    bool visits_connections = false;    ///< uses FOR_NETCONS
    bool has_pointers = false;          ///< reads or writes through a POINTER
    bool writes_pointers = false;       ///< writes through one
    bool sets_ions = false;             ///< WRITE Xi, Xo or eX
    bool sets_ions_in_current = false;  ///< ... in current() already
    bool sets_ions_in_receive = false;  ///< ... when an event arrives
    unsigned moments = 0;               ///< bit 1 << Moment: has a BEFORE or AFTER block for it
    bool additive = false;              ///< with a fixed step, instances in one compartment that have all parameters in common do together what one
                                        ///< does that hears the events of all: its states, 0 at first, are the sums of theirs, all else it keeps is the same
    int n_watches = 0;                  ///< conditions of WATCH statements
    int watch_element = 0;              ///< first element of the Role::watch variable
    double const* watch_flags = nullptr;  ///< of the events that tell that a condition has become true
    int n_diffusions = 0;                 ///< states with LONGITUDINAL_DIFFUSION
    int const* diffusing = nullptr;       ///< their elements
    int n_ode_states = 0;                 ///< variable step: has derivative() and relax() if there are any
    OdeState const* ode_states = nullptr;
    bool has_settle = false;                ///< variable step: has settle()
    bool has_discontinuities = false;       ///< variable step: has next_discontinuity()
    char const* fixed_step_only = nullptr;  ///< why it cannot take variable steps; null where it can
    GatingInfo gating = {};
    bool recursive = false;  ///< its kernels call functions that call themselves, which takes a deeper stack
    RuntimeIndex const* indices = nullptr;  ///< has a variable of Role::misplaced if there are any
};

/// May the POINTER that is variable number k be left unbound? The mechanism asks nrn_pointing.
constexpr bool may_be_unbound(MechanismInfo const& info, int k) {
    return k + 1 < info.n_variables && info.variables[k + 1].role == Role::bound;
}

/// Is an EXTERNAL of this name the GLOBAL of that mechanism?
inline bool owns_external(char const* mechanism, std::string_view external, std::string_view& global) {
    std::string_view const name = mechanism;
    bool const fits = external.size() > name.size() + 1 && external.ends_with(name) &&
                      external[external.size() - name.size() - 1] == '_';
    if (fits) global = external.substr(0, external.size() - name.size() - 1);
    return fits;
}

/// Can the user look at it?
constexpr bool is_visible(VariableInfo const& variable) {
    return variable.role != Role::table && variable.role != Role::bound && variable.role != Role::vector && variable.role != Role::derivative &&
           variable.role != Role::jacobian;
}

/// Does the fixed step only ever write a variable of this role, where nobody looks at it?
constexpr bool is_written_only(Role role) {
    return role == Role::observable || role == Role::derivative || role == Role::jacobian;
}

constexpr bool runs_at(MechanismInfo const& info, Moment moment) {
    return info.moments >> static_cast<int>(moment) & 1;
}

}  // namespace rall
