// What lowering works out once for each cell type: its tree, the
// instances and parameters of its mechanisms, and its ions. Groups are then built from these plans.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "mechanisms/library.hpp"
#include "model/model.hpp"
#include "solver/lowering/tree.hpp"
#include "solver/step/mechanism_table.hpp"

namespace rall::solver {

/// What the mechanisms in one compartment do with an ion.
enum IonUse : std::uint8_t {
    uses_reversal = 1,
    uses_inner = 2,
    uses_outer = 4,
    reads_current = 8,
    writes_inner = 16,
    writes_outer = 32,
    writes_reversal = 64,
    holds_reversal = 128  ///< said by the model (IonValue::held)
};

/// NEURON computes a reversal potential from the concentrations where mechanisms use one (at t = 0), and follows them where
/// a mechanism changes one; but not where a mechanism sets the reversal potential itself (NEURON's ion_style, made by what
/// mechanisms say in USEION), nor where the model holds it.
inline bool nernst_at_start(std::uint8_t use) {
    return !(use & (writes_reversal | holds_reversal)) && (use & (uses_inner | uses_outer | writes_inner | writes_outer));
}
inline bool nernst_each_step(std::uint8_t use) {
    return !(use & (writes_reversal | holds_reversal)) && (use & (writes_inner | writes_outer));
}

/// 1000 R T / (z F) in mV: what the logarithm of outer / inner is multiplied with (CODATA 2018 constants, as NEURON's).
double nernst_factor(double celsius, int valence);
/// mV, with NEURON's +-1e6 where there is no logarithm.
double nernst(double inner, double outer, double factor);

struct Ion {
    std::string name;
    int valence = 1;
    double reversal = 0, inner = 1, outer = 1;  ///< NEURON's defaults: mV, mM, mM
};

/// All ions that a library's mechanisms name.
class IonTable {
public:
    /// Throws InputError ("ion-valence") when mechanisms disagree about a valence.
    explicit IonTable(MechanismTable const& mechanisms);
    int size() const { return static_cast<int>(ions_.size()); }
    Ion const& operator[](int k) const { return ions_[k]; }
    int find(std::string_view name) const;                                ///< -1 if unknown
    int of(int mechanism, int ion) const { return of_[mechanism][ion]; }  ///< MechanismInfo::ions index -> ion
    /// Splits "ena", "cai", "nao", "ik" into ion and field; false if it is no ion variable.
    bool parse(std::string_view variable, int& ion, IonField& field) const;

private:
    std::vector<Ion> ions_;
    std::vector<std::vector<int>> of_;
};

/// Adds what `info` does with its ions to the use of each ion.
void add_ion_use(MechanismInfo const& info, IonTable const& ions, int mechanism,
                 std::vector<std::uint8_t>& use_of_ion /* per ion */);

/// A density mechanism on one cell type.
struct PaintedPlan {
    int mechanism = 0;
    std::vector<int> compartments;          ///< ascending
    std::vector<int> instance;              ///< per compartment of the cell, -1 where it is not
    std::vector<model::Values> parameters;  ///< per MechanismInfo::variables entry (parameters only), over instances
    CellTree diffusion;                     ///< of the instances, where a state diffuses
};

struct IonPlan {
    std::vector<double> reversal, inner, outer;  ///< per compartment, as given or default
    std::vector<char> reversal_given;
};

struct TypePlan {
    CellTree tree;
    std::vector<double> area;                        ///< um2 per compartment
    std::vector<double> capacitance;                 ///< nF per compartment
    std::vector<double> diam;                        ///< um
    std::vector<PaintedPlan> mechanisms;             ///< by mechanism number
    std::vector<IonPlan> ions;                       ///< per ion
    std::vector<std::vector<std::uint8_t>> ion_use;  ///< per compartment, per ion, by density mechanisms
};

/// Throws InputError with all that is wrong: unknown mechanisms and parameters, compartments out of range, mechanisms painted
/// twice.
TypePlan plan_type(model::CellType const& type, MechanismTable const& mechanisms, IonTable const& ions);

}  // namespace rall::solver
