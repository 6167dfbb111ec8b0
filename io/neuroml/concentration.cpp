// Models of concentrations as NMODL: components whose type has an equation for `concentration`.
#include <fmt/format.h>

#include <algorithm>

#include "io/neuroml/mechanism.hpp"

namespace rall::io::neuroml {
namespace {

/// 0: does not read the names, 1: is linear in them, 2: is not.
int degree(Term const& term, std::set<std::string> const& names) {
    if (term.kind == Term::Kind::number) return 0;
    if (term.kind == Term::Kind::name) return names.contains(term.name) ? 1 : 0;
    std::vector<int> of;
    for (auto const& arg : term.args) of.push_back(degree(*arg, names));
    int const most = *std::ranges::max_element(of);
    if (most == 0) return 0;
    if (term.kind == Term::Kind::call) return 2;
    if (term.name == "+" || term.name == "-") return most;
    if (term.name == "*") return std::min(2, of[0] + of[1]);
    return term.name == "/" && of[1] == 0 ? of[0] : 2;
}

/// Is the equation of the concentration linear in it?
bool is_linear(Component const& component, Term const& equation) {
    std::set<std::string> names{"concentration", "caConc", "caConc2"};
    for (auto const& derived : component.derived)
        for (auto const& one : derived.cases)
            for (auto const& term : {one.condition, one.value})
                if (term && degree(*term, names) > 0) return false;
    return degree(equation, names) < 2;
}

}  // namespace

std::optional<nmodl::Composed> compose_concentration(Library const& library, Item const& model, std::string const& name,
                                                     std::string const& ion, Diagnostics& found) {
    auto const component = read_component(library, model, type_of(model), found);
    if (!component) return std::nullopt;
    auto const errors = found.count(Severity::error);
    auto const inner = ion + "i", current = "i" + ion;
    auto const total = "total_" + current;
    // Each of the two pools of a cell2CaPools knows its own calcium only.
    bool const second = ion == "ca2";
    std::string const own_current = second ? "iCa2" : "iCa", own_inner = second ? "caConc2" : "caConc";
    for (auto const& [requirement, item] : component->requirements)
        if (requirement != "surfaceArea" && requirement != "initialConcentration" &&
            requirement != "initialExtConcentration" && requirement != "iCa" && requirement != "temperature" &&
            requirement != "v" && requirement != own_current && requirement != own_inner)
            fail(found, item, "name", "neuroml-lems",
                 fmt::format("a concentration model cannot require '{}'", requirement),
                 fmt::format("known: surfaceArea, initialConcentration, initialExtConcentration, iCa, temperature, v{}",
                             second ? ", iCa2, caConc2" : ", caConc"));
    auto const equation = component->derivatives.find("concentration");
    if (equation == component->derivatives.end())
        fail(found, model, {}, "neuroml-lems",
             fmt::format("<{}> has no TimeDerivative of concentration", model.name()));
    for (auto const& state : component->states)
        if (state != "concentration" && (state != "extConcentration" || component->derivatives.contains(state)))
            fail(found, model, {}, "neuroml-lems",
                 fmt::format("the state '{}' of <{}> is not understood", state, model.name()),
                 "known: concentration, and extConcentration that stays what it is");
    if (found.count(Severity::error) > errors) return std::nullopt;

    std::vector<std::string> locals{total};
    auto const rename = [&](std::string const& lems) -> std::string {
        if (auto const number = component->numbers.find(lems); number != component->numbers.end())
            return number_text(number->second);
        if (lems == "concentration" || (lems == own_inner && ion.starts_with("ca"))) return inner;
        if (lems == "extConcentration" || lems == "initialExtConcentration") return ion + "o";
        if (lems == "surfaceArea") return "area";
        if (lems == "temperature") return "(celsius + 273.15)";
        if (lems == "iCa" || lems == own_current) return total;
        return component->requirements.contains(lems) ? lems : lems + "_";
    };
    auto const write = [&](TermPtr const& term) { return write_expression(*term, Language::nmodl, rename); };
    for (auto const& derived : component->derived) locals.push_back(rename(derived.name));

    Composer out;
    auto const put = [&](std::string text) { out.line(model, std::move(text)); };
    put(fmt::format("TITLE {}: {} of NeuroML", name, model.name()));
    put("NEURON {");
    put("    SUFFIX " + name);
    put(fmt::format("    USEION {} READ {}, {}o WRITE {}{}", ion, current, ion, inner, second ? " VALENCE 2" : ""));
    put("    RANGE initialConcentration");
    put("}");
    put("UNITS {");
    for (auto const* unit :
         {"(mA) = (milliamp)", "(mV) = (millivolt)", "(um) = (micron)", "(molar) = (1/liter)", "(mM) = (millimolar)"})
        put(fmt::format("    {}", unit));
    put("}");
    put("PARAMETER {");
    put("    initialConcentration = 0 (mM)");
    put("}");
    put("ASSIGNED {");
    for (auto const& text : {std::string("v (mV)"), std::string("celsius (degC)"), std::string("area (um2)"),
                             current + " (mA/cm2)", ion + "o (mM)"})
        put("    " + text);
    put("}");
    put("STATE {");
    put(fmt::format("    {} (mM)", inner));
    put("}");
    put("UNITSOFF");
    put("INITIAL {");
    auto const start = component->starts.find("concentration");
    if (start == component->starts.end()) put(fmt::format("    {} = initialConcentration", inner));
    else out.line(start->second.item, fmt::format("    {} = {}", inner, write(start->second.value)));
    put("}");
    put("BREAKPOINT {");
    put(fmt::format("    SOLVE pool METHOD {}",
                    is_linear(*component, *equation->second.value) ? "cnexp" : "derivimplicit"));
    if (!component->conditions.empty()) put("    SOLVE conditions");
    put("}");
    put("DERIVATIVE pool {");
    put(fmt::format("    LOCAL {}", fmt::join(locals, ", ")));
    put(fmt::format("    {} = -0.01*{}*area : nA, inward positive", total, current));
    write_derived(out, component->derived, rename);
    out.line(equation->second.item, fmt::format("    {}' = {}", inner, write(equation->second.value)));
    put("}");
    if (!component->conditions.empty()) {
        put("PROCEDURE conditions() {");
        for (auto const& [test, values] : component->conditions) {
            out.line(test.item, fmt::format("    if ({}) {{", write(test.condition)));
            for (auto const& [state, value] : values)
                out.line(value.item, fmt::format("        {} = {}", rename(state), write(value.value)));
            out.line(test.item, "    }");
        }
        put("}");
    }
    put("UNITSON");
    return out.result(library.file());
}

}  // namespace rall::io::neuroml
