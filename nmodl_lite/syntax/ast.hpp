// The syntax tree of an NMODL file: every construct of the language, as written, before anything is known about meaning.
// Expressions are immutable and shared, so passes rewrite by building new ones; statements and blocks are plain values.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace rall::nmodl {

/// Where something stands; `source` is the index into Program::sources (INCLUDE brings further files).
struct Position {
    int source = 0;
    int line = 0;
    int column = 0;
};

enum class Op {
    number,  // value, perhaps with units: 3 (mV)
    string,  // "text", in calls such as printf
    name,    // m, or m[i] with the index as args[0]
    prime,   // m' read in an expression
    call,    // name(args...)
    negate,
    logical_not,
    add,
    subtract,
    multiply,
    divide,
    power,
    less,
    greater,
    less_equal,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or
};

struct Expression;
using Expr = std::shared_ptr<Expression const>;

struct Expression {
    Op op = Op::number;
    double value = 0;        // of a number
    std::string name;        // of a name, call, prime, or the text of a string
    std::vector<Expr> args;  // operands, arguments, or the index
    std::string units;       // written after a number
    bool converts = false;   // a number alone in parentheses: a factor between units, no quantity
    Position at;
};

struct Statement;
using Body = std::vector<Statement>;

/// x = value, or x' = value when `prime`. `once` is state_discontinuity(x, value): in BREAKPOINT, which NEURON evaluates twice to
/// find dI/dv, only the first evaluation sets x.
struct Assign {
    Expr target;
    Expr value;
    bool prime = false;
    bool once = false;
};

struct Call {
    Expr call;
};

struct If {
    Expr condition;
    Body then;
    Body otherwise;  // holds one If for `else if`
};

struct While {
    Expr condition;
    Body body;
};

/// FROM index = from TO to BY by { body }; integers, both ends included; `by` may be null (1).
struct From {
    std::string index;
    Expr from, to, by;
    Body body;
};

struct LocalName {
    std::string name;
    Expr size;  // null for a scalar
};

struct Local {
    std::vector<LocalName> names;
};

struct Solve {
    std::string block;
    std::string method;  // "" when the file gives none
    bool steady_state = false;
    Body if_error;
};

struct Conductance {
    std::string name;
    std::string ion;  // "" for a nonspecific current
};

struct Table {
    std::vector<std::string> names, depend;
    Expr from, to, with;
};

struct Verbatim {
    std::string text;
};

/// WATCH (condition) flag, ...
struct Watch {
    std::vector<std::pair<Expr, Expr>> items;
    int first = 0;  // number of its first condition among all of the file (collect_watches)
};

/// 2 A: a reactant with its stoichiometric coefficient.
struct Reactant {
    int count = 1;
    Expr name;
};

enum class Arrow { both, one_way, flux };  // <->  ->  <<

/// ~ left <-> right (forward, backward)
struct Reaction {
    std::vector<Reactant> left, right;
    Arrow arrow = Arrow::both;
    Expr forward, backward;
};

/// CONSERVE left = right
struct Conserve {
    Expr left, right;
};

/// COMPARTMENT [i,] size { names }, or LONGITUDINAL_DIFFUSION with the diffusion constant times area in `size`.
struct Compartment {
    bool diffusion = false;
    std::string index;
    Expr size;
    std::vector<std::string> names;
};

/// What kinetic() makes of LONGITUDINAL_DIFFUSION: how a state, or an element of one, spreads along the section.
struct Diffusion {
    Expr state;
    Expr constant;  // diffusion constant times cross-section, um4/ms
    Expr volume;    // of its COMPARTMENT, per length, um2; 1 where there is none
};

/// ~ left = right in LINEAR and NONLINEAR blocks
struct Equation {
    Expr left, right;
};

/// A system of equations, too large for a statement per operation, whose numbers lie in an array: its unknowns are eliminated by a
/// program of places there (base/elimination.hpp), or what was eliminated is substituted `back`.
struct Elimination {
    Expr values;  // the array, a LOCAL
    std::shared_ptr<std::vector<int> const> program;
    bool back = false;
};

/// INITIAL { } inside NET_RECEIVE
struct NestedInitial {
    Body body;
};

struct ForNetcons {
    std::vector<std::string> args;
    Body body;
};

/// LAG variable BY delay: lag_variable_delay becomes what the variable was when it was last asked for, `delay` ms ago.
struct Lag {
    Expr variable, delay;  // names
    std::string result() const { return "lag_" + variable->name + "_" + delay->name; }
};

/// Statements that stand for themselves: MUTEXLOCK, PROTECT x = ..., RESET, ...
struct Plain {
    std::string keyword;
    Body body;
    std::string text;
};

struct Statement {
    Position at;
    std::variant<Assign, Call, If, While, From, Local, Solve, Conductance, Table, Verbatim, Watch, Reaction, Conserve,
                 Compartment, Diffusion, Equation, Elimination, NestedInitial, ForNetcons, Lag, Plain>
        what;
};

enum class BlockKind {
    initial,
    breakpoint,
    derivative,
    function,
    procedure,
    net_receive,
    watch,  // all conditions of WATCH statements, written by collect_watches
    kinetic,
    diffusion,  // Diffusion statements, written by kinetic()
    linear,
    nonlinear,
    discrete,
    function_table,
    constructor,
    destructor,
    before,
    after,
    terminal,
    verbatim
};

struct Argument {
    std::string name;
    std::string units;
};

/// A block with statements. `name` is the name of a procedure, or what a BEFORE or AFTER block refers to.
struct Block {
    BlockKind kind = BlockKind::procedure;
    Position at;
    std::string name;
    std::vector<Argument> args;
    std::string flag = "flag";           // NET_RECEIVE: the name by which it reads the flag of its event
    std::string units;                   // of a FUNCTION's result
    std::vector<std::string> solve_for;  // SOLVEFOR
    bool recursive = false;              // a FUNCTION of its arguments alone that calls itself, written by lift_recursion
    Body body;
};

/// A FUNCTION or a PROCEDURE: what others call.
inline bool is_helper(Block const& block) { return block.kind == BlockKind::function || block.kind == BlockKind::procedure; }

/// One entry of PARAMETER, ASSIGNED, STATE or CONSTANT.
struct Declaration {
    std::string name;
    Position at;
    Expr size = {};  // null for a scalar
    std::string units = {};
    Expr value = {};             // default, null when none; START of a STATE or ASSIGNED
    Expr low = {}, high = {};    // limits, <low, high> or FROM low TO high; null when none
    std::string tolerance = {};  // <1e-4> after a STATE
};

/// (new) = (old), or name = (from) (to), or name = number (units)
struct UnitDefinition {
    Position at;
    std::string name;  // with `constant`: the constant's name; else the new unit
    bool constant = false;
    std::string from, to;
    Expr value;
};

struct Name {
    std::string name;
    Position at;
};

struct UseIon {
    Name ion;
    std::vector<Name> read, write;
    Expr valence;  // null when not given
    std::string represents;
};

struct NeuronBlock {
    Position at;
    std::string kind;  // SUFFIX, POINT_PROCESS, ARTIFICIAL_CELL; "" when the file names none
    Name name;
    std::vector<UseIon> ions;
    std::vector<Name> nonspecific, electrode, range, global, pointer, bbcore_pointer, random, vector, external;
    bool thread_safe = false;
    std::string represents;
};

struct Define {
    std::string name;
    int value = 0;
    Position at;
};

/// Where a line of composed NMODL comes from: a place in a file of another language, and its text there.
struct Origin {
    std::string file;
    int line = 0, column = 0;
    std::string text;
};

/// One file that was read: its name and its lines, for messages.
struct Source {
    std::string file;
    std::vector<std::string> lines;
    std::vector<Origin> origins = {};  // of each line, where it was composed: messages then show these
};

/// UNITSOFF or UNITSON.
struct UnitsSwitch {
    Position at;
    bool on = false;
};

/// What became of a FUNCTION or PROCEDURE that calls itself: FUNCTIONs of its arguments and of these variables.
struct Recursion {
    std::string result;                                       // gives its value; "" of a PROCEDURE
    std::vector<std::string> variables;                       // that it reads or changes
    std::vector<std::pair<std::string, std::string>> changed;  // a variable, and which FUNCTION gives its new value
};

struct Program {
    std::vector<Source> sources;
    int errors = 0;              // found while reading it
    std::set<std::string> lost;  // names in what could not be read, which may have been declared there
    std::string title;
    std::vector<NeuronBlock> neuron;  // usually one
    std::vector<UnitDefinition> units;
    std::vector<Declaration> parameters, assigned, states, constants;
    std::vector<Define> defines;
    std::vector<Declaration> locals;  // LOCAL at file level
    std::vector<Block> blocks;
    std::vector<UnitsSwitch> units_switches;
    std::map<std::string, Recursion> recursions;  // by name
    bool uses_tables = false;                     // TABLE counts, as in NEURON where usetable is 1; else functions are evaluated
};

}  // namespace rall::nmodl
