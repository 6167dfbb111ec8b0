#include "nmodl_lite/codegen/kernel.hpp"

#include <algorithm>
#include <filesystem>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/passive.hpp"
#include "nmodl_lite/codegen/common.hpp"
#include "nmodl_lite/codegen/elimination.hpp"
#include "nmodl_lite/codegen/expression.hpp"
#include "nmodl_lite/codegen/function.hpp"
#include "nmodl_lite/codegen/gating_pattern.hpp"
#include "nmodl_lite/codegen/text.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

std::string truth(bool value) { return value ? "true" : "false"; }

std::string int_table(char const* name, std::vector<int> const& values) {
    std::string text = "    static constexpr int " + std::string(name) + "[] = {";
    for (int const value : values) text += std::to_string(value) + ", ";
    text.resize(text.size() - 2);
    return text + "};\n\n";
}

std::string gating_tables(Mechanism const& m) {
    if (m.schemes.empty()) return {};
    auto const p = gating_pattern(m);
    std::string text, lists = "nullptr, nullptr, nullptr, nullptr";
    if (!p.state.empty()) {
        text = int_table("gating_state", p.state) + int_table("gating_part", p.part) +
               int_table("gating_from", p.from) + int_table("gating_to", p.to);
        lists = "gating_state, gating_part, gating_from, gating_to";
    }
    text += "    static constexpr GatingInfo gating = {";
    for (auto const number : {static_cast<int>(p.state.size()), p.n_parts, static_cast<int>(p.from.size()), p.channels})
        text += std::to_string(number) + ", ";
    return text + lists + ", " + truth(!m.after_transitions.empty()) + ", " +
           (p.obstacle.empty() ? "nullptr" : cpp_string(p.obstacle)) + ", " + truth(p.leaks) + ", " + truth(p.exact) +
           "};\n\n";
}

/// The tables that describe the mechanism: `element`, `variables`, `ions`, `info`.
std::string description(Mechanism const& m) {
    std::string text;
    if (!m.variables.empty()) {
        text += "    struct element {\n";
        for (auto const& v : m.variables)
            text += "        static constexpr int " + element_name(v) + " = " + std::to_string(v.element) +
                    ";\n";
        text += "    };\n\n    static constexpr VariableInfo variables[] = {\n";
        auto const phases = phases_of(m);
        for (std::size_t k = 0; k < m.variables.size(); ++k) {
            auto const& v = m.variables[k];
            text += "        {" + cpp_string(v.name) + ", " + cpp_string(v.units) + ", Role::" + to_string(v.role) + ", " +
                    cpp_literal(v.value) + ", " + std::to_string(v.size) + ", " + std::to_string(v.ion) +
                    ", IonField::" + to_string(v.field) + ", " + std::to_string(phases[k].read) + ", " +
                    std::to_string(phases[k].written) + "},\n";
        }
        text += "    };\n\n";
    }
    if (!m.ions.empty()) {
        text += "    static constexpr IonInfo ions[] = {";
        for (auto const& ion : m.ions) text += "{" + cpp_string(ion.name) + ", " + std::to_string(ion.valence) + "}, ";
        text.resize(text.size() - 2);
        text += "};\n\n";
    }
    if (!m.watch_flags.empty()) {
        text += "    static constexpr double watch_flags[] = {";
        for (double flag : m.watch_flags) text += cpp_literal(flag) + ", ";
        text.resize(text.size() - 2);
        text += "};\n\n";
    }
    if (!m.diffusions.empty()) {
        text += "    static constexpr int diffusing[] = {";
        for (auto const& d : m.diffusions) text += std::to_string(m.element_of(d.state)) + ", ";
        text.resize(text.size() - 2);
        text += "};\n\n";
    }
    if (!m.odes.empty()) {
        text += "    static constexpr OdeState ode_states[] = {\n";
        for (auto const& ode : m.odes)
            text += "        {" + std::to_string(m.element_of(ode.state)) + ", " +
                    std::to_string(m.element_of(ode.derivative)) + ", " + cpp_literal(ode.tolerance) + "},\n";
        text += "    };\n\n";
    }
    if (!m.indices.empty()) {
        text += "    static constexpr RuntimeIndex indices[] = {\n";
        for (auto const& index : m.indices)
            text += "        {" + cpp_string(index.array) + ", " + std::to_string(index.size) + ", " +
                    cpp_string(index.file) + ", " + std::to_string(index.line) + "},\n";
        text += "    };\n\n";
    }
    text += gating_tables(m);
    auto field = [&](char const* name, std::string const& value) {
        text += std::string("        .") + name + " = " + value + ",\n";
    };
    text += "    static constexpr MechanismInfo info = {\n";
    field("name", cpp_string(m.name));
    field("title", cpp_string(m.title));
    field("kind", std::string("MechanismKind::") + to_string(m.kind));
    field("variables", m.variables.empty() ? "nullptr" : "variables");
    field("n_variables", std::to_string(m.variables.size()));
    field("n_elements", std::to_string(m.n_elements()));
    field("ions", m.ions.empty() ? "nullptr" : "ions");
    field("n_ions", std::to_string(m.ions.size()));
    field("has_current", truth(m.has_current()));
    field("electrode_current", truth(m.electrode_current));
    field("passive", truth(is_passive(m)));
    field("has_state", truth(m.has_state()));
    field("writes_concentration", truth(m.writes_concentration));
    field("has_receive", truth(m.has_receive));
    field("has_connect", truth(m.has_connect));
    field("n_net_args", std::to_string(m.net_args.size()));
    field("changes_arguments", truth(changes_arguments(m)));
    field("sends_events", truth(m.sends_events));
    field("moves_events", truth(m.moves_events));
    field("visits_connections", truth(m.visits_connections));
    field("has_pointers", truth(m.has_pointers()));
    field("writes_pointers", truth(m.writes_pointers));
    field("sets_ions", truth(m.sets_ions));
    field("sets_ions_in_current", truth(m.sets_ions_in_current));
    field("sets_ions_in_receive", truth(m.sets_ions_in_receive));
    field("moments", std::to_string(m.moments()));
    field("additive", truth(m.not_additive.empty()));
    if (!m.watch_flags.empty()) {
        field("n_watches", std::to_string(m.watch_flags.size()));
        field("watch_element", std::to_string(m.find("WATCH")->element));
        field("watch_flags", "watch_flags");
    }
    if (!m.diffusions.empty()) {
        field("n_diffusions", std::to_string(m.diffusions.size()));
        field("diffusing", "diffusing");
    }
    if (!m.odes.empty()) {
        field("n_ode_states", std::to_string(m.odes.size()));
        field("ode_states", "ode_states");
    }
    field("has_settle", truth(!m.settle.empty()));
    field("has_discontinuities", truth(!m.next_discontinuity.empty()));
    if (!m.fixed_step_only.empty()) field("fixed_step_only", cpp_string(m.fixed_step_only));
    if (!m.schemes.empty()) field("gating", "gating");
    if (!m.functions.empty()) field("recursive", "true");
    if (!m.indices.empty()) field("indices", "indices");
    return text + "    };\n\n";
}

/// Does state() compute what nobody but a probe looks at (kernel::Quiet)?
bool shows_states(Mechanism const& m) {
    return std::ranges::any_of(access_of(m, KernelFunction::state).written, [](Variable const* v) {
        return v->role == Role::observable || (v->role == Role::ion_write && v->field == IonField::current);
    });
}

/// Is a curve 1 - e^x? Its last digit is that of 1.
bool is_of_one(Mechanism const& m, std::string const& curve) {
    return std::ranges::any_of(m.curves, [&](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        return a && a->target->name == curve && a->value->op == Op::subtract && is_number(a->value->args[0], 1) && a->value->args[1]->op == Op::call &&
               a->value->args[1]->name == "exp";
    });
}

/// An instance that has the defaults of all parameters on which its curves depend, and whether another one has them.
std::string usual(Mechanism const& m) {
    std::string get, same;
    for (auto const* v : access_of(m, KernelFunction::curves).read) {
        if (v->role != Role::parameter) continue;
        auto const element = "element::" + element_name(*v), value = cpp_literal(v->value);
        get += "            if (e == " + element + ") return " + value + ";\n";
        same += (same.empty() ? "" : " & ") + std::string("(instance.get(") + element + ") == " + value + ")";
    }
    std::string of_one;
    for (auto const& curve : m.curve_names) of_one += (of_one.empty() ? "" : ", ") + truth(is_of_one(m, curve));
    auto text = "    static constexpr int n_curves = " + std::to_string(m.curve_names.size()) + ";\n    template <int k>\n    static constexpr bool is_of_one = std::array{" +
                of_one + "}[k];\n\n";
    text += get.empty() ? "    using Usual = kernel::Quiet;\n\n"
                        : "    struct Usual : kernel::Quiet {\n        RALL_FUNCTION double get(int e) const {\n" + get +
                              "            return kernel::Quiet::get(e);\n        }\n    };\n\n";
    return text + "    RALL_FUNCTION static bool is_usual([[maybe_unused]] auto const& instance) {\n        return " +
           (same.empty() ? "true" : same) + ";\n    }\n\n";
}

}  // namespace

std::string generate_cpp(Mechanism const& m) {
    auto text = cpp_comment("Translated from " + std::filesystem::path(m.file).filename().string() +
                            " by rall-nmodl. Changes belong there.");
    text += "#pragma once\n\n#include \"mechanisms/kernel.hpp\"\n\nnamespace rall::mechanism {\n\n";
    text += "struct " + cpp_name(m.name) + " {\n" + description(m);
    text += cpp_common(m);
    if (m.has_state()) text += "    static constexpr bool shows_states = " + truth(shows_states(m)) + ";\n\n";
    if (m.has_curves()) text += usual(m);
    for (auto const& function : m.functions) text += cpp_recursion(m, function);
    for (auto const function : functions_of(m)) text += cpp_function(m, function);
    text.pop_back();  // the blank line after the last function
    bool const eliminates = std::ranges::any_of(bodies_of(m), [](Body const* body) {
        bool found = false;
        each_statement(*body, [&](Statement const& s) { found = found || std::holds_alternative<Elimination>(s.what); });
        return found;
    });
    if (eliminates) text.insert(text.find("#include"), std::string("#include \"") + elimination_header + "\"\n");
    return text + "};\n\n}  // namespace rall::mechanism\n";
}

}  // namespace rall::nmodl
