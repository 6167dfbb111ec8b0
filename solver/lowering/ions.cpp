// Ions as NEURON treats them: defaults, valences, and which reversal potentials follow Nernst's equation.
#include <cmath>

#include "solver/lowering/plan.hpp"

namespace rall::solver {

namespace {

// CODATA 2018; the values NEURON uses since 8.0.
constexpr double gas_constant = 8.31446261815324;  // J / (mol K)
constexpr double faraday = 96485.3321233100184;    // C / mol

Ion known_ion(std::string const& name) {
    if (name == "na") return {name, 1, 50, 10, 140};
    if (name == "k") return {name, 1, -77, 54.4, 2.5};
    if (name == "ca") return {name, 2, 132.4579341637009, 5e-5, 2};
    return {name, 0, 0, 1, 1};
}

}  // namespace

double nernst_factor(double celsius, int valence) {
    return 1e3 * gas_constant * (celsius + 273.15) / faraday / valence;
}

double nernst(double inner, double outer, double factor) {
    return inner <= 0 ? 1e6 : outer <= 0 ? -1e6 : factor * std::log(outer / inner);
}

IonTable::IonTable(MechanismTable const& mechanisms) {
    std::vector<char> known;
    for (int m = 0; m < mechanisms.size(); ++m) {
        auto const& info = mechanisms[m];
        of_.emplace_back();
        for (int k = 0; k < info.n_ions; ++k) {
            int ion = find(info.ions[k].name);
            if (ion < 0) {
                ion = size();
                ions_.push_back(known_ion(info.ions[k].name));
                known.push_back(ions_.back().valence != 0);
            }
            of_.back().push_back(ion);
            if (int const valence = info.ions[k].valence; valence != 0) {
                if (ions_[ion].valence != 0 && ions_[ion].valence != valence)
                    throw InputError("ion-valence", {},
                                     std::string("mechanism ") + info.name + " gives ion " + ions_[ion].name +
                                         " the valence " + std::to_string(valence) + ", but it is " +
                                         std::to_string(ions_[ion].valence),
                                     "make the VALENCE of all mechanisms agree");
                ions_[ion].valence = valence;
            }
        }
    }
    for (auto& ion : ions_)
        if (ion.valence == 0) ion.valence = 1;
}

int IonTable::find(std::string_view name) const {
    for (int k = 0; k < size(); ++k)
        if (ions_[k].name == name) return k;
    return -1;
}

bool IonTable::parse(std::string_view variable, int& ion, IonField& field) const {
    if (variable.size() < 2) return false;
    char const first = variable.front(), last = variable.back();
    if (first == 'e' || first == 'i') {
        ion = find(variable.substr(1));
        field = first == 'e' ? IonField::reversal : IonField::current;
        if (ion >= 0) return true;
    }
    if (last == 'i' || last == 'o') {
        ion = find(variable.substr(0, variable.size() - 1));
        field = last == 'i' ? IonField::inner : IonField::outer;
        if (ion >= 0) return true;
    }
    return false;
}

void add_ion_use(MechanismInfo const& info, IonTable const& ions, int mechanism, std::vector<std::uint8_t>& use) {
    for (int k = 0; k < info.n_variables; ++k) {
        auto const& x = info.variables[k];
        if (x.ion < 0) continue;
        auto& bits = use[ions.of(mechanism, x.ion)];
        bool const write = x.role == Role::ion_write;
        switch (x.field) {
            case IonField::reversal:
                bits |= write ? writes_reversal : uses_reversal;
                break;
            case IonField::inner:
                bits |= write ? writes_inner : uses_inner;
                break;
            case IonField::outer:
                bits |= write ? writes_outer : uses_outer;
                break;
            case IonField::current:
                bits |= write ? 0 : reads_current;
                break;
            case IonField::none:
                break;
        }
    }
}

}  // namespace rall::solver
