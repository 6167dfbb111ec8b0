// What each name of a mechanism stands for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

enum class SymbolKind {
    parameter,
    assigned,
    state,
    constant,   // CONSTANT, a constant of UNITS, or DEFINE: a number
    special,    // v, t, dt, celsius, area, diam
    random,     // a RANDOM stream
    vector,     // VECTOR: a list of numbers that the model gives each instance
    pointer,    // BBCOREPOINTER
    function,   // FUNCTION
    procedure,  // PROCEDURE
    equations   // DERIVATIVE, KINETIC, LINEAR, ...
};

struct Symbol {
    std::string name;
    SymbolKind kind = SymbolKind::assigned;
    Position at = {};
    std::string units = {};
    double value = 0;  // default, start value, or the constant
    int size = 1;
    bool is_array = false;
    bool range = false, global = false;
    std::optional<std::pair<double, double>> limits = {};
    int ion = -1;  // of an ion variable: which ion, which of its variables, and what the file does with it
    IonField field = IonField::none;
    bool ion_read = false, ion_write = false;
    bool external = false;  // EXTERNAL: a GLOBAL of another mechanism
    bool pointer = false;  // POINTER: the model binds it to a variable that lives elsewhere
    std::string asks = {};  // name_bindings() made it: 1 where this POINTER is bound, else 0
    bool current = false;  // NONSPECIFIC_CURRENT, ELECTRODE_CURRENT or a WRITTEN iX

    bool is_variable() const { return kind <= SymbolKind::state; }
};

struct Symbols {
    std::map<std::string, Symbol> all;
    std::vector<std::string> order;  // variables as declared
    std::vector<Ion> ions;
    std::vector<std::string> currents;  // in the order in which NEURON adds them up
    Kind kind = Kind::density;
    std::string name;
    bool electrode_current = false;
    bool writes_concentration = false;

    Symbol const* find(std::string const& name) const;
    std::vector<std::string> names() const;
};

/// Collects all declarations; double declarations, unknown constants and contradictions are reported.
Symbols resolve(Program const& program, Diagnostics& found);

/// Writes into the program what NEURON takes for granted: ASSIGNED for ion variables and currents that nobody declares.
void spell_out(Program& program, Symbols const& symbols);

/// The block of a kind, null when the file has none.
Block const* find_block(Program const& program, BlockKind kind);
Block const* find_block(Program const& program, std::string const& name);

}  // namespace rall::nmodl
