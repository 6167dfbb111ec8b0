#include "solver/lowering/plan.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace rall::solver {

namespace {

/// One value where all are the same.
model::Values compact(std::vector<double> values) {
    if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>{}) == values.end() && !values.empty())
        return values.front();
    return values;
}

/// Comes from model::Painted::parameters.
bool is_given(VariableInfo const& variable) { return is_settable(variable) || variable.role == Role::channels; }

PaintedPlan plan_painted(int mechanism, std::vector<model::Painted const*> const& pieces, std::size_t n_compartments,
                         MechanismTable const& mechanisms, std::string const& type, Diagnostics& diagnostics) {
    auto const& info = mechanisms[mechanism];
    PaintedPlan plan;
    plan.mechanism = mechanism;
    plan.instance.assign(n_compartments, -1);
    struct Entry {
        int compartment, piece, index;
    };
    std::vector<Entry> entries;
    for (int p = 0; p < static_cast<int>(pieces.size()); ++p) {
        auto const& piece = *pieces[p];
        for (int i = 0; i < static_cast<int>(piece.compartments.size()); ++i) {
            int const c = piece.compartments[i];
            if (c < 0 || c >= static_cast<int>(n_compartments)) {
                diagnostics.error("compartment-out-of-range", {},
                                  std::string(info.name) + " is painted on compartment " + std::to_string(c) + " of " +
                                      type + ", which has " + std::to_string(n_compartments));
                return plan;
            }
            entries.push_back({c, p, i});
        }
        for (auto const& [name, values] : piece.parameters) {
            auto const* variable = mechanisms.variable(mechanism, name);
            if (!variable || !is_given(*variable)) {
                std::vector<std::string> known;
                for (int k = 0; k < info.n_variables; ++k)
                    if (is_settable(info.variables[k])) known.push_back(info.variables[k].name);
                diagnostics.error("unknown-parameter", {},
                                  std::string(info.name) + " on " + type + " has no RANGE parameter '" + name + "'",
                                  did_you_mean(name, known));
            } else if (!values.uniform() && values.size() != piece.compartments.size()) {
                diagnostics.error("parameter-size", {},
                                  std::string(info.name) + "." + name + " on " + type + " has " +
                                      std::to_string(values.size()) + " values for " +
                                      std::to_string(piece.compartments.size()) + " compartments");
                return plan;
            }
        }
    }
    std::sort(entries.begin(), entries.end(),
              [](Entry const& a, Entry const& b) { return a.compartment < b.compartment; });
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
        int const c = entries[i].compartment;
        if (plan.instance[c] >= 0) {
            diagnostics.error(
                "painted-twice", {},
                std::string(info.name) + " is painted twice on compartment " + std::to_string(c) + " of " + type,
                "give each region the mechanism once");
            return plan;
        }
        plan.instance[c] = i;
        plan.compartments.push_back(c);
    }
    plan.parameters.resize(info.n_variables);
    for (int k = 0; k < info.n_variables; ++k) {
        auto const& variable = info.variables[k];
        if (!is_given(variable)) continue;
        std::vector<model::Values const*> given(pieces.size(), nullptr);
        for (std::size_t p = 0; p < pieces.size(); ++p)
            if (auto const found = pieces[p]->parameters.find(variable.name); found != pieces[p]->parameters.end())
                given[p] = &found->second;
        std::vector<double> values;
        values.reserve(entries.size());
        for (auto const& e : entries) values.push_back(given[e.piece] ? (*given[e.piece])[e.index] : variable.value);
        plan.parameters[k] = compact(std::move(values));
    }
    return plan;
}

void plan_ions(TypePlan& plan, model::CellType const& type, MechanismTable const& mechanisms, IonTable const& ions) {
    std::size_t const n = plan.area.size();
    for (int k = 0; k < ions.size(); ++k)
        plan.ions.push_back({std::vector<double>(n, ions[k].reversal), std::vector<double>(n, ions[k].inner),
                             std::vector<double>(n, ions[k].outer), std::vector<char>(n, 0)});
    for (auto const& given : type.ions) {
        int const ion = ions.find(given.ion);
        if (ion < 0) continue;  // no mechanism of this model uses it
        auto& values = plan.ions[ion];
        for (std::size_t i = 0; i < given.compartments.size(); ++i) {
            int const c = given.compartments[i];
            if (given.field == IonField::reversal) {
                values.reversal[c] = given.values[i];
                values.reversal_given[c] = 1;
            } else {
                (given.field == IonField::inner ? values.inner : values.outer)[c] = given.values[i];
            }
        }
    }
    plan.ion_use.assign(n, std::vector<std::uint8_t>(ions.size(), 0));
    for (auto const& painted : plan.mechanisms) {
        auto const& info = mechanisms[painted.mechanism];
        std::vector<std::uint8_t> use(ions.size(), 0);
        add_ion_use(info, ions, painted.mechanism, use);
        for (int c : painted.compartments)
            for (int k = 0; k < ions.size(); ++k) plan.ion_use[c][k] |= use[k];
    }
    for (auto const& given : type.ions)
        if (int const k = ions.find(given.ion); k >= 0 && given.held)
            for (int c : given.compartments) plan.ion_use[c][k] |= holds_reversal;
}

}  // namespace

TypePlan plan_type(model::CellType const& type, MechanismTable const& mechanisms, IonTable const& ions) {
    Diagnostics diagnostics;
    auto const& cable = *type.cable;
    std::size_t const n = cable.compartments.size();
    TypePlan plan;
    plan.tree = build_tree(cable, type.Ra);
    // At an end of a section a density is taken for 100 um2, so that mA/cm2 and nA are the same number, as in NEURON.
    constexpr double area_of_end = 100;
    for (std::size_t c = 0; c < n; ++c) {
        auto const& compartment = cable.compartments[c];
        bool const is_end = c >= static_cast<std::size_t>(cable.n_cut());
        plan.area.push_back(is_end ? area_of_end : compartment.area);
        plan.diam.push_back(compartment.diam);
        plan.capacitance.push_back(is_end ? 0 : type.cm[c] * compartment.area * 1e-5);  // uF/cm2 * um2 -> nF
    }
    std::vector<std::vector<model::Painted const*>> pieces(mechanisms.size());
    for (auto const& painted : type.mechanisms) {
        int const k = mechanisms.require(painted.mechanism);
        if (mechanisms[k].kind != MechanismKind::density) {
            diagnostics.error("not-a-density-mechanism", {},
                              painted.mechanism + " on " + type.name + " is a point process and cannot be painted",
                              "place it at a location instead");
            continue;
        }
        pieces[k].push_back(&painted);
    }
    for (int k = 0; k < mechanisms.size(); ++k)
        if (!pieces[k].empty())
            plan.mechanisms.push_back(plan_painted(k, pieces[k], n, mechanisms, type.name, diagnostics));
    diagnostics.throw_if_errors();
    for (auto& painted : plan.mechanisms)
        if (mechanisms[painted.mechanism].n_diffusions > 0)
            painted.diffusion = build_diffusion_tree(cable, painted.compartments);
    plan_ions(plan, type, mechanisms, ions);
    return plan;
}

}  // namespace rall::solver
